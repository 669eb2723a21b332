// Builds the WebAssembly module with Emscripten and runs the suite of the wasm backend on it, as `npm run test:unit` does on clang's.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = "build/wasm-emcc";
const suite = ["test/backends", "test/fixtures", "test/models", "test/layers", "test/ops", "test/grad.test.ts"];

function node(args, variables = {}) {
  const env = { ...process.env, ...variables };
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}

node(["scripts/build-wasm.mjs", "--emcc", "--output", folder, "--require"]);
// What Emscripten builds has no threads.
node(["node_modules/vitest/vitest.mjs", "run", ...suite, "--exclude", "test/backends/wasm/**"], {
  FEEDFORWARD_TEST_BACKENDS: "wasm",
  FEEDFORWARD_TEST_WASM: folder,
});
