// The suites of the wasm backend in a Node with relaxed SIMD, which the oldest supported one lacks. npm brings that Node, into build/.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { arch, platform } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const name = `node-${platform() === "win32" ? "win" : platform()}-${arch()}`;
const folder = `${root}build/node22`;
const file = `${folder}/node_modules/${name}/bin/node${platform() === "win32" ? ".exe" : ""}`;
const suites = [
  ...["test/backends", "test/fixtures-ops.test.ts", "test/fixtures-training.test.ts"],
  ...["test/fixtures-networks.test.ts", "test/fixtures-functional.test.ts"],
];

function run(command, args, environment = {}) {
  const env = { ...process.env, ...environment };
  // npm itself is a script on Windows.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env, shell: command === "npm" });
  if (error !== undefined) console.error(`test-wasm: ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(file)) {
  run("npm", ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--silent", `${name}@22`]);
}
run(file, ["node_modules/vitest/vitest.mjs", "run", ...suites], { FEEDFORWARD_TEST_BACKENDS: "wasm" });
