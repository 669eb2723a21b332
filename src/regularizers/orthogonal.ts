// A penalty on rows or columns of a kernel that are not orthogonal to each other.

import { checkNumber, checkOptions, describeValue, explain, formatShape, ShapeError } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { createRegularizer, type Regularizer } from "./regularizer.js";

export interface OrthogonalOptions {
  /** At least 0; default 0.01. */
  factor?: number;
  /** Which vectors shall be orthogonal; default "rows". */
  mode?: "rows" | "columns";
}

/**
 * `factor` times the mean of `|cos|` over all pairs of different rows (or columns) of a matrix, where `cos` is the product of
 * both when scaled to length 1. One row alone has no pair, and no penalty.
 * Follows keras.regularizers.OrthogonalRegularizer (which gives NaN for one row).
 *
 * @throws RangeError for a negative factor or an unknown mode; ShapeError for anything but a matrix.
 * @example
 * layers.dense({ units: 8, kernelRegularizer: regularizers.orthogonal({ mode: "columns" }) });
 */
export function orthogonal(options: OrthogonalOptions = {}): Regularizer {
  const where = "regularizers.orthogonal";
  checkOptions(where, options, ["factor", "mode"]);
  const factor = checkNumber(where, "factor", options.factor ?? 0.01, 0);
  const mode = options.mode ?? "rows";
  if (mode !== "rows" && mode !== "columns") {
    throw new RangeError(explain(where, `mode must be "rows" or "columns"`, describeValue(mode)));
  }
  return createRegularizer("orthogonal", { factor, mode }, (x) => {
    const [rows, columns] = x.shape;
    if (x.shape.length !== 2 || typeof rows !== "number" || columns === undefined || columns === null) {
      throw new ShapeError(explain(where, "expected a matrix without a batch", formatShape(x.shape)));
    }
    const size = mode === "rows" ? rows : columns;
    if (size === 1) return ops.mul(0, ops.sum(x));
    const unit = ops.div(x, norms(x, mode === "rows" ? 1 : 0));
    const products = ops.matmul(unit, unit, { transposeA: mode === "columns", transposeB: mode === "rows" });
    return ops.mul(factor / (size * (size - 1)), ops.sum(ops.abs(ops.mul(products, offDiagonal(size)))));
  });
}

/** Lengths, with 1 for 0, so that nothing is divided by 0. */
function norms(x: SymbolicTensor, axis: 0 | 1): SymbolicTensor {
  const squares = ops.sum(ops.square(x), axis, { keepDims: true });
  return ops.sqrt(ops.where(squares, squares, 1));
}

function offDiagonal(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 0 : 1)));
}
