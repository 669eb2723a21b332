// How training scales: with the width of the layers, with their number, with the batch, and with threads. One size at a time; few
// samples, since the larger ones take seconds.

import type { Setting } from "./contestants.js";
import { type Network, trainingFlops } from "./networks.js";
import { benchNetwork, samplesPerSecond } from "./networks.js";
import { type Peak, peakOf } from "./peak.js";
import { digits, percent, printTable } from "./report.js";
import { type Effort, median, type Samples } from "./timing.js";

export interface ScalingResult {
  readonly table: string;
  readonly network: string;
  readonly batch: number;
  readonly rows: number;
  /** Floating-point operations of the products for one row. */
  readonly flops: number;
  readonly samples: readonly Samples[];
}

/** The networks of the three tables; `largest` leaves out what has more weights. */
export function scalingNetworks(largest: number): { table: string; network: Network }[] {
  const widths = [64, 128, 256, 512, 1024, 2048, 4096, 8192];
  const depths = [1, 2, 4, 8, 16, 32, 64];
  const batches = [1, 2, 8, 32, 128, 512, 2048, 8192];
  const network = (sizes: number[], batch: number): Network => ({
    name: sizes.length > 6 ? `784-256x${sizes.length - 2}-10` : sizes.join("-"),
    sizes,
    batch,
    rows: Math.max(1, Math.round(1024 / batch)) * batch,
    reference: false,
  });
  const all = [
    ...widths.map((width) => ({ table: "width", network: network([784, width, width, 10], 128) })),
    ...depths.map((depth) => ({ table: "depth", network: network([784, ...Array(depth).fill(256), 10], 128) })),
    ...batches.map((batch) => ({ table: "batch", network: network([784, 512, 512, 10], batch) })),
  ];
  return all.filter(({ network: { sizes } }) => sizes.slice(1).every((units, i) => units * (sizes[i] ?? 1) <= largest));
}

export async function benchScaling(
  settings: readonly Setting[],
  effort: Effort,
  largest: number,
  only: RegExp,
): Promise<ScalingResult[]> {
  const results: ScalingResult[] = [];
  for (const { table, network } of scalingNetworks(largest)) {
    if (!only.test(`scaling ${table} ${network.name}`)) continue;
    process.stderr.write(`\rscaling ${table} ${network.name} ${network.batch}`.padEnd(50));
    const { samples, batch, rows } = await benchNetwork(network, settings, effort);
    results.push({ table, network: network.name, batch, rows, flops: trainingFlops(network.sizes), samples });
  }
  process.stderr.write(`${"\r".padEnd(51)}\r`);
  return results;
}

/** The time with the first of the settings over the time with the last. */
export function speedUp({ samples }: ScalingResult): number {
  return median(samples[0]?.seconds ?? []) / median(samples.at(-1)?.seconds ?? []);
}

export function printScaling(
  results: readonly ScalingResult[],
  settings: readonly Setting[],
  peaks: readonly Peak[],
): void {
  for (const table of new Set(results.map((result) => result.table))) {
    const head = settings.flatMap(({ threads }) => [`samples/s x${threads}`, "GFLOP/s", "of peak"]);
    const rows = results
      .filter((result) => result.table === table)
      .map((result) => [
        `${result.network}, batch ${result.batch}`,
        ...result.samples.flatMap((samples, i) => {
          const rate = samplesPerSecond(result, samples);
          const speed = (rate * result.flops) / 1e9;
          return [digits(rate), digits(speed), percent(speed / peakOf(peaks, settings[i]?.threads ?? 1).gflops)];
        }),
        digits(speedUp(result)),
      ]);
    printTable(`Training by ${table}`, ["network", ...head, "speed-up"], rows);
  }
}
