// Builds everything that the package is made of: addon, wasm module, bundles (ESM and CommonJS), types.
// `--if-stale` rebuilds only what is missing or older than its sources.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { isStale } from "./stale.mjs";
import { bundledPackages, checkDeclarations, licenseTexts } from "./third-party.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const ifStale = process.argv.includes("--if-stale");

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

async function bundle() {
  const shared = {
    absWorkingDir: root,
    entryPoints: ["src/index.ts", "src/node.ts"],
    bundle: true,
    target: "es2022",
    legalComments: "none",
    // Engines parse it in 13 ms instead of 21. Names stay, since errors quote some and stack traces all, and lines stay
    // short, since Node prints the line of an uncaught error.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    logLevel: "warning",
    metafile: true,
    // papaparse asks for Node's streams otherwise, which are not used.
    define: { PAPA_BROWSER_CONTEXT: "true" },
  };
  const { metafile } = await build({
    ...shared,
    entryPoints: { index: "src/index.ts", node: "src/node.ts", "wasm-worker": "src/backends/wasm/wasm-worker.ts" },
    outdir: "dist/esm",
    format: "esm",
    splitting: true,
    platform: "neutral",
    mainFields: ["browser", "module", "main"],
    external: ["node:*"],
  });
  await build({
    ...shared,
    outdir: "dist/cjs",
    format: "cjs",
    platform: "node",
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { ...shared.define, "import.meta.url": "importMetaUrl" },
  });
  // The command line is an own bundle on top of the Node entry; its libraries are CommonJS and require Node's modules.
  const commandLine = await build({
    ...shared,
    entryPoints: ["src/cli/bin.ts"],
    outdir: "dist/esm/cli",
    format: "esm",
    platform: "node",
    external: ["../node.js"],
    banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  });
  const inputs = Object.keys({ ...metafile.inputs, ...commandLine.metafile.inputs });
  writeFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, licenseTexts(bundledPackages(inputs)));
  writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs" }\n');
}

function declarations() {
  node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--emitDeclarationOnly");
  for (const file of readdirSync(`${root}dist/esm`, { recursive: true })) {
    if (file.endsWith(".d.ts")) cpSync(`${root}dist/esm/${file}`, `${root}dist/cjs/${file}`);
  }
  checkDeclarations(`${root}dist/esm`);
}

node("scripts/build-native.mjs");
if (!ifStale || isStale("build/wasm/simd128.js", ["native", "wasm"])) node("scripts/build-wasm.mjs");
if (
  !ifStale ||
  isStale("dist/cjs/node.js", [
    "src",
    "build/wasm",
    "tsconfig.json",
    "package-lock.json",
    "scripts/build.mjs",
    "scripts/third-party.mjs",
  ])
) {
  rmSync(`${root}dist`, { recursive: true, force: true });
  mkdirSync(`${root}dist`);
  await bundle();
  declarations();
}
