// Axes of tensors: their numbers, and how they lie in the rows and columns of a matrix.

import { explain, formatShape, ShapeError } from "../errors.js";
import type { Shape } from "../graph/node.js";
import { countElements } from "../graph/shapes.js";

/** The number of an axis counted from the front; negative ones count from the end. */
export function checkAxis(where: string, axis: number, rank: number): number {
  const index = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && index >= 0 && index < rank) return index;
  const range = rank === 0 ? "no axis, for a number has none" : `an integer in [${-rank}, ${rank - 1}]`;
  throw new RangeError(explain(where, `axis must be ${range}`, axis));
}

/** A matrix in which one step along an axis is `inner` columns, and everything in front of the axis a row. */
export interface AxisLayout {
  readonly rows: number | null;
  readonly inner: number;
}

/** The layout for an axis of which parts are taken or joined. With a batch only the axis behind it can be cut. */
export function layOutAxis(where: string, shape: Shape, axis: number): AxisLayout {
  const inner = countElements(shape.slice(axis + 1));
  const front = shape.slice(0, axis);
  if (shape[0] !== null) return { rows: countElements(front), inner };
  if (axis > 0 && front.slice(1).every((size) => size === 1)) return { rows: null, inner };
  const expectation =
    axis === 0 ? "expected another axis than that of the batch" : "expected the axis behind the batch";
  const remedy = axis === 0 ? "" : "Reshape to [batch, n] first.";
  throw new ShapeError(explain(where, expectation, `axis ${axis} of ${formatShape(shape)}`, remedy));
}

/** The shape with another size in the place of `axis`. */
export function withSize(shape: Shape, axis: number, size: number): Shape {
  return shape.map((old, i) => (i === axis ? size : old));
}
