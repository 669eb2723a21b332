import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Another build of the wasm module to test, for example by Emscripten (scripts/test-emcc.mjs).
const wasm = process.env.FEEDFORWARD_TEST_WASM;

export default defineConfig({
  resolve: {
    alias: [
      ...(wasm === undefined
        ? []
        : [{ find: /^#wasm\/(.*)$/, replacement: fileURLToPath(new URL(`${wasm}/$1.js`, import.meta.url)) }]),
      // The playground imports the package by its name.
      { find: /^feedforward$/, replacement: fileURLToPath(new URL("src/node.ts", import.meta.url)) },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // A browser that was just installed starts slowly the first time.
    hookTimeout: 120_000,
    // The addon and the wasm module are process-wide; forks keep the files independent of each other.
    pool: "forks",
    maxWorkers: 2,
  },
});
