// Runs all lessons, or those that are named, and writes their pictures and a page with all of it to build/lessons:
// `npm run lessons`, `npm run lessons -- 04-xor 09-chain-rule`.

import { mkdirSync, writeFileSync } from "node:fs";
import { backendInfo, plots } from "feedforward";
import { lessons } from "./shared/lessons.js";
import { notebookOf } from "./shared/notebook.js";

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !lessons.some((lesson) => lesson.name === name));
if (unknown !== undefined) {
  console.error(
    `lessons: expected names of lessons (${lessons.map(({ name }) => name).join(", ")}), received "${unknown}".`,
  );
  process.exit(1);
}

const began = performance.now();
const sections: plots.ReportSection[] = [];
for (const { name, en } of lessons) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n== ${name}: ${en}\n`);
  const start = performance.now();
  await import(`./${name}/lesson.js`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`\n${seconds} s`);
  const entries = notebookOf(name)?.entries ?? [];
  sections.push({
    heading: `${name}: ${en}`,
    preformatted: entries.flatMap((entry) => (entry.kind === "picture" ? [] : [entry.text])).join("\n"),
    svg: entries.flatMap((entry) => (entry.kind === "picture" ? [entry.svg] : [])),
  });
}
const folder = new URL("../../build/lessons/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("index.html", folder), plots.report({ title: "Lessons", sections }));
const { name, isa } = backendInfo();
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `\n${sections.length} lessons in ${seconds} s on ${name} (${isa}); pictures and output: build/lessons/index.html`,
);
