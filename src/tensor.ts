// Tensors as users see them: numbers with a shape. Row-major, dense, and without any operation of their own.
// What is computed with them is in ops (symbolic) and in models.

import { describeValue, explain, formatShape, ShapeError } from "./errors.js";

/** Storage of a tensor. Bytes (images) and integers (class numbers) stay as they are until a batch is gathered. */
export type TensorData = Float32Array | Uint8Array | Int32Array;

/** A number, or an array of such, as deep as the tensor has dimensions. */
export type NestedNumbers = number | NestedNumbers[];

/** Every typed array of JavaScript, as input. */
export type AnyTypedArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array;

/** Nested arrays of numbers; the innermost ones may be typed arrays. */
export type ArrayInput = number | boolean | AnyTypedArray | readonly ArrayInput[];

/** Everything that is accepted where a tensor is wanted. */
export type TensorInput = Tensor | { readonly data: AnyTypedArray; readonly shape: readonly number[] } | ArrayInput;

/** Numbers with a shape, row-major. Made by `tensor()` and by `predict`. */
export class Tensor<D extends TensorData = TensorData> {
  /** The values, row by row. */
  readonly data: D;
  /** The sizes of the dimensions; `[]` is a single number. */
  readonly shape: readonly number[];

  /** Use `tensor()`, which checks and converts. */
  constructor(data: D, shape: readonly number[]) {
    this.data = data;
    this.shape = shape;
  }

  /** The number of values. */
  get size(): number {
    return this.data.length;
  }

  /**
   * The values as nested arrays; a tensor of shape `[]` gives a number.
   *
   * @example
   * tensor(new Float32Array([1, 2, 3, 4]), [2, 2]).toArray(); // [[1, 2], [3, 4]]
   */
  toArray<T extends NestedNumbers = NestedNumbers>(): T {
    let offset = 0;
    const nest = (dimension: number): NestedNumbers => {
      if (dimension === this.shape.length) return this.data[offset++] ?? Number.NaN;
      return Array.from({ length: this.shape[dimension] ?? 0 }, () => nest(dimension + 1));
    };
    return nest(0) as T;
  }

  toString(): string {
    return `Tensor ${formatShape(this.shape)} ${describeValue(this.data)}`;
  }
}

/**
 * Makes a tensor from nested arrays or from a typed array.
 *
 * Nested arrays tell their shape themselves and become float32. A typed array without `shape` has one dimension.
 * Float32Array, Uint8Array and Int32Array are kept without a copy (changes of the array are seen by the tensor);
 * Float64Array becomes float32, other integers become int32.
 *
 * @throws ShapeError when rows differ in length or `shape` does not fit the number of values; TypeError for anything
 * that is not a number (the message names the row). NaN and Infinity are kept: `fit` refuses them, `tensor` does not.
 *
 * @example
 * tensor([[0, 1], [2, 3]]).shape;              // [2, 2]
 * tensor(new Float32Array(6), [2, 3]).shape;   // [2, 3]
 */
export function tensor(data: TensorInput, shape?: readonly number[]): Tensor {
  return toTensor(data, shape, "tensor");
}

/** `tensor` with the caller's name for the messages. */
export function toTensor(data: unknown, shape: readonly number[] | undefined, where: string): Tensor {
  if (isTensorLike(data)) return withShape(toStorage(data.data, where), shape ?? data.shape, where);
  if (ArrayBuffer.isView(data)) {
    const values = toStorage(data, where);
    return withShape(values, shape ?? [values.length], where);
  }
  const inferred = inferShape(data, where);
  const values = new Float32Array(inferred.reduce((a, b) => a * b, 1));
  fill(data, inferred, 0, values, 0, [], where);
  return withShape(values, shape ?? inferred, where);
}

/** True for tensors, also of another copy of this package or of another realm. */
export function isTensorLike(
  value: unknown,
): value is { readonly data: ArrayBufferView; readonly shape: readonly number[] } {
  if (typeof value !== "object" || value === null || !("data" in value) || !("shape" in value)) return false;
  return ArrayBuffer.isView(value.data) && Array.isArray(value.shape);
}

/** The name of a typed array's class, right across realms, where `instanceof` is not. */
function brand(value: ArrayBufferView): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function toStorage(view: ArrayBufferView, where: string): TensorData {
  switch (brand(view)) {
    case "Float32Array":
    case "Int32Array":
      return view as Float32Array | Int32Array;
    case "Uint8Array":
    case "Uint8ClampedArray":
      return brand(view) === "Uint8Array"
        ? (view as Uint8Array)
        : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    case "Float64Array":
      return Float32Array.from(view as Float64Array);
    case "Int8Array":
    case "Int16Array":
    case "Uint16Array":
      return Int32Array.from(view as Int8Array | Int16Array | Uint16Array);
    case "Uint32Array":
    case "BigInt64Array":
    case "BigUint64Array":
      return narrowIntegers(view as Uint32Array | BigInt64Array | BigUint64Array, where);
    default:
      // Buffer of Node is a Uint8Array; DataView and Float16Array are neither.
      throw new TypeError(
        explain(where, "expected a typed array of numbers", brand(view), "Convert it to Float32Array."),
      );
  }
}

