// The two loops against the BFGS update of a full matrix.

import { describe, expect, it } from "vitest";
import { dot, LbfgsMemory } from "../../src/optimizers/lbfgs-memory.js";
import { pattern } from "../fixtures/fixture.js";

const size = 5;

/** H' = (I - rho s y^T) H (I - rho y s^T) + rho s s^T */
function update(h: number[][], s: Float64Array, y: Float64Array): number[][] {
  const rho = 1 / dot(s, y);
  const left = h.map((_, i) => h.map((__, j) => (i === j ? 1 : 0) - rho * (s[i] ?? 0) * (y[j] ?? 0)));
  const product = left.map((row) => h.map((_, j) => row.reduce((sum, v, k) => sum + v * (h[k]?.[j] ?? 0), 0)));
  return product.map((row, i) =>
    left.map((l, j) => row.reduce((sum, v, k) => sum + v * (l[k] ?? 0), rho * (s[i] ?? 0) * (s[j] ?? 0))),
  );
}

describe("LbfgsMemory", () => {
  it("gives the negative gradient while it is empty", () => {
    expect(new LbfgsMemory(3).direction(Float64Array.of(1, -2))).toEqual(Float64Array.of(-1, 2));
  });

  it("gives the direction of the BFGS matrix of the pairs that it keeps", () => {
    const memory = new LbfgsMemory(3);
    const pairs = [1, 2, 3, 4].map((seed) => {
      const s = Float64Array.from(pattern(size, seed));
      const y = Float64Array.from(s, (v, i) => v * (i + 1) + 0.1 * (s[0] ?? 0));
      return { s, y };
    });
    for (const { s, y } of pairs) expect(memory.add(s, y, -1)).toBe(true);
    expect(memory.length).toBe(3);
    const kept = pairs.slice(1);
    const newest = kept.at(-1) as (typeof kept)[number];
    const scale = dot(newest.s, newest.y) / dot(newest.y, newest.y);
    let h = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? scale : 0)));
    for (const { s, y } of kept) h = update(h, s, y);
    const g = Float64Array.from(pattern(size, 9));
    const d = memory.direction(g);
    h.forEach((row, i) => {
      expect(d[i]).toBeCloseTo(-row.reduce((sum, v, j) => sum + v * (g[j] ?? 0), 0), 12);
    });
    memory.clear();
    expect(memory.direction(g)).toEqual(g.map((v) => -v));
  });

  it("refuses pairs without curvature", () => {
    const memory = new LbfgsMemory(3);
    expect(memory.add(Float64Array.of(1, 0), Float64Array.of(-1, 0), -1)).toBe(false);
    expect(memory.add(Float64Array.of(1, 0), Float64Array.of(0, 1), -1)).toBe(false);
    expect(memory.add(Float64Array.of(1, 0), Float64Array.of(Number.NaN, 1), -1)).toBe(false);
    expect(memory.length).toBe(0);
  });
});
