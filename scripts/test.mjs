// `npm test`: build, lint, format, types, C++ tests and unit tests as named steps; every step runs even when one before it failed.
// The last line counts the tests of C++ and TypeScript together, and each failed step as one failure.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
let passed = 0;
let failed = 0;

function step(script) {
  return new Promise((resolve) => {
    console.log(`\n== ${script}`);
    const child = spawn("npm", ["run", "--silent", script], { cwd: root, env: { ...process.env, NO_COLOR: "1" } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        output += text;
        process.stdout.write(text);
      });
    }
    child.on("close", (code) => resolve({ output, ok: code === 0 }));
  });
}

function count(output, passedPattern, failedPattern) {
  const sum = (pattern) => [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  const failures = sum(failedPattern);
  passed += sum(passedPattern);
  failed += failures;
  return failures;
}

for (const script of ["build:all", "lint", "format:check", "typecheck"]) {
  const { ok } = await step(script);
  if (!ok) {
    failed++;
    console.log(`== ${script} failed`);
  }
}
// Each suite's own counts; a suite that ends badly without a failed test is one failure.
for (const [script, passedPattern, failedPattern] of [
  ["test:native", /^(\d+) passed, \d+ failed$/gm, /^\d+ passed, (\d+) failed$/gm],
  ["test:unit", /^\s*Tests\s.*?(\d+) passed/gm, /^\s*Tests\s.*?(\d+) failed/gm],
  ["test:wasm", /^\s*Tests\s.*?(\d+) passed/gm, /^\s*Tests\s.*?(\d+) failed/gm],
  ["test:emcc", /^\s*Tests\s.*?(\d+) passed/gm, /^\s*Tests\s.*?(\d+) failed/gm],
]) {
  const { output, ok } = await step(script);
  if (count(output, passedPattern, failedPattern) === 0 && !ok) failed++;
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