function narrowIntegers(values: Uint32Array | BigInt64Array | BigUint64Array, where: string): Int32Array {
  return Int32Array.from(values as ArrayLike<number | bigint>, (value: number | bigint, i: number) => {
    const n = Number(value);
    if (n !== (n | 0)) {
      throw new RangeError(
        explain(where, `value ${i} must fit into 32 bits`, String(value), "Convert it to Float32Array."),
      );
    }
    return n;
  });
}

function withShape(data: TensorData, shape: readonly number[], where: string): Tensor {
  let size = 1;
  for (const n of shape) {
    if (!Number.isInteger(n) || n < 0) {
      throw new ShapeError(explain(where, "shape must hold integers of at least 0", `[${shape.join(", ")}]`));
    }
    size *= n;
  }
  if (size !== data.length) {
    const expectation = `expected ${size} values for shape ${formatShape(shape)}`;
    throw new ShapeError(explain(where, expectation, String(data.length)));
  }
  return new Tensor(data, Object.freeze([...shape]));
}

/** The shape along the first elements; `fill` checks all others against it. */
function inferShape(data: unknown, where: string): number[] {
  const shape: number[] = [];
  let level: unknown = data;
  while (Array.isArray(level) || ArrayBuffer.isView(level) || isTensorLike(level)) {
    if (isTensorLike(level)) {
      shape.push(...level.shape);
      return shape;
    }
    const length = Array.isArray(level) ? level.length : toStorage(level as ArrayBufferView, where).length;
    shape.push(length);
    if (length === 0 || !Array.isArray(level)) return shape;
    level = level[0];
  }
  return shape;
}

function fill(
  value: unknown,
  shape: readonly number[],
  dimension: number,
  out: Float32Array,
  offset: number,
  path: readonly number[],
  where: string,
): number {
  if (dimension === shape.length) {
    if (typeof value === "number" || typeof value === "boolean") {
      out[offset] = Number(value);
      return offset + 1;
    }
    const ragged = Array.isArray(value) || ArrayBuffer.isView(value);
    const text = explain(
      where,
      `expected a number${at(path)}`,
      describeValue(value),
      ragged ? "Every row must have the shape of row 0." : "",
    );
    throw ragged ? new ShapeError(text) : new TypeError(text);
  }
  const expected = shape[dimension] ?? 0;
  if (ArrayBuffer.isView(value)) {
    const values = toStorage(value, where);
    checkLength(values.length, dimension === shape.length - 1 ? expected : -1, path, where);
    out.set(values, offset);
    return offset + values.length;
  }
  if (isTensorLike(value)) {
    const values = toStorage(value.data, where);
    const rest = shape.slice(dimension);
    checkLength(
      values.length,
      rest.reduce((a, b) => a * b, 1),
      path,
      where,
    );
    out.set(values, offset);
    return offset + values.length;
  }
  if (!Array.isArray(value)) {
    const text = explain(
      where,
      `expected an array of ${expected}${at(path)}`,
      describeValue(value),
      "Every row must have the shape of row 0.",
    );
    throw typeof value === "number" ? new ShapeError(text) : new TypeError(text);
  }
  checkLength(value.length, expected, path, where);
  let next = offset;
  for (let i = 0; i < value.length; i++) {
    // The path is only needed for messages; rows of plain numbers take the short way without it.
    const item: unknown = value[i];
    if (typeof item === "number" && dimension === shape.length - 1) out[next++] = item;
    else next = fill(item, shape, dimension + 1, out, next, [...path, i], where);
  }
  return next;
}

/** `expected` is -1 where numbers stand among arrays. */
function checkLength(length: number, expected: number, path: readonly number[], where: string): void {
  if (length === expected) return;
  const expectation =
    expected < 0 ? `expected an array of arrays${at(path)}` : `expected ${expected} values${at(path)}`;
  throw new ShapeError(explain(where, expectation, String(length), "Every row must have the shape of row 0."));
}

/** ` in row 3` or ` at row 3, index [1]`; nothing for the whole. */
function at(path: readonly number[]): string {
  if (path.length === 0) return "";
  const [row, ...rest] = path;
  return rest.length === 0 ? ` in row ${row}` : ` in row ${row}, column ${rest.join(", ")}`;
}
