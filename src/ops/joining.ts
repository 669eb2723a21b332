// Parts of tensors and tensors put together along an axis. The axis is the last one unless told otherwise: the first one,
// which keras.ops takes, usually is the batch.

import { checkInteger, checkNumber, describeValue, explain, formatShape, ShapeError } from "../errors.js";
import * as build from "../graph/build.js";
import { placeOf, type Shape, type SymbolicTensor } from "../graph/node.js";
import { sameShape } from "../graph/shapes.js";
import { checkAxis, layOutAxis, withSize } from "./axis.js";
import { lift, type Operand } from "./operand.js";

/**
 * `size` elements along `axis` from `start` on; by default all that follow. A negative `start` counts from the end.
 * One axis at a time; otherwise follows keras.ops.slice.
 *
 * @throws RangeError when the part lies beyond the tensor; ShapeError for an axis that cannot be cut (the batch).
 * @example
 * ops.slice(x, 0, 2); // the first two columns of [batch, n]
 */
export function slice(x: Operand, start: number, size?: number, axis = -1): SymbolicTensor {
  const node = lift("slice", x);
  const where = placeOf("ops.slice");
  const index = checkAxis(where, axis, node.shape.length);
  const { inner } = layOutAxis(where, node.shape, index);
  const available = node.shape[index] as number;
  const first = start < 0 ? start + available : start;
  if (!Number.isInteger(start) || first < 0 || first >= available) {
    const expectation = `start must be an integer in [${-available}, ${available - 1}]`;
    throw new RangeError(explain(where, expectation, describeValue(start)));
  }
  const count = checkInteger(where, "size", size ?? available - first, 1);
  if (first + count > available) {
    throw new RangeError(explain(where, `size must be at most ${available - first} from ${first} on`, count));
  }
  return part(where, node, index, first * inner, count);
}

/** `count` steps along the axis, from a column of its layout on. */
function part(where: string, x: SymbolicTensor, axis: number, column: number, count: number): SymbolicTensor {
  const { rows, inner } = layOutAxis(where, x.shape, axis);
  const size = x.shape[axis] as number;
  if (count === size) return x;
  const matrix = build.reshape(x, [rows, size * inner]);
  return build.reshape(build.slice(matrix, column, [rows, count * inner]), withSize(x.shape, axis, count));
}

/**
 * Cuts `x` along `axis` into so many equal parts, or before each of the indices of a list. Follows keras.ops.split.
 *
 * @throws RangeError when the parts are not equal, or the indices do not rise within the axis.
 * @example
 * const [a, b] = ops.split(x, 2); // halves of [batch, 2 n]
 */
export function split(x: Operand, parts: number | readonly number[], axis = -1): SymbolicTensor[] {
  const node = lift("split", x);
  const where = placeOf("ops.split");
  const index = checkAxis(where, axis, node.shape.length);
  const { inner } = layOutAxis(where, node.shape, index);
  const size = node.shape[index] as number;
  if (typeof parts !== "number" && !Array.isArray(parts)) {
    throw new TypeError(explain(where, "parts must be a number or an array of indices", describeValue(parts)));
  }
  const bounds = [0, ...(typeof parts === "number" ? equalParts(where, parts, size) : parts), size];
  return bounds.slice(1).map((end, i) => {
    const begin = bounds[i] as number;
    if (!Number.isInteger(end) || end <= begin || end > size) {
      const expectation = `expected indices that rise from above 0 to below ${size}`;
      throw new RangeError(explain(where, expectation, `[${bounds.slice(1, -1).join(", ")}]`));
    }
    return part(where, node, index, begin * inner, end - begin);
  });
}

function equalParts(where: string, parts: number, size: number): number[] {
  checkInteger(where, "parts", parts, 1);
  if (size % parts !== 0) throw new RangeError(explain(where, `parts must divide the ${size} elements`, parts));
  return Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * size) / parts);
}

/**
 * Tensors one behind the other along `axis`; all other axes must agree. Follows keras.ops.concatenate.
 *
 * @throws ShapeError when other axes differ, or the axis is the batch.
 * @example
 * ops.concatenate([x, y]); // [batch, 3] and [batch, 4] give [batch, 7]
 */
export function concatenate(xs: readonly Operand[], axis = -1): SymbolicTensor {
  return join("concatenate", liftAll("concatenate", xs), axis);
}

/**
 * Tensors of one shape as the parts of a new axis, which is the last one by default. Follows keras.ops.stack.
 *
 * @throws ShapeError when the shapes differ, or the new axis were in front of the batch.
 */
