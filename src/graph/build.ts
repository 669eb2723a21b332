// Builds nodes for the ops of the table, reshaping operands where the rows and columns of a program need it.
// What users call is ops/*, which also accepts numbers; gradients are built with these functions alone.

import { explain, formatShape, internalError, ShapeError } from "../errors.js";
import type { BinaryName, LossName, ReductionName, UnaryName } from "../program/ops.gen.js";
import { constantNode, opNode, placeOf, type Shape, type SymbolicTensor } from "./node.js";
import {
  alignShape,
  broadcastShapes,
  countElements,
  encodeShape,
  liesAligned,
  readsOf,
  repeatsTo,
  sameShape,
  toMatrix,
} from "./shapes.js";

type Tensor = SymbolicTensor;

export function scalar(value: number): Tensor {
  return constantNode([value], []);
}

export function fill(value: number, shape: Shape): Tensor {
  return shape.length === 0 ? scalar(value) : opNode("fill", [], { value, shape: encodeShape(shape) });
}

/** The same elements in another shape; no work at run time. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : opNode("copy", [x], { shape: encodeShape(shape) });
}

/** The columns of `x` from `start` on that a matrix of `shape` has. */
export function slice(x: Tensor, start: number, shape: Shape): Tensor {
  return opNode("slice", [x], { start, shape: encodeShape(shape) });
}

/** `x` from column `start` of a matrix of `shape` on, which is 0 elsewhere. */
export function pad(x: Tensor, start: number, shape: Shape): Tensor {
  return opNode("pad", [x], { start, shape: encodeShape(shape) });
}

/** The columns of matrices side by side. Joined two by two, so that no column is copied more often than necessary. */
export function concatenate(matrices: readonly Tensor[]): Tensor {
  const [first, second] = matrices;
  if (first === undefined) throw internalError("nothing to concatenate");
  if (second === undefined) return first;
  if (matrices.length === 2) return opNode("concatenate", [first, second]);
  const half = matrices.length >> 1;
  return concatenate([concatenate(matrices.slice(0, half)), concatenate(matrices.slice(half))]);
}

/** The rows of a table [rows, columns] that `index` names, one behind the other; NaN where there is no such row. */
export function gather(table: Tensor, index: Tensor): Tensor {
  return opNode("gather", [table, index]);
}

/** The table of `shape` whose rows are those of `dy`, added up by `index`. */
export function gatherGrad(index: Tensor, dy: Tensor, shape: Shape): Tensor {
  return opNode("gatherGrad", [index, dy], { shape: encodeShape(shape) });
}

/** Numbers that depend on the seed, the step, the stream and their place alone: uniform in [0, 1), or standard normal. */
export function random(distribution: "uniform" | "normal", shape: Shape, stream: number): Tensor {
  return opNode("random", [], { normal: distribution === "normal" ? 1 : 0, stream, shape: encodeShape(shape) });
}

/** A number that each step has: its learning rate, or the number of the update counted from 1. */
export function stepValue(value: "learningRate" | "update"): Tensor {
  return opNode("stepValue", [], { value: value === "update" ? 1 : 0 });
}

export function unary(name: UnaryName, x: Tensor, alpha = 0): Tensor {
  return opNode("unary", [x], { function: name, alpha });
}

/** dy f'(x); `y` is f(x). */
export function unaryGrad(name: UnaryName, x: Tensor, y: Tensor, dy: Tensor, alpha: number): Tensor {
  const reads = readsOf(name);
  return opNode("unaryGrad", [...(reads.x ? [x] : []), ...(reads.y ? [y] : []), dy], { function: name, alpha });
}

export function binary(name: BinaryName, x: Tensor, y: Tensor): Tensor {
  return broadcast(name, [x, y], (operands) => opNode("binary", operands, { function: name }));
}

export const add = (x: Tensor, y: Tensor): Tensor => binary("add", x, y);
export const subtract = (x: Tensor, y: Tensor): Tensor => binary("subtract", x, y);
export const multiply = (x: Tensor, y: Tensor): Tensor => binary("multiply", x, y);
export const divide = (x: Tensor, y: Tensor): Tensor => binary("divide", x, y);
export const negative = (x: Tensor): Tensor => unary("negative", x);

/** condition != 0 ? x : y */
export function select(condition: Tensor, x: Tensor, y: Tensor): Tensor {
  return broadcast("where", [condition, x, y], (operands) => opNode("select", operands));
}

/** Axis 0: over the rows, shape [1, n]; 1: over the columns, or over groups of them, [m, groups]; 2: over everything, []. */
export function reduce(name: ReductionName, x: Tensor, axis: 0 | 1 | 2, groups = 1): Tensor {
  return opNode("reduce", [x], { function: name, axis, groups });
}

/** What `reduce` made, repeated to `shape`; with `mean` divided by the number of repeats. Along axis 1 each column is. */
export function expand(x: Tensor, axis: 0 | 1 | 2, shape: Shape, mean = false): Tensor {
  return opNode("expand", [x], { axis, mean: mean ? 1 : 0, shape: encodeShape(shape) });
}

