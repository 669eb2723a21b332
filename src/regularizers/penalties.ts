// Penalties on the size of weights or outputs.

import { checkNumber, checkOptions } from "../errors.js";
import * as ops from "../ops/index.js";
import { createRegularizer, type Regularizer } from "./regularizer.js";

export interface L1Options {
  /** The factor, at least 0; default 0.01. */
  l1?: number;
}

/**
 * `l1 * sum(|x|)`, which drives weights to 0 (Tibshirani 1996). Follows keras.regularizers.L1.
 *
 * @throws RangeError for a negative factor.
 * @example
 * layers.dense({ units: 8, kernelRegularizer: regularizers.l1({ l1: 1e-4 }) });
 */
export function l1(options: L1Options = {}): Regularizer {
  const where = "regularizers.l1";
  checkOptions(where, options, ["l1"]);
  const factor = checkNumber(where, "l1", options.l1 ?? 0.01, 0);
  return createRegularizer("l1", { l1: factor }, (x) => ops.mul(factor, ops.sum(ops.abs(x))));
}

export interface L2Options {
  /** The factor, at least 0; default 0.01. */
  l2?: number;
}

/**
 * `l2 * sum(x^2)`, ridge regression's penalty (its gradient is `2 * l2 * x`). Follows keras.regularizers.L2.
 *
 * @throws RangeError for a negative factor.
 * @example
 * layers.dense({ units: 8, kernelRegularizer: regularizers.l2({ l2: 1e-4 }) });
 */
export function l2(options: L2Options = {}): Regularizer {
  const where = "regularizers.l2";
  checkOptions(where, options, ["l2"]);
  const factor = checkNumber(where, "l2", options.l2 ?? 0.01, 0);
  return createRegularizer("l2", { l2: factor }, (x) => ops.mul(factor, ops.sumSquares(x)));
}

export interface L1L2Options {
  /** The factor of the sum of absolute values, at least 0; default 0. */
  l1?: number;
  /** The factor of the sum of squares, at least 0; default 0. */
  l2?: number;
}

/**
 * `l1 * sum(|x|) + l2 * sum(x^2)` (Zou and Hastie 2005). Both factors are 0 by default, as in keras.regularizers.L1L2;
 * the name "l1l2" stands for 0.01 and 0.01.
 *
 * @throws RangeError for a negative factor.
 * @example
 * layers.dense({ units: 8, kernelRegularizer: regularizers.l1l2({ l1: 1e-5, l2: 1e-4 }) });
 */
export function l1l2(options: L1L2Options = {}): Regularizer {
  const where = "regularizers.l1l2";
  checkOptions(where, options, ["l1", "l2"]);
  const absolute = checkNumber(where, "l1", options.l1 ?? 0, 0);
  const squares = checkNumber(where, "l2", options.l2 ?? 0, 0);
  return createRegularizer("l1l2", { l1: absolute, l2: squares }, (x) => {
    if (squares === 0) return ops.mul(absolute, ops.sum(ops.abs(x)));
    const square = ops.mul(squares, ops.sumSquares(x));
    return absolute === 0 ? square : ops.add(ops.mul(absolute, ops.sum(ops.abs(x))), square);
  });
}
