// Reductions that are put together from others: variance, norms, the logarithm of a sum of exponentials.

import { checkFloat32, checkOptions, describeValue, explain } from "../errors.js";
import { reshape } from "../graph/build.js";
import { placeOf, type SymbolicTensor } from "../graph/node.js";
import { abs, add, div, exp, log, maximum, pow, sqrt, square, sub } from "./arithmetic.js";
import { squeeze } from "./joining.js";
import { equal, isFiniteNumber, where } from "./logic.js";
import type { Operand } from "./operand.js";
import { liftForAxis, max, mean, type ReductionOptions, sum, sumSquares } from "./reductions.js";
import { stopGradient } from "./training.js";

/**
 * The mean of the squared distances from the mean along `axis`, divided by the number of elements, not by one less. Follows
 * keras.ops.var.
 */
export function variance(x: Operand, axis?: number | null, options?: ReductionOptions): SymbolicTensor {
  const node = liftForAxis("variance", x, axis, options);
  return mean(square(sub(node, mean(node, axis, { keepDims: true }))), axis, options);
}

/**
 * The root of the variance along `axis`; where all elements are equal its gradient is 0, as in PyTorch. Otherwise follows
 * keras.ops.std.
 */
export function std(x: Operand, axis?: number | null, options?: ReductionOptions): SymbolicTensor {
  return flatAtZero(variance(liftForAxis("std", x, axis, options), axis, options), sqrt);
}

/** `root(x)` of a root that is 0 at 0 and infinitely steep there: the gradient at 0 is 0. */
function flatAtZero(x: SymbolicTensor, root: (x: SymbolicTensor) => SymbolicTensor): SymbolicTensor {
  const zero = equal(x, 0);
  return where(zero, 0, root(where(zero, 1, x)));
}

/** `log(sum(exp(x)))` along `axis`, without overflow. Follows keras.ops.logsumexp. */
export function logSumExp(x: Operand, axis?: number | null, options?: ReductionOptions): SymbolicTensor {
  const node = liftForAxis("logSumExp", x, axis, options);
  const largest = stopGradient(max(node, axis, { keepDims: true }));
  // Of infinite elements nothing can be subtracted.
  const shift = where(isFiniteNumber(largest), largest, 0);
  const total = add(log(sum(exp(sub(node, shift)), axis, { keepDims: true })), shift);
  if (options?.keepDims === true) return total;
  return axis === undefined || axis === null ? reshape(total, []) : squeeze(total, axis);
}

export interface NormOptions extends ReductionOptions {
  /** The p of the norm: 1, 2, any other positive number, or Infinity; default 2. */
  order?: number;
}

/**
 * The norm of vectors along `axis`: `sum(|x|^p)^(1/p)`, or the largest `|x|` for Infinity. Its gradient at 0 is 0 for orders
 * of at least 1, as in PyTorch; for smaller ones it is not finite where an element is 0. Otherwise follows keras.ops.norm for
 * vectors.
 *
 * @example
 * ops.norm(x, 1, { keepDims: true }); // the length of each row
 */
export function norm(x: Operand, axis?: number | null, options: NormOptions = {}): SymbolicTensor {
  const place = placeOf("ops.norm");
  checkOptions(place, options, ["order", "keepDims"]);
  const { order = 2, ...rest } = options;
  const node = liftForAxis("norm", x, axis, rest);
  if (order === 2) return flatAtZero(sumSquares(node, axis, rest), sqrt);
  if (order === 1) return sum(abs(node), axis, rest);
  if (order === Number.POSITIVE_INFINITY) return max(abs(node), axis, rest);
  if (typeof order === "number" && order > 0) {
    return flatAtZero(sum(pow(abs(node), order), axis, rest), (total) => pow(total, 1 / order));
  }
  throw new RangeError(explain(place, "order must be a positive number", describeValue(order)));
}

/**
 * `x` divided by its norm along `axis`, or by `epsilon` where that is larger. Follows keras.ops.normalize.
 *
 * @example
 * ops.normalize(x); // rows of length 1
 */
export function normalize(x: Operand, axis = -1, order = 2, epsilon = 1e-7): SymbolicTensor {
  const node = liftForAxis("normalize", x, axis);
  checkFloat32(placeOf("ops.normalize"), "epsilon", epsilon, Number.MIN_VALUE);
  // The root of a sum of squares that is 0 has no gradient: compare before it is taken.
  const length =
    order === 2
      ? sqrt(maximum(sumSquares(node, axis, { keepDims: true }), epsilon ** 2))
      : maximum(norm(node, axis, { order, keepDims: true }), epsilon);
  return div(node, length);
}
