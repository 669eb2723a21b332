// Bundles the suites that run on every backend for a page: the test files as they are, with what they take of Node replaced.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { root } from "../server.js";

const ofNode = /from "node:|vi\.(mock|hoisted|stubGlobal)|\bprocess\.|\bsetImmediate\b|setBackend\("native"/;

/** The test files that use the list of backends and nothing of Node. FEEDFORWARD_TEST_FILES (for example "ops,fit") chooses some. */
export function suiteFiles(): string[] {
  const wanted = process.env.FEEDFORWARD_TEST_FILES?.split(",");
  return readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => `test/${file}`)
    .filter((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return /from "[./]*backends\.js"/.test(text) && !ofNode.test(text);
    })
    .filter((file) => wanted === undefined || wanted.some((part) => file.includes(part)))
    .sort();
}

const replacements: readonly (readonly [RegExp, string])[] = [
  [/^vitest$/, "vitest.ts"],
  [/^node:fs$/, "node-fs.ts"],
  [/^[./]+\/backends\.js$/, "backends.ts"],
];

const replaced: Plugin = {
  name: "replaced",
  setup({ onResolve }) {
    for (const [filter, file] of replacements) {
      onResolve({ filter }, ({ importer }) => {
        const isTest = importer.startsWith(join(root, "test/")) && !importer.startsWith(join(root, "test/browsers/"));
        return isTest ? { path: join(root, "test/browsers/suite", file) } : undefined;
      });
    }
  },
};

/** Writes page.html and what it loads. */
export async function bundleSuite(folder: string, files: readonly string[]): Promise<void> {
  const imports = files.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)})`);
  const contents = `import { runFiles } from "./test/browsers/suite/page.ts";\nvoid runFiles({ ${imports.join(", ")} });`;
  const shared = { absWorkingDir: root, bundle: true, format: "esm", target: "es2022", outdir: folder } as const;
  await build({
    ...shared,
    ...{ stdin: { contents, resolveDir: root, sourcefile: "suite.ts" }, entryNames: "suite" },
    ...{ splitting: true, sourcemap: "inline", logLevel: "error", plugins: [replaced] },
  });
  const workers = ["wasm-worker", "training-worker"].map((name) => `src/backends/wasm/${name}.ts`);
  await build({ ...shared, entryPoints: workers });
  writeFileSync(
    join(folder, "page.html"),
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/suite.js"></script>',
  );
}
