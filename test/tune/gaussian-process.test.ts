import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/philox.js";
import { logExpectedImprovement, maximize } from "../../src/tune/acquisition.js";
import {
  categoricalDistribution,
  type Distribution,
  floatDistribution,
  intDistribution,
} from "../../src/tune/distributions.js";
import { GaussianProcess } from "../../src/tune/gaussian-process.js";

function sample(count: number, f: (x: Float64Array) => number, dimensions = 2) {
  const random = new RandomStream([7, 8]);
  const points = Array.from({ length: count }, () => Float64Array.from({ length: dimensions }, () => random.uniform()));
  return { points, values: Float64Array.from(points, f) };
}

describe("the Gaussian process", () => {
  it("goes through the points and knows where it knows little", () => {
    const { points, values } = sample(25, ([x, y]) => Math.sin(6 * (x as number)) + (y as number));
    const process = new GaussianProcess(points, values, { categorical: [false, false] });
    for (const [i, point] of points.entries()) {
      expect(Math.abs(process.predict(point).mean - (values[i] as number))).toBeLessThan(0.05);
    }
    const [inside, outside] = [Float64Array.of(0.5, 0.5), Float64Array.of(3, 3)].map((at) => process.predict(at));
    expect(Math.abs((inside?.mean ?? 0) - Math.sin(3) - 0.5)).toBeLessThan(0.2);
    expect(outside?.variance).toBeGreaterThan(10 * (inside?.variance ?? 1));
  });

  it("finds that a parameter does not matter", () => {
    const { points, values } = sample(30, ([x]) => Math.sin(6 * (x as number)));
    const process = new GaussianProcess(points, values, { categorical: [false, false] });
    const means = [0, 0.3, 0.6, 1].map((y) => process.predict(Float64Array.of(0.5, y)).mean);
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(0.1);
  });

  it("takes noise for noise", () => {
    const random = new RandomStream([1, 1]);
    const { points, values } = sample(60, () => random.normal(), 1);
    const process = new GaussianProcess(points, values, { categorical: [false] });
    const deviation =
      values.reduce((sum, value, i) => sum + Math.abs(value - process.predict(points[i] as Float64Array).mean), 0) / 60;
    expect(deviation).toBeGreaterThan(0.4);
  });

  it("survives equal points with different values", () => {
    const points = Array.from({ length: 6 }, () => Float64Array.of(0.5));
    const process = new GaussianProcess(points, Float64Array.of(1, -1, 1, -1, 1, -1), { categorical: [false] });
    expect(Math.abs(process.predict(Float64Array.of(0.5)).mean)).toBeLessThan(0.1);
  });

  it("believes points without values", () => {
    const { points, values } = sample(10, ([x]) => Math.sin(6 * (x as number)), 1);
    const process = new GaussianProcess(points, values, { categorical: [false] });
    const at = Float64Array.of(1.2);
    const before = process.predict(at);
    process.believe([at]);
    expect(process.predict(at).variance).toBeLessThan(0.1 * before.variance);
    expect(process.predict(at).mean).toBeCloseTo(before.mean, 2);
  });
});

describe("the acquisition", () => {
  it("is large where much may be gained", () => {
    const { points, values } = sample(12, ([x]) => -8 * ((x as number) - 0.7) ** 2, 1);
    const process = new GaussianProcess(points, values, { categorical: [false] });
    const at = (x: number) => logExpectedImprovement(process, Float64Array.of(x), Math.max(...values));
    expect(at(0.7)).toBeGreaterThan(at(0.2));
  });

  it("finds the largest point of mixed spaces, on values of the space", () => {
    const space: Distribution[] = [
      floatDistribution("t", 0, 1, {}),
      intDistribution("t", 1, 9, {}),
      categoricalDistribution("t", ["a", "b", "c"]),
    ];
    const score = (point: Float64Array) =>
      -(((point[0] as number) - 0.314) ** 2) -
      Math.abs((point[1] as number) - 0.5) -
      (Math.abs((point[2] as number) - 5 / 6) > 0.01 ? 1 : 0);
    const best = maximize(space, score, [], new RandomStream([2, 3]));
    expect(best[0]).toBeCloseTo(0.314, 3);
    expect(best[1]).toBeCloseTo(0.5, 12);
    expect(best[2]).toBeCloseTo(5 / 6, 12);
  });
});
