// Parts of tensors and tensors put together: values on every backend, shapes with and without a batch, and what is refused.

import { describe, expect, test } from "vitest";
import { inputNode, type Shape, type SymbolicTensor } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { tensor } from "../../src/tensor.js";
import { testValues } from "./values.js";

const node = (...shape: (number | null)[]) => inputNode("x", shape);
const matrix = [
  [1, 2, 3],
  [4, 5, 6],
];
const cube = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);

testValues({
  "slice of columns": [[matrix], (x) => ops.slice(x, 1, 2), [2, 3, 5, 6], [2, 2]],
  "slice to the end": [[matrix], (x) => ops.slice(x, -2), [2, 3, 5, 6], [2, 2]],
  "slice of rows": [[matrix], (x) => ops.slice(x, 1, 1, 0), [4, 5, 6], [1, 3]],
  "slice of a vector": [[[1, 2, 3]], (x) => ops.slice(x, 0, 2), [1, 2], [2]],
  "slice of everything": [[[1, 2, 3]], (x) => ops.slice(x, 0), [1, 2, 3], [3]],
  "slice in the middle": [[cube], (x) => ops.slice(x, 1, 1, 1), [3, 4, 7, 8], [2, 1, 2]],
  "slice of the last of three": [[cube], (x) => ops.slice(x, 0, 1), [1, 3, 5, 7], [2, 2, 1]],
  "split into halves": [
    [[1, 2, 3, 4]],
    (x) => {
      const [a, b] = ops.split(x, 2) as [SymbolicTensor, SymbolicTensor];
      return ops.sub(b, a);
    },
    [2, 2],
    [2],
  ],
  "split at indices": [
    [matrix],
    (x) => {
      const [a, b] = ops.split(x, [1]) as [SymbolicTensor, SymbolicTensor];
      return ops.mul(a, b);
    },
    [2, 3, 20, 24],
    [2, 2],
  ],
  "concatenate columns": [[matrix, [[7], [8]]], (x, y) => ops.concatenate([x, y]), [1, 2, 3, 7, 4, 5, 6, 8], [2, 4]],
  "concatenate rows": [
    [matrix, [[7, 8, 9]]],
    (x, y) => ops.concatenate([x, y], 0),
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [3, 3],
  ],
  "concatenate many": [
    [[1], [2, 3]],
    (x, y) => ops.concatenate([x, y, [9], x, y, y]),
    [1, 2, 3, 9, 1, 2, 3, 2, 3],
    [9],
  ],
  "concatenate one": [[[1, 2]], (x) => ops.concatenate([x]), [1, 2], [2]],
  "concatenate in the middle": [
    [cube],
    (x) => ops.concatenate([x, ops.neg(x)], 1),
    [1, 2, 3, 4, -1, -2, -3, -4, 5, 6, 7, 8, -5, -6, -7, -8],
    [2, 4, 2],
  ],
  "stack numbers": [[1, 2], (x, y) => ops.stack([x, y]), [1, 2], [2]],
  "stack columns": [
    [
      [1, 2],
      [3, 4],
    ],
    (x, y) => ops.stack([x, y]),
    [1, 3, 2, 4],
    [2, 2],
  ],
  "stack rows": [
    [
      [1, 2],
      [3, 4],
    ],
    (x, y) => ops.stack([x, y], 0),
    [1, 2, 3, 4],
    [2, 2],
  ],
  pad: [[matrix], (x) => ops.pad(x, [1, 2]), [0, 1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0], [2, 6]],
  "pad rows with a value": [[[[1, 2]]], (x) => ops.pad(x, [0, 1], 0, 9), [1, 2, 9, 9], [2, 2]],
  "pad by nothing": [[[1, 2]], (x) => ops.pad(x, [0, 0]), [1, 2], [2]],
  expandDims: [[[1, 2]], (x) => ops.expandDims(x, 1), [1, 2], [2, 1]],
  squeeze: [[[[1], [2]]], (x) => ops.squeeze(x), [1, 2], [2]],
  "squeeze one axis": [[tensor([1, 2], [1, 2, 1])], (x) => ops.squeeze(x, 0), [1, 2], [2, 1]],
});

