import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/philox.js";
import {
  categoricalDistribution,
  type Distribution,
  floatDistribution,
  intDistribution,
} from "../../src/tune/distributions.js";
import { ParzenEstimator } from "../../src/tune/parzen.js";

function estimator(distribution: Distribution, values: readonly number[]) {
  return new ParzenEstimator(new Map([["p", distribution]]), new Map([["p", values]]), 1);
}

function density(one: ParzenEstimator, value: number): number {
  return Math.exp(one.logDensity(new Map([["p", value]])));
}

describe("parzen estimators", () => {
  it("integrate to one over a range, and over logarithms with log", () => {
    const plain = estimator(floatDistribution("t", -1, 3, {}), [0, 0.2, 2.9]);
    const log = estimator(floatDistribution("t", 1e-3, 10, { log: true }), [0.01, 5]);
    const steps = 4000;
    let [sum, logSum] = [0, 0];
    for (let i = 0; i < steps; i++) {
      sum += density(plain, -1 + (4 * (i + 0.5)) / steps) * (4 / steps);
      logSum += density(log, 1e-3 * 1e4 ** ((i + 0.5) / steps)) * (Math.log(1e4) / steps);
    }
    expect(sum).toBeCloseTo(1, 4);
    expect(logSum).toBeCloseTo(1, 4);
  });

  it.each([
    ["int", intDistribution("t", 2, 12, { step: 2 }), [2, 12, 8, 8]],
    ["int, log", intDistribution("t", 1, 40, { log: true }), [3, 30]],
    ["float in steps", floatDistribution("t", 0, 1, { step: 0.1 }), [0.3]],
    ["categorical", categoricalDistribution("t", ["a", "b", "c"]), [0, 0, 2]],
  ])("sum to one and are sampled as their probabilities say: %s", (_, distribution, values) => {
    const one = estimator(distribution, values);
    const random = new RandomStream([5, 6]);
    const counts = new Map<number, number>();
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const value = one.sample(random).get("p") as number;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    let sum = 0;
    for (const [value, count] of counts) {
      const probability = density(one, value);
      sum += probability;
      expect(Math.abs(count / draws - probability)).toBeLessThan(5 * Math.sqrt(probability / draws) + 1e-4);
    }
    expect(sum).toBeGreaterThan(0.999);
    expect(sum).toBeLessThan(1 + 1e-9);
  });

  it("keep together what belongs together", () => {
    const space = new Map([
      ["a", floatDistribution("t", 0, 1, {})],
      ["b", floatDistribution("t", 0, 1, {})],
    ]);
    const near = Array.from({ length: 12 }, (_, i) => 0.1 + 0.005 * i);
    const far = near.map((value) => value + 0.8);
    const joint = new ParzenEstimator(
      space,
      new Map([
        ["a", [...near, ...far]],
        ["b", [...near, ...far]],
      ]),
      1,
    );
    const at = (a: number, b: number) =>
      joint.logDensity(
        new Map([
          ["a", a],
          ["b", b],
        ]),
      );
    expect(at(0.12, 0.12) - at(0.12, 0.92)).toBeGreaterThan(2);
  });

  it("count old trials less", () => {
    const range = floatDistribution("t", 0, 1, {});
    const old = Array.from({ length: 40 }, () => 0.1);
    const one = estimator(range, [...old, ...Array.from({ length: 40 }, () => 0.9)]);
    expect(density(one, 0.9)).toBeGreaterThan(1.3 * density(one, 0.1));
  });

  it("are the prior without observations", () => {
    const one = estimator(floatDistribution("t", 0, 2, {}), []);
    // A normal distribution as wide as the range, cut off at its ends.
    expect(density(one, 1) / density(one, 0)).toBeCloseTo(Math.exp(0.5 * 0.25), 6);
  });
});
