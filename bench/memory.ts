// Whether memory grows with the number of steps: resident set size over many steps of `fit` and of `trainOnBatch`.
// By itself: npx tsx bench/memory.ts [--steps 100000] [--backend native]

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { backendInfo, layers, optimizers, sequential, setBackend } from "feedforward";

export interface MemoryResult {
  readonly backend: string;
  readonly steps: number;
  /** Megabytes after each tenth. */
  readonly fit: readonly number[];
  readonly trainOnBatch: readonly number[];
}

/** Takes so many steps by each method, in tenths. */
export async function watchMemory(backend: "native" | "wasm" | "reference", steps: number): Promise<MemoryResult> {
  await setBackend(backend);
  using net = sequential(
    [layers.dense({ units: 32, activation: "relu", inputShape: [16] }), layers.dense({ units: 4 })],
    { seed: 1 },
  );
  net.compile({ optimizer: optimizers.adam(), loss: "mse" });
  const rows = 800;
  const x = Float32Array.from({ length: rows * 16 }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Float32Array.from({ length: rows * 4 }, (_, i) => (i % 7) / 7);
  const fit: number[] = [];
  const trainOnBatch: number[] = [];
  const epochs = Math.max(1, Math.round(steps / 10 / 100));
  for (let tenth = 0; tenth < 10; tenth++) {
    await net.fit(x, y, { epochs, batchSize: 8, verbose: 0 });
    fit.push(residentMegabytes());
  }
  const [xs, ys] = [x.subarray(0, 8 * 16), y.subarray(0, 8 * 4)];
  for (let tenth = 0; tenth < 10; tenth++) {
    for (let i = 0; i < steps / 10; i++) await net.trainOnBatch(xs, ys);
    trainOnBatch.push(residentMegabytes());
  }
  const { name, isa, threads } = backendInfo();
  return { backend: `${name}/${isa} x${threads}`, steps, fit, trainOnBatch };
}

/** With `node --expose-gc` what is garbage does not count. */
function residentMegabytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

/** The garbage collector makes the size go up and down: what counts is whether the second half needs more than the first. */
export function memoryLines({ backend, steps, fit, trainOnBatch }: MemoryResult): string[] {
  const line = (method: string, sizes: readonly number[]) => {
    const [first, second] = [Math.max(...sizes.slice(0, 5)), Math.max(...sizes.slice(5))];
    const growth = `${second >= first ? "+" : ""}${(second - first).toFixed(1)} MB`;
    return `${steps} steps of ${method} on ${backend}: at most ${first.toFixed(0)} MB resident in the first half, ${growth} in the second`;
  };
  return [line("fit", fit), line("trainOnBatch", trainOnBatch)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { steps: { type: "string", default: "100000" }, backend: { type: "string", default: "native" } },
  });
  for (const line of memoryLines(
    await watchMemory(values.backend as "native" | "wasm" | "reference", Number(values.steps)),
  ))
    console.log(line);
}
