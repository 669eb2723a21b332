// A page of one lesson: runs the lesson in the browser, shows its text with the numbers of this run, its output and its pictures.

/// <reference types="vite/client" />
import { backendInfo, ready } from "feedforward";
import { marked } from "marked";
import { type Language, lessons } from "./lessons.js";
import { type Entry, setOutput } from "./notebook.js";
import { fillIn, reference } from "./references.js";

const codes = import.meta.glob("../*/lesson.ts");
const listings = import.meta.glob<string>("../*/lesson.ts", { query: "?raw", import: "default" });
const texts = import.meta.glob<string>("../*/lesson.*.md", { query: "?raw", import: "default" });
const words = {
  en: {
    output: "Output",
    running: "running …",
    done: "finished on",
    failed: "failed",
    code: "The code",
    all: "All lessons",
  },
  ko: { output: "실행 결과", running: "실행 중 …", done: "실행 완료:", failed: "실패", code: "코드", all: "전체 목록" },
} as const;

const entries: Entry[] = [];
let language: Language = navigator.language.startsWith("ko") ? "ko" : "en";
let status: { text: keyof typeof words.en; detail: string } = { text: "running", detail: "" };

/** Builds the page of the lesson, whose folder the address ends with. */
export async function openPage(): Promise<void> {
  const name = document.body.dataset.lesson as string;
  const chosen = new URLSearchParams(location.search).get("lang");
  if (chosen === "en" || chosen === "ko") language = chosen;
  const sources: Record<Language, string> = {
    en: await (texts[`../${name}/lesson.en.md`]?.() ?? ""),
    ko: await (texts[`../${name}/lesson.ko.md`]?.() ?? ""),
  };
  const listing = (await listings[`../${name}/lesson.ts`]?.()) ?? "";
  const draw = () => render(name, sources[language], listing, draw);
  let drawn = 0;
  setOutput((_, entry) => {
    entries.push(entry);
    // Often enough to watch, and not so often that drawing takes longer than the lesson.
    if (performance.now() - drawn < 200) return;
    drawn = performance.now();
    draw();
  });
  draw();
  try {
    await ready();
    await codes[`../${name}/lesson.ts`]?.();
    const { name: backend, isa, threads } = backendInfo();
    status = { text: "done", detail: `${backend} (${isa}, threads: ${threads})` };
  } catch (error) {
    status = { text: "failed", detail: String(error) };
    throw error;
  } finally {
    draw();
    document.body.dataset.state = status.text;
  }
}

function render(name: string, source: string, listing: string, redraw: () => void): void {
  const at = lessons.findIndex((lesson) => lesson.name === name);
  document.documentElement.lang = language;
  document.title = lessons[at]?.[language] ?? name;
  const text = tag("article", {});
  text.innerHTML = marked.parse(withResults(source), { async: false });
  const placed = placePictures(text);
  const output = tag("section", { id: "output", "aria-live": "off" });
  output.append(tag("h2", {}, words[language].output));
  output.append(tag("p", { role: "status", class: status.text }, `${words[language][status.text]} ${status.detail}`));
  output.append(outputList());
  for (const entry of entries) if (entry.kind === "picture" && !placed.has(entry.name)) output.append(figure(entry));
  const code = tag("details", {});
  code.append(tag("summary", {}, words[language].code), tag("pre", {}, listing));
  document.querySelector("main")?.replaceChildren(text, output, code);
  document.querySelector("nav")?.replaceChildren(...navigation(at, redraw));
}

/** The text with the numbers of this run in its references; those that are not there yet stay as they are written. */
function withResults(source: string): string {
  return source.replace(reference, (whole, shown: string, name: string) => {
    const entry = entries.find((one) => one.kind !== "line" && one.name === name);
    return entry?.kind === "value" ? `[${fillIn(shown, entry.values)}](#${name})` : whole;
  });
}

/** Puts each picture behind the paragraph that refers to it first. */
function placePictures(text: HTMLElement): Set<string> {
  const placed = new Set<string>();
  for (const link of Array.from(text.querySelectorAll<HTMLAnchorElement>('a[href^="#"]'))) {
    const name = link.hash.slice(1);
    const entry = entries.find((one) => one.kind === "picture" && one.name === name);
    const block = link.closest("p, ul, ol, table, h2");
    if (entry?.kind !== "picture" || block === null || placed.has(name)) continue;
    placed.add(name);
    let row = block.nextElementSibling;
    if (!row?.classList.contains("pictures")) {
      row = tag("div", { class: "pictures" });
      block.after(row);
    }
    row.append(figure(entry));
  }
  return placed;
}

function figure({ name, svg }: Extract<Entry, { kind: "picture" }>): HTMLElement {
  const element = tag("figure", { id: name });
  element.innerHTML = svg;
  return element;
}

function outputList(): HTMLElement {
  const list = tag("div", { class: "lines" });
  for (const entry of entries) {
    if (entry.kind === "line") list.append(tag("pre", {}, entry.text));
    if (entry.kind === "value") list.append(tag("pre", { id: entry.name, class: "value" }, entry.text));
  }
  return list;
}

function navigation(at: number, redraw: () => void): HTMLElement[] {
  const link = (index: number, sign: (title: string) => string) => {
    const lesson = lessons[index];
    if (lesson === undefined) return [];
    return [tag("a", { href: `../${lesson.name}/index.html?lang=${language}` }, sign(lesson[language]))];
  };
  const other = language === "en" ? "ko" : "en";
  const button = tag("button", { type: "button", lang: other }, other === "ko" ? "한국어" : "English");
  button.addEventListener("click", () => {
    language = other;
    redraw();
  });
  const all = tag("a", { href: `../index.html?lang=${language}` }, words[language].all);
  return [...link(at - 1, (title) => `← ${title}`), all, ...link(at + 1, (title) => `${title} →`), button];
}

function tag(name: string, attributes: Readonly<Record<string, string>>, text = ""): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

await openPage();
