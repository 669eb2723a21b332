// The gradient of every operation and every function against central differences in double precision, also in second order.

import { describe, expect, test } from "vitest";
import { checkGradients } from "../../src/functions/check.js";
import * as build from "../../src/graph/build.js";
import { derivatives } from "../../src/graph/derivatives.js";
import { gradients } from "../../src/graph/gradients.js";
import { constantNode, inputNode, opNode, type SymbolicTensor } from "../../src/graph/node.js";
import { encodeShape, readsOf } from "../../src/graph/shapes.js";
import * as ops from "../../src/ops/index.js";
import {
  type BinaryName,
  binaryNames,
  type LossName,
  losses,
  lossNames,
  type OpName,
  type ReductionName,
  reductionNames,
  type UnaryName,
  unaryNames,
} from "../../src/program/ops.gen.js";
import { matrix, numbers, sizes } from "./random.js";

type Tensor = SymbolicTensor;
type Case = { f: (...x: Tensor[]) => Tensor; inputs: number[][][] };

// Central differences lose about a third of the digits of a double; 1e-6 has been seen to fail for wrong rules by far.
const tolerance = 1e-6;

const column = (values: number[]): Tensor => constantNode(values, [values.length, 1]);

/** A scalar that depends on every element of `y` in its own way. */
function weigh(y: Tensor): Tensor {
  const count = y.shape.reduce<number>((a, b) => a * (b ?? 1), 1);
  const weights = constantNode(numbers(99, count, 0.5, 2), y.shape as readonly number[]);
  return ops.sum(ops.mul(y, weights));
}

function check({ f, inputs }: Case, limit = tolerance): void {
  const { maxRelativeError, worst } = checkGradients((...x) => weigh(f(...x)), inputs);
  expect(maxRelativeError, JSON.stringify(worst)).toBeLessThan(limit);
}

/** The gradient with respect to each input, weighed: its gradient is of second order. */
function checkSecondOrder({ f, inputs }: Case): void {
  const second = (...x: Tensor[]): Tensor => {
    const [first, ...rest] = ops.gradients(weigh(f(...x)), x).map(weigh) as [Tensor, ...Tensor[]];
    return rest.reduce((a, b) => ops.add(a, b), first);
  };
  const { maxRelativeError, worst } = checkGradients(second, inputs);
  expect(maxRelativeError, JSON.stringify(worst)).toBeLessThan(10 * tolerance);
}

const grad = { function: "silu", alpha: 0 };

