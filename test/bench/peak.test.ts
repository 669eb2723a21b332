// The machine's peak, to which percentages refer.

import { expect, it } from "vitest";
import { impossiblePeaks, peakOf } from "../../bench/peak.js";

const peak = (threads: number, gflops: number) => ({ threads, gflops, bandwidth: 10 * threads });

it("refuses a peak that more threads did not raise", () => {
  expect(impossiblePeaks([peak(1, 129), peak(2, 81)])).toEqual([peak(2, 81)]);
  expect(impossiblePeaks([peak(1, 129), peak(2, 250)])).toEqual([]);
});

it("knows no peak that was not measured, so that its percentages are no numbers", () => {
  expect(peakOf([peak(1, 129)], 1).gflops).toBe(129);
  expect(peakOf([peak(1, 129)], 2).gflops).toBeNaN();
});
