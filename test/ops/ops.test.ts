// The functions of ops: their values on every backend, their shapes, and what they refuse.

import { describe, expect, test } from "vitest";
import { compileGraph } from "../../src/graph/compile.js";
import { inputNode, type Shape, type SymbolicTensor, withLayer } from "../../src/graph/node.js";
import { countElements } from "../../src/graph/shapes.js";
import * as ops from "../../src/ops/index.js";
import { tensor } from "../../src/tensor.js";
import { Execution } from "../graph/execute.js";
import { testValues, type ValueCase } from "./values.js";

type Build = (...x: SymbolicTensor[]) => SymbolicTensor;
const node = (...shape: (number | null)[]) => inputNode("x", shape);

const values: Record<string, ValueCase> = {
  "add a row": [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [10, 20],
    ],
    (x, y) => ops.add(x, y),
    [11, 22, 13, 24],
    [2, 2],
  ],
  "sub a column": [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [[1], [2]],
    ],
    (x, y) => ops.sub(x, y),
    [0, 1, 1, 2],
    [2, 2],
  ],
  "mul a column by a row": [[[[1], [2]], [[3, 4]]], (x, y) => ops.mul(x, y), [3, 4, 6, 8], [2, 2]],
  "div by a constant": [[[2, 4]], (x) => ops.div(x, [2, 8]), [1, 0.5], [2]],
  pow: [[[2, 3]], (x) => ops.pow(x, 3), [8, 27], [2]],
  "pow 2": [[[2, -3]], (x) => ops.pow(x, 2), [4, 9], [2]],
  "maximum, minimum": [[[1, 5]], (x) => ops.sub(ops.maximum(x, 3), ops.minimum(x, 3)), [2, 2], [2]],
  "leading axes": [
    [
      tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    (x, y) => ops.mul(x, y),
    [1, 4, 9, 16, 5, 12, 21, 32],
    [2, 2, 2],
  ],
  "trailing axes": [
    [tensor([1, 2, 3, 4], [2, 1, 2]), tensor([10, 20], [2, 1, 1])],
    (x, y) => ops.add(x, y),
    [11, 12, 23, 24],
    [2, 1, 2],
  ],
  "last axis": [
    [tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), [1, 10]],
    (x, y) => ops.mul(x, y),
    [1, 20, 3, 40, 5, 60, 7, 80],
    [2, 2, 2],
  ],
  where: [[[1, -1], [5, 6], 7], (c, x, y) => ops.where(ops.greater(c, 0), x, y), [5, 7], [2]],
  comparisons: [
    [[1, 2, 3]],
    (x) => ops.add(ops.mul(ops.less(x, 2), 100), ops.add(ops.mul(ops.equal(x, 2), 10), ops.greaterEqual(x, 2))),
    [100, 11, 1],
    [3],
  ],
  "sum of all": [
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    (x) => ops.sum(x),
    [10],
    [],
  ],
  "sum over rows": [
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    (x) => ops.sum(x, 0),
    [4, 6],
    [2],
  ],
  "mean over columns": [
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    (x) => ops.mean(x, 1),
    [1.5, 3.5],
    [2],
  ],
  "max, kept": [
    [
      [
        [1, 2],
        [4, 3],
      ],
    ],
    (x) => ops.max(x, -1, { keepDims: true }),
    [2, 4],
    [2, 1],
  ],
  "min of a vector": [[[3, 1, 2]], (x) => ops.min(x, 0), [1], []],
  argmax: [
    [
      [
        [1, 5],
        [7, 3],
      ],
    ],
    (x) => ops.argmax(x, 1),
    [1, 0],
    [2],
  ],
  "sum over the last of three": [
    [tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])],
    (x) => ops.sum(x, 2),
    [3, 7, 11, 15],
    [2, 2],
  ],
  "sum over the first of three": [
    [tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])],
    (x) => ops.sum(x, 0),
    [6, 8, 10, 12],
    [2, 2],
  ],
  argmin: [
    [
      [
        [1, 5],
        [7, 3],
      ],
    ],
    (x) => ops.argmin(x, 1),
    [0, 1],
    [2],
  ],
  "all, any": [
    [
      [
        [1, 0],
        [-1, 2],
        [0, 0],
      ],
    ],
    (x) => ops.add(ops.all(x, 1), ops.mul(10, ops.any(x, 1))),
    [10, 11, 0],
    [3],
  ],
  "logical functions": [
    [
      [0, 0, 2, 2],
      [0, -1, 0, 3],
    ],
    (x, y) =>
      ops.add(
        ops.add(ops.logicalAnd(x, y), ops.mul(10, ops.logicalOr(x, y))),
        ops.add(ops.mul(100, ops.logicalXor(x, y)), ops.mul(1000, ops.logicalNot(x))),
      ),
    [1000, 1110, 110, 11],
    [4],
  ],
  "kinds of numbers": [
    [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38]],
    (x) => ops.add(ops.isNaN(x), ops.add(ops.mul(10, ops.isFinite(x)), ops.mul(100, ops.isInfinite(x)))),
    [1, 100, 100, 10],
    [4],
  ],
  clip: [[[-3, 0.5, 3, Number.NaN]], (x) => ops.clip(x, -1, 2), [-1, 0.5, 2, Number.NaN], [4]],
  "clip on one side": [[[-3, 3]], (x) => ops.clip(x, Number.NEGATIVE_INFINITY, 2), [-3, 2], [2]],
  "filled tensors": [
    [[1, 2]],
    (x) => ops.concatenate([ops.full([2], 3), ops.zeros([1]), ops.ones([1]), ops.onesLike(x), ops.zerosLike(x)]),
    [3, 3, 0, 1, 1, 1, 0, 0],
    [8],
  ],
  sumSquares: [[[3, 4]], (x) => ops.sumSquares(x), [25], []],
  softmax: [
    [
      [
        [0, 0],
        [0, Math.log(3)],
      ],
    ],
    (x) => ops.softmax(x),
    [0.5, 0.5, 0.25, 0.75],
    [2, 2],
  ],
  "softmax of three axes": [
    [tensor([0, 0, 0, Math.log(3)], [1, 2, 2])],
    (x) => ops.softmax(x),
    [0.5, 0.5, 0.25, 0.75],
    [1, 2, 2],
  ],
  logSoftmax: [[[0, 0]], (x) => ops.exp(ops.logSoftmax(x)), [0.5, 0.5], [2]],
  "matrix by matrix": [
    [
      [[1, 2]],
      [
        [3, 4],
        [5, 6],
      ],
    ],
    (a, b) => ops.matmul(a, b),
    [13, 16],
    [1, 2],
  ],
  "matrix by vector": [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [5, 6],
    ],
    (a, b) => ops.matmul(a, b),
    [17, 39],
    [2],
  ],
  "vector by matrix": [
    [
      [5, 6],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    (a, b) => ops.matmul(a, b),
    [23, 34],
    [2],
  ],
  "vector by vector": [
    [
      [1, 2],
      [3, 4],
    ],
    (a, b) => ops.matmul(a, b),
    [11],
    [],
  ],
  "transposed product": [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [[1], [2]],
    ],
    (a, b) => ops.matmul(a, b, { transposeA: true }),
    [7, 10],
    [2, 1],
  ],
  dense: [[[[1, 2]], [[3], [4]], [5]], (x, w, b) => ops.dense(x, w, b), [16], [1, 1]],
  transpose: [
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    (x) => ops.transpose(x),
    [1, 4, 2, 5, 3, 6],
    [3, 2],
  ],
  reshape: [
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    (x) => ops.reshape(x, [3, -1]),
    [1, 2, 3, 4, 5, 6],
    [3, 2],
  ],
  flatten: [[tensor([1, 2, 3, 4], [2, 2, 1])], (x) => ops.flatten(x), [1, 2, 3, 4], [2, 2]],
  broadcastTo: [[[1, 2]], (x) => ops.broadcastTo(x, [2, 2]), [1, 2, 1, 2], [2, 2]],
  rounding: [[[1.5, 2.5, -0.5]], (x) => ops.add(ops.round(x), ops.add(ops.floor(x), ops.ceil(x))), [5, 7, -1], [3]],
  activations: [[[-2, 3]], (x) => ops.add(ops.leakyRelu(x, 0.5), ops.add(ops.relu(x), ops.step(x, 3))), [-1, 7], [2]],
  loss: [[[[1, 2]], [[3, 2]]], (p, t) => ops.loss("meanSquaredError", p, t), [2], [1, 1]],
  stopGradient: [[[1, 2]], (x) => ops.stopGradient(x), [1, 2], [2]],
};

