// Gradients that users write: straight-through estimators, reversal, clipping, gradients of gradients, in functions and in
// models, on every backend.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import { checkGradients } from "../../src/functions/check.js";
import { grad, valueAndGrad } from "../../src/grad.js";
import { dependsOnAny } from "../../src/graph/dependence.js";
import { gradients } from "../../src/graph/gradients.js";
import { inputNode, type SymbolicTensor, withLayer } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";

const straightThrough = ops.customGradient(
  (x) => ops.round(x),
  (dy) => dy,
);
const reversed = ops.customGradient(
  (x) => ops.mul(x, 1),
  (dy) => ops.mul(dy, -0.5),
);
const clipped = ops.customGradient(
  (x) => ops.square(x),
  (dy, x) => ops.mul(dy, ops.minimum(ops.maximum(ops.mul(x, 2), -1), 1)),
);
/** log(1 + e^x), with its gradient as keras.ops.custom_gradient's documentation writes it. */
const log1pexp = ops.customGradient(
  (x) => ops.log(ops.add(1, ops.exp(x))),
  (dy, x) => ops.mul(dy, ops.sub(1, ops.div(1, ops.add(1, ops.exp(x))))),
);

describe.each(testBackends.map((backend) => [backend.label, backend] as const))("%s", (_, backend) => {
  beforeAll(() => backend.use());
  afterAll(() => setBackend("reference"));

  test("a straight-through estimator", async () => {
    const f = (x: SymbolicTensor) => ops.sum(ops.square(straightThrough(x)));
    expect(await valueAndGrad(f)([0.4, 1.6, -2.7])).toEqual({ value: 13, grads: [[0, 4, -6]] });
  });

  test("a reversed gradient", async () => {
    expect(await grad((x) => ops.sum(ops.square(reversed(x))))([1, -3])).toEqual([[-1, 3]]);
  });

  test("a clipped gradient", async () => {
    expect(await grad((x) => ops.sum(clipped(x)))([0.25, 3, -3])).toEqual([[0.5, 1, -1]]);
  });

  test("trains a model through a step that has no gradient of its own", async () => {
    const hard = ops.customGradient(
      (x) => ops.step(x),
      (dy, x) => ops.mul(dy, ops.sub(1, ops.square(ops.tanh(x)))),
    );
    const x = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const y = [[0], [1], [1], [0]];
    const model = sequential(
      [
        layers.dense({ units: 16, inputShape: [2] }),
        layers.custom({ name: "hard", call: (z) => hard(z) }),
        layers.dense({ units: 1 }),
      ],
      { seed: 4 },
    );
    model.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: "meanSquaredError" });
    const { history } = await model.fit(x, y, { epochs: 150, batchSize: 4, verbose: 0 });
    expect(history.loss?.[149]).toBeLessThan(0.01);
    model.dispose();
  });
});

test("a variable that only the written gradient reaches is trained", async () => {
  const withWeight = ops.customGradient(
    (x, _w) => ops.mul(x, 1),
    (dy, _x, w) => [dy, ops.add(ops.mul(w as SymbolicTensor, 0), 3)],
  );
  const model = sequential([
    layers.custom({
      name: "mine",
      build: (_shape, ctx) => ctx.variable("w", [2], { initializer: "ones" }),
      call: (x, { variables }) => withWeight(x, variables.w as SymbolicTensor),
    }),
  ]);
  model.compile({ optimizer: optimizers.sgd({ learningRate: 0.5 }), loss: "meanSquaredError" });
  await model.fit([[1, 2]], [[0, 0]], { verbose: 0 });
  expect([...(model.getWeights()[0]?.data ?? [])]).toEqual([-0.5, -0.5]);
  model.dispose();
});

test("a result depends on what only the written gradient reaches", () => {
  const [x, unused] = [inputNode("x", [2]), inputNode("unused", [2])];
  const f = ops.customGradient(
    (_a, b) => ops.mul(b, 1),
    (dy) => [dy, null],
  );
  expect(dependsOnAny(f(x, unused), [x])).toBe(true);
});

test("the gradient of a gradient is that of the function that was given", () => {
  const first = (x: SymbolicTensor) => gradients(ops.sum(log1pexp(x)), [x])[0] as SymbolicTensor;
  const { maxRelativeError } = checkGradients((x) => ops.sum(first(x)), [[-1, 0.5, 2]]);
  expect(maxRelativeError).toBeLessThan(1e-6);
});

test("several operands, one of them without a gradient, and the result", () => {
  const f = ops.customGradient(
    (x, scale) => ops.exp(ops.mul(x, scale)),
    (dy, _x, scale, y) => [ops.mul(dy, ops.mul(scale as SymbolicTensor, y as SymbolicTensor)), null],
  );
  const { maxRelativeError } = checkGradients((x) => ops.sum(f(x, 3)), [[0.3, -0.2]]);
  expect(maxRelativeError).toBeLessThan(1e-6);
  const [x, scale] = [inputNode("x", [2]), inputNode("scale", [2])];
  expect(gradients(ops.sum(f(x, scale)), [scale])).toEqual([null]);
});

describe("refuses", () => {
  const x = inputNode("x", [2]);
  const differentiate = (f: (x: SymbolicTensor) => SymbolicTensor) => gradients(ops.sum(f(x)), [x]);

  test.each<[string, () => unknown, string]>([
    [
      "no function",
      () => ops.customGradient((y) => y, 1 as never),
      "ops.customGradient: expected two functions over ops.*, received 1.",
    ],
    [
      "a result that is none",
      () =>
        withLayer("mine", () =>
          ops.customGradient(
            () => 3 as never,
            (dy) => dy,
          )(x),
        ),
      'layer "mine", ops.customGradient: the function must return a result of ops.*, received 3.',
    ],
    [
      "a gradient that is none",
      () =>
        differentiate(
          ops.customGradient(
            (z) => ops.exp(z),
            () => Number.NaN as never,
          ),
        ),
      "ops.customGradient: the gradient must return a result of ops.*, or null, received NaN.",
    ],
    [
      "too few gradients",
      () =>
        differentiate((z) =>
          ops.customGradient(
            (a, b) => ops.add(a, b),
            (dy) => dy,
          )(z, z),
        ),
      "ops.customGradient: the gradient must return a list of 2 results of ops.*, or nulls, received an object.",
    ],
    [
      "a gradient of another shape",
      () =>
        differentiate(
          ops.customGradient(
            (z) => ops.exp(z),
            (dy) => ops.sum(dy),
          ),
        ),
      "ops.customGradient: the gradient of operand 0 must have shape [2], received [].",
    ],
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message);
  });
});
