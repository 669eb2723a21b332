// Rows of a table and one-hot numbers: values on every backend, gradients of wrong indices, and what is refused.

import { describe, expect, test } from "vitest";
import { checkGradients } from "../../src/functions/check.js";
import { inputNode } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { tensor } from "../../src/tensor.js";
import { testValues } from "./values.js";

const node = (...shape: (number | null)[]) => inputNode("x", shape);
const table = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const nan = Number.NaN;

testValues({
  "take rows": [[table, [2, 0]], (x, i) => ops.take(x, i), [5, 6, 1, 2], [2, 2]],
  "take one row": [[table, 1], (x, i) => ops.take(x, i), [3, 4], [2]],
  "take a matrix of rows": [[table, [[2, 0, 1]]], (x, i) => ops.take(x, i), [5, 6, 1, 2, 3, 4], [1, 3, 2]],
  "take numbers": [
    [
      [7, 8, 9],
      [[2], [0]],
    ],
    (x, i) => ops.take(x, i),
    [9, 7],
    [2, 1],
  ],
  "take parts of three axes": [
    [tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), [1]],
    (x, i) => ops.take(x, i),
    [5, 6, 7, 8],
    [1, 2, 2],
  ],
  "take rows that do not exist": [
    [table, [3, -1, 0.5, 1, nan]],
    (x, i) => ops.take(x, i),
    [nan, nan, nan, nan, nan, nan, 3, 4, nan, nan],
    [5, 2],
  ],
  "one-hot numbers": [[[2, 0]], (x) => ops.oneHot(x, 3), [0, 0, 1, 1, 0, 0], [2, 3]],
  "one-hot of no class": [[[3, -1, 0.5]], (x) => ops.oneHot(x, 2), [0, 0, 0, 0, 0, 0], [3, 2]],
});

describe("gradients", () => {
  test("are added up by row, and those of wrong indices are lost", () => {
    const indices = [[2], [0], [2], [7], [-1]];
    const { gradients } = checkGradients(
      (x) => {
        const rows = ops.take(x, indices);
        return ops.sum(ops.where(ops.equal(rows, rows), rows, 0));
      },
      [table],
    );
    expect([...(gradients[0] ?? [])]).toEqual([1, 1, 0, 0, 2, 2]);
  });
});

test("shapes with a batch", () => {
  expect(ops.take(node(5, 3), node(null)).shape).toEqual([null, 3]);
  expect(ops.take(node(5, 3), node(null, 2)).shape).toEqual([null, 2, 3]);
  expect(ops.oneHot(node(null), 4).shape).toEqual([null, 4]);
  expect(ops.oneHot(node(null, 1), 4).shape).toEqual([null, 1, 4]);
});

describe("refuses", () => {
  test.each<[string, () => unknown, string]>([
    [
      "a table with a batch",
      () => ops.take(node(null, 3), [0]),
      "ops.take: expected a table without a batch, of at most 16777216 rows, received [batch, 3].",
    ],
    [
      "a number",
      () => ops.take(node(), [0]),
      "ops.take: expected a table without a batch, of at most 16777216 rows, received [].",
    ],
    [
      "more classes than float32 counts",
      () => ops.oneHot(node(2), 2 ** 27),
      "ops.oneHot: classes must be an integer of at most 16777216, received 134217728.",
    ],
    ["no classes", () => ops.oneHot(node(2), 0), "ops.oneHot: classes must be a positive integer, received 0."],
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message);
  });
});
