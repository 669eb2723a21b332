// Every lesson runs, and every number of its texts is what it gives: results by their names, all others by their digits.

import { existsSync, readFileSync } from "node:fs";
import { marked } from "marked";
import { beforeAll, describe, expect, it } from "vitest";
import { lessons } from "../examples/lessons/shared/lessons.js";
import { type Entry, notebookOf, setOutput } from "../examples/lessons/shared/notebook.js";
import { bareNumerals, fillIn, referencesIn } from "../examples/lessons/shared/references.js";
import { checkSvg } from "./plots/check-svg.js";

const folder = new URL("../examples/lessons/", import.meta.url);
const languages = ["en", "ko"] as const;

function read(path: string): string {
  return readFileSync(new URL(path, folder), "utf8");
}

describe.each(lessons)("lesson $name", ({ name, ...titles }) => {
  let entries: readonly Entry[] = [];

  beforeAll(async () => {
    setOutput(() => {});
    await import(new URL(`${name}/lesson.ts`, folder).href);
    entries = notebookOf(name)?.entries ?? [];
  });

  it("gives every result one name, of finite numbers, and well-formed pictures", () => {
    const names = entries.flatMap((entry) => (entry.kind === "line" ? [] : [entry.name]));
    expect(new Set(names).size).toBe(names.length);
    for (const entry of entries) {
      if (entry.kind === "value")
        expect([entry.name, entry.values.filter((value) => !Number.isFinite(value))]).toEqual([entry.name, []]);
      if (entry.kind === "picture") checkSvg(entry.svg);
    }
  });

  it.each(languages)("has a text whose numbers are its results (%s)", (language) => {
    const text = read(`${name}/lesson.${language}.md`);
    const results = new Map(entries.flatMap((entry) => (entry.kind === "line" ? [] : [[entry.name, entry] as const])));
    const references = referencesIn(text);
    const wrong = references.flatMap(({ text: shown, name: result }) => {
      const entry = results.get(result);
      if (entry?.kind === "picture") return [];
      const given =
        entry === undefined ? `no result "${result}"` : fillIn(shown, entry.kind === "value" ? entry.values : []);
      return given === shown ? [] : [{ result, written: shown, given }];
    });
    expect(wrong).toEqual([]);
    expect(references.length).toBeGreaterThan(2);
    // Bold that ends between a bracket and a Korean particle is none to Markdown.
    expect(marked.parse(text, { async: false })).not.toContain("**");
  });

  it.each(languages)("has no other number in its text than those of its code and its output (%s)", (language) => {
    const plain = (numerals: readonly string[]) =>
      numerals.map((numeral) => Math.abs(Number(numeral.replaceAll("−", "-").replaceAll(",", ""))));
    const known = new Set(
      plain([
        ...(read(`${name}/lesson.ts`)
          .replaceAll("_", "")
          .match(/(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/g) ?? []),
        ...entries.flatMap((entry) => (entry.kind === "picture" ? [] : (entry.text.match(/\d+(?:\.\d+)?/g) ?? []))),
      ]),
    );
    const numerals = bareNumerals(read(`${name}/lesson.${language}.md`));
    expect(plain(numerals).filter((numeral) => !known.has(numeral) && numeral > 9)).toEqual([]);
  });

  it("says the same in both languages, refers to all pictures, and has a page", () => {
    const [en, ko] = languages.map((language) => read(`${name}/lesson.${language}.md`)) as [string, string];
    const names = (text: string) => [...new Set(referencesIn(text).map((one) => one.name))].sort();
    expect(names(ko)).toEqual(names(en));
    const pictures = entries.flatMap((entry) => (entry.kind === "picture" ? [entry.name] : []));
    expect(pictures.filter((picture) => !names(en).includes(picture))).toEqual([]);
    expect(en.startsWith(`# ${Number(name.slice(0, 2))}. ${titles.en}\n`)).toBe(true);
    expect(ko.startsWith(`# ${Number(name.slice(0, 2))}. ${titles.ko}\n`)).toBe(true);
    expect(read(`${name}/index.html`)).toContain(`data-lesson="${name}"`);
    for (const list of ["README.md", "README.ko.md"]) expect(read(list)).toContain(`(${name}/`);
    expect(existsSync(new URL(`${name}/lesson.ts`, folder))).toBe(true);
  });
});

describe("references", () => {
  it("write values as the text does", () => {
    expect(fillIn("0.2984", [0.298371])).toBe("0.2984");
    expect(fillIn("60,000 of −1.5e-7", [60_000.2, -1.52e-7])).toBe("60,000 of −1.5e-7");
    expect(fillIn("98.1 %", [0.98123])).toBe("98.1 %");
    expect(fillIn("0 1", [0.4, 1.2])).toBe("0 1");
    expect(fillIn("0.0", [-1e-9])).toBe("0.0");
  });

  it("show what does not fit", () => {
    expect(fillIn("1 2", [1])).toBe("1 missing");
    expect(fillIn("1", [1, 2])).toBe("1 (of 2 values)");
  });
});
