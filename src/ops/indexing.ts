// Rows of a table by number, and numbers as rows with a single 1.

import { checkInteger, explain, formatShape, ShapeError } from "../errors.js";
import * as build from "../graph/build.js";
import { constantNode, placeOf, type SymbolicTensor } from "../graph/node.js";
import { countElements } from "../graph/shapes.js";
import { lift, type Operand } from "./operand.js";

/** Float32 numbers count exactly to here. */
const maximumCount = 2 ** 24;

/**
 * The parts of `table` that `indices` name, along the first axis: shape `[...indices.shape, ...table.shape.slice(1)]`.
 * Follows keras.ops.take with axis 0, except that indices do not count from the end: a number that names no row, be it
 * negative, too large or a fraction, gives NaN, and gets no gradient.
 *
 * @throws ShapeError when the table has a batch, no axis, or more than 2^24 rows.
 * @example
 * ops.take(embeddings, tokens); // [1000, 16] and [batch, 8] give [batch, 8, 16]
 */
export function take(table: Operand, indices: Operand): SymbolicTensor {
  const source = lift("take", table);
  const index = lift("take", indices);
  const { shape } = source;
  const [rows] = shape;
  if (rows === undefined || rows === null || rows > maximumCount) {
    const expectation = `expected a table without a batch, of at most ${maximumCount} rows`;
    throw new ShapeError(explain(placeOf("ops.take"), expectation, formatShape(shape)));
  }
  const matrix = build.reshape(source, [rows, countElements(shape.slice(1))]);
  return build.reshape(build.gather(matrix, index), [...index.shape, ...shape.slice(1)]);
}

/**
 * 1 in the place that each number tells, 0 elsewhere, along a new last axis of `classes` elements; a number that is no
 * class gives zeros. Derivative 0. Follows keras.ops.one_hot.
 *
 * @throws RangeError unless `classes` is an integer from 1 to 2^24.
 * @example
 * ops.oneHot([0, 2], 3); // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(x: Operand, classes: number): SymbolicTensor {
  const node = lift("oneHot", x);
  const where = placeOf("ops.oneHot");
  checkInteger(where, "classes", classes, 1);
  if (classes > maximumCount) {
    throw new RangeError(explain(where, `classes must be an integer of at most ${maximumCount}`, classes));
  }
  const numbers = constantNode(
    Array.from({ length: classes }, (_, j) => j),
    [classes],
  );
  return build.binary("equal", build.reshape(node, [...node.shape, 1]), numbers);
}
