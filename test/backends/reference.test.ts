// The oracle itself: its derivatives against central differences of its values, in double precision, and known values.
import { describe, expect, it } from "vitest";
import { erf } from "../../src/backends/reference/erf.js";
import { createReferenceBackend } from "../../src/backends/reference/index.js";
import { lossFunctions } from "../../src/backends/reference/losses.js";
import { unaryFunctions } from "../../src/backends/reference/unary.js";
import { losses, lossNames, unaryNames } from "../../src/program/ops.gen.js";
import { RandomStream, seedFrom } from "../../src/random/philox.js";
import { buildProgram } from "../program-words.js";
import { domains } from "./op-cases.js";

const state = { learningRate: 0, step: 0, seed: [0, 0] } as const;

function centralDifference(f: (x: number) => number, x: number, h = 1e-6): number {
  return (f(x + h) - f(x - h)) / (2 * h);
}

describe("erf", () => {
  // Abramowitz and Stegun, table 7.1, and mpmath.
  it.each([
    [0, 0],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [-2, -0.9953222650189527],
    [3.5, 0.9999992569016276],
    [7, 1],
  ])("erf(%d)", (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThan(1e-15);
  });
});

describe("unary functions", () => {
  // Points away from the kinks of abs, relu and the like.
  const points = [0.03, 0.21, 0.4, 0.57, 0.73, 0.94];
  it.each(unaryNames)("%s' is the slope of its value", (name) => {
    const [low, high, alpha = 0] = domains[name];
    const { value, derivative } = unaryFunctions[name];
    for (const point of points) {
      const x = low + (high - low) * point;
      const slope = centralDifference((t) => value(t, alpha), x);
      expect(Math.abs(derivative(x, value(x, alpha), alpha) - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
    }
  });

  it("rounds halves to even", () => {
    const { value } = unaryFunctions.round;
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4].map((x) => value(x, 0))).toEqual([-2, -2, -0, 0, 2, 2, 2]);
  });
});

describe("losses", () => {
  const random = new RandomStream(seedFrom(3));
  it.each(lossNames)("%s' is the slope of its value", (name) => {
    const p = Float64Array.from({ length: 5 }, () => random.uniform(0.1, 0.9));
    const t = losses[name].sparse ? Float64Array.of(3) : Float64Array.from({ length: 5 }, () => random.uniform(0, 1));
    const p0 = name === "huber" ? 0.3 : losses[name].p0 === "" ? 0 : 0.1;
    const { value, gradient } = lossFunctions[name];
    const slopes = gradient(p, t, p0);
    for (const [j, slope] of slopes.entries()) {
      const expected = centralDifference((x) => value(p.with(j, x), t, p0), p[j] as number);
      expect(Math.abs(slope - expected)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected)));
    }
  });

  it("gives the lecture's cross-entropy of predicted words", () => {
    const words = Float64Array.of(0.22, 0.02, 0.2, 0.51, 0.05);
    const { value } = lossFunctions.sparseCategoricalCrossentropy;
    expect(Math.abs(value(words, Float64Array.of(0), 0) - 1.514128)).toBeLessThan(1e-6);
  });

  it("has no slope where a probability is clipped", () => {
    const { value, gradient } = lossFunctions.binaryCrossentropy;
    expect(gradient(Float64Array.of(0, 1), Float64Array.of(1, 0), 0).map(Math.abs)).toEqual([0, 0]);
    expect(value(Float64Array.of(0), Float64Array.of(1), 0)).toBeCloseTo(-Math.log(1e-7), 5);
  });
});

describe("softmax gradients", () => {
  it.each(["softmax", "logSoftmax"] as const)("%sGrad is the slope of a weighted sum", (op) => {
    const random = new RandomStream(seedFrom(5));
    const n = 4;
    const size = { rows: 1, columns: n };
    const { words, offsets } = buildProgram({
      tensors: [size, size, size, size],
      instructions: [
        { op, operands: { y: 1, x: 0 } },
        { op: `${op}Grad`, operands: { dx: 3, y: 1, dy: 2 } },
      ],
    });
    const program = createReferenceBackend({ dtype: "float64" }).createProgram(words);
    const x = Float64Array.from({ length: n }, () => random.uniform(-2, 2));
    const dy = Float64Array.from({ length: n }, () => random.uniform(-1, 1));
    const run = (values: Float64Array) => {
      program.write(0, values);
      program.write(offsets[2] as number, dy);
      program.run(0, 2, 1, state);
      return program.arena.slice();
    };
    const weighted = (values: Float64Array) => dy.reduce((sum, d, j) => sum + d * (run(values)[n + j] as number), 0);
    const dx = run(x).slice(3 * n);
    for (let j = 0; j < n; j++) {
      const slope = centralDifference((value) => weighted(x.with(j, value)), x[j] as number);
      expect(Math.abs((dx[j] as number) - slope)).toBeLessThan(1e-8);
    }
  });
});

describe("createReferenceBackend", () => {
  it("keeps doubles in a float64 arena", () => {
    const { words } = buildProgram({ tensors: [{ rows: 1, columns: 1 }], instructions: [] });
    const program = createReferenceBackend({ dtype: "float64" }).createProgram(words);
    program.write(0, [0.1]);
    expect(program.arena[0]).toBe(0.1);
    expect(program.read(0, 1)[0]).toBe(Math.fround(0.1));
  });

  it("has one instruction set and any number of threads", () => {
    const backend = createReferenceBackend();
    void backend.setThreads(8);
    expect([backend.name, backend.isa, backend.threads, backend.offThread]).toEqual([
      "reference",
      "javascript",
      1,
      false,
    ]);
    expect(() => backend.setIsa("avx2")).toThrow(
      'reference backend: the instruction set must be "javascript", received "avx2".',
    );
  });
});
