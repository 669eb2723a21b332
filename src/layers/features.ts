// Means over groups of the features of a row, and parameters that count for each feature, for rows of any rank.

import { explain, formatShape, ShapeError } from "../errors.js";
import { constantNode, type Shape, type SymbolicTensor } from "../graph/node.js";
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

/** Which elements of a row are taken together: the group of each element, for elements in row-major order. */
export interface Grouping {
  readonly groups: number;
  readonly groupOf: (element: number) => number;
}

/** One group for each vector along the last axis. */
export function alongLastAxis(row: readonly number[]): Grouping {
  const last = row.at(-1) as number;
  return { groups: row.reduce((a, b) => a * b, 1) / last, groupOf: (element) => Math.floor(element / last) };
}

/**
 * The mean of each group in the place of each of its elements: x `[batch, n]`, result `[batch, n]`, or `[batch, 1]` for a
 * single group. All groups have the same size. Several groups are a product with a matrix of ones and zeros, since
 * programs reduce whole rows only.
 */
export function groupMeans(x: SymbolicTensor, { groups, groupOf }: Grouping): SymbolicTensor {
  if (groups === 1) return ops.mean(x, 1, { keepDims: true });
  const elements = x.shape[1] as number;
  const member = new Float32Array(elements * groups);
  for (let element = 0; element < elements; element++) member[element * groups + groupOf(element)] = 1;
  const members = constantNode(member, [elements, groups]);
  const means = ops.mul(ops.matmul(x, members), groups / elements);
  return ops.matmul(means, members, { transposeB: true });
}

/** A parameter with one value for each feature of the last axis, in a shape that goes with rows of x. */
export function perFeature(parameter: SymbolicTensor, x: SymbolicTensor): SymbolicTensor {
  return x.shape.length === 2 ? parameter : ops.broadcastTo(parameter, x.shape.slice(1));
}
