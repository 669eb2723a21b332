// Numbers that an ONNX file holds: initializers, constants, and the few operations on sizes that are known beforehand.

import { explain, FormatError } from "../../errors.js";
import type { SymbolicTensor } from "../../graph/node.js";
import { float16ToFloat32 } from "../float16.js";
import { dataTypes, type OnnxTensor } from "./proto.js";

export interface Constant {
  readonly dims: readonly number[];
  readonly values: Float32Array;
  /** The name of the initializer, if it is one. */
  readonly name: string;
}

/** What a name in a graph stands for. */
export type Known = SymbolicTensor | Constant;

export function isConstant(value: Known): value is Constant {
  return "dims" in value;
}

type Bytes = Uint8Array<ArrayBuffer>;

const readers: Readonly<Record<number, { size: number; read: (bytes: Bytes) => Float32Array }>> = {
  [dataTypes.float]: { size: 4, read: ({ buffer }) => new Float32Array(buffer) },
  [dataTypes.double]: { size: 8, read: ({ buffer }) => Float32Array.from(new Float64Array(buffer)) },
  [dataTypes.float16]: { size: 2, read: float16ToFloat32 },
  [dataTypes.int64]: { size: 8, read: ({ buffer }) => Float32Array.from(new BigInt64Array(buffer), Number) },
  [dataTypes.int32]: { size: 4, read: ({ buffer }) => Float32Array.from(new Int32Array(buffer)) },
  [dataTypes.int16]: { size: 2, read: ({ buffer }) => Float32Array.from(new Int16Array(buffer)) },
  [dataTypes.int8]: { size: 1, read: ({ buffer }) => Float32Array.from(new Int8Array(buffer)) },
  [dataTypes.uint8]: { size: 1, read: (bytes) => Float32Array.from(bytes) },
  [dataTypes.bool]: { size: 1, read: (bytes) => Float32Array.from(bytes) },
};

/** The numbers of a tensor, as float32. */
export function readConstant(where: string, { name, dims, dataType, bytes }: OnnxTensor): Constant {
  const place = `${where}, tensor "${name}"`;
  const reader = readers[dataType];
  if (reader === undefined) throw new FormatError(explain(place, "expected numbers", `data type ${dataType}`));
  const count = dims.reduce((a, b) => a * b, 1);
  if (!dims.every((size) => Number.isInteger(size) && size >= 0) || count * reader.size !== bytes.length) {
    const expectation = `expected ${bytes.length / reader.size} numbers, as many as there are bytes for`;
    throw new FormatError(explain(place, expectation, `shape [${dims.join(", ")}]`));
  }
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return { name, dims, values: reader.read(copy) };
}

export function list(values: ArrayLike<number>): Constant {
  return { name: "", dims: [values.length], values: Float32Array.from(values) };
}

/** The matrix with rows and columns exchanged. */
export function transposed({ name, dims, values }: Constant): Constant {
  const [rows, columns] = dims as readonly [number, number];
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j] as number;
  return { name, dims: [columns, rows], values: result };
}
