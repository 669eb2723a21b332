// What we hold ourselves to: every row has a number that it must reach. Ratios compare contestants of one run, so they mean the same on
// every machine; rates were set on one with two cores, AVX2 and 104 GFLOP/s a core.

import { type ChainResult, chainRatio } from "./chain.js";
import type { FirstStepResult } from "./first-step.js";
import { type FootprintResult, footprintRatio } from "./footprint.js";
import { againstBest, type GemmResult } from "./gemm.js";
import { type LatencyResult, type NetworkResult, samplesPerSecond } from "./networks.js";
import { type Peak, peakOf } from "./peak.js";
import { type Profile, stepEfficiency } from "./profile.js";
import { digits, printTable } from "./report.js";
import { geometricMean, median } from "./timing.js";

export interface Target {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  /** Whether less is better. */
  readonly atMost: boolean;
}

export function isReached({ value, limit, atMost }: Target): boolean {
  return atMost ? value <= limit : value >= limit;
}

export function printTargets(targets: readonly Target[]): void {
  if (targets.length === 0) return;
  const rows = targets.map((target) => [
    target.name,
    digits(target.value),
    `${target.atMost ? "at most" : "at least"} ${digits(target.limit)}`,
    isReached(target) ? "yes" : "no",
  ]);
  printTable("What we hold ourselves to", ["what", "measured", "must be", "reached"], rows);
}

export interface Measured {
  readonly gemm: readonly GemmResult[];
  readonly networks: readonly NetworkResult[];
  readonly latency: readonly LatencyResult[];
  readonly profiles: readonly Profile[];
  readonly peaks: readonly Peak[];
  readonly chain: readonly ChainResult[];
  readonly firstStep: readonly FirstStepResult[];
  readonly footprint: readonly FootprintResult[];
  /** Bytes of each module, compressed. */
  readonly modules: readonly { readonly name: string; readonly bytes: number }[];
}

/** The labels of the best native contestants with one and with two threads, and of the WebAssembly ones with one. */
export interface Labels {
  readonly native: readonly string[];
  readonly wasm: readonly string[];
}

const atLeast = (name: string, value: number, limit: number): Target => ({ name, value, limit, atMost: false });
const atMost = (name: string, value: number, limit: number): Target => ({ name, value, limit, atMost: true });

/** The targets that the results allow to judge. */
export function findTargets(measured: Measured, labels: Labels): Target[] {
  const targets = [
    ...productTargets(measured, labels),
    ...trainingTargets(measured, labels),
    ...latencyTargets(measured, labels),
    ...measured.footprint.map((result) =>
      atMost(`peak memory of training ${result.network} / minimum, ${result.label}`, footprintRatio(result), 1.15),
    ),
    ...measured.modules.map(({ name, bytes }) => atMost(`kB of ${name}, gzipped`, bytes / 1000, 60)),
  ];
  return targets.filter(({ value }) => Number.isFinite(value));
}

function productTargets({ gemm, chain }: Measured, { native }: Labels): Target[] {
  const ratios = (batches: (batch: number) => boolean, labels: readonly string[]) =>
    gemm
      .filter(({ batch }) => batches(batch))
      .flatMap((result) => labels.map((label) => againstBest(result, label)))
      .filter(Number.isFinite);
  const large = ratios((batch) => batch >= 32, native);
  const single = ratios((batch) => batch === 1, native);
  return [
    ...native.map((label) =>
      atLeast(
        `products, batch >= 32, ${label} / best library, mean`,
        geometricMean(ratios((batch) => batch >= 32, [label])),
        1,
      ),
    ),
    atLeast("the same, the worst cell", Math.min(...large), 0.8),
    atLeast("products of one row / best library, mean", geometricMean(single), 1),
    ...chain.map((result) =>
      atLeast(
        `ten elementwise operations, ${result.rows} x ${result.columns}, / by hand`,
        chainRatio(result, native[0] ?? ""),
        0.5,
      ),
    ),
  ];
}

function trainingTargets({ networks, profiles, peaks }: Measured, { native, wasm }: Labels): Target[] {
  const rate = (name: string, label: string) => {
    const result = networks.find(({ network }) => network === name);
    const samples = result?.samples.find((candidate) => candidate.label === label);
    return result === undefined || samples === undefined ? Number.NaN : samplesPerSecond(result, samples);
  };
  const [one = "", two = ""] = native;
  const [middle, large] = ["784-512-512-10", "1024-2048-2048-2048-10"];
  const efficiency = (name: string, label: string) => {
    const profile = profiles.find((entry) => entry.network === name && entry.label === label);
    return profile === undefined ? Number.NaN : stepEfficiency(profile, peakOf(peaks, profile.threads));
  };
  return [
    atLeast(`fit of ${middle}, samples/s, 2 threads`, rate(middle, two), 45_000),
    ...native.map((label) => atLeast(`step of ${middle} / peak, ${label}`, efficiency(middle, label), 0.7)),
    ...native.map((label) => atLeast(`step of ${large} / peak, ${label}`, efficiency(large, label), 0.75)),
    ...[middle, large].map((name) =>
      atLeast(`fit of ${name}, threads 1 -> 2`, rate(name, two) / rate(name, one), 1.85),
    ),
    atLeast("fit of XOR 2-8-1, steps/s", Math.max(rate("XOR 2-8-1", one), rate("XOR 2-8-1", two)) / 4, 800_000),
    ...wasm.map((label) =>
      atLeast(`fit of ${middle}, samples/s, ${label}`, rate(middle, label), label.includes("relaxed") ? 9000 : 6500),
    ),
  ];
}

function latencyTargets({ latency, firstStep }: Measured, { native }: Labels): Target[] {
  const rows = latency.filter(({ network, label }) => network === "784-512-512-10" && native.includes(label));
  return [
    ...rows.map(({ label, median: middle }) =>
      atMost(`predictSync of one row, 784-512-512-10, us, ${label}`, middle, 35),
    ),
    ...firstStep.map(({ backend, total }) =>
      atMost(`import and first step of 784-128-10, ms, ${backend}`, median(total), backend === "native" ? 40 : 60),
    ),
  ];
}
