import { defineConfig } from "vitest/config";

export default defineConfig({
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
