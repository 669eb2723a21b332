// Comparisons, which give 1 or 0, and the choice between two tensors by such a condition.

import { binary, scalar, select, unary } from "../graph/build.js";
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

const isTrue = (name: string, x: Operand): SymbolicTensor => binary("notEqual", lift(name, x), scalar(0));

/** 1 where both differ from 0, 0 elsewhere; derivative 0. Follows keras.ops.logical_and. */
export function logicalAnd(x: Operand, y: Operand): SymbolicTensor {
  return binary("minimum", isTrue("logicalAnd", x), isTrue("logicalAnd", y));
}

/** 1 where one or both differ from 0, 0 elsewhere; derivative 0. Follows keras.ops.logical_or. */
export function logicalOr(x: Operand, y: Operand): SymbolicTensor {
  return binary("maximum", isTrue("logicalOr", x), isTrue("logicalOr", y));
}

/** 1 where exactly one differs from 0, 0 elsewhere; derivative 0. Follows keras.ops.logical_xor. */
export function logicalXor(x: Operand, y: Operand): SymbolicTensor {
  return binary("notEqual", isTrue("logicalXor", x), isTrue("logicalXor", y));
}

/** 1 where `x` is 0, 0 elsewhere; derivative 0. Follows keras.ops.logical_not. */
export function logicalNot(x: Operand): SymbolicTensor {
  return binary("equal", lift("logicalNot", x), scalar(0));
}

/** 1 where `x` is NaN, 0 elsewhere; derivative 0. Follows keras.ops.isnan. */
export function isNotANumber(x: Operand): SymbolicTensor {
  const node = lift("isNaN", x);
  return binary("notEqual", node, node);
}

/** 1 where `x` is neither NaN nor infinite, 0 elsewhere; derivative 0. Follows keras.ops.isfinite. */
export function isFiniteNumber(x: Operand): SymbolicTensor {
  return binary("less", unary("abs", lift("isFinite", x)), scalar(Number.POSITIVE_INFINITY));
}

/** 1 where `x` is infinite, 0 elsewhere; derivative 0. Follows keras.ops.isinf. */
export function isInfinite(x: Operand): SymbolicTensor {
  return binary("equal", unary("abs", lift("isInfinite", x)), scalar(Number.POSITIVE_INFINITY));
}

/**
 * `condition != 0 ? x : y`, element by element. Follows keras.ops.where.
 *
 * Both `x` and `y` are computed; where one of them is NaN or infinite, so may be the gradient of the other.
 */
export function where(condition: Operand, x: Operand, y: Operand): SymbolicTensor {
  return select(lift("where", condition), lift("where", x), lift("where", y));
}
