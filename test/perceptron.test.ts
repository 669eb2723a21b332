// The perceptron: the lecture's numbers, Rosenblatt's rule, and what it refuses.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { perceptron } from "../src/perceptron.js";
import { tensor } from "../src/tensor.js";

const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const gates = { and: [0, 0, 0, 1], or: [0, 1, 1, 1], nand: [1, 1, 1, 0], xor: [0, 1, 1, 0] };

describe("the lecture's numbers", () => {
  it("a weighted sum", () => {
    const p = perceptron({ inputs: 3, weights: [0.3, 0.4, 0.1] });
    expect(p.net([-1, 0, 0])).toBe(-0.3);
  });

  it("threshold and bias", () => {
    const p = perceptron({ inputs: 1, threshold: 100, weights: [1] });
    p.bias = 70;
    expect([30.5, 30, 29.5].map((x) => p.predict([x]))).toEqual([1, 1, 0]);
    p.bias = 20;
    expect([80, 79.5].map((x) => p.predict([x]))).toEqual([1, 0]);
  });

  it("AND, OR and NAND with weights by hand", () => {
    const p = perceptron({ inputs: 2, atThreshold: 0 });
    p.weights = [0.5, 0.5];
    p.bias = -0.7;
    expect(p.predict(inputs)).toEqual(gates.and);
    p.weights = [0.6, 0.6];
    p.bias = -0.5;
    expect(p.predict(inputs)).toEqual(gates.or);
    p.weights = [-0.5, -0.5];
    p.bias = 0.7;
    expect(p.predict(inputs)).toEqual(gates.nand);
  });

  it("both step rules", () => {
    expect(perceptron({ inputs: 1 }).predict([0])).toBe(1);
    expect(perceptron({ inputs: 1, atThreshold: 0 }).predict([0])).toBe(0);
  });
});

describe("fit", () => {
  it.each(["and", "or", "nand"] as const)("learns %s", (gate) => {
    for (const atThreshold of [0, 1] as const) {
      const p = perceptron({ inputs: 2, learningRate: 0.1, atThreshold });
      const { converged, epochs, errors } = p.fit(inputs, gates[gate]);
      expect(converged).toBe(true);
      expect(errors).toHaveLength(epochs);
      expect(errors.at(-1)).toBe(0);
      expect(p.predict(inputs)).toEqual(gates[gate]);
    }
  });

  it("makes Rosenblatt's updates", () => {
    const p = perceptron({ inputs: 2, atThreshold: 0 });
    // One mistake, on the last row: its values and 1 are added.
    expect(p.fit(inputs, gates.and, { epochs: 1 })).toEqual({
      ...{ converged: false, epochs: 1, errors: [1], mistakeBound: null },
    });
    expect([p.weights, p.bias]).toEqual([[1, 1], 1]);
    // Then the first three rows fire wrongly, until the third one takes its input and the bias away.
    p.fit(inputs, gates.and, { epochs: 1 });
    expect([p.weights, p.bias]).toEqual([[2, 1], 0]);
  });

  it("tells that XOR does not converge", () => {
    const { converged, epochs, errors, mistakeBound } = perceptron({ inputs: 2 }).fit(inputs, gates.xor, {
      epochs: 50,
    });
    expect([converged, epochs, mistakeBound]).toEqual([false, 50, null]);
    expect(Math.min(...errors)).toBeGreaterThan(0);
  });

  it("makes no more mistakes than Novikoff's bound, and separates what is separable", () => {
    const point = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
    const property = fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), point, (points, [a, b]) => {
      const side = (x: readonly number[]) => a * (x[0] as number) + b * (x[1] as number) + 0.5;
      const targets = points.map((x) => (side(x) > 0 ? 1 : 0));
      const p = perceptron({ inputs: 2, atThreshold: 0 });
      const { converged, errors, mistakeBound } = p.fit(points, targets, { epochs: 1_000_000 });
      expect(converged).toBe(true);
      expect(p.predict(points)).toEqual(targets);
      const mistakes = errors.reduce((sum, count) => sum + count, 0);
      expect(mistakes).toBeLessThanOrEqual((mistakeBound as number) * (1 + 1e-12));
    });
    fc.assert(property, { numRuns: 100 });
  });
});

describe("what it refuses", () => {
  const p = perceptron({ inputs: 2 });

  it.each([
    [() => perceptron({ inputs: 0 }), "perceptron: inputs must be a positive integer, received 0."],
    [() => perceptron({ inputs: 1, atThreshold: 2 as 1 }), "perceptron: atThreshold must be 0 or 1, received 2."],
    [() => perceptron({ inputs: 1, learningRate: 0 }), "perceptron: learningRate must be"],
    [
      () => perceptron({ inputs: 2, weights: [1] }),
      "perceptron, weights: expected a list of 2 numbers, received an array of 1.",
    ],
    [() => p.net([1]), "perceptron.net: expected a row of 2 numbers, received an array of 1."],
    [() => p.predict([[1, 2], [1]]), "perceptron.predict, row 1: expected a row of 2 numbers, received an array of 1."],
    [() => p.predict([1, Number.NaN]), "perceptron.predict: value 1 must be"],
    [() => p.fit(inputs, [0, 1]), "perceptron.fit: expected a target for each of the 4 rows, received an array of 2."],
    [() => p.fit(inputs, [0, 1, 2, 0]), "perceptron.fit: target 2 must be 0 or 1, received 2."],
    [() => p.fit([[1, 2, 3]], [0]), "perceptron.fit, row 0: expected a row of 2 numbers, received an array of 3."],
    [() => p.fit(tensor([[1, 2, 3]]), [0]), "perceptron.fit: expected rows of 2 numbers, received shape [1, 3]."],
    [() => p.fit(inputs, gates.and, { epochs: 0 }), "perceptron.fit: epochs must be a positive integer, received 0."],
  ])("%s", (attempt, message) => {
    const before = [p.weights, p.bias];
    expect(attempt).toThrow(message);
    expect([p.weights, p.bias]).toEqual(before);
  });
});
