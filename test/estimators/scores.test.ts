// Expected values from sklearn.metrics.

import { describe, expect, it } from "vitest";
import { accuracyScore, r2Score } from "../../src/estimators/scores.js";

describe("accuracyScore", () => {
  it("is the part that is right, weighted", () => {
    expect(accuracyScore([true, false, true, true], null)).toBe(0.75);
    expect(accuracyScore([true, false, true], Float32Array.of(1, 2, 1))).toBe(0.5);
  });
});

describe("r2Score", () => {
  it("is scikit-learn's", () => {
    expect(r2Score([3, -0.5, 2, 7], [2.5, 0, 2, 8], 1, null)).toBeCloseTo(0.9486081370449679, 14);
    expect(r2Score([0.5, 1, -1, 1, 7, -6], [0, 2, -1, 2, 8, -5], 2, null)).toBeCloseTo(0.9368005266622779, 14);
    expect(r2Score([3, -0.5, 2, 7], [2.5, 0, 2, 8], 1, Float32Array.of(1, 2, 0.5, 3))).toBeCloseTo(
      0.9463401210787011,
      14,
    );
  });

  it("of a constant column is 1 or 0", () => {
    expect(r2Score([2, 2], [2, 2], 1, null)).toBe(1);
    expect(r2Score([2, 2], [2, 3], 1, null)).toBe(0);
  });
});