testValues(values);

describe("with a batch", () => {
  test.each<[string, Build, Shape]>([
    ["argmax", (x) => ops.argmax(x, 1), [null]],
    ["sum over the batch", (x) => ops.sum(x, 0), [4]],
    ["mean kept", (x) => ops.mean(x, 1, { keepDims: true }), [null, 1]],
    [
      "one value a row with one column",
      (x) => ops.equal(ops.argmax(x, 1), ops.mean(x, 1, { keepDims: true })),
      [null, 1],
    ],
    ["flatten", (x) => ops.flatten(ops.reshape(x, [null, 2, 2])), [null, 4]],
    ["reshape", (x) => ops.reshape(x, [null, 2, -1]), [null, 2, 2]],
  ])("%s", (_, f, shape) => {
    expect(f(node(null, 4)).shape).toEqual(shape);
  });
});

describe("several axes behind the batch", () => {
  const cube = tensor(
    Array.from({ length: 24 }, (_, i) => Math.sin(i)),
    [2, 3, 4],
  );
  const groups = tensor([1, -2, 3], [3, 1]);
  const rows = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 4]);
  const functions: Record<string, (x: SymbolicTensor, y: SymbolicTensor, z: SymbolicTensor) => SymbolicTensor> = {
    "reductions over the last axis": (x) => ops.concatenate([ops.sum(x, 2), ops.max(x, -1), ops.argmax(x, 2)]),
    "a value for each group": (x, y) => ops.mul(x, y),
    "the rest of each group": (x) => ops.sub(x, ops.mean(x, -1, { keepDims: true })),
    "the axis behind the batch repeated": (x, _, z) => ops.add(x, z),
    "the last axis repeated": (x) => ops.mul(x, [1, 2, 3, 4]),
    softmax: (x) => ops.softmax(x),
    logSoftmax: (x) => ops.logSoftmax(ops.mul(x, 300)),
  };

  test.each(Object.entries(functions))("%s: as without a batch, with the same gradients", (_, f) => {
    const weigh = (y: SymbolicTensor) => {
      const n = countElements(y.shape.slice(1));
      const weights = Array.from({ length: n }, (_value, i) => Math.cos(i));
      return ops.sum(ops.mul(ops.reshape(y, [y.shape[0] ?? null, n]), weights));
    };
    const fixed = [inputNode("x", [2, 3, 4]), inputNode("y", [3, 1]), inputNode("z", [2, 1, 4])] as const;
    const batched = [inputNode("x", [null, 3, 4]), inputNode("y", [3, 1]), inputNode("z", [null, 1, 4])] as const;
    const results = [fixed, batched].map((inputs) => {
      const output = f(...inputs);
      const fn = { name: "f", inputs, outputs: [output], loss: weigh(output), gradientOutputs: inputs };
      const execution = new Execution(compileGraph({ functions: [fn], variables: [], batchRows: 2 }));
      [cube, groups, rows].forEach((values, i) => {
        execution.input("f", inputs[i] as SymbolicTensor, values.data);
      });
      execution.run("f");
      return [execution.output("f", output), ...inputs.map((input) => execution.gradient(input))];
    });
    results[1]?.forEach((values, i) => {
      values.forEach((value, j) => {
        expect(value).toBeCloseTo(results[0]?.[i]?.[j] as number, 5);
      });
    });
  });
});

