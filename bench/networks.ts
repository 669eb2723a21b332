// Training samples per second of four networks through `fit`, and the latency of one row through `predictSync`: what users get,
// with the checks of the data, the shuffling and the books of the history.

import { layers, losses, type Model, optimizers, sequential, setBackend } from "feedforward";
import type { Setting } from "./contestants.js";
import { digits, printTable } from "./report.js";
import { type Contestant, type Effort, measureInTurns, median, quantile, type Samples, spread } from "./timing.js";

export interface Network {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly rows: number;
  /** The reference backend takes part in networks that it can train in a second. */
  readonly reference: boolean;
}

export interface NetworkResult {
  readonly network: string;
  readonly batch: number;
  /** Seconds for one epoch, and steps of one epoch. */
  readonly samples: readonly Samples[];
  readonly rows: number;
}

export interface LatencyResult {
  readonly network: string;
  readonly label: string;
  readonly median: number;
  readonly p99: number;
}

export const networks: readonly Network[] = [
  { name: "XOR 2-8-1", sizes: [2, 8, 1], batch: 4, rows: 4, reference: true },
  { name: "784-128-10", sizes: [784, 128, 10], batch: 32, rows: 4096, reference: false },
  { name: "784-512-512-10", sizes: [784, 512, 512, 10], batch: 128, rows: 8192, reference: false },
  { name: "1024-2048-2048-2048-10", sizes: [1024, 2048, 2048, 2048, 10], batch: 256, rows: 512, reference: false },
];

function build({ sizes }: Network): Model {
  const [inputs = 1, ...units] = sizes;
  const hidden = units.slice(0, -1).map((count, i) =>
    layers.dense({
      units: count,
      activation: sizes.length === 3 && inputs === 2 ? "tanh" : "relu",
      ...(i === 0 && { inputShape: [inputs] }),
    }),
  );
  const outputs = units.at(-1) ?? 1;
  const net = sequential(
    [...hidden, layers.dense({ units: outputs, ...(outputs === 1 && { activation: "sigmoid" }) })],
    { seed: 1 },
  );
  const loss = outputs === 1 ? losses.binaryCrossentropy() : losses.sparseCategoricalCrossentropy({ fromLogits: true });
  net.compile({ optimizer: optimizers.adam({ learningRate: 1e-3 }), loss });
  return net;
}

function data({ sizes, rows }: Network): { x: Float32Array; y: Float32Array } {
  if (sizes[0] === 2) return { x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float32Array.of(0, 1, 1, 0) };
  const inputs = sizes[0] ?? 1;
  const x = Float32Array.from({ length: rows * inputs }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Float32Array.from({ length: rows }, (_, i) => (i * 31) % (sizes.at(-1) ?? 1));
  return { x, y };
}

async function choose({ name, isa, threads }: Setting): Promise<void> {
  await setBackend(name, name === "reference" ? {} : { isa, threads });
}

function contestant(setting: Setting, network: Network, net: Model): Contestant {
  const { x, y } = data(network);
  return {
    label: setting.label,
    measure: async (epochs) => {
      await choose(setting);
      const began = performance.now();
      const { history } = await net.fit(x, y, { epochs, batchSize: network.batch, verbose: 0 });
      const seconds = (performance.now() - began) / 1000;
      const last = history.loss?.at(-1) ?? Number.NaN;
      if (!Number.isFinite(last) || (network.rows === 4 && epochs > 5000 && last > 0.1)) {
        throw new Error(`${setting.label}: ${network.name} does not learn, its loss is ${last}`);
      }
      return seconds;
    },
  };
}

/** Trains one network with each of the settings, in turns. */
export async function benchNetwork(
  network: Network,
  settings: readonly Setting[],
  effort: Effort,
): Promise<NetworkResult> {
  const models = settings.map(() => build(network));
  const contestants = settings.map((setting, i) => contestant(setting, network, models[i] as Model));
  const samples = await measureInTurns(contestants, effort);
  for (const net of models) net.dispose();
  return { network: network.name, batch: network.batch, rows: network.rows, samples };
}

export async function benchNetworks(
  settings: readonly Setting[],
  effort: Effort,
  only: RegExp,
): Promise<NetworkResult[]> {
  const results: NetworkResult[] = [];
  for (const network of networks) {
    if (!only.test(`fit ${network.name}`)) continue;
    const able = settings.filter(({ name, isa }) => (name === "reference" ? network.reference : isa !== "scalar"));
    results.push(await benchNetwork(network, able, effort));
  }
  return results;
}

export async function benchLatency(
  settings: readonly Setting[],
  calls: number,
  only: RegExp,
): Promise<LatencyResult[]> {
  const results: LatencyResult[] = [];
  for (const network of networks) {
    if (!only.test(`predict ${network.name}`)) continue;
    for (const setting of settings) {
      if (setting.name === "reference" ? !network.reference : setting.isa === "scalar") continue;
      await choose(setting);
      using net = build(network);
      const row = data(network).x.slice(0, network.sizes[0]);
      const count = Math.max(50, Math.min(calls, Math.round((calls * 1e5) / weightsOf(network))));
      for (let i = 0; i < count / 5; i++) net.predictSync(row);
      const times = Array.from({ length: count }, () => {
        const began = performance.now();
        net.predictSync(row);
        return (performance.now() - began) * 1000;
      });
      results.push({ network: network.name, label: setting.label, median: median(times), p99: quantile(times, 0.99) });
    }
  }
  return results;
}

/** Floating-point operations of training with one row: three products of each layer, without the gradient of the data. */
export function trainingFlops(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, units, i) => sum + 2 * units * (sizes[i] ?? 1) * (i === 0 ? 2 : 3), 0);
}

function weightsOf({ sizes }: Network): number {
  return sizes.slice(1).reduce((sum, units, i) => sum + units * (sizes[i] ?? 1), 0);
}

/** Rows of data in a second. */
export function samplesPerSecond({ rows }: Pick<NetworkResult, "rows">, samples: Samples): number {
  return rows / median(samples.seconds);
}

export function printNetworks(results: readonly NetworkResult[]): void {
  const rows = results.flatMap((result) =>
    result.samples.map((samples) => {
      const rate = samplesPerSecond(result, samples);
      return [
        `${result.network}, batch ${result.batch}`,
        samples.label,
        digits(rate),
        digits(rate / result.batch),
        `${(100 * spread(samples.seconds)).toFixed(0)} %`,
      ];
    }),
  );
  printTable("Training through fit, Adam", ["network", "backend", "samples/s", "steps/s", "spread"], rows, 2);
}

export function printLatency(results: readonly LatencyResult[]): void {
  const rows = results.map(({ network, label, median: middle, p99 }) => [
    network,
    label,
    middle.toFixed(1),
    p99.toFixed(1),
  ]);
  printTable("Latency of one row through predictSync, microseconds", ["network", "backend", "median", "99 %"], rows, 2);
}
