// Variance, norms and logarithms of sums: values on every backend, gradients also at the edges, and what is refused.

import { describe, expect, test } from "vitest";
import { checkGradients } from "../../src/functions/check.js";
import { inputNode, type SymbolicTensor } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { matrix as random } from "../graph/random.js";
import { testValues } from "./values.js";

const matrix = [
  [1, 3],
  [3, 7],
];
const infinity = Number.POSITIVE_INFINITY;

testValues({
  variance: [[matrix], (x) => ops.variance(x), [4.75], []],
  "variance of rows": [[matrix], (x) => ops.variance(x, 1), [1, 4], [2]],
  "variance of columns, kept": [[matrix], (x) => ops.variance(x, 0, { keepDims: true }), [1, 4], [1, 2]],
  std: [[matrix], (x) => ops.std(x, -1), [1, 2], [2]],
  logSumExp: [[[0, Math.log(3)]], (x) => ops.logSumExp(x), [Math.log(4)], []],
  "logSumExp of large numbers": [[[[1000, -1000]]], (x) => ops.logSumExp(x, 1), [1000], [1]],
  "logSumExp of infinities": [
    [
      [
        [infinity, 0],
        [-infinity, -infinity],
      ],
    ],
    (x) => ops.logSumExp(x, 1, { keepDims: true }),
    [infinity, -infinity],
    [2, 1],
  ],
  norm: [[[3, 4]], (x) => ops.norm(x), [5], []],
  "norm of order 1": [[[[3, -4]]], (x) => ops.norm(x, 1, { order: 1 }), [7], [1]],
  "norm of order 3": [[[3, -4, 5]], (x) => ops.norm(x, 0, { order: 3 }), [6], []],
  "norm of order infinity": [[[[3, -4]]], (x) => ops.norm(x, 1, { order: infinity, keepDims: true }), [4], [1, 1]],
  normalize: [
    [
      [
        [3, -4],
        [0, 0],
      ],
    ],
    (x) => ops.normalize(x),
    [0.6, -0.8, 0, 0],
    [2, 2],
  ],
  "normalize by order 1": [[[[3, -1]]], (x) => ops.normalize(x, 1, 1), [0.75, -0.25], [1, 2]],
});

describe("gradients", () => {
  const weights = random(3, 3, 5);
  test.each<[string, (x: SymbolicTensor) => SymbolicTensor]>([
    ["variance", (x) => ops.variance(x)],
    ["std", (x) => ops.sum(ops.square(ops.std(x, 0)))],
    ["logSumExp", (x) => ops.sum(ops.mul(ops.logSumExp(x, 1), [1, 2, 3]))],
    ["norm", (x) => ops.sum(ops.norm(x, 1))],
    ["norm of order 3", (x) => ops.sum(ops.norm(x, 1, { order: 3 }))],
    ["normalize", (x) => ops.sum(ops.mul(ops.normalize(x), weights))],
  ])("%s", (_, f) => {
    expect(checkGradients(f, [random(1, 3, 5, -2, 2, 0.1)]).maxRelativeError).toBeLessThan(1e-6);
  });

  test("of a row of zeros that is normalized are finite", () => {
    const { gradients } = checkGradients((x) => ops.sum(ops.normalize(x)), [[[0, 0]]], { step: 1e-10 });
    for (const dx of gradients[0] ?? []) expect(dx / 1e7).toBeCloseTo(1, 6);
  });

  test.each<[string, (x: SymbolicTensor) => SymbolicTensor, number[][], number[]]>([
    [
      "norm",
      (x) => ops.norm(x, 1),
      [
        [0, 0],
        [3, 4],
      ],
      [0, 0, 0.6, 0.8],
    ],
    [
      "norm of order 3",
      (x) => ops.norm(x, 1, { order: 3 }),
      [
        [0, 0],
        [0, 4],
      ],
      [0, 0, 0, 1],
    ],
    [
      "norm of order infinity",
      (x) => ops.norm(x, 1, { order: infinity }),
      [
        [0, 0],
        [1, 4],
      ],
      [0, 0, 0, 1],
    ],
    [
      "std",
      (x) => ops.std(x, 1),
      [
        [2, 2],
        [1, 3],
      ],
      [0, 0, -0.5, 0.5],
    ],
  ])("of %s are 0 where it is 0", (_, f, x, expected) => {
    const [dx = []] = checkGradients((input) => ops.sum(f(input)), [x]).gradients;
    expect(dx.length).toBe(4);
    expected.forEach((value, i) => {
      expect(dx[i]).toBeCloseTo(value, 6);
    });
  });

  test("of the gradient of a norm are 0 where it is 0", () => {
    const slope = (x: SymbolicTensor) => ops.sum(ops.gradients(ops.norm(x), [x])[0] as SymbolicTensor);
    const [dx = []] = checkGradients(slope, [[0, 0]]).gradients;
    expect([...dx].map(Math.abs)).toEqual([0, 0]);
  });
});

describe("refuses", () => {
  const x = inputNode("x", [null, 3]);
  test.each<[string, () => unknown, string]>([
    ["a wrong axis", () => ops.variance(x, 2), "ops.variance: axis must be an integer in [-2, 1], received 2."],
    ["an axis of std", () => ops.std(x, -3), "ops.std: axis must be an integer in [-2, 1], received -3."],
    ["an order of 0", () => ops.norm(x, 1, { order: 0 }), "ops.norm: order must be a positive number, received 0."],
    [
      "an unknown option",
      () => ops.norm(x, 1, { ord: 1 } as never),
      'ops.norm: expected a known option, received "ord".',
    ],
    [
      "a misspelt option of variance",
      () => ops.variance(x, 1, { keepdims: true } as never),
      'ops.variance: expected a known option, received "keepdims". Did you mean "keepDims"? Options: keepDims.',
    ],
    [
      "a misspelt option of std",
      () => ops.std(x, 1, { keepdims: true } as never),
      'ops.std: expected a known option, received "keepdims".',
    ],
    [
      "no options of logSumExp",
      () => ops.logSumExp(x, 1, true as never),
      "ops.logSumExp: expected an object of options, received true.",
    ],
    ["no epsilon", () => ops.normalize(x, -1, 2, 0), "ops.normalize: epsilon must be a positive number, received 0."],
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message);
  });
});
