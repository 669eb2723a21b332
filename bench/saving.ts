// How long a model takes to a file and back, and how much memory at most: 100 and 10 million parameters, each in a process of its own.
// By itself: npx tsx bench/saving.ts [--folder /tmp]

import { execFileSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { layers, loadModel, type Model, sequential } from "feedforward";

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: tmpdir() },
    step: { type: "string", default: "all" },
    width: { type: "string", default: "10000" },
  },
});
const width = Number(values.width);
const path = join(values.folder, `feedforward-${width}.safetensors`);

/** `width^2` weights in two layers. */
function network(): Model {
  return sequential(
    [
      layers.dense({ units: width, inputShape: [width / 2], useBias: false, kernelInitializer: "ones" }),
      layers.dense({ units: width / 2, useBias: false, kernelInitializer: "ones" }),
    ],
    { name: "wide" },
  );
}

async function measured(name: string, run: () => Promise<unknown>): Promise<string> {
  const began = performance.now();
  await run();
  const milliseconds = performance.now() - began;
  return `${name} ${milliseconds.toFixed(0)} ms`;
}

/** The largest size that the process had: its peak, of which only the operating system knows. */
function peak(): string {
  return `peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`;
}

if (values.step === "save") {
  const net = network();
  // The kernels hold their values.
  net.getWeights();
  const before = process.memoryUsage.rss() / 2 ** 20;
  const lines = [await measured("save", () => net.save(path))];
  console.log(`${lines.join(", ")}, ${before.toFixed(0)} MB before, ${peak()}`);
} else if (values.step === "load") {
  const first = await measured("load", () => loadModel(path));
  const second = await measured("again", () => loadModel(path));
  console.log(`${first}, ${second}, ${peak()}`);
} else {
  for (const units of [10_000, 3_162]) {
    for (const step of ["save", "load"]) {
      const args = ["--import", "tsx", "bench/saving.ts", "--step", step, "--width", String(units)];
      const line = execFileSync(process.execPath, [...args, "--folder", values.folder])
        .toString()
        .trim();
      console.log(`${((units * units) / 1e6).toFixed(0)} million parameters: ${line}`);
    }
    const file = join(values.folder, `feedforward-${units}.safetensors`);
    console.log(`  ${(statSync(file).size / 1e6).toFixed(0)} MB`);
    rmSync(file);
  }
}