/** The sum of `x` over the axes along which a tensor of `shape` was broadcast to it. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const from = toMatrix(x.shape);
  const to = toMatrix(shape);
  const rows = from.rows !== to.rows;
  const columns = from.columns !== to.columns;
  const sum = rows ? reduce("sum", x, columns ? 2 : 0) : columns ? reduce("sum", x, 1) : x;
  return reshape(sum, shape);
}

export function matmul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  return opNode("matmul", [a, b], { transposeA: transposeA ? 1 : 0, transposeB: transposeB ? 1 : 0 });
}

export function loss(name: LossName, prediction: Tensor, target: Tensor, p0: number): Tensor {
  return opNode("loss", [prediction, target], { function: name, p0 });
}

/** x with at least one axis, whose last axis lies along the columns. `restore` undoes it. */
export function lastAxisAsColumns(name: string, x: Tensor): { matrix: Tensor; restore: (y: Tensor) => Tensor } {
  const { shape } = x;
  if (shape.length <= 2 && !(shape.length === 1 && shape[0] === null)) return { matrix: x, restore: (y) => y };
  const last = shape[shape.length - 1] as number | null;
  if (shape[0] === null || last === null) {
    const remedy = "Flatten it to [batch, n] first.";
    throw new ShapeError(explain(placeOf(`ops.${name}`), "expected [batch, n]", formatShape(shape), remedy));
  }
  const matrix = reshape(x, [countElements(shape) / last, last]);
  return { matrix, restore: (y) => reshape(y, shape) };
}

/** Builds an elementwise op on shapes of any rank: operands that programs cannot broadcast as they lie are reshaped. */
function broadcast(name: string, operands: readonly Tensor[], build: (operands: readonly Tensor[]) => Tensor): Tensor {
  const where = placeOf(`ops.${name}`);
  const shapes = operands.map((operand) => operand.shape);
  const result = broadcastShapes(where, shapes);
  const target = toMatrix(result);
  const rank = result.length;
  const aligned = shapes.map((shape) => alignShape(shape, rank) as Shape);
  if (aligned.every((shape) => repeatsTo(toMatrix(shape), target))) {
    // [2, 1] lies in two rows, but stands for [1, 2, 1] beside [2, 2, 1].
    return build(operands.map((x, i) => (liesAligned(x.shape, rank) ? x : reshape(x, aligned[i] as Shape))));
  }
  // Cut the axes in two such that on each side every operand has all of the sizes, or only ones.
  for (let cut = 1; cut < (result[0] === null ? 2 : rank); cut++) {
    const sides = aligned.map((shape) => [side(shape, result, 0, cut), side(shape, result, cut, rank)] as const);
    if (sides.some(([rows, columns]) => rows === undefined || columns === undefined)) continue;
    const matrices = operands.map((operand, i) => {
      const [rows, columns] = sides[i] as readonly [number | null, number];
      return reshape(operand, [rows, columns]);
    });
    return reshape(build(matrices), result);
  }
  const repeated = operands.map((operand, i) => repeatColumns(reshape(operand, aligned[i] as Shape), result));
  if (repeated.every((operand) => operand !== null)) return build(repeated);
  const remedy =
    "With a batch, the axis behind it and trailing ones can be repeated: reshape, or flatten to [batch, n] first.";
  throw new ShapeError(explain(where, "expected shapes that broadcast", shapes.map(formatShape).join(" and "), remedy));
}

/**
 * `x`, which has as many axes as `shape`, repeated along all of them but the first: what is left to do then is to repeat rows.
 * Null when that is impossible, and `x` itself when it has a single column.
 */
function repeatColumns(x: Tensor, shape: Shape): Tensor | null {
  if (toMatrix(x.shape).columns === 1) return x;
  let result = x;
  for (let axis = shape.length - 1; axis > 0; axis--) {
    const size = shape[axis] as number;
    if (result.shape[axis] === size) continue;
    const front = result.shape.slice(0, axis);
    const inner = countElements(result.shape.slice(axis + 1));
    const target = [...front, size, ...result.shape.slice(axis + 1)];
    if (inner === 1) {
      result = expand(result, 1, target);
    } else if (front[0] !== null || countElements(front) === 1) {
      const rows = front[0] === null ? null : countElements(front);
      const copies = new Array<Tensor>(size).fill(reshape(result, [rows, inner]));
      result = reshape(concatenate(copies), target);
    } else {
      return null;
    }
  }
  return result;
}

/** The joint size of the axes [from, to): that of the result, 1, or undefined when it is neither. */
function side(shape: Shape, result: Shape, from: number, to: number): number | null | undefined {
  const part = shape.slice(from, to);
  if (part[0] === null) return null;
  if (sameShape(part, result.slice(from, to))) return countElements(part);
  return part.every((size) => size === 1) ? 1 : undefined;
}
