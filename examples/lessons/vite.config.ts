// The pages of the lessons: `npm run lessons:pages` builds and serves them, with the built package. (Its development server takes the
// files of MNIST for scripts, because their names have no extension.)

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("index.html"));

export default defineConfig({
  root: here,
  base: "./",
  resolve: { alias: { feedforward: `${root}dist/esm/index.js` } },
  build: {
    outDir: `${root}build/lessons-pages`,
    emptyOutDir: true,
    target: "es2022",
    rollupOptions: { input: pages.map((file) => `${here}${file}`) },
  },
});
