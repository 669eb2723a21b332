// The ways in which a page comes to the package: bundled by each of the bundlers, served by Vite while it is developed, or with files
// of the package as they are. Each serves test/browsers/site, with the package installed beside it.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { createServer, type InlineConfig, build as vite } from "vite";
import webpack from "webpack";
import { isolation, policy, type RunningSite, serve } from "./server.js";

/** The folder of the project, which has the package in its node_modules. */
type Project = string;

type Way = (project: Project, isolated: boolean) => Promise<RunningSite>;

const files = ["page.html", "page.js", "worker.js", "program.js", "xor.js"];
/** The files that the package starts as workers: bundlers that do not find them by themselves are told. */
const workers = ["wasm-worker", "training-worker"];
const modules = (project: Project) => join(project, "node_modules/feedforward/dist/modules/backends/wasm");

/** An empty folder for what a bundler writes. */
function output(project: Project, name: string): string {
  const folder = join(project, "out", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(project, "page.html"), join(folder, "page.html"));
  return folder;
}

/** What is written once serves pages with and without isolation. */
function built(name: string, write: (project: Project, folder: string) => Promise<void>): Way {
  const written = new Map<Project, Promise<string>>();
  const writeOnce = async (project: Project) => {
    const folder = output(project, name);
    await write(project, folder);
    return folder;
  };
  return async (project, isolated) => {
    const folder = written.get(project) ?? writeOnce(project);
    written.set(project, folder);
    return await serve({ folders: [["/", await folder]], isolated });
  };
}

/** The files of the package as they are. */
export const withoutBundler = built("none", async (project, folder) => {
  for (const file of files) {
    const text = readFileSync(join(project, file), "utf8");
    writeFileSync(join(folder, file), text.replace('from "feedforward"', 'from "./feedforward/dist/esm/index.js"'));
  }
  cpSync(join(project, "node_modules/feedforward"), join(folder, "feedforward"), { recursive: true });
});

// A worker of a page that imports the package has several files, which Vite refuses in its default format.
const viteConfig = (project: Project): InlineConfig => ({
  ...{ root: project, configFile: false, logLevel: "error", worker: { format: "es" } },
});

const byVite = built("vite", async (project, folder) => {
  const rollupOptions = { input: join(project, "page.html") };
  await vite({ ...viteConfig(project), build: { outDir: folder, emptyOutDir: true, target: "es2022", rollupOptions } });
});

/** `exclude`: as the package advises, so that Vite leaves it as it is and finds its workers. */
const byViteServer =
  (exclude: readonly string[]): Way =>
  async (project, isolated) => {
    const headers = {
      "content-security-policy": policy.replace("connect-src 'self'", "connect-src 'self' ws:"),
      ...(isolated ? isolation : {}),
    };
    const server = await createServer({
      ...viteConfig(project),
      cacheDir: join(project, `out/vite-server-${exclude.length}`),
      optimizeDeps: { exclude: [...exclude] },
      server: { host: "127.0.0.1", port: 0, headers },
    });
    await server.listen();
    const address = server.httpServer?.address() as AddressInfo | undefined;
    return { url: `http://127.0.0.1:${address?.port}/`, close: () => server.close() };
  };

const byWebpack = built("webpack", async (project, folder) => {
  const compiler = webpack({
    ...{ mode: "production", context: project, entry: "./page.js", devtool: false, performance: { hints: false } },
    output: { path: folder, filename: "page.js" },
  });
  const stats = await new Promise<webpack.Stats>((resolve, reject) => {
    compiler?.run((error, result) => (result === undefined ? reject(error) : resolve(result)));
  });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
});

const byEsbuild = built("esbuild", async (project, folder) => {
  const package_ = workers.map((name) => join(modules(project), `${name}.js`));
  await esbuild({
    ...{ absWorkingDir: project, entryPoints: ["page.js", "worker.js", ...package_], entryNames: "[name]" },
    ...{ outdir: folder, bundle: true, minify: true, splitting: true, format: "esm", logLevel: "error" },
  });
});

const byRollup = built("rollup", async (project, folder) => {
  const entries = Object.fromEntries(workers.map((name) => [name, join(modules(project), `${name}.js`)]));
  const bundle = await rollup({
    input: { page: join(project, "page.js"), worker: join(project, "worker.js"), ...entries },
    plugins: [nodeResolve({ browser: true })],
  });
  await bundle.write({ dir: folder, format: "es", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" });
});

/** What is there for a page whose bundler does not find the workers of the package: no threads, and no worker that trains. */
export interface Expectation {
  readonly serve: Way;
  readonly findsWorkers: boolean;
}

export const ways: Readonly<Record<string, Expectation>> = {
  "no bundler": { serve: withoutBundler, findsWorkers: true },
  "Vite, built": { serve: byVite, findsWorkers: true },
  "Vite's server": { serve: byViteServer([]), findsWorkers: false },
  "Vite's server, package excluded": { serve: byViteServer(["feedforward"]), findsWorkers: true },
  webpack: { serve: byWebpack, findsWorkers: true },
  esbuild: { serve: byEsbuild, findsWorkers: true },
  Rollup: { serve: byRollup, findsWorkers: true },
};