describe("refuses", () => {
  test.each<[string, () => unknown, string]>([
    [
      "no operand",
      () => ops.add(node(2), undefined as never),
      "ops.add: expected a symbolic tensor, a number or an array, received undefined.",
    ],
    [
      "a text",
      () => ops.mul("2" as never, 1),
      'ops.mul: expected a symbolic tensor, a number or an array, received "2".',
    ],
    ["a wrong axis", () => ops.sum(node(null, 4), 2), "ops.sum: axis must be an integer in [-2, 1], received 2."],
    [
      "an axis of a number",
      () => ops.sum(node(), 0),
      "ops.sum: axis must be no axis, for a number has none, received 0.",
    ],
    [
      "reducing in the middle",
      () => ops.sum(node(null, 2, 3), 1),
      "ops.sum: expected two axes to reduce axis 1, received [batch, 2, 3]. Reduce the first or the last axis, or reshape to two axes.",
    ],
    [
      "repeating the middle",
      () => ops.add(node(null, 2, 3, 2), node(null, 2, 1, 2)),
      "ops.add: expected shapes that broadcast, received [batch, 2, 3, 2] and [batch, 2, 1, 2]. With a batch, the axis behind it and trailing ones can be repeated: reshape, or flatten to [batch, n] first.",
    ],
    [
      "a dense layer for other inputs",
      () => withLayer("hidden", () => ops.dense(node(null, 3), node(4, 2))),
      'layer "hidden", ops.dense: expected input of shape [batch, 4], received [batch, 3].',
    ],
    [
      "a dense layer for images",
      () => ops.dense(node(null, 2, 2), node(4, 2)),
      "ops.dense: expected input of shape [batch, 4], received [batch, 2, 2]. Flatten the input first.",
    ],
    [
      "three axes in a product",
      () => ops.matmul(node(2, 2, 2), node(2, 2)),
      "ops.matmul: expected vectors or matrices, received [2, 2, 2]. Reshape or flatten to two axes first.",
    ],
    [
      "an impossible reshape",
      () => ops.reshape(node(5), [2, -1]),
      "ops.reshape: expected a shape with the elements of [5], received [2, -1].",
    ],
    [
      "a reshape to more elements",
      () => ops.reshape(node(2, 2), [2, 3]),
      "ops.reshape: expected a shape with the elements of [2, 2], received [2, 3].",
    ],
    [
      "a reshape without the batch",
      () => ops.reshape(node(null, 3), [3]),
      "ops.reshape: expected a shape with the elements of [batch, 3], received [3]. The batch, null, stays in the first place.",
    ],
    [
      "a reshape with two batches",
      () => ops.reshape(node(null, 3), [null, null, 3] as never),
      "ops.reshape: expected a shape with the elements of [batch, 3], received [batch, batch, 3].",
    ],
    [
      "a number as a shape",
      () => ops.reshape(node(2, 3), 6 as never),
      "ops.reshape: expected a shape, received 6. For example [2, 3].",
    ],
    [
      "a misspelt option of a reduction",
      () => ops.mean(node(2, 3), 1, { keepdims: true } as never),
      'ops.mean: expected a known option, received "keepdims". Did you mean "keepDims"? Options: keepDims.',
    ],
    [
      "an option in the place of the options",
      () => ops.sum(node(2, 3), 1, true as never),
      "ops.sum: expected an object of options, received true.",
    ],
    [
      "an option that is neither true nor false",
      () => ops.argmin(node(2, 3), 1, { keepDims: 1 } as never),
      "ops.argmin: keepDims must be true or false, received 1.",
    ],
    [
      "a misspelt option of any",
      () => ops.any(node(2, 3), 1, { keep: true } as never),
      'ops.any: expected a known option, received "keep".',
    ],
    [
      "softmax over another axis",
      () => ops.softmax(node(2, 3), 0),
      "ops.softmax: axis must be the last one, -1, received 0. Transpose or reshape first.",
    ],
    [
      "logSoftmax over all axes",
      () => ops.logSoftmax(node(2, 3), null as never),
      "ops.logSoftmax: axis must be the last one, -1, received null. Transpose or reshape first.",
    ],
    [
      "a misspelt option of a product",
      () => ops.matmul(node(2, 3), node(2, 3), { transpose: true } as never),
      'ops.matmul: expected a known option, received "transpose".',
    ],
    [
      "a transposition that is neither true nor false",
      () => ops.matmul(node(2, 3), node(2, 3), { transposeB: 1 } as never),
      "ops.matmul: transposeB must be true or false, received 1.",
    ],
    [
      "gradients of what is not symbolic",
      () => ops.gradients(5 as never, [node(2)]),
      "ops.gradients: y must be a symbolic tensor, received 5.",
    ],
    [
      "gradients with respect to no list",
      () => ops.gradients(node(), node(2) as never),
      "ops.gradients: xs must be an array of symbolic tensors, received an object. For example ops.gradients(y, [x]).",
    ],
    [
      "gradients with respect to numbers",
      () => ops.gradients(node(), [1] as never),
      "ops.gradients: xs must be an array of symbolic tensors, received an array of 1. For example ops.gradients(y, [x]).",
    ],
    [
      "an unknown loss",
      () => ops.loss("meanSquared" as never, node(2), node(2)),
      'ops.loss: expected a known name, received "meanSquared".',
    ],
    [
      "bounds the wrong way round",
      () => ops.clip(node(2), 1, 0),
      "ops.clip: minimum must not exceed maximum, received 1 and 0.",
    ],
    [
      "a bound that is none",
      () => ops.clip(node(2), 0, Number.NaN),
      "ops.clip: maximum must be a number, received NaN.",
    ],
    [
      "a broken shape",
      () => ops.zeros([2, -1]),
      "ops.zeros: a shape must have positive integers, or null for the batch in the first place, received [2, -1].",
    ],
    ["an infinite number", () => ops.full([2], 1 / 0), "ops.full: value must be a finite number, received Infinity."],
    ["an axis of argmin", () => ops.argmin(node(2), 1), "ops.argmin: axis must be an integer in [-1, 0], received 1."],
    ["dropout of everything", () => ops.dropout(node(2), 1), "ops.dropout: rate must be below 1, received 1."],
    [
      "a negative slope",
      () => ops.leakyRelu(node(2), -1),
      "ops.leakyRelu: alpha must be a finite number of at least 0, received -1.",
    ],
    [
      "broadcasting to less",
      () => ops.broadcastTo(node(2, 3), [3]),
      "ops.broadcastTo: expected a shape that broadcasts to [3], received [2, 3].",
    ],
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message);
  });
});
