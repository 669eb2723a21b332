// Measures itself in a fresh process, with the package as users have it, and prints one line of JSON.
//   node bench/child.mjs first-step native|wasm
//   node bench/child.mjs memory native|wasm 2 128 784,512,512,10 1024   (threads, batch, sizes, rows)
// first-step: milliseconds from before the import of the package to the end of the first training step of 784-128-10.
// memory: bytes that are resident at most during `fit`, more than before the data was made.

import { readFileSync } from "node:fs";

const [what, backend, threads, batch, sizeList, rowCount] = process.argv.slice(2);

async function firstStep() {
  const x = new Float32Array(32 * 784).fill(0.5);
  const y = Float32Array.from({ length: 32 }, (_, i) => i % 10);
  const began = performance.now();
  const { layers, losses, sequential, setBackend } = await import("feedforward");
  const imported = performance.now();
  if (backend === "wasm") await setBackend("wasm");
  const net = sequential(
    [layers.dense({ units: 128, activation: "relu", inputShape: [784] }), layers.dense({ units: 10 })],
    { seed: 1 },
  );
  net.compile({ optimizer: "adam", loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
  const { loss } = await net.trainOnBatch(x, y);
  const ended = performance.now();
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
  return { import: imported - began, total: ended - began };
}

/** Linux: resourceUsage().maxRSS begins with the size of the process that started this one, and hides all that is smaller. */
function peakOfThisProcess() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(kilobytes) * 1024;
}

async function memory() {
  const { layers, losses, sequential, setBackend } = await import("feedforward");
  await setBackend(backend, { threads: Number(threads) });
  const sizes = sizeList.split(",").map(Number);
  const rows = Number(rowCount);
  const train = async (widths, batchSize, data, labels) => {
    const net = sequential(
      widths.slice(1).map((units, i) =>
        layers.dense({
          units,
          ...(i < widths.length - 2 && { activation: "relu" }),
          ...(i === 0 && { inputShape: [widths[0]] }),
        }),
      ),
      { seed: 1 },
    );
    net.compile({ optimizer: "adam", loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
    await net.fit(data, labels, { epochs: 2, batchSize, verbose: 0 });
  };
  // What the code itself needs, its compilation included, is there whatever the model.
  await train([8, 8, 10], 8, new Float32Array(16 * 8), new Float32Array(16));
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const x = new Float32Array(rows * sizes[0]).map((_, i) => ((i * 7919) % 1009) / 1009);
  const y = new Float32Array(rows).map((_, i) => i % sizes.at(-1));
  await train(sizes, Number(batch), x, y);
  return { before, peak: peakOfThisProcess() };
}

console.log(JSON.stringify(await (what === "memory" ? memory() : firstStep())));