/** One case or more for each operation of the table; a new operation does not compile without. */
const cases: Readonly<Record<OpName, (m: number, n: number) => Case[]>> = {
  fill: (m, n) => [
    { f: (x) => ops.mul(x, opNode("fill", [], { value: 3, shape: encodeShape([m, n]) })), inputs: [matrix(1, m, n)] },
  ],
  copy: (m, n) => [{ f: (x) => ops.square(ops.reshape(x, [n, m])), inputs: [matrix(1, m, n)] }],
  transpose: (m, n) => [{ f: (x) => ops.square(ops.transpose(x)), inputs: [matrix(1, m, n)] }],
  slice: (m, n) => [
    { f: (x) => ops.square(ops.slice(x, n >> 1)), inputs: [matrix(1, m, n)] },
    { f: (x) => ops.square(ops.slice(x, 0, (m + 1) >> 1, 0)), inputs: [matrix(1, m, n)] },
  ],
  pad: (m, n) => [{ f: (x) => ops.square(build.pad(x, 2, [m, n + 3])), inputs: [matrix(1, m, n)] }],
  concatenate: (m, n) => [
    { f: (x, y) => ops.square(ops.concatenate([x, y])), inputs: [matrix(1, m, n), matrix(2, m, 3)] },
    { f: (x, y) => ops.square(ops.concatenate([x, y, x], 0)), inputs: [matrix(1, m, n), matrix(2, 2, n)] },
  ],
  gather: (m, n) => [
    { f: (x) => ops.square(ops.take(x, [[0], [m - 1], [0], [m >> 1]])), inputs: [matrix(1, m, n)] },
    { f: (x) => ops.square(ops.take(x, [[0, m - 1, 0]])), inputs: [matrix(1, m, n)] },
  ],
  gatherGrad: (m, n) => [
    {
      f: (dy) => ops.square(build.gatherGrad(column([0, m - 1, 0]), dy, [m, n])),
      inputs: [matrix(1, 3, n)],
    },
  ],
  unary: (m, n) => [{ f: (x) => ops.tanh(x), inputs: [matrix(1, m, n)] }],
  unaryGrad: (m, n) => [
    { f: (x, dy) => opNode("unaryGrad", [x, dy], grad), inputs: [matrix(1, m, n), matrix(2, m, n)] },
    {
      f: (x, dy) => opNode("unaryGrad", [ops.tanh(x), dy], { function: "tanh", alpha: 0 }),
      inputs: [matrix(1, m, n), matrix(2, m, n)],
    },
    {
      f: (x, dy) => opNode("unaryGrad", [x, ops.rsqrt(x), dy], { function: "rsqrt", alpha: 0 }),
      inputs: [matrix(1, m, n, 0.5, 2), matrix(2, m, n)],
    },
  ],
  binary: (m, n) => [
    { f: (x, y) => ops.mul(ops.add(x, y), ops.sub(x, y)), inputs: [matrix(1, m, n), matrix(2, m, n)] },
    { f: (x, y) => ops.mul(x, y), inputs: [matrix(1, m, n), matrix(2, 1, n)] },
    { f: (x, y) => ops.div(y, x), inputs: [matrix(1, m, n, 0.5, 2), matrix(2, m, 1)] },
    { f: (x, y) => ops.sub(y, x), inputs: [matrix(1, m, 1), matrix(2, 1, n)] },
    { f: (x, y) => ops.mul(x, y), inputs: [matrix(1, m, n), matrix(2, 1, 1)] },
    { f: (x) => ops.mul(x, x), inputs: [matrix(1, m, n)] },
  ],
  select: (m, n) => [
    {
      f: (x, y) => ops.where(ops.greater(x, 0.1), ops.square(x), ops.mul(3, y)),
      inputs: [matrix(1, m, n), matrix(2, 1, n)],
    },
    { f: (x, y) => ops.where(ops.greater(y, 0), x, y), inputs: [matrix(1, 1, 1), matrix(2, m, n)] },
  ],
  reduce: (m, n) => [
    { f: (x) => ops.square(ops.sum(x, 0)), inputs: [matrix(1, m, n)] },
    { f: (x) => ops.square(ops.sum(x, 1)), inputs: [matrix(1, m, n)] },
    { f: (x) => ops.square(build.reduce("mean", x, 1, 3)), inputs: [matrix(1, m, 3 * n)] },
    { f: (x) => ops.square(build.reduce("maximum", x, 1, n)), inputs: [matrix(1, m, 2 * n)] },
  ],
  expand: (m, n) => [
    { f: (x) => opNode("expand", [x], { axis: 0, mean: 0, shape: encodeShape([m, n]) }), inputs: [matrix(1, 1, n)] },
    { f: (x) => opNode("expand", [x], { axis: 1, mean: 1, shape: encodeShape([m, n]) }), inputs: [matrix(1, m, 1)] },
    { f: (x) => ops.square(build.expand(x, 1, [m, 3 * n], true)), inputs: [matrix(1, m, n)] },
    { f: (x) => opNode("expand", [x], { axis: 2, mean: 1, shape: encodeShape([m, n]) }), inputs: [matrix(1, 1, 1)] },
  ],
  matmul: (m, n) => [
    { f: (a, b) => ops.matmul(a, b), inputs: [matrix(1, m, n), matrix(2, n, 3)] },
    { f: (a, b) => ops.matmul(a, b, { transposeA: true }), inputs: [matrix(1, n, m), matrix(2, n, 3)] },
    { f: (a, b) => ops.matmul(a, b, { transposeB: true }), inputs: [matrix(1, m, n), matrix(2, 3, n)] },
    {
      f: (a, b) => ops.matmul(a, b, { transposeA: true, transposeB: true }),
      inputs: [matrix(1, n, m), matrix(2, 3, n)],
    },
    { f: (a) => ops.matmul(a, a, { transposeA: true }), inputs: [matrix(1, m, n)] },
  ],
  dense: (m, n) => [
    {
      f: (x, w, b) => opNode("dense", [x, w, b], { function: "tanh", alpha: 0 }),
      inputs: [matrix(1, m, n), matrix(2, n, 3), matrix(3, 1, 3)],
    },
    {
      f: (x, w) => opNode("dense", [x, w], { function: "silu", alpha: 0 }),
      inputs: [matrix(1, m, n), matrix(2, n, 3)],
    },
  ],
  denseInputGrad: (m, n) => [
    {
      f: (dy, w, z) => opNode("denseInputGrad", [dy, w, z], grad),
      inputs: [matrix(1, m, 3), matrix(2, n, 3), matrix(3, m, n)],
    },
    {
      f: (dy, w, z) => opNode("denseInputGrad", [dy, w, ops.sigmoid(z)], { function: "sigmoid", alpha: 0 }),
      inputs: [matrix(1, m, 3), matrix(2, n, 3), matrix(3, m, n)],
    },
  ],
  denseWeightGrad: (m, n) => [
    { f: (x, dy) => opNode("denseWeightGrad", [x, dy]), inputs: [matrix(1, m, n), matrix(2, m, 3)] },
  ],
  softmax: (m, n) => [{ f: (x) => ops.softmax(x), inputs: [matrix(1, m, n)] }],
  softmaxGrad: (m, n) => [
    { f: (y, dy) => opNode("softmaxGrad", [y, dy]), inputs: [matrix(1, m, n, 0.1, 1), matrix(2, m, n)] },
  ],
  logSoftmax: (m, n) => [{ f: (x) => ops.logSoftmax(x), inputs: [matrix(1, m, n)] }],
  logSoftmaxGrad: (m, n) => [
    { f: (y, dy) => opNode("logSoftmaxGrad", [y, dy]), inputs: [matrix(1, m, n), matrix(2, m, n)] },
  ],
  loss: (m, n) => [{ f: (p, t) => ops.loss("meanSquaredError", p, t), inputs: [matrix(1, m, n), matrix(2, m, n)] }],
  lossGrad: (m, n) => [
    {
      f: (p, t, dl) => opNode("lossGrad", [p, t, dl], { function: "meanSquaredError", p0: 0 }),
      inputs: [matrix(1, m, n), matrix(2, m, n), matrix(3, m, 1)],
    },
  ],
  dropout: (m, n) => [{ f: (x) => ops.dropout(ops.square(x), 0.4, 5), inputs: [matrix(1, m, n)] }],
  random: (m, n) => [{ f: (x) => ops.mul(ops.square(x), ops.randomNormal([m, n])), inputs: [matrix(1, m, n)] }],
  stepValue: (m, n) => [{ f: (x) => ops.mul(ops.square(x), build.stepValue("update")), inputs: [matrix(1, m, n)] }],
  // The update has no gradient: it is no op of graphs.
  update: () => [],
};

