// `npm run test:lessons`: builds the pages of the lessons and opens each of them in Chromium, once in each language: the lesson runs
// to its end in WebAssembly, every number of the text is that of this run, and nothing is reported as an error.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { build, preview } from "vite";
import { launchChromium } from "../../test/browser/chromium.js";
import { type Language, lessons } from "./shared/lessons.js";
import { referencesIn } from "./shared/references.js";

const configFile = fileURLToPath(new URL("vite.config.ts", import.meta.url));
// What a lesson gives in the browser is written as the text of its number is, so that a difference in digits is seen.
const languages: readonly Language[] = ["en", "ko"];
let failures = 0;

function check(name: string, wrong: readonly string[]): void {
  console.log(`${wrong.length === 0 ? "ok  " : "FAIL"} ${name}`);
  for (const text of wrong) console.log(`     ${text}`);
  if (wrong.length > 0) failures++;
}

async function look(page: Page, address: string, name: string, language: Language, problems: string[]): Promise<void> {
  const began = performance.now();
  await page.goto(`${address}${name}/index.html?lang=${language}`);
  await page.waitForFunction("document.body.dataset.state !== undefined", undefined, { timeout: 300_000 });
  const wrong = [...problems.splice(0)];
  const state = await page.evaluate("document.body.dataset.state");
  if (state !== "done") wrong.push(`the lesson ended as "${state}"`);
  const shown = (await page.evaluate(
    `[...document.querySelectorAll('article a[href^="#"]')].map((link) => ({ text: link.textContent, name: link.hash.slice(1), there: document.getElementById(link.hash.slice(1)) !== null }))`,
  )) as { text: string; name: string; there: boolean }[];
  const text = readFileSync(new URL(`${name}/lesson.${language}.md`, import.meta.url), "utf8");
  const written = referencesIn(text);
  if (written.length !== shown.length) wrong.push(`${shown.length} references, expected ${written.length}`);
  for (const [i, reference] of shown.entries()) {
    if (!reference.there) wrong.push(`nothing on the page is called "${reference.name}"`);
    if (reference.text !== written[i]?.text) {
      wrong.push(`${reference.name}: the text says ${written[i]?.text}, the page ${reference.text}`);
    }
  }
  check(`${name} (${language}) ${((performance.now() - began) / 1000).toFixed(1)} s`, wrong);
}

await build({ configFile, logLevel: "warn" });
const server = await preview({ configFile, preview: { port: 0, host: "127.0.0.1" }, logLevel: "warn" });
const [address = ""] = server.resolvedUrls?.local ?? [];
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(`${address}index.html`);
  const links = await page.evaluate("document.querySelectorAll('main a').length");
  check("contents", links === lessons.length ? [] : [`${links} links, expected ${lessons.length}`]);
  for (const { name } of lessons) {
    for (const language of name === "14-mnist" ? languages.slice(0, 1) : languages) {
      await look(page, address, name, language, problems);
    }
  }
} finally {
  await browser.close();
  await server.close();
}
console.log(failures === 0 ? "all pages are right" : `${failures} pages are wrong`);
process.exitCode = failures === 0 ? 0 : 1;
