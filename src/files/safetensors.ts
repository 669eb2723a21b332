// The safetensors format: named tensors in one sequence of bytes. Eight bytes with the length of the header, the header as JSON,
// the values without a gap. It knows nothing of models; safetensors-header.ts reads the header.

import { describeValue, explain, FormatError } from "../errors.js";
import { type HeaderEntry, readHeader } from "./safetensors-header.js";

/** Bytes of one element of each type that the format knows. */
export const dtypeSizes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
  C64: 8,
} as const;

/** The name of an element type. */
export type Dtype = keyof typeof dtypeSizes;

/** A tensor of a file: its bytes are a part of the file's, little-endian and row-major. */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** What a file holds, in the order of its header. */
export interface StoredTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The largest header that is read: that of the format's own library. */
const largestHeader = 100_000_000;
const lengthBytes = 8;

/**
 * Reads a safetensors file. Values are not copied: they are views of `bytes`. Nothing is allocated that is larger than the
 * file. Follows the format's rules: names once, ranges without a hole or an overlap, nothing behind the last one.
 *
 * @throws FormatError for anything else, with what is wrong and where.
 * @example
 * const { tensors } = readSafetensors(bytes, "net.safetensors");
 * tensors.get("hidden/kernel")?.shape;
 */
export function readSafetensors(bytes: Uint8Array, where: string): StoredTensors {
  const end = headerEnd(bytes, bytes.length, where);
  const { entries, metadata } = readHeader(headerText(bytes.slice(lengthBytes, end), where), where);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of entries) tensors.set(name, storedTensor(name, entry, bytes, end, where));
  checkRanges(entries, bytes.length - end, where);
  return { tensors, metadata };
}

/** Where the values begin, from the first eight bytes of a file of `size` bytes. */
function headerEnd(bytes: Uint8Array, size: number, where: string): number {
  if (size < lengthBytes) {
    throw new FormatError(explain(where, "expected a safetensors file of 8 bytes or more", `${size} bytes`));
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  const most = Math.min(largestHeader, size - lengthBytes);
  if (length <= BigInt(most)) return lengthBytes + Number(length);
  const expectation = `expected a header of at most ${most} bytes at byte 8`;
  const remedy = "The file is cut off, or is no safetensors file.";
  throw new FormatError(explain(where, expectation, `a length of ${length}`, remedy));
}

function headerText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError(explain(where, "expected a header in UTF-8", "other bytes"));
  }
}

function storedTensor(name: string, entry: HeaderEntry, bytes: Uint8Array, start: number, where: string): StoredTensor {
  const of = `tensor ${describeValue(name)}`;
  const { shape, begin, end } = entry;
  if (!isDtype(entry.dtype)) {
    const known = `Known types: ${Object.keys(dtypeSizes).join(", ")}.`;
    throw new FormatError(explain(where, `${of} must be of a known type`, describeValue(entry.dtype), known));
  }
  let size: number = dtypeSizes[entry.dtype];
  for (const n of shape) size *= n;
  const room = bytes.length - start;
  if (begin > end || end > room) {
    const expectation = `${of} must lie in the ${room} bytes of the values`;
    throw new FormatError(explain(where, expectation, `data_offsets [${begin}, ${end}]`));
  }
  if (size !== end - begin) {
    const expectation = `${of} of type ${entry.dtype} and shape [${shape.join(", ")}] must have ${size} bytes`;
    throw new FormatError(explain(where, expectation, `${end - begin}`));
  }
  return { dtype: entry.dtype, shape, bytes: bytes.subarray(start + begin, start + end) };
}

/** Throws unless the ranges follow each other from the first byte to the last one. */
function checkRanges(entries: ReadonlyMap<string, HeaderEntry>, room: number, where: string): void {
  const ranges = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const [name, { begin, end }] of ranges) {
    if (begin !== position) {
      const expectation = `tensor ${describeValue(name)} must begin at ${position}, where the one before it ends`;
      throw new FormatError(explain(where, expectation, `${begin}`));
    }
    position = end;
  }
  if (position === room) return;
  throw new FormatError(explain(where, `expected ${position} bytes of values`, `${room}`));
}

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(dtypeSizes, name);
}

/** A tensor to be written. `bytes` are little-endian and row-major, one element behind the other. */
export interface NamedTensor extends StoredTensor {
  readonly name: string;
}

/**
 * A safetensors file in parts, to be written one behind the other: the header, and the bytes of each tensor without a copy.
 * Tensors with larger elements come first, so that every one is aligned to its elements.
 *
 * @throws RangeError for a name that is given twice, or bytes that do not fit the shape.
 */
export function safetensorsParts(
  tensors: readonly NamedTensor[],
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array[] {
  const where = "safetensors";
  const fields: string[] = [];
  if (metadata.size > 0) fields.push(`"__metadata__":${JSON.stringify(Object.fromEntries(metadata))}`);
  const ordered = [...tensors].sort((a, b) => dtypeSizes[b.dtype] - dtypeSizes[a.dtype]);
  const names = new Set<string>(["__metadata__"]);
  let position = 0;
  for (const { name, dtype, shape, bytes } of ordered) {
    if (names.has(name)) throw new RangeError(explain(where, "expected names of their own", `"${name}" twice`));
    names.add(name);
    const size = shape.reduce((a, b) => a * b, dtypeSizes[dtype]);
    if (size !== bytes.length) {
      const expectation = `tensor "${name}" of type ${dtype} and shape [${shape.join(", ")}] needs ${size} bytes`;
      throw new RangeError(explain(where, expectation, String(bytes.length)));
    }
    const entry = { dtype, shape, data_offsets: [position, position + size] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    position += size;
  }
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const padded = Math.ceil(header.length / lengthBytes) * lengthBytes;
  // Spaces, as the format demands.
  const head = new Uint8Array(lengthBytes + padded).fill(32);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(header, lengthBytes);
  return [head, ...ordered.map(({ bytes }) => bytes)];
}

/**
 * A safetensors file as one array.
 *
 * @throws RangeError for a name that is given twice, or bytes that do not fit the shape.
 * @example
 * writeSafetensors([{ name: "x", dtype: "F32", shape: [2], bytes: bytesOf(new Float32Array([1, 2])) }]);
 */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array<ArrayBuffer> {
  return joinBytes(safetensorsParts(tensors, metadata));
}

/** The parts as one array. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
}

/** The bytes of a typed array, not copied. */
export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