describe("with a batch", () => {
  test.each<[string, (x: SymbolicTensor) => SymbolicTensor, Shape]>([
    ["slice", (x) => ops.slice(x, 1, 2), [null, 2]],
    ["slice behind the batch", (x) => ops.slice(ops.reshape(x, [null, 2, 2]), 0, 1, 1), [null, 1, 2]],
    ["concatenate", (x) => ops.concatenate([x, x, node(null, 3)]), [null, 11]],
    ["stack", (x) => ops.stack([x, x], 1), [null, 2, 4]],
    ["pad", (x) => ops.pad(x, [1, 1]), [null, 6]],
    ["expandDims", (x) => ops.expandDims(x, -1), [null, 4, 1]],
    ["squeeze", () => ops.squeeze(node(null, 1)), [null]],
  ])("%s", (_, f, shape) => {
    expect(f(node(null, 4)).shape).toEqual(shape);
  });
});

describe("refuses", () => {
  test.each<[string, () => unknown, string]>([
    [
      "a start beyond",
      () => ops.slice(node(null, 4), 4),
      "ops.slice: start must be an integer in [-4, 3], received 4.",
    ],
    ["a broken start", () => ops.slice(node(4), 0.5), "ops.slice: start must be an integer in [-4, 3], received 0.5."],
    ["a size beyond", () => ops.slice(node(4), 1, 4), "ops.slice: size must be at most 3 from 1 on, received 4."],
    ["no size", () => ops.slice(node(4), 1, 0), "ops.slice: size must be a positive integer, received 0."],
    ["a wrong axis", () => ops.slice(node(4), 1, 1, 1), "ops.slice: axis must be an integer in [-1, 0], received 1."],
    [
      "a part of the batch",
      () => ops.slice(node(null, 4), 0, 1, 0),
      "ops.slice: expected another axis than that of the batch, received axis 0 of [batch, 4].",
    ],
    [
      "a part behind several axes of a batch",
      () => ops.slice(node(null, 2, 4), 0, 1),
      "ops.slice: expected the axis behind the batch, received axis 2 of [batch, 2, 4]. Reshape to [batch, n] first.",
    ],
    [
      "neither a number of parts nor indices",
      () => ops.split(node(4), undefined as never),
      "ops.split: parts must be a number or an array of indices, received undefined.",
    ],
    [
      "a number of elements around, without a list",
      () => ops.pad(node(4), 1 as never, 1 as never),
      "ops.pad: expected [before, after], two numbers, received 1. For example ops.pad(x, [1, 1]).",
    ],
    ["unequal parts", () => ops.split(node(5), 2), "ops.split: parts must divide the 5 elements, received 2."],
    [
      "indices that fall",
      () => ops.split(node(5), [3, 2]),
      "ops.split: expected indices that rise from above 0 to below 5, received [3, 2].",
    ],
    [
      "indices beyond",
      () => ops.split(node(5), [5]),
      "ops.split: expected indices that rise from above 0 to below 5, received [5].",
    ],
    ["nothing", () => ops.concatenate([]), "ops.concatenate: expected a list of tensors, received an array of 0."],
    [
      "no list",
      () => ops.concatenate(node(2) as never),
      "ops.concatenate: expected a list of tensors, received an object.",
    ],
    [
      "other rows",
      () => ops.concatenate([node(2, 3), node(3, 3)]),
      "ops.concatenate: expected shapes that differ along axis 1 alone, received [2, 3] and [3, 3].",
    ],
    [
      "a batch and a fixed number of rows",
      () => ops.concatenate([node(null, 3), node(3, 3)]),
      "ops.concatenate: expected shapes that differ along axis 1 alone, received [batch, 3] and [3, 3].",
    ],
    [
      "other shapes in a stack",
      () => ops.stack([node(2), node(3)]),
      "ops.stack: expected tensors of shape [2], received [3].",
    ],
    [
      "an axis in front of the batch",
      () => ops.expandDims(node(null, 3), 0),
      "ops.expandDims: expected an axis behind that of the batch, received 0.",
    ],
    [
      "a negative pad",
      () => ops.pad(node(3), [-1, 0]),
      "ops.pad: before must be an integer of at least 0, received -1.",
    ],
    ["squeezing two", () => ops.squeeze(node(1, 2), 1), "ops.squeeze: expected size 1 along axis 1, received [1, 2]."],
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message);
  });
});
