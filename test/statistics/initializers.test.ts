// Every random initializer against its distribution: mean, variance, bounds, and the largest distance of the distribution
// functions (Kolmogorov and Smirnov). Seeds are fixed; limits are five standard errors, so that a right initializer passes
// with any seed but one in a million.

import { describe, expect, it } from "vitest";
import { erf } from "../../src/backends/reference/erf.js";
import * as initializers from "../../src/initializers/index.js";

const shape = [150, 200] as const;
const [fanIn, fanOut] = shape;
const count = fanIn * fanOut;
const seeds = [1, 2, 3];

/** A distribution by its distribution function, its moments about the mean, and its bounds. */
interface Distribution {
  readonly below: (x: number) => number;
  readonly mean: number;
  readonly variance: number;
  /** The fourth moment over the square of the variance. */
  readonly kurtosis: number;
  readonly bounds: readonly [low: number, high: number];
}

const phi = (z: number): number => (1 + erf(z / Math.SQRT2)) / 2;
const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

function uniform(low: number, high: number): Distribution {
  const below = (x: number): number => Math.min(Math.max((x - low) / (high - low), 0), 1);
  return { below, mean: (low + high) / 2, variance: (high - low) ** 2 / 12, kurtosis: 9 / 5, bounds: [low, high] };
}

function normal(mean: number, deviation: number): Distribution {
  // Nobody of 30,000 lies six deviations away.
  const bounds = [mean - 6 * deviation, mean + 6 * deviation] as const;
  return { below: (x) => phi((x - mean) / deviation), mean, variance: deviation ** 2, kurtosis: 3, bounds };
}

/** Normal, cut at two deviations of the normal distribution. */
function truncated(mean: number, deviation: number): Distribution {
  const mass = phi(2) - phi(-2);
  const second = 1 - (4 * density(2)) / mass;
  const fourth = 3 * second - (16 * density(2)) / mass;
  return {
    below: (x) => Math.min(Math.max((phi((x - mean) / deviation) - phi(-2)) / mass, 0), 1),
    mean,
    variance: deviation ** 2 * second,
    kurtosis: fourth / second ** 2,
    bounds: [mean - 2 * deviation, mean + 2 * deviation],
  };
}

/** Truncated and widened such that the variance is kept. */
function scaled(variance: number): Distribution {
  const cut = truncated(0, 1);
  return truncated(0, Math.sqrt(variance / cut.variance));
}

const spread = (variance: number): Distribution => uniform(-Math.sqrt(3 * variance), Math.sqrt(3 * variance));

type Make = (options: { seed: number }) => initializers.Initializer;

const cases: Readonly<Record<string, readonly [make: Make, distribution: Distribution]>> = {
  randomNormal: [(o) => initializers.randomNormal({ mean: 0.5, stddev: 2, ...o }), normal(0.5, 2)],
  "randomNormal by default": [initializers.randomNormal, normal(0, 0.05)],
  randomUniform: [(o) => initializers.randomUniform({ minval: -1, maxval: 3, ...o }), uniform(-1, 3)],
  "randomUniform by default": [initializers.randomUniform, uniform(-0.05, 0.05)],
  truncatedNormal: [(o) => initializers.truncatedNormal({ mean: -1, stddev: 0.5, ...o }), truncated(-1, 0.5)],
  "truncatedNormal by default": [initializers.truncatedNormal, truncated(0, 0.05)],
  glorotUniform: [initializers.glorotUniform, spread(2 / (fanIn + fanOut))],
  glorotNormal: [initializers.glorotNormal, scaled(2 / (fanIn + fanOut))],
  heUniform: [initializers.heUniform, spread(2 / fanIn)],
  heNormal: [initializers.heNormal, scaled(2 / fanIn)],
  lecunUniform: [initializers.lecunUniform, spread(1 / fanIn)],
  lecunNormal: [initializers.lecunNormal, scaled(1 / fanIn)],
  torchLinear: [initializers.torchLinear, uniform(-1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn))],
  "varianceScaling by default": [initializers.varianceScaling, scaled(1 / fanIn)],
};