describe.each(sizes)("gradients at %i x %i", (m, n) => {
  test.each(Object.entries(cases))("%s", (_, list) => {
    for (const one of list(m, n)) check(one);
  });

  test.each(Object.entries(cases))("%s, second order", (_, list) => {
    for (const one of list(m, n)) checkSecondOrder(one);
  });
});

/** Where each function is smooth. */
const domains: Partial<Record<UnaryName, readonly [from: number, to: number]>> = {
  log: [0.3, 3],
  log1p: [-0.5, 2],
  sqrt: [0.3, 3],
  rsqrt: [0.3, 3],
  reciprocal: [0.3, 3],
};

const alphas: Partial<Record<UnaryName, number>> = { leakyRelu: 0.3, elu: 0.7, celu: 0.7, squareplus: 4, step: 0.05 };

function unaryCase(name: UnaryName): Case {
  const [from, to] = domains[name] ?? [-2, 2];
  const f = (x: Tensor) => opNode("unary", [x], { function: name, alpha: alphas[name] ?? 0 });
  // Rounding jumps at whole numbers and halves; kinks are at 0.
  const rounding = ["floor", "ceil", "round"].includes(name);
  const inputs = rounding ? [[[-1.7, 0.2, 1.3]]] : [matrix(4, 3, 5, from, to, 0.1)];
  return { f, inputs };
}

