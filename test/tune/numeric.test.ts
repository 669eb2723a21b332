import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/philox.js";
import { minimize } from "../../src/tune/bfgs.js";
import { cholesky, inverseOf, solveLower, solveUpper } from "../../src/tune/cholesky.js";
import { Halton } from "../../src/tune/halton.js";

describe("cholesky", () => {
  it("solves and inverts", () => {
    const n = 7;
    const random = new RandomStream([1, 2]);
    const b = Array.from({ length: n * n }, () => random.normal());
    const at = (i: number, j: number) =>
      (i === j ? 0.1 : 0) + b.slice(i * n, i * n + n).reduce((s, v, k) => s + v * (b[j * n + k] as number), 0);
    const a = Float64Array.from({ length: n * n }, (_, p) => at(Math.floor(p / n), p % n));
    const lower = a.slice();
    expect(cholesky(lower, n)).toBe(true);
    const x = Float64Array.from({ length: n }, (_, i) => i - 2.5);
    const right = x.map((_, i) => x.reduce((s, v, j) => s + v * (a[i * n + j] as number), 0));
    solveLower(lower, n, right);
    solveUpper(lower, n, right);
    for (let i = 0; i < n; i++) expect(right[i]).toBeCloseTo(x[i] as number, 8);
    const inverse = inverseOf(lower, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += (a[i * n + k] as number) * (inverse[k * n + j] as number);
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 8);
      }
    }
  });

  it("tells what is not positive definite", () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBe(false);
  });
});

describe("minimize", () => {
  it("finds the valley of Rosenbrock's function", () => {
    const { x, value } = minimize(
      (p) => {
        const [a, b] = [p[0] as number, p[1] as number];
        const gradient = Float64Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a));
        return { value: (1 - a) ** 2 + 100 * (b - a * a) ** 2, gradient };
      },
      Float64Array.of(-1.2, 1),
      { iterations: 200, tolerance: 1e-8 },
    );
    expect(value).toBeLessThan(1e-10);
    expect(x[0]).toBeCloseTo(1, 4);
  });

  it("stays where the function is defined", () => {
    const { x } = minimize((p) => {
      const v = p[0] as number;
      return v <= 0
        ? { value: Number.POSITIVE_INFINITY, gradient: Float64Array.of(0) }
        : { value: v - Math.log(v), gradient: Float64Array.of(1 - 1 / v) };
    }, Float64Array.of(3));
    expect(x[0]).toBeCloseTo(1, 2);
  });
});

describe("halton", () => {
  it("puts one point into each part of each axis", () => {
    const points = new Halton([3, 4]);
    for (const [dimension, base] of [2, 3, 5, 7, 11].entries()) {
      const parts = Array.from({ length: base ** 2 }, (_, i) => Math.floor(points.at(i, dimension) * base ** 2));
      expect(parts.sort((a, b) => a - b)).toEqual(parts.map((_, i) => i));
    }
  });

  it("is another for another seed, and fills the unit interval", () => {
    const [a, b] = [new Halton([1, 0]), new Halton([2, 0])];
    expect(a.at(5, 3)).not.toBe(b.at(5, 3));
    expect(a.at(5, 3)).toBe(new Halton([1, 0]).at(5, 3));
    const values = Array.from({ length: 2000 }, (_, i) => a.at(i, 6));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((s, v) => s + v, 0) / 2000).toBeCloseTo(0.5, 2);
  });
});
