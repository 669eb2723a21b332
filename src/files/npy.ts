// The format of NumPy's arrays (.npy, versions 1 to 3): a line of text with element type, order and shape, then the values.

import { describeValue, explain, FormatError, formatShape } from "../errors.js";
import { type AnyTypedArray, Tensor, type TensorInput, toTensor } from "../tensor.js";
import { float16ToFloat32 } from "./float16.js";

interface Header {
  readonly type: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

const magic = "\x93NUMPY";
// NumPy's own limit: longer ones are not read without being trusted.
const longestHeader = 10_000;
const mostDimensions = 64;

/** Element types without their byte order: kind and number of bytes. */
const readers: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>) => AnyTypedArray>> = {
  b1: (bytes) => bytes.map((value) => (value === 0 ? 0 : 1)),
  u1: (bytes) => bytes,
  i1: ({ buffer }) => new Int8Array(buffer),
  u2: ({ buffer }) => new Uint16Array(buffer),
  i2: ({ buffer }) => new Int16Array(buffer),
  u4: ({ buffer }) => new Uint32Array(buffer),
  i4: ({ buffer }) => new Int32Array(buffer),
  u8: ({ buffer }) => new BigUint64Array(buffer),
  i8: ({ buffer }) => new BigInt64Array(buffer),
  f2: float16ToFloat32,
  f4: ({ buffer }) => new Float32Array(buffer),
  f8: ({ buffer }) => new Float64Array(buffer),
};

/**
 * Reads an array that NumPy has saved with `numpy.save`: of booleans, integers or floats, in either byte order and in C or Fortran
 * order. As in `tensor()`, float64 and float16 become float32, and integers int32 (booleans and uint8 stay bytes).
 * `where` begins the messages.
 *
 * @throws FormatError for anything else, with what is wrong; RangeError for integers that int32 does not hold.
 * @example
 * const x = readNpy(await readFile("x.npy"), "x.npy");
 */
export function readNpy(bytes: Uint8Array, where = "npy"): Tensor {
  const { type, fortranOrder, shape, start } = readHeader(bytes, where);
  const [order, kind] = [type[0], type.slice(1)];
  const size = Number(kind.slice(1));
  const count = shape.reduce((a, b) => a * b, 1);
  if (count * size !== bytes.length - start) {
    const expectation = `expected ${count * size} bytes of values for shape ${formatShape(shape)} at byte ${start}`;
    throw new FormatError(explain(where, expectation, `${bytes.length - start} bytes`));
  }
  // A copy, because values need an address that is a multiple of their size.
  const values = new Uint8Array(bytes.length - start);
  values.set(bytes.subarray(start));
  if (order === ">") swapBytes(values, size);
  const data = (readers[kind] as (typeof readers)[string])(values);
  const result = toTensor({ data, shape }, undefined, where);
  return fortranOrder ? toRowMajor(result) : result;
}

/**
 * An array as the bytes of an .npy file, version 1.0: float32, int32 or uint8, in C order.
 *
 * @throws what `tensor()` throws.
 * @example
 * await writeFile("x.npy", writeNpy([[1, 2], [3, 4]]));
 */
export function writeNpy(values: TensorInput, where = "npy"): Uint8Array {
  const { data, shape } = toTensor(values, undefined, where);
  const type = { Float32Array: "<f4", Int32Array: "<i4", Uint8Array: "|u1" }[brand(data)];
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${sizes}, }`;
  // Values begin at a multiple of 64 bytes.
  const start = Math.ceil((magic.length + 4 + text.length + 1) / 64) * 64;
  const header = `${text.padEnd(start - magic.length - 5)}\n`;
  const bytes = new Uint8Array(start + data.byteLength);
  const length = [header.length & 255, header.length >> 8];
  bytes.set([...Array.from(magic, (letter) => letter.charCodeAt(0)), 1, 0, ...length]);
  bytes.set(new TextEncoder().encode(header), magic.length + 4);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}

function brand(data: Tensor["data"]): "Float32Array" | "Int32Array" | "Uint8Array" {
  const name = Object.prototype.toString.call(data).slice(8, -1);
  return name === "Float32Array" || name === "Int32Array" ? name : "Uint8Array";
}

function readHeader(bytes: Uint8Array, where: string): Header {
  const latin = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (latin(0, magic.length) !== magic || bytes.length < 10) {
    const received = bytes.length < 10 ? `${bytes.length} bytes` : describeValue(latin(0, magic.length));
    throw new FormatError(explain(where, "expected an .npy file, which begins with \\x93NUMPY", received));
  }
  const version = bytes[6] as number;
  if (version < 1 || version > 3) {
    throw new FormatError(explain(where, "expected version 1, 2 or 3 of the .npy format at byte 6", version));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : bytes.length < first ? 0 : view.getUint32(8, true);
  const most = Math.min(longestHeader, bytes.length - first);
  if (length > most || length === 0) {
    throw new FormatError(explain(where, `expected a header of 1 to ${Math.max(most, 0)} bytes at byte 8`, length));
  }
  return { ...parseHeader(latin(first, first + length), where), start: first + length };
}

// What NumPy writes: a dictionary of Python with three entries, in any order.
const entry = /'(descr|fortran_order|shape)' *: *('[^']*'|True|False|\([\d, ]*\)) *(,|(?=\})) */y;

function parseHeader(text: string, where: string): Omit<Header, "start"> {
  const fail = (expectation: string, received: string) => new FormatError(explain(where, expectation, received));
  const entries = new Map<string, string>();
  entry.lastIndex = text.startsWith("{") ? 1 : text.length;
  let end = entry.lastIndex;
  for (let match = entry.exec(text); match !== null; match = entry.exec(text)) {
    entries.set(match[1] as string, match[2] as string);
    end = entry.lastIndex;
  }
  const [type = "", order = "", sizes = ""] = ["descr", "fortran_order", "shape"].map((name) => entries.get(name));
  if (
    !/^\} *\n?$/.test(text.slice(end)) ||
    entries.size !== 3 ||
    !sizes.startsWith("(") ||
    !/^(True|False)$/.test(order)
  ) {
    throw fail("expected a header with a simple 'descr', 'fortran_order' and 'shape'", describeValue(text.trim()));
  }
  const plain = type.slice(1, -1);
  if (!/^[<>|=]/.test(plain) || !Object.hasOwn(readers, plain.slice(1))) {
    const known = Object.keys(readers).join(", ");
    throw fail(`expected elements of a type of ${known}`, describeValue(plain));
  }
  const shape = sizes
    .slice(1, -1)
    .split(",")
    .map((size) => size.trim());
  if (shape.at(-1) === "") shape.pop();
  if (shape.length > mostDimensions || !shape.every((size) => /^\d{1,15}$/.test(size))) {
    throw fail(`expected a shape of up to ${mostDimensions} sizes`, describeValue(sizes));
  }
  return { type: plain, fortranOrder: order === "True", shape: shape.map(Number) };
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let i = 0; i + size <= bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}

/** From Fortran's order, where the first index runs fastest. */
function toRowMajor({ data, shape }: Tensor): Tensor {
  const result = data.slice();
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[from] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [size, stride] = [shape[axis] as number, strides[axis] as number];
      index[axis] = (index[axis] as number) + 1;
      from += stride;
      if ((index[axis] as number) < size) break;
      index[axis] = 0;
      from -= size * stride;
    }
  }
  return new Tensor(result, shape);
}