describe("functions of one variable", () => {
  test.each(unaryNames)("%s", (name) => check(unaryCase(name)));
  test.each(unaryNames)("%s, second order", (name) => checkSecondOrder(unaryCase(name)));

  test.each(unaryNames)("%s: formula and instruction agree", (name) => {
    const { inputs } = unaryCase(name);
    const formula = derivatives[name];
    const alpha = alphas[name] ?? 0;
    // Both derivatives appear as gradients of constructed functions: weigh(dy f'(x)) differentiated by dy.
    const fused = (x: Tensor, dy: Tensor): Tensor => {
      const y = opNode("unary", [x], { function: name, alpha });
      const reads = readsOf(name);
      const operands = [...(reads.x ? [x] : []), ...(reads.y ? [y] : []), dy];
      return opNode("unaryGrad", operands, { function: name, alpha });
    };
    const symbolic = (x: Tensor, dy: Tensor): Tensor => {
      if (typeof formula === "number") return ops.mul(dy, formula);
      return ops.mul(dy, formula(x, opNode("unary", [x], { function: name, alpha }), alpha));
    };
    const [x] = inputs as [number[][]];
    const dy = x.map((row) => row.map(() => 1));
    const a = checkGradients((x, dy) => weigh(fused(x, dy)), [x, dy]).gradients[1];
    const b = checkGradients((x, dy) => weigh(symbolic(x, dy)), [x, dy]).gradients[1];
    a?.forEach((value, i) => {
      expect(value).toBeCloseTo(b?.[i] ?? Number.NaN, 6);
    });
  });
});

describe("functions of two variables", () => {
  const inputs = [matrix(5, 3, 5, 0.4, 2), matrix(6, 3, 5, 0.5, 2.2)];
  const f = (name: BinaryName) => (x: Tensor, y: Tensor) => opNode("binary", [x, y], { function: name });
  test.each(binaryNames)("%s", (name) => check({ f: f(name), inputs }));
  test.each(binaryNames)("%s, second order", (name) => checkSecondOrder({ f: f(name), inputs }));

  test("power at 0 and of exponent 0 has a finite gradient", () => {
    const { gradients: found } = checkGradients(
      (x, y) => ops.sum(ops.pow(x, y)),
      [
        [0, 2, 0],
        [0, 0, 2],
      ],
    );
    expect([...(found[0] ?? [])]).toEqual([0, 0, 0]);
    expect(found[1]?.every(Number.isFinite)).toBe(true);
  });

  test("of equal operands the first one gets the gradient of an extreme", () => {
    const { gradients: found } = checkGradients((x, y) => ops.sum(ops.maximum(x, y)), [[1], [1]]);
    expect(found.map((dx) => dx[0])).toEqual([1, 0]);
  });
});

describe.each([0, 1, undefined])("reductions along axis %s", (axis) => {
  const f = (name: ReductionName) => (x: Tensor) => opNode("reduce", [x], { function: name, axis: axis ?? 2 });
  test.each(reductionNames)("%s", (name) => {
    for (const [m, n] of sizes) check({ f: f(name), inputs: [matrix(7, m, n)] });
  });
  test.each(reductionNames)("%s, second order", (name) => {
    for (const [m, n] of sizes) checkSecondOrder({ f: f(name), inputs: [matrix(7, m, n)] });
  });
});

