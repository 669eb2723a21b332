// Holds the search to SciPy's L-BFGS-B, iteration by iteration, on plain functions in float64.

import { describe, expect, it } from "vitest";
import {
  type Evaluation,
  type Evaluations,
  LbfgsSearch,
  type LbfgsSettings,
} from "../../src/optimizers/lbfgs-search.js";
import { expectClose, pattern, readFixture } from "../fixtures/fixture.js";

interface SearchCase {
  readonly name: keyof typeof functions;
  readonly start: readonly number[];
  readonly options: { readonly maxcor?: number; readonly gtol?: number; readonly ftol?: number };
  readonly path: readonly { readonly x: readonly number[]; readonly value: number }[];
  readonly evaluations: number;
  readonly iterations: number;
  readonly message: string;
}

type Plain = (p: Float64Array) => Evaluation;

const { cases } = readFixture<{ cases: readonly SearchCase[] }>("lbfgs.json");
const defaults: LbfgsSettings = {
  historySize: 10,
  gradientTolerance: 1e-5,
  lossTolerance: 2.220446049250313e-9,
  maxEvaluations: 15000,
};

const rows = 30;
const points = Float64Array.from(pattern(rows * 4, 7));
const noise = Float64Array.from(pattern(rows, 8));

const functions = {
  rosenbrock(p: Float64Array): Evaluation {
    const gradient = new Float64Array(p.length);
    let value = 0;
    for (let i = 0; i + 1 < p.length; i++) {
      const [a = 0, b = 0] = p.subarray(i, i + 2);
      value += 100 * (b - a ** 2) ** 2 + (1 - a) ** 2;
      gradient[i] = (gradient[i] ?? 0) - 400 * a * (b - a ** 2) - 2 * (1 - a);
      gradient[i + 1] = 200 * (b - a ** 2);
    }
    return { value, gradient };
  },
  quadratic(p: Float64Array): Evaluation {
    const gradient = p.map((v, i) => 10 ** i * (v - 1));
    return { value: p.reduce((sum, v, i) => sum + 0.5 * 10 ** i * (v - 1) ** 2, 0), gradient };
  },
  logistic(p: Float64Array): Evaluation {
    const gradient = p.map((v) => 0.01 * v);
    let value = 0.005 * p.reduce((sum, v) => sum + v * v, 0);
    for (let r = 0; r < rows; r++) {
      const x = points.subarray(4 * r, 4 * r + 4);
      const [x0 = 0, x1 = 0, x2 = 0, x3 = 0] = x;
      const y = x0 - 2 * x1 + 0.5 * x2 + 3 * x3 + 0.3 * (noise[r] ?? 0) > 0 ? 1 : 0;
      const z = x.reduce((sum, v, i) => sum + v * (p[i] ?? 0), 0);
      value += (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z) / rows;
      const error = (1 / (1 + Math.exp(-z)) - y) / rows;
      x.forEach((v, i) => {
        gradient[i] = (gradient[i] ?? 0) + v * error;
      });
    }
    return { value, gradient };
  },
  walls(p: Float64Array): Evaluation {
    const sum = p.reduce((a, b) => a + b, 0);
    const gradient = p.map((v) => (2 * v) / (1 + v * v) + 2 * sum);
    return { value: p.reduce((a, v) => a + Math.log1p(v * v), 0) + sum ** 2, gradient };
  },
} satisfies Record<string, Plain>;

function drive<T>(evaluations: Evaluations<T>, evaluate: Plain): T {
  let next = evaluations.next();
  while (!next.done) next = evaluations.next(evaluate(next.value));
  return next.value;
}

describe("L-BFGS", () => {
  it.each(cases)("takes SciPy's steps on $name from $start", ({ name, start, options, path, evaluations, message }) => {
    const search = new LbfgsSearch(Float64Array.from(start), {
      ...defaults,
      historySize: options.maxcor ?? defaults.historySize,
      gradientTolerance: options.gtol ?? defaults.gradientTolerance,
      lossTolerance: options.ftol ?? defaults.lossTolerance,
    });
    let stop = drive(search.begin(), functions[name]);
    for (const { x, value } of path) {
      expect(stop).toBeNull();
      stop = drive(search.iterate(), functions[name]);
      expectClose(search.point, x, { relative: 1e-6, absolute: 1e-6 }, `iteration ${search.iterations}`);
      expectClose([search.value], [value], { relative: 1e-5, absolute: 1e-8 }, `value ${search.iterations}`);
    }
    expect(stop).toBe(message.includes("NORM OF PROJECTED GRADIENT") ? "gradient" : "loss");
    expect(search.evaluations).toBe(evaluations);
  });

  it("stops at once where the gradient is 0", () => {
    const search = new LbfgsSearch(Float64Array.of(1, 1), defaults);
    expect(drive(search.begin(), functions.rosenbrock)).toBe("gradient");
    expect(search.iterations).toBe(0);
  });

  it("ends after the evaluations that are allowed, with the best point", () => {
    const search = new LbfgsSearch(Float64Array.of(-1.2, 1), { ...defaults, maxEvaluations: 3 });
    drive(search.begin(), functions.rosenbrock);
    let stop = null;
    while (stop === null) stop = drive(search.iterate(), functions.rosenbrock);
    expect(stop).toBe("maxEvaluations");
    expect(search.value).toBe(functions.rosenbrock(search.point).value);
  });

  it("keeps the point when rounding hides every decrease", () => {
    // Values in steps of 1e-3: the gradient promises what the value cannot show.
    const coarse: Plain = ([x = 0]) => ({
      value: Math.ceil(x * x * 1e3) / 1e3 + 1,
      gradient: Float64Array.of(2 * x + 1e-3),
    });
    const search = new LbfgsSearch(Float64Array.of(1e-6), { ...defaults, lossTolerance: 0 });
    drive(search.begin(), coarse);
    let stop = null;
    while (stop === null) stop = drive(search.iterate(), coarse);
    expect(stop).toBe("lineSearch");
  });

  it("steps back from where the function is not finite", () => {
    const wall: Plain = ([x = 0]) =>
      x > 0.75
        ? { value: Number.NaN, gradient: Float64Array.of(Number.NaN) }
        : { value: (x - 0.7) ** 4, gradient: Float64Array.of(4 * (x - 0.7) ** 3) };
    const search = new LbfgsSearch(Float64Array.of(-3), defaults);
    let stop = drive(search.begin(), wall);
    while (stop === null) stop = drive(search.iterate(), wall);
    expect(search.value).toBeLessThan(1e-7);
    expect(stop).toBe("gradient");
  });

  it("gives up where every step is worse", () => {
    const kink: Plain = ([x = 0]) => ({ value: Math.abs(x), gradient: Float64Array.of(x < 0 ? -1 : 1) });
    const search = new LbfgsSearch(Float64Array.of(0), defaults);
    drive(search.begin(), kink);
    expect(drive(search.iterate(), kink)).toBe("lineSearch");
    expect(search.point).toEqual(Float64Array.of(0));
  });
});
