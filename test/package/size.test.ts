// What a page that trains XOR loads, bundled from the package by two bundlers: JavaScript and the one WebAssembly module. Sizes are
// those of the files with gzip; they depend on nothing but the sources, so that a budget can be a test.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./packed.js";

const page = `
import { layers, sequential } from "feedforward";

const net = sequential([
  layers.dense({ units: 8, activation: "tanh", inputShape: [2] }),
  layers.dense({ units: 1, activation: "sigmoid" }),
]);
net.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
await net.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]], { epochs: 100, verbose: 0 });
`;
/** The same in a function: Rollup cuts a page with a top-level await into more files, which compress worse. */
const pageInFunction = page.replace("const net", "async function main() {\nconst net").concat("}\nmain();\n");

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "feedforward-size-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/feedforward"));
  mkdirSync(join(folder, "function"));
  writeFileSync(join(folder, "page.js"), page);
  writeFileSync(join(folder, "function/page.js"), pageInFunction);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Part {
  readonly code: string;
  /** The files that it loads at once. */
  readonly imports: readonly string[];
  /** The sources in it. */
  readonly modules: readonly string[];
}

async function byEsbuild(): Promise<ReadonlyMap<string, Part>> {
  const { outputFiles, metafile } = await esbuild({
    ...{ absWorkingDir: folder, entryPoints: ["page.js"], outdir: "out", write: false, metafile: true },
    ...{ bundle: true, minify: true, splitting: true, format: "esm", target: "es2022" },
  });
  const parts = Object.entries(metafile.outputs).map(([path, output]): [string, Part] => {
    const imports = output.imports.filter(({ kind }) => kind === "import-statement").map((one) => basename(one.path));
    const code = outputFiles.find((file) => basename(file.path) === basename(path))?.text ?? "";
    return [basename(path), { code, imports, modules: Object.keys(output.inputs) }];
  });
  return new Map(parts);
}

const byVite = () => bundleByVite("page.js");
const byViteInFunction = () => bundleByVite("function/page.js");

async function bundleByVite(entry: string): Promise<ReadonlyMap<string, Part>> {
  const result = await vite({
    ...{ root: folder, configFile: false, logLevel: "error" },
    build: {
      ...{ write: false, target: "es2022", modulePreload: { polyfill: false } },
      rollupOptions: {
        input: join(folder, entry),
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  });
  const outputs = Array.isArray(result)
    ? result.flatMap(({ output }) => output)
    : "output" in result
      ? result.output
      : [];
  const parts = outputs.flatMap((output): [string, Part][] => {
    if (output.type !== "chunk") return [];
    const { code, imports } = output;
    return [[output.fileName, { code, imports, modules: Object.keys(output.modules) }]];
  });
  return new Map(parts);
}

/** The parts that are loaded before the first line of the page runs. */
function loadedAtOnce(parts: ReadonlyMap<string, Part>): readonly Part[] {
  const names = new Set(["page.js"]);
  // A set that grows while it is walked: its new members are met, too.
  for (const name of names) for (const other of parts.get(name)?.imports ?? []) names.add(other);
  return [...names].map((name) => parts.get(name) as Part);
}

function withGzip(parts: readonly Part[]): number {
  return parts.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

describe.each([
  ["Vite", byVite, 95_500],
  ["Vite, in a function", byViteInFunction, 84_500],
  // It keeps all names of a namespace that a module exports: all layers for `layers.dense`.
  ["esbuild", byEsbuild, 104_500],
] as const)("a page that trains XOR, bundled by %s", (_, bundle, budget) => {
  it("stays within the budget, with one WebAssembly module and nothing that it does not use", async () => {
    const parts = await bundle();
    const atOnce = loadedAtOnce(parts);
    expect(atOnce.length).toBeGreaterThan(0);
    const wasm = [...parts.values()].filter(({ modules }) => modules.some((path) => path.endsWith("wasm/relaxed.js")));
    expect(wasm).toHaveLength(1);
    const [javaScript, module] = [withGzip(atOnce), withGzip(wasm)];
    expect(javaScript).toBeLessThan(budget);
    expect(module).toBeLessThan(58_000);

    const unused =
      /dist\/(wasm|modules\/(estimators|saving|files|data|third-party\/(?!d3)|backends\/(reference\/(index|executable)|wasm\/worker-backend)|models\/(lbfgs|measure-layers|not-finite|rare|stream-feed|stream-pass)))\b/;
    expect(atOnce.flatMap(({ modules }) => modules).filter((path) => unused.test(path))).toEqual([]);
  });
});
