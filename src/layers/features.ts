// The features of rows of any rank: how many there are, and parameters that count for each of them.

import { explain, formatShape, ShapeError } from "../errors.js";
import type { Shape, SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";

/** The shape of one row, which has one axis or more. */
export function rowShape(where: string, shape: Shape): readonly number[] {
  if (shape[0] === null && shape.length >= 2) return shape.slice(1) as readonly number[];
  throw new ShapeError(explain(where, "expected input of shape [batch, features]", formatShape(shape)));
}

/** The size of the last axis. */
export function lastSize(where: string, shape: Shape): number {
  return rowShape(where, shape).at(-1) as number;
}

/** Refuses every axis but the last one. `rank` is known when the layer is built. */
export function checkLastAxis(where: string, axis: number, rank: number): void {
  if (axis === -1 || axis === rank - 1) return;
  const remedy = "Reshape the input such that this axis is the last one.";
  throw new RangeError(explain(where, `axis must be -1 or ${rank - 1}, the last axis`, axis, remedy));
}

/** A parameter with one value for each feature of the last axis, in a shape that goes with rows of x. */
export function perFeature(parameter: SymbolicTensor, x: SymbolicTensor): SymbolicTensor {
  return x.shape.length === 2 ? parameter : ops.broadcastTo(parameter, x.shape.slice(1));
}

/** Vectors along the last axis with mean 0 and variance 1, but for epsilon: `(x - mean) / sqrt(variance + epsilon)`. */
export function standardized(x: SymbolicTensor, epsilon: number): SymbolicTensor {
  const centered = ops.sub(x, ops.mean(x, -1, { keepDims: true }));
  const variance = ops.mean(ops.square(centered), -1, { keepDims: true });
  return ops.mul(centered, ops.rsqrt(ops.add(variance, epsilon)));
}
