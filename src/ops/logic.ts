// Comparisons, which give 1 or 0, and the choice between two tensors by such a condition.

import { binary, select } from "../graph/build.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { BinaryName } from "../program/ops.gen.js";
import { lift, type Operand } from "./operand.js";

type Comparison = (x: Operand, y: Operand) => SymbolicTensor;

const comparison =
  (name: BinaryName): Comparison =>
  (x, y) =>
    binary(name, lift(name, x), lift(name, y));

/** `x == y ? 1 : 0`; derivative 0. */
export const equal: Comparison = comparison("equal");
/** `x != y ? 1 : 0`; derivative 0. */
export const notEqual: Comparison = comparison("notEqual");
/** `x < y ? 1 : 0`; derivative 0. */
export const less: Comparison = comparison("less");
/** `x <= y ? 1 : 0`; derivative 0. */
export const lessEqual: Comparison = comparison("lessEqual");
/** `x > y ? 1 : 0`; derivative 0. */
export const greater: Comparison = comparison("greater");
/** `x >= y ? 1 : 0`; derivative 0. */
export const greaterEqual: Comparison = comparison("greaterEqual");

/**
 * `condition != 0 ? x : y`, element by element. Follows keras.ops.where.
 *
 * Both `x` and `y` are computed; where one of them is NaN or infinite, so may be the gradient of the other.
 */
export function where(condition: Operand, x: Operand, y: Operand): SymbolicTensor {
  return select(lift("where", condition), lift("where", x), lift("where", y));
}
