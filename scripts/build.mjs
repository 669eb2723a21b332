// Builds everything that the package is made of: addon, wasm modules, bundles and modules (scripts/bundle.mjs), types, the
// page of the playground. `--if-stale` rebuilds only what is missing or older than its sources; `--no-playground` leaves out
// the page.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { buildPlayground } from "./playground.mjs";
import { isStale } from "./stale.mjs";
import { checkDeclarations } from "./third-party.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const ifStale = process.argv.includes("--if-stale");

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function declarations() {
  node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--emitDeclarationOnly");
  for (const file of readdirSync(`${root}dist/esm`, { recursive: true })) {
    if (file.endsWith(".d.ts")) cpSync(`${root}dist/esm/${file}`, `${root}dist/cjs/${file}`);
  }
  checkDeclarations(`${root}dist/esm`);
}

node("scripts/build-native.mjs");
if (!ifStale || isStale("build/wasm/simd128.js", ["native", "wasm", "scripts/build-wasm.mjs"]))
  node("scripts/build-wasm.mjs");
if (
  !ifStale ||
  isStale("dist/cjs/node.js", [
    "src",
    "build/wasm",
    "tsconfig.json",
    "package-lock.json",
    "scripts/build.mjs",
    "scripts/bundle.mjs",
    "scripts/third-party.mjs",
  ])
) {
  rmSync(`${root}dist`, { recursive: true, force: true });
  mkdirSync(`${root}dist`);
  await bundle();
  declarations();
}
if (
  !process.argv.includes("--no-playground") &&
  isStale("dist/playground/index.html", ["dist/modules", "playground"])
) {
  await buildPlayground();
}
