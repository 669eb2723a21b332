// The benchmark's statistics and its order of measurements. What it measures is not tested: no test depends on the clock.

import { describe, expect, it } from "vitest";
import { geometricMean, measureInTurns, median, quantile, spread } from "../../bench/timing.js";

describe("statistics", () => {
  it("finds medians and quantiles between values", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
  });

  it("measures the spread as a part of the median", () => {
    expect(spread([5, 5, 5])).toBe(0);
    expect(spread([1, 2, 3, 4, 5])).toBeCloseTo(1 / 3, 12);
  });

  it("averages ratios so that the inverse ratios average to the inverse", () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
    expect(geometricMean([1 / 2, 1 / 8])).toBeCloseTo(1 / 4, 12);
  });
});

describe("measureInTurns", () => {
  it("takes samples in turns and gives the seconds of one repetition", async () => {
    const order: string[] = [];
    const contestant = (label: string, each: number) => ({
      label,
      measure: (repetitions: number) => {
        order.push(label);
        return repetitions * each;
      },
    });
    const results = await measureInTurns([contestant("a", 0.001), contestant("b", 0.002)], {
      sampleSeconds: 0.02,
      samples: 3,
    });
    expect(order.slice(-6)).toEqual(["a", "b", "a", "b", "a", "b"]);
    expect(results.map(({ label, repetitions, seconds }) => [label, repetitions, seconds.length])).toEqual([
      ["a", 20, 3],
      ["b", 10, 3],
    ]);
    expect(results[1]?.seconds[0]).toBeCloseTo(0.002, 9);
  });

  it("gives slow contestants three samples", async () => {
    const slow = { label: "slow", measure: (repetitions: number) => repetitions * 1.5 };
    const [result] = await measureInTurns([slow], { sampleSeconds: 0.01, samples: 9 });
    expect(result).toMatchObject({ repetitions: 1, seconds: [1.5, 1.5, 1.5] });
  });
});
