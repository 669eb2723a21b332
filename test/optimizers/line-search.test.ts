// The line search alone: its conditions hold on functions of one variable, Moré and Thuente's among them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LineSearchResult, type Trial, wolfeSearch } from "../../src/optimizers/line-search.js";

type Line = (step: number) => { value: number; slope: number };

function search(line: Line, firstStep: number): LineSearchResult & { trials: number } {
  const steps = wolfeSearch({ step: 0, ...line(0) }, firstStep);
  let trials = 0;
  let next = steps.next();
  while (!next.done) {
    trials++;
    next = steps.next({ step: next.value, ...line(next.value) });
  }
  return { ...next.value, trials };
}

function decreases(line: Line, { step, value }: Trial): boolean {
  return value <= line(0).value + 1e-3 * step * line(0).slope;
}

function flattens(line: Line, { slope }: Trial): boolean {
  return Math.abs(slope) <= 0.9 * Math.abs(line(0).slope);
}

// Functions 5.1 to 5.3 of the paper.
const beta = 2;
const lines: Record<string, Line> = {
  rational: (t) => ({ value: -t / (t * t + beta), slope: (t * t - beta) / (t * t + beta) ** 2 }),
  power: (t) => {
    const u = t + 0.004;
    return { value: u ** 5 - 2 * u ** 4, slope: 5 * u ** 4 - 8 * u ** 3 };
  },
  waves: (t) => {
    const l = 39;
    const b = 0.01;
    const base = t <= 1 - b ? 1 - t : t >= 1 + b ? t - 1 : ((t - 1) ** 2 / b + b) / 2;
    const slope = t <= 1 - b ? -1 : t >= 1 + b ? 1 : (t - 1) / b;
    const angle = (l * Math.PI * t) / 2;
    return {
      value: base + ((2 * (1 - b)) / (l * Math.PI)) * Math.sin(angle),
      slope: slope + (1 - b) * Math.cos(angle),
    };
  },
};

describe("wolfeSearch", () => {
  it.each(Object.keys(lines).flatMap((name) => [1e-3, 1e-1, 10, 1e3].map((first) => [name, first] as const)))(
    "finds enough decrease on %s from step %d",
    (name, first) => {
      const line = lines[name] as Line;
      const { found, trial, trials } = search(line, first);
      expect(found).toBe(true);
      expect(decreases(line, trial)).toBe(true);
      expect(trials).toBeLessThan(16);
      // The others begin so flat that the search ends with an interval of a tenth of the step, as it may.
      if (name === "rational") expect(flattens(line, trial)).toBe(true);
    },
  );

  it("finds enough decrease on polynomials, and a flat place on parabolas", () => {
    const coefficient = fc.double({ min: -5, max: 5, noNaN: true });
    const firstStep = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(coefficient, coefficient, firstStep, (a, b, first) => {
        const line: Line = (t) => ({
          value: t ** 4 + a * t ** 3 + b * t ** 2 - t,
          slope: 4 * t ** 3 + 3 * a * t ** 2 + 2 * b * t - 1,
        });
        const { trial, found } = search(line, first);
        expect(found).toBe(true);
        expect(decreases(line, trial)).toBe(true);
        const parabola: Line = (t) => ({ value: (1 + b * b) * t ** 2 - t, slope: 2 * (1 + b * b) * t - 1 });
        expect(flattens(parabola, search(parabola, first).trial)).toBe(true);
      }),
    );
  });

  it("halves the step where the function is not finite", () => {
    const line: Line = (t) =>
      t > 1 ? { value: Number.POSITIVE_INFINITY, slope: Number.NaN } : { value: (t - 0.5) ** 2, slope: 2 * t - 1 };
    const { trial, found } = search(line, 64);
    expect(found).toBe(true);
    expect(trial.step).toBeLessThanOrEqual(1);
    expect(decreases(line, trial)).toBe(true);
    expect(flattens(line, trial)).toBe(true);
  });

  it("finds nothing in 20 trials where the function only grows", () => {
    const { trial, found, trials } = search((t) => ({ value: t, slope: -1 }), 1);
    expect(found).toBe(false);
    expect(trial.step).toBe(0);
    expect(trials).toBeLessThanOrEqual(20);
  });
});
