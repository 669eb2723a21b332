// Whether memory grows with the number of steps: resident set size over many steps of `fit` and of `trainOnBatch`, over many calls
// of `fit`, and over many models that are made and forgotten.
// By itself: node --expose-gc --import tsx bench/memory.ts [--steps 100000] [--cycles 10000] [--backend native]

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { backendInfo, layers, loadModel, optimizers, sequential, setBackend } from "feedforward";

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

export interface CycleResult {
  readonly backend: string;
  readonly cycles: number;
  /** Megabytes after each tenth. */
  readonly fits: readonly number[];
  readonly models: readonly number[];
  readonly files: readonly number[];
}

/** So many fits of one model, so many models that are trained and forgotten, and so many that are saved and loaded. */
export async function watchCycles(backend: "native" | "wasm" | "reference", cycles: number): Promise<CycleResult> {
  await setBackend(backend);
  const x = Float32Array.from({ length: 32 * 16 }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Float32Array.from({ length: 32 * 4 }, (_, i) => (i % 7) / 7);
  const make = () => {
    const net = sequential([
      layers.dense({ units: 32, activation: "relu", inputShape: [16] }),
      layers.dense({ units: 4 }),
    ]);
    net.compile({ optimizer: optimizers.adam(), loss: "mse" });
    return net;
  };
  const tenths = async (cycle: () => Promise<unknown>): Promise<number[]> => {
    const sizes: number[] = [];
    for (let tenth = 0; tenth < 10; tenth++) {
      for (let i = 0; i < cycles / 10; i++) await cycle();
      sizes.push(residentMegabytes());
    }
    return sizes;
  };
  const once = { epochs: 1, verbose: 0 } as const;
  const kept = make();
  const fits = await tenths(() => kept.fit(x, y, once));
  const models = await tenths(() => make().fit(x, y, once));
  const files = await tenths(async () => await (await loadModel(await kept.save())).predict(x));
  const { name, isa, threads } = backendInfo();
  return { backend: `${name}/${isa} x${threads}`, cycles, fits, models, files };
}

/** With `node --expose-gc` what is garbage does not count. */
function residentMegabytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

/** The garbage collector makes the size go up and down: what counts is whether the second half needs more than the first. */
export function memoryLines({ backend, steps, fit, trainOnBatch }: MemoryResult): string[] {
  return [
    growthLine(`${steps} steps of fit on ${backend}`, fit),
    growthLine(`${steps} steps of trainOnBatch on ${backend}`, trainOnBatch),
  ];
}

export function cycleLines({ backend, cycles, fits, models, files }: CycleResult): string[] {
  return [
    growthLine(`${cycles} fits of one model on ${backend}`, fits),
    growthLine(`${cycles} models trained and forgotten on ${backend}`, models),
    growthLine(`${cycles} models saved, loaded and forgotten on ${backend}`, files),
  ];
}

function growthLine(what: string, sizes: readonly number[]): string {
  const [first, second] = [Math.max(...sizes.slice(0, 5)), Math.max(...sizes.slice(5))];
  const growth = `${second >= first ? "+" : ""}${(second - first).toFixed(1)} MB`;
  return `${what}: at most ${first.toFixed(0)} MB resident in the first half, ${growth} in the second`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      steps: { type: "string", default: "100000" },
      cycles: { type: "string", default: "10000" },
      backend: { type: "string", default: "native" },
    },
  });
  const backend = values.backend as "native" | "wasm" | "reference";
  for (const line of memoryLines(await watchMemory(backend, Number(values.steps)))) console.log(line);
  for (const line of cycleLines(await watchCycles(backend, Number(values.cycles)))) console.log(line);
}
