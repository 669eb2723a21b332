import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/browsers/**/*.browsers.ts"],
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    // One browser at a time: threads of several would wait for each other.
    fileParallelism: false,
  },
});
