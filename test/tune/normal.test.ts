import { describe, expect, it } from "vitest";
import { cumulative, logDensity, logImprovement, logInterval } from "../../src/tune/normal.js";

// scipy.stats.norm.logcdf of SciPy 1.17.
const reference = [
  [-40, -804.6084420137539],
  [-8, -35.01343715991456],
  [-2.5, -5.081648277278691],
  [-0.3, -0.9621028181688505],
  [0, -Math.LN2],
] as const;

describe("the normal distribution", () => {
  it.each([
    [-39, 0],
    [-6, 9.865876450376946e-10],
    [-1.5, 0.06680720126885807],
    [0, 0.5],
    [2, 0.9772498680518208],
    [9, 1],
  ])("has the cumulative probability of %f", (z, expected) => {
    expect(Math.abs(cumulative(z) - expected)).toBeLessThan(1e-12 * expected + 1e-320);
  });

  it("has intervals without cancellation in both tails", () => {
    for (const [z, expected] of reference) {
      expect(logInterval(Number.NEGATIVE_INFINITY, z)).toBeCloseTo(expected, 9);
      expect(logInterval(-z, Number.POSITIVE_INFINITY)).toBeCloseTo(expected, 9);
    }
    // A narrow interval: its middle's density times its width.
    for (const z of [-20, -3, 0.5, 3, 20]) {
      expect(logInterval(z - 5e-4, z + 5e-4)).toBeCloseTo(logDensity(z) + Math.log(1e-3), 3);
    }
  });

  it("improves as an integral over the density says", () => {
    // h(z) is the integral of cumulative(t) up to z.
    const integral = (z: number) => {
      let sum = 0;
      const [from, steps] = [z - 12, 20_000];
      const width = (z - from) / steps;
      for (let i = 0; i < steps; i++) sum += cumulative(from + (i + 0.5) * width) * width;
      return Math.log(sum);
    };
    for (const z of [-10, -3, -1.001, -0.999, 0, 2]) expect(logImprovement(z)).toBeCloseTo(integral(z), 5);
    for (const z of [-9999, -1e4 - 1]) expect(logImprovement(z)).toBeCloseTo(logDensity(z) - 2 * Math.log(-z), 4);
    expect(Number.isFinite(logImprovement(-1e100))).toBe(true);
  });
});