export function stack(xs: readonly Operand[], axis = -1): SymbolicTensor {
  const nodes = liftAll("stack", xs);
  const { shape } = nodes[0] as SymbolicTensor;
  const where = placeOf("ops.stack");
  const odd = nodes.find((node) => !sameShape(node.shape, shape));
  if (odd !== undefined) {
    throw new ShapeError(explain(where, `expected tensors of shape ${formatShape(shape)}`, formatShape(odd.shape)));
  }
  const index = checkAxis(where, axis, shape.length + 1);
  return join(
    "stack",
    nodes.map((node) => insertAxis(where, node, index)),
    index,
  );
}

/**
 * `before` elements in front and `after` behind along `axis`, all of them `value`. One axis at a time; otherwise follows
 * keras.ops.pad.
 */
export function pad(
  x: Operand,
  counts: readonly [before: number, after: number],
  axis = -1,
  value = 0,
): SymbolicTensor {
  const node = lift("pad", x);
  const where = placeOf("ops.pad");
  if (!Array.isArray(counts) || counts.length !== 2) {
    const example = "For example ops.pad(x, [1, 1]).";
    throw new TypeError(explain(where, "expected [before, after], two numbers", describeValue(counts), example));
  }
  const [before, after] = counts;
  const index = checkAxis(where, axis, node.shape.length);
  checkNumber(where, "value", value);
  const filled = (name: string, size: number): SymbolicTensor[] =>
    checkInteger(where, name, size, 0) === 0 ? [] : [build.fill(value, withSize(node.shape, index, size))];
  return join("pad", [...filled("before", before), node, ...filled("after", after)], index);
}

/** The same elements with an axis of size 1 more, in front of `axis` of the result. Follows keras.ops.expand_dims. */
export function expandDims(x: Operand, axis: number): SymbolicTensor {
  const node = lift("expandDims", x);
  const where = placeOf("ops.expandDims");
  return insertAxis(where, node, checkAxis(where, axis, node.shape.length + 1));
}

/**
 * The same elements without an axis of size 1; without all of them by default. Follows keras.ops.squeeze.
 *
 * @throws ShapeError when the axis has another size.
 */
export function squeeze(x: Operand, axis?: number): SymbolicTensor {
  const node = lift("squeeze", x);
  const { shape } = node;
  const where = placeOf("ops.squeeze");
  if (axis === undefined) {
    return build.reshape(
      node,
      shape.filter((size) => size !== 1),
    );
  }
  const index = checkAxis(where, axis, shape.length);
  if (shape[index] !== 1) {
    throw new ShapeError(explain(where, `expected size 1 along axis ${index}`, formatShape(shape)));
  }
  return build.reshape(
    node,
    shape.filter((_, i) => i !== index),
  );
}

function insertAxis(where: string, x: SymbolicTensor, axis: number): SymbolicTensor {
  if (axis === 0 && x.shape[0] === null) {
    throw new ShapeError(explain(where, "expected an axis behind that of the batch", axis));
  }
  return build.reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]);
}

function liftAll(name: string, xs: readonly Operand[]): SymbolicTensor[] {
  if (Array.isArray(xs) && xs.length > 0) return xs.map((x: Operand) => lift(name, x));
  throw new TypeError(explain(placeOf(`ops.${name}`), "expected a list of tensors", describeValue(xs)));
}

function join(name: string, nodes: readonly SymbolicTensor[], axis: number): SymbolicTensor {
  const where = placeOf(`ops.${name}`);
  const { shape } = nodes[0] as SymbolicTensor;
  const index = checkAxis(where, axis, shape.length);
  const { rows, inner } = layOutAxis(where, shape, index);
  const total = nodes.reduce((sum, node) => sum + sizeAlong(where, node.shape, shape, index), 0);
  const matrices = nodes.map((node) => build.reshape(node, [rows, (node.shape[index] as number) * inner]));
  return build.reshape(build.concatenate(matrices), withSize(shape, index, total));
}

function sizeAlong(where: string, shape: Shape, like: Shape, axis: number): number {
  const size = shape[axis];
  if (typeof size === "number" && sameShape(withSize(like, axis, size), shape)) return size;
  const expectation = `expected shapes that differ along axis ${axis} alone`;
  throw new ShapeError(explain(where, expectation, `${formatShape(like)} and ${formatShape(shape)}`));
}
