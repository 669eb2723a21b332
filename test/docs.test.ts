// The documentation runs: every program of every page, on the built package, and what it says that it prints is what it prints.

import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { documentPrograms, promisedLines } from "./doc-programs.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = [
  ...readdirSync(root).filter((name) => /^README.*\.md$/.test(name)),
  ...readdirSync(`${root}docs`, { recursive: true })
    .map((name) => `docs/${String(name)}`)
    .filter((name) => name.endsWith(".md") && !/node_modules|^docs\/reference\//.test(name)),
].sort();

const programs = pages.flatMap((page) =>
  documentPrograms(readFileSync(`${root}${page}`, "utf8"))
    .filter((program) => program.language === "ts")
    .map((program) => ({ ...program, page, file: `build/docs/${page.replace(/\.md$/, "")}-${program.line}.ts` })),
);

rmSync(`${root}build/docs`, { recursive: true, force: true });
for (const { file, code } of programs) {
  mkdirSync(dirname(`${root}${file}`), { recursive: true });
  writeFileSync(`${root}${file}`, `${code}\nexport {};\n`);
}

// A folder of their own for the files that they write.
mkdirSync(`${root}build/docs/run`);
symlinkSync(`${root}examples`, `${root}build/docs/run/examples`);

describe("documentation", () => {
  it.for(programs)("$page:$line runs and prints what it says", async ({ file, code }) => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", `${root}${file}`], {
      cwd: `${root}build/docs/run`,
    });
    const printed = stdout.split("\n");
    for (const line of promisedLines(code)) expect(printed).toContain(line);
  });

  it("has right types", async () => {
    const compilerOptions = {
      ...{ noEmit: true, strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true },
      ...{ target: "es2022", module: "nodenext", types: ["node"] },
    };
    const project = { compilerOptions, include: ["**/*.ts"], exclude: ["run"] };
    writeFileSync(`${root}build/docs/tsconfig.json`, JSON.stringify(project));
    const check = promisify(execFile)("npx", ["tsc", "-p", "build/docs"], { cwd: root });
    await expect(check.catch((error: { stdout: string }) => error.stdout)).resolves.toMatchObject({ stdout: "" });
  });
});
