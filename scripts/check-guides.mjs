// Runs the other side of the guides: `node --import tsx scripts/check-guides.mjs [--python PATH] [keras ...]`, for all guides or those named. Programs in
// Python run under PATH, which needs keras or torch; programs in JavaScript need `npm install --prefix bench/rivals/javascript`. What they say that they print must be what they print.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { documentPrograms, promisedLines } from "../test/doc-programs.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: "string", default: "python3" } },
});
for (const page of readdirSync(`${root}docs/guides`).filter((name) => name.endsWith(".md"))) {
  if (positionals.length > 0 && !positionals.some((name) => page === `from-${name}.md`)) continue;
  const programs = documentPrograms(readFileSync(`${root}docs/guides/${page}`, "utf8"));
  for (const { language, line, code } of programs.filter((program) => program.language !== "ts")) {
    const file = `${root}bench/rivals/javascript/guide.${language === "js" ? "mjs" : "py"}`;
    writeFileSync(file, code);
    let printed;
    try {
      const program = language === "js" ? process.execPath : values.python;
      const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" };
      printed = execFileSync(program, [file], { encoding: "utf8", env, stdio: ["ignore", "pipe", "inherit"] }).split(
        "\n",
      );
    } finally {
      rmSync(file);
    }
    for (const promised of promisedLines(code)) {
      if (!printed.includes(promised))
        throw new Error(`${page}:${line} says ${promised}, printed ${printed.join(" | ")}`);
    }
    console.log(`${page}:${line} prints what it says`);
  }
}
