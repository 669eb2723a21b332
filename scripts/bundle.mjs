// The JavaScript of dist/ (docs/architecture.md tells what each folder is for):
//   esm/      bundles for Node and for pages without a bundler
//   cjs/      bundles for require
//   modules/  one file for each source file, for bundlers
//   wasm/     the WebAssembly modules: as they are, and embedded in JavaScript

import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { pagePackages } from "./playground.mjs";
import { bundledPackages, licenseTexts } from "./third-party.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const shared = {
  absWorkingDir: root,
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
const neutral = { format: "esm", platform: "neutral", mainFields: ["browser", "module", "main"] };

/** Leaves imports as they are, at the paths that `place` gives for some of them. */
function external(filter, place) {
  return {
    name: "external",
    setup({ onResolve }) {
      onResolve({ filter }, (args) => {
        return args.kind === "entry-point" ? undefined : { path: place(args), external: true, sideEffects: false };
      });
    },
  };
}

/** Where the module of an import such as "#wasm/relaxed" stands, seen from a folder of dist/. */
const embeddedAt = (folder, path) => `${folder}/${path.slice("#wasm/".length)}.js`;

/** The same in CommonJS, whose `require` gives the exports as they are: without the default export of an ES module. */
const embeddedCjs = {
  name: "embedded",
  setup({ onResolve, onLoad }) {
    const namespace = "embedded";
    onResolve({ filter: /^#wasm\// }, ({ path }) => ({ path: embeddedAt("./wasm", path), namespace }));
    onResolve({ filter: /./, namespace }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `const { default: base64, reason } = require(${JSON.stringify(path)});\nexport { base64 as default, reason };`,
    }));
  },
};

/** Node and pages: few files, since each costs a request or a look at the disk. What is imported dynamically stands alone. */
async function bundleEsm() {
  return await build({
    ...shared,
    ...neutral,
    entryPoints: {
      index: "src/index.ts",
      node: "src/node.ts",
      "wasm-worker": "src/backends/wasm/wasm-worker.ts",
      "training-worker": "src/backends/wasm/training-worker.ts",
      // For the threads of both builds.
      "tune-worker": "src/node/tune-worker.ts",
    },
    outdir: "dist/esm",
    splitting: true,
    external: ["node:*"],
    plugins: [external(/^#wasm\//, ({ path }) => embeddedAt("../wasm", path))],
  });
}

async function bundleCjs() {
  return await build({
    ...shared,
    entryPoints: ["src/index.ts", "src/node.ts"],
    outdir: "dist/cjs",
    format: "cjs",
    platform: "node",
    // `require` instead of `import()`, which test runners with realms of their own refuse.
    supported: { "dynamic-import": false },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { ...shared.define, "import.meta.url": "importMetaUrl" },
    plugins: [embeddedCjs],
  });
}

/** The command line is an own bundle on top of the Node entry; its libraries are CommonJS and require Node's modules. */
async function bundleCommandLine() {
  return await build({
    ...shared,
    entryPoints: ["src/cli/bin.ts"],
    outdir: "dist/esm/cli",
    format: "esm",
    platform: "node",
    external: ["../node.js"],
    banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  });
}

/** Bundlers drop what a page does not use file by file, and namespaces (`layers`) name by name: nothing is joined for them. */
async function compileModules() {
  const sources = readdirSync(`${root}src`, { recursive: true })
    .filter((file) => file.endsWith(".ts") && !/^(node|cli)\b/.test(file))
    .map((file) => `src/${file}`);
  const packages = new Set();
  const up = ({ importer }) => relative(dirname(importer), `${root}src`) || ".";
  const asTheyAre = external(/^\./, ({ path }) => path);
  const wasm = external(/^#wasm\//, (args) => embeddedAt(`${up(args)}/../wasm`, args.path));
  const thirdParty = external(/^[^.#/]/, (args) => {
    packages.add(args.path);
    return `${args.importer === "" ? "." : up(args)}/third-party/${args.path}.js`;
  });
  const modules = await build({
    ...shared,
    ...neutral,
    entryPoints: sources,
    outbase: "src",
    outdir: "dist/modules",
    plugins: [asTheyAre, wasm, thirdParty],
  });
  const libraries = await build({
    ...shared,
    ...neutral,
    entryPoints: Object.fromEntries([...packages].map((name) => [name, name])),
    outdir: "dist/modules/third-party",
  });
  return { metafile: { inputs: { ...modules.metafile.inputs, ...libraries.metafile.inputs } } };
}

async function embedWasm() {
  mkdirSync(`${root}dist/wasm`, { recursive: true });
  const names = readdirSync(`${root}build/wasm`).filter((name) => /\.(js|wasm)$/.test(name));
  for (const name of names)
    copyFileSync(`${root}build/wasm/${name}`, `${root}dist/wasm/${name.replace(/^feedforward-/, "")}`);
  const entryPoints = names.filter((name) => name.endsWith(".js")).map((name) => `build/wasm/${name}`);
  await build({ ...shared, entryPoints, outdir: "dist/cjs/wasm", format: "cjs", platform: "node" });
}

/** Writes all of it, and the licences of what is in it. */
export async function bundle() {
  await embedWasm();
  const results = [await bundleEsm(), await bundleCjs(), await bundleCommandLine(), await compileModules()];
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(
    `${root}dist/THIRD-PARTY-LICENSES.txt`,
    licenseTexts([...new Set([...bundledPackages(inputs), ...pagePackages])].sort()),
  );
  writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs" }\n');
}
