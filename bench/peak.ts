// What this machine can do at most, measured at the start: multiply-adds from registers and a stream from memory to memory. All
// percentages of the bench refer to these.

import { compileHarness, LineProcess } from "./harness.js";

export interface Peak {
  readonly threads: number;
  /** GFLOP/s; a multiply-add is two. */
  readonly gflops: number;
  /** GB/s of adding one array to another in memory: two are read, one is written. */
  readonly bandwidth: number;
}

/** For each number of threads; empty, with the reason, when there is no compiler. */
export async function measurePeaks(threads: readonly number[]): Promise<{ peaks: Peak[]; missing: string[] }> {
  try {
    const child = new LineProcess(compileHarness("machine_peak", ["-O3", "-march=native", "-pthread"]));
    const peaks: Peak[] = [];
    for (const count of threads) {
      const gflops = Number(await child.ask(`fma ${count}`));
      peaks.push({ threads: count, gflops, bandwidth: Number(await child.ask(`stream ${count}`)) });
    }
    child.stop();
    const wrong = impossiblePeaks(peaks);
    const reasons = wrong.map(({ threads: count }) => `the peak with ${count} threads: less than with fewer, not used`);
    return { peaks: peaks.filter((peak) => !wrong.includes(peak)), missing: reasons };
  } catch (error) {
    return { peaks: [], missing: [`the machine's peak: ${(error as Error).message}`] };
  }
}

/** More threads do more: where they did not, others were running, and a percentage of that would flatter us. */
export function impossiblePeaks(peaks: readonly Peak[]): Peak[] {
  return peaks.filter((peak) => peaks.some((other) => other.threads < peak.threads && other.gflops >= peak.gflops));
}

/** The peak with so many threads, or not a number. */
export function peakOf(peaks: readonly Peak[], threads: number): Peak {
  return peaks.find((peak) => peak.threads === threads) ?? { threads, gflops: Number.NaN, bandwidth: Number.NaN };
}
