// Rows of tensors: slices that share memory, and copies of chosen rows.

import { explain, formatShape, ShapeError } from "../errors.js";
import { Tensor, type TensorData, toTensor } from "../tensor.js";

/** The number of values in a row. */
export function rowWidth({ shape }: Tensor): number {
  return shape.slice(1).reduce((a, b) => a * b, 1);
}

/** A tensor with one or more rows; a typed array without a shape is a column. */
export function readRowsOf(where: string, value: unknown): Tensor {
  const tensor = toTensor(value, undefined, where);
  if (tensor.shape.length === 0) throw new ShapeError(explain(where, "expected rows", "a single number"));
  if (tensor.shape[0] === 0 || tensor.size === 0)
    throw new RangeError(explain(where, "expected one or more rows", formatShape(tensor.shape)));
  return tensor;
}

/** Rows `first` to `end - 1`, without a copy. */
export function sliceRows(tensor: Tensor, first: number, end: number): Tensor {
  const width = rowWidth(tensor);
  return new Tensor(tensor.data.subarray(first * width, end * width), [end - first, ...tensor.shape.slice(1)]);
}

/** A copy of the rows with these numbers, in this order. */
export function gatherRows(tensor: Tensor, rows: ArrayLike<number>): Tensor {
  const width = rowWidth(tensor);
  const data = emptyLike(tensor.data, rows.length * width);
  const { data: from } = tensor;
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * width;
    // For a few values a loop is several times faster than a view of them.
    if (width < 32) for (let j = 0; j < width; j++) data[i * width + j] = from[start + j] as number;
    else data.set(from.subarray(start, start + width), i * width);
  }
  return new Tensor(data, [rows.length, ...tensor.shape.slice(1)]);
}

/** Tensors of equal rows, one below the other. */
export function joinRows(where: string, parts: readonly Tensor[]): Tensor {
  const [first] = parts as [Tensor, ...Tensor[]];
  if (parts.length === 1) return first;
  const row = first.shape.slice(1);
  const same = parts.every(({ data }) => tag(data) === tag(first.data));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const data = same ? emptyLike(first.data, size) : new Float32Array(size);
  let rows = 0;
  let at = 0;
  for (const part of parts) {
    if (formatShape(part.shape.slice(1)) !== formatShape(row)) {
      throw new ShapeError(
        explain(where, `expected rows of shape ${formatShape(row)}`, formatShape(part.shape.slice(1))),
      );
    }
    data.set(part.data, at);
    at += part.size;
    rows += part.shape[0] as number;
  }
  return new Tensor(data, [rows, ...row]);
}

/** An array of the same kind, for `size` values. */
export function emptyLike(data: TensorData, size: number): TensorData {
  const kind = tag(data);
  return kind === "Uint8Array"
    ? new Uint8Array(size)
    : kind === "Int32Array"
      ? new Int32Array(size)
      : new Float32Array(size);
}

/** The name of the array's class, also of another realm. */
function tag(data: TensorData): string {
  return Object.prototype.toString.call(data).slice(8, -1);
}