const modes = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 } as const;
const distributions = {
  uniform: spread,
  truncatedNormal: scaled,
  untruncatedNormal: (variance: number) => normal(0, Math.sqrt(variance)),
} as const;

function check(values: Float32Array, { below, mean, variance, kurtosis, bounds }: Distribution): void {
  const n = values.length;
  const average = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
  expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(variance / n));
  expect(Math.abs(squares / variance - 1)).toBeLessThan(5 * Math.sqrt((kurtosis - 1) / n));
  // Bounds are rounded to float32, as the values are.
  expect(values.every((value) => value >= Math.fround(bounds[0]) && value <= Math.fround(bounds[1]))).toBe(true);
  const sorted = values.toSorted();
  const distance = sorted.reduce((largest, value, i) => {
    const expected = below(value);
    return Math.max(largest, Math.abs(expected - i / n), Math.abs(expected - (i + 1) / n));
  }, 0);
  // The chance of more than 2.7 / sqrt(n) is 9e-7.
  expect(distance).toBeLessThan(2.7 / Math.sqrt(n));
}

describe("random initializers", () => {
  it.each(Object.entries(cases))("%s has its distribution", (_, [make, distribution]) => {
    for (const seed of seeds) check(make({ seed })(shape).data, distribution);
  });

  for (const mode of ["fanIn", "fanOut", "fanAvg"] as const) {
    for (const distribution of ["uniform", "truncatedNormal", "untruncatedNormal"] as const) {
      it(`varianceScaling by ${mode}, ${distribution}, has its distribution`, () => {
        for (const seed of seeds) {
          const initializer = initializers.varianceScaling({ scale: 3, mode, distribution, seed });
          check(initializer(shape).data, distributions[distribution](3 / modes[mode]));
        }
      });
    }
  }

  it("truncation reaches its bounds and cuts there", () => {
    const { data } = initializers.truncatedNormal({ stddev: 1, seed: 5 })(shape);
    expect(data.reduce((a, b) => Math.max(a, Math.abs(b)), 0)).toBeGreaterThan(1.999);
  });

  it("orthogonal matrices are uniform: no direction and no sign is preferred", () => {
    // Elements of a uniform orthogonal matrix of n rows have mean 0, variance 1 / n and kurtosis 3 n / (n + 2).
    const n = 12;
    const matrices = Array.from({ length: 400 }, (_, seed) => initializers.orthogonal({ seed })([n, n]).data);
    for (const place of [0, 1, n, n + 1, n * n - 1]) {
      const elements = Float64Array.from(matrices, (matrix) => matrix[place] as number);
      const average = elements.reduce((a, b) => a + b, 0) / elements.length;
      const squares = elements.reduce((a, b) => a + b * b, 0) / elements.length;
      expect(Math.abs(average)).toBeLessThan(5 * Math.sqrt(1 / n / elements.length));
      expect(Math.abs(squares * n - 1)).toBeLessThan(5 * Math.sqrt(((3 * n) / (n + 2) - 1) / elements.length));
    }
  });

  it("sparse columns have their number of zeros, in places that vary", () => {
    const { data } = initializers.sparse({ sparsity: 0.9, stddev: 0.1, seed: 4 })(shape);
    const zeros = new Float64Array(fanIn);
    for (let column = 0; column < fanOut; column++) {
      let inColumn = 0;
      for (let row = 0; row < fanIn; row++) {
        if (data[row * fanOut + column] !== 0) continue;
        inColumn++;
        zeros[row] = (zeros[row] as number) + 1;
      }
      expect(inColumn).toBe(135);
    }
    // Each row is zero in nine of ten columns.
    for (const inRow of zeros) expect(Math.abs(inRow - 0.9 * fanOut)).toBeLessThan(5 * Math.sqrt(fanOut * 0.9 * 0.1));
    check(
      data.filter((value) => value !== 0),
      normal(0, 0.1),
    );
  });

  it("a wrong distribution is seen", () => {
    const { data } = initializers.heUniform({ seed: 1 })(shape);
    expect(() => check(data, spread(2.1 / fanIn))).toThrow();
    expect(() => check(data, scaled(2 / fanIn))).toThrow();
    expect(count).toBe(data.length);
  });
});
