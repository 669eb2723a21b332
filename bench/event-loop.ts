// How long a 1 ms timer of the main thread waits while `fit` runs. By itself: npx tsx bench/event-loop.ts [--seconds 60] [--backend native]

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AbortError, backendInfo, layers, losses, optimizers, sequential, setBackend } from "feedforward";
import { quantile } from "./timing.js";

export interface EventLoopResult {
  readonly backend: string;
  readonly seconds: number;
  readonly steps: number;
  /** Milliseconds beyond the timer's own one. */
  readonly longest: number;
  /** Seconds after the begin of fit. */
  readonly longestAt: number;
  readonly p99: number;
}

/** Trains 784-512-512-10 for so many seconds and watches a timer. */
export async function watchEventLoop(
  backend: "native" | "wasm" | "reference",
  seconds: number,
): Promise<EventLoopResult> {
  await setBackend(backend);
  const rows = backend === "reference" ? 256 : 8192;
  const x = Float32Array.from({ length: rows * 784 }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Float32Array.from({ length: rows }, (_, i) => i % 10);
  using net = sequential(
    [
      layers.dense({ units: 512, activation: "relu", inputShape: [784] }),
      layers.dense({ units: 512, activation: "relu" }),
      layers.dense({ units: 10 }),
    ],
    { seed: 1 },
  );
  net.compile({ optimizer: optimizers.adam(), loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
  const controller = new AbortController();
  const waits: number[] = [];
  let [longest, longestAt] = [0, 0];
  const began = performance.now();
  let last = began;
  const timer = setInterval(() => {
    const now = performance.now();
    const wait = now - last - 1;
    waits.push(wait);
    if (wait > longest) [longest, longestAt] = [wait, (now - began) / 1000];
    last = now;
  }, 1);
  const end = setTimeout(() => controller.abort(), seconds * 1000);
  let message = "";
  try {
    await net.fit(x, y, { epochs: 1e6, batchSize: 128, verbose: 0, signal: controller.signal });
  } catch (error) {
    if (!(error instanceof AbortError)) throw error;
    message = error.message;
  } finally {
    clearInterval(timer);
    clearTimeout(end);
  }
  const { name, isa, threads } = backendInfo();
  return {
    backend: `${name}/${isa} x${threads}`,
    seconds: (performance.now() - began) / 1000,
    steps: Number(/(\d+) steps are done/.exec(message)?.[1] ?? Number.NaN),
    longest,
    longestAt,
    p99: quantile(waits, 0.99),
  };
}

export function eventLoopLine({ backend, seconds, steps, longest, longestAt, p99 }: EventLoopResult): string {
  const training = `fit of ${seconds.toFixed(0)} s (${steps} steps) on ${backend}`;
  return `${training}: a 1 ms timer waited ${longest.toFixed(1)} ms at most (at ${longestAt.toFixed(1)} s), 99 % under ${p99.toFixed(1)} ms`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "60" }, backend: { type: "string", default: "native" } },
  });
  console.log(
    eventLoopLine(await watchEventLoop(values.backend as "native" | "wasm" | "reference", Number(values.seconds))),
  );
}
