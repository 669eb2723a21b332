// Builds what is missing or stale, then trains the MNIST example. Arguments go to examples/mnist.ts.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

node("scripts/build.mjs", "--if-stale", "--no-playground");
node("--import", "tsx", "examples/mnist.ts", ...process.argv.slice(2));
