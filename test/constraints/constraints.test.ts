import { describe, expect, it } from "vitest";
import { customConstraint } from "../../src/constraints/constraint.js";
import { resolveConstraint } from "../../src/constraints/resolve.js";
import { type Constraint, compileFunction, constraints, layers, ops, sequential } from "../../src/index.js";

const matrix = [
  [3, 0, -0.3],
  [4, 0, 0.4],
];

async function project(constraint: Constraint): Promise<number[][]> {
  const f = compileFunction((w) => constraint(w), { shapes: [[2, 3]] });
  return (await f(matrix)) as unknown as number[][];
}

function expectNear(actual: number[][], expected: number[][]): void {
  for (const [i, row] of expected.entries()) {
    for (const [j, value] of row.entries()) expect(actual[i]?.[j], `[${i}, ${j}]`).toBeCloseTo(value, 5);
  }
}

describe("constraints", () => {
  it("compute what their docstrings say, zero columns included", async () => {
    expectNear(await project(constraints.maxNorm({ maxValue: 1 })), [
      [0.6, 0, -0.3],
      [0.8, 0, 0.4],
    ]);
    expectNear(await project(constraints.maxNorm({ maxValue: 2, axis: 1 })), [
      [1.990074, 0, -0.1990074],
      [1.990074, 0, 0.1990074],
    ]);
    expectNear(await project(constraints.nonNeg()), [
      [3, 0, 0],
      [4, 0, 0.4],
    ]);
    expectNear(await project(constraints.unitNorm()), [
      [0.6, 0, -0.6],
      [0.8, 0, 0.8],
    ]);
    expectNear(await project(constraints.minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 })), [
      [2.1, 0, -0.45],
      [2.8, 0, 0.6],
    ]);
  });

  it("are found by name, object, factory or function", () => {
    expect(resolveConstraint("w", "maxNorm").config).toEqual({ maxValue: 2, axis: 0 });
    expect(resolveConstraint("w", constraints.unitNorm as never).config).toEqual({ axis: 0 });
    const made = constraints.minMaxNorm();
    expect(resolveConstraint("w", made)).toBe(made);
    expect(made.config).toEqual({ minValue: 0, maxValue: 1, rate: 1, axis: 0 });
    expect(() => resolveConstraint("w", "maxnrm" as never)).toThrow(
      'w: expected a known name, received "maxnrm". Did you mean "maxNorm"?',
    );
    expect(() => resolveConstraint("w", null as never)).toThrow(
      'w: expected a constraint such as "maxNorm" or a function over ops.*, received null.',
    );
  });

  it("of users are applied after each step, to trained weights alone", async () => {
    const clip = (w: Parameters<Constraint>[0]) => ops.minimum(ops.maximum(w, -0.1), 0.1);
    const net = sequential(
      [
        layers.dense({ units: 3, inputShape: [2], kernelConstraint: clip }),
        layers.dense({ units: 1, kernelConstraint: clip, trainable: false }),
      ],
      { seed: 1 },
    );
    net.compile({ optimizer: "sgd", loss: "mse" });
    const before = net.getWeights();
    await net.fit([[1, 2]], [3], { verbose: 0 });
    const [kernel, , frozen] = net.getWeights();
    expect(kernel?.data.every((value) => Math.abs(value) <= Math.fround(0.1))).toBe(true);
    expect(before[0]?.data.some((value) => Math.abs(value) > 0.1)).toBe(true);
    expect(frozen?.data).toEqual(before[2]?.data);
  });

  it("refuse what is out of range", () => {
    expect(() => constraints.maxNorm({ maxValue: -1 })).toThrow(
      "constraints.maxNorm: maxValue must be a finite number of at least 0, received -1.",
    );
    expect(() => constraints.unitNorm({ axis: 0.5 })).toThrow(
      "constraints.unitNorm: axis must be an integer of at least 0, received 0.5.",
    );
    expect(() => constraints.minMaxNorm({ minValue: 2 })).toThrow(
      "constraints.minMaxNorm: maxValue must be at least minValue, 2, received 1.",
    );
    expect(() => constraints.minMaxNorm({ rate: 2 })).toThrow(
      "constraints.minMaxNorm: rate must be a number in [0, 1], received 2.",
    );
    expect(() => constraints.nonNeg({ axis: 1 } as never)).toThrow(
      'constraints.nonNeg: expected a known option, received "axis".',
    );
    const x = { shapes: [[2, 3]] };
    expect(() => compileFunction((w) => customConstraint((v) => ops.sum(v, 0))(w), x)).toThrow(
      'constraint "custom": the function must return a result of ops.* of shape [2, 3], received [3].',
    );
    expect(() => compileFunction((w) => customConstraint(() => undefined as never)(w), x)).toThrow(
      'constraint "custom": the function must return a result of ops.* of shape [2, 3], received undefined.',
    );
  });
});
