// What we hold ourselves to in comparison with others: ratios within one run, with as many threads.

import type { Target } from "../targets.js";
import { median, type Samples } from "../timing.js";

export interface RivalResult {
  readonly network: string;
  readonly batch: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly samples: readonly Samples[];
  /** Microseconds of one row and of 256. */
  readonly latency: Readonly<Record<string, readonly [number, number]>>;
}

/** Rows a second of the fastest whose label matches. */
function fastest({ rows, samples }: RivalResult, pattern: RegExp): number {
  const rates = samples
    .filter(({ label }) => pattern.test(label))
    .map(({ label, seconds }) => (rows[label] ?? 0) / median(seconds));
  return rates.length === 0 ? Number.NaN : Math.max(...rates);
}

/** Rows a second of predicting 256 rows. */
function fastestPrediction({ latency }: RivalResult, pattern: RegExp): number {
  const times = Object.entries(latency).filter(([label]) => pattern.test(label));
  return times.length === 0 ? Number.NaN : Math.max(...times.map(([, [, many]]) => 256e6 / many));
}

/** The targets that the results allow to judge: the best of several versions of a library counts. */
export function findRivalTargets(results: readonly RivalResult[]): Target[] {
  const native = /^feedforward native/;
  const ratio = (network: string, ours: RegExp, theirs: RegExp) => {
    const result = results.find((one) => one.network === network);
    return result === undefined ? Number.NaN : fastest(result, ours) / fastest(result, theirs);
  };
  const target = (name: string, value: number, limit: number): Target => ({ name, value, limit, atMost: false });
  const middle = "784-512-512-10";
  const found = results.find((one) => one.network === middle);
  const predictions =
    found === undefined ? Number.NaN : fastestPrediction(found, native) / fastestPrediction(found, /^PyTorch/);
  const targets = [
    target("784-128-10 / PyTorch", ratio("784-128-10", native, /^PyTorch/), 5),
    target(`${middle} / PyTorch`, ratio(middle, native, /^PyTorch/), 2.5),
    target("1024-2048x3-10 / PyTorch", ratio("1024-2048-2048-2048-10", native, /^PyTorch/), 1.7),
    target("XOR / the fastest JavaScript library", ratio("XOR 2-8-1", native, /^(brain|convnet|synaptic)/), 2.5),
    target(`inference of ${middle}, 256 rows / PyTorch`, predictions, 2),
    target(`WebAssembly, 1 thread, ${middle} / jax-js`, ratio(middle, /^feedforward wasm.* x1$/, /^jax-js/), 2),
    target(`WebAssembly, 1 thread, ${middle} / tfjs wasm`, ratio(middle, /^feedforward wasm.* x1$/, /^tfjs wasm/), 18),
  ];
  return targets.filter(({ value }) => Number.isFinite(value));
}