test("equal maxima share the gradient", () => {
  const { gradients: found } = checkGradients((x) => ops.max(x), [[3, 1, 3]]);
  expect([...(found[0] ?? [])]).toEqual([0.5, 0, 0.5]);
});

describe("losses", () => {
  const parameters: Partial<Record<LossName, number>> = {
    huber: 0.7,
    binaryCrossentropy: 0.1,
    categoricalCrossentropy: 0.2,
    categoricalCrossentropyLogits: 0.1,
  };
  const predictions = (name: LossName) => (name.endsWith("entropy") ? matrix(8, 4, 5, 0.1, 0.9) : matrix(8, 4, 5));
  const f = (name: LossName, target: number[][]) => (p: Tensor) => ops.loss(name, p, target, parameters[name] ?? 0);
  const target = (name: LossName) => (losses[name].sparse ? [[0], [4], [2], [2]] : matrix(9, 4, 5, 0.05, 0.95));

  test.each(lossNames)("%s by the predictions", (name) =>
    check({ f: f(name, target(name)), inputs: [predictions(name)] }),
  );

  test.each(lossNames)("%s, second order", (name) =>
    checkSecondOrder({ f: f(name, target(name)), inputs: [predictions(name)] }),
  );

  test.each(lossNames.filter((name) => !losses[name].sparse))("%s by the targets", (name) => {
    check({ f: (p, t) => ops.loss(name, p, t, parameters[name] ?? 0), inputs: [predictions(name), target(name)] });
  });

  test("predictions that are targets, too", () => {
    check({ f: (x) => ops.loss("meanSquaredError", ops.square(x), ops.tanh(x)), inputs: [matrix(3, 4, 5)] });
    checkSecondOrder({ f: (x) => ops.loss("meanSquaredError", ops.square(x), ops.tanh(x)), inputs: [matrix(3, 4, 5)] });
  });
});

describe("the graph of gradients", () => {
  test("third order", () => {
    const cube = (x: Tensor) => ops.mul(x, ops.mul(x, x));
    const once = (x: Tensor, y: Tensor) => ops.gradients(ops.sum(y), [x])[0] as Tensor;
    const third = (x: Tensor) => once(x, once(x, once(x, cube(x))));
    const { maxRelativeError } = checkGradients((x) => ops.sum(ops.mul(third(x), x)), [[1.5, -2]]);
    expect(maxRelativeError).toBeLessThan(tolerance);
  });

  test("is null where nothing depends, and stops at stopGradient", () => {
    const x = inputNode("x", [3]);
    const other = inputNode("other", [3]);
    const y = ops.sum(ops.mul(x, ops.stopGradient(ops.exp(x))));
    expect(gradients(y, [other])).toEqual([null]);
    const { gradients: found } = checkGradients((x) => ops.sum(ops.mul(x, ops.stopGradient(ops.exp(x)))), [[1]]);
    expect(found[0]?.[0]).toBeCloseTo(Math.E, 12);
  });

  test("with respect to something in between, and to what it is computed from", () => {
    const x = inputNode("x", [3]);
    const h = ops.tanh(x);
    const [dh, dx] = gradients(ops.sum(ops.square(h)), [h, x]);
    expect([dh?.shape, dx?.shape]).toEqual([[3], [3]]);
  });

  test("refuses a result of several numbers", () => {
    const x = inputNode("x", [null, 3]);
    expect(() => gradients(ops.tanh(x), [x])).toThrow(
      "gradient: expected a single number to differentiate, received [batch, 3]. Reduce it with ops.sum or ops.mean.",
    );
  });

  test("belongs to the layers of what it differentiates", () => {
    const x = inputNode("x", [3]);
    const y = ops.sum(ops.tanh(x));
    expect(gradients(y, [x])[0]?.layer).toBe("");
  });
});
