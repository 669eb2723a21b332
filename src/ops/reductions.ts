// Sums, means, extremes and argmax over one axis or over everything.

import { checkBoolean, checkOptions, explain, formatShape, ShapeError } from "../errors.js";
import { binary, negative, reduce, reshape, scalar } from "../graph/build.js";
import { placeOf, type Shape, type SymbolicTensor } from "../graph/node.js";
import { countElements } from "../graph/shapes.js";
import type { ReductionName } from "../program/ops.gen.js";
import { checkAxis } from "./axis.js";
import { lift, type Operand } from "./operand.js";

export interface ReductionOptions {
  /** Keep the reduced axis with size 1; default false. */
  keepDims?: boolean;
}

/** Without `axis` everything is joined, and the result has shape []. Negative axes count from the end. */
type Reduction = (x: Operand, axis?: number | null, options?: ReductionOptions) => SymbolicTensor;

const reduction =
  (name: string, op: ReductionName): Reduction =>
  (x, axis, options) =>
    reduceAxis(name, op, lift(name, x), axis, readKeepDims(name, options));

/** The sum along `axis`. Follows keras.ops.sum. */
export const sum: Reduction = reduction("sum", "sum");
/** The mean along `axis`; over the batch it is the mean of the rows that are present. Follows keras.ops.mean. */
export const mean: Reduction = reduction("mean", "mean");
/** The largest value along `axis`; equal maxima share the gradient. Follows keras.ops.max. */
export const max: Reduction = reduction("max", "maximum");
/** The smallest value along `axis`; equal minima share the gradient. Follows keras.ops.min. */
export const min: Reduction = reduction("min", "minimum");
/** The sum of the squares along `axis`. */
export const sumSquares: Reduction = reduction("sumSquares", "sumSquares");
/** The place of the largest value along `axis`, of equals the first; derivative 0. Follows keras.ops.argmax. */
export const argmax: Reduction = reduction("argmax", "argmax");

/** The place of the smallest value along `axis`, of equals the first; derivative 0. Follows keras.ops.argmin. */
export const argmin: Reduction = (x, axis, options) =>
  argmax(negative(liftForAxis("argmin", x, axis, options)), axis, options);
/** 1 where all values along `axis` differ from 0, 0 elsewhere; derivative 0. Follows keras.ops.all. */
export const all: Reduction = (x, axis, options) => min(truth("all", x, axis, options), axis, options);
/** 1 where some value along `axis` differs from 0, 0 elsewhere; derivative 0. Follows keras.ops.any. */
export const any: Reduction = (x, axis, options) => max(truth("any", x, axis, options), axis, options);

function truth(name: string, x: Operand, axis: number | null | undefined, options?: ReductionOptions): SymbolicTensor {
  return binary("notEqual", liftForAxis(name, x, axis, options), scalar(0));
}

/** The operand of a function that is put together from others, so that errors name that function. */
export function liftForAxis(
  name: string,
  x: Operand,
  axis: number | null | undefined,
  options?: ReductionOptions,
): SymbolicTensor {
  const node = lift(name, x);
  readKeepDims(name, options);
  if (axis !== undefined && axis !== null) checkAxis(placeOf(`ops.${name}`), axis, node.shape.length);
  return node;
}

function readKeepDims(name: string, options: ReductionOptions = {}): boolean {
  const where = placeOf(`ops.${name}`);
  checkOptions(where, options, ["keepDims"]);
  return checkBoolean(where, "keepDims", options.keepDims ?? false);
}

function reduceAxis(
  name: string,
  op: ReductionName,
  x: SymbolicTensor,
  axis: number | null | undefined,
  keepDims: boolean,
): SymbolicTensor {
  const { shape } = x;
  const rank = shape.length;
  if (axis === undefined || axis === null) {
    const result = reduce(op, x, 2);
    return keepDims
      ? reshape(
          result,
          shape.map(() => 1),
        )
      : result;
  }
  const where = placeOf(`ops.${name}`);
  const index = checkAxis(where, axis, rank);
  const target: Shape = shape.flatMap((size, i) => (i !== index ? [size] : keepDims ? [1] : []));
  return reshape(reduceMatrix(where, op, x, index), target);
}

/** Puts the axis along the rows or the columns of a matrix and reduces that. */
function reduceMatrix(where: string, op: ReductionName, x: SymbolicTensor, axis: number): SymbolicTensor {
  const { shape } = x;
  if (axis === 0) {
    return shape.length === 1 && shape[0] !== null ? reduce(op, x, 1) : reduce(op, x, 0);
  }
  if (shape.length === 2) return reduce(op, x, 1);
  const columns = shape[axis] as number;
  if (axis === shape.length - 1 && shape[0] !== null) {
    return reduce(op, reshape(x, [countElements(shape) / columns, columns]), 1);
  }
  if (axis === shape.length - 1) return reduce(op, x, 1, countElements(shape) / columns);
  const remedy = "Reduce the first or the last axis, or reshape to two axes.";
  throw new ShapeError(explain(where, `expected two axes to reduce axis ${axis}`, formatShape(shape), remedy));
}
