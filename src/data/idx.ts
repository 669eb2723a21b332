// IDX, the format of MNIST: two zero bytes, the type, the number of dimensions, the sizes, then the values, big-endian.

import { explain, FormatError } from "../errors.js";
import { readBytes } from "../files/bytes.js";
import { Tensor, type TensorData } from "../tensor.js";

interface IdxType {
  readonly bytes: number;
  read(view: DataView, count: number): TensorData;
}

const integers = (bytes: number, get: (view: DataView, at: number) => number): IdxType => ({
  bytes,
  read: (view, count) => Int32Array.from({ length: count }, (_, i) => get(view, i * bytes)),
});

const floats = (bytes: number, get: (view: DataView, at: number) => number): IdxType => ({
  bytes,
  read: (view, count) => Float32Array.from({ length: count }, (_, i) => get(view, i * bytes)),
});

const types: Readonly<Record<number, IdxType>> = {
  // Bytes stay as they are.
  8: { bytes: 1, read: (view, count) => new Uint8Array(view.buffer, view.byteOffset, count) },
  9: integers(1, (view, at) => view.getInt8(at)),
  11: integers(2, (view, at) => view.getInt16(at)),
  12: integers(4, (view, at) => view.getInt32(at)),
  13: floats(4, (view, at) => view.getFloat32(at)),
  14: floats(8, (view, at) => view.getFloat64(at)),
};

/**
 * Reads an IDX file, also one that is compressed by gzip. Bytes stay bytes (without a copy unless they were compressed), other
 * integers become int32, float64 becomes float32.
 *
 * @throws TypeError for what is no byte array; FormatError for bytes that are no IDX file, for too few and for too many.
 * @example
 * const images = await data.idx(bytes);   // train-images-idx3-ubyte.gz
 * images.shape;                           // [60000, 28, 28]
 */
export async function idx(bytes: Uint8Array | ArrayBuffer): Promise<Tensor> {
  const given = readBytes("data.idx", bytes);
  return parseIdx(given[0] === 0x1f && given[1] === 0x8b ? await inflate(given) : given);
}

/** An IDX file that is not compressed. */
export function parseIdx(bytes: Uint8Array): Tensor {
  const where = "data.idx";
  if (bytes.length < 4) throw new FormatError(explain(where, "expected a header of 4 bytes or more", bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const type = types[(magic >>> 8) & 0xff];
  if (magic >>> 16 !== 0 || type === undefined) {
    const received = `0x${magic.toString(16).padStart(8, "0")}`;
    throw new FormatError(
      explain(where, "expected 0x0000, a known type and the number of dimensions at byte 0", received),
    );
  }
  const dimensions = magic & 0xff;
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) {
    const expectation = `expected ${header} bytes of header for ${dimensions} dimensions`;
    throw new FormatError(explain(where, expectation, bytes.length));
  }
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  // Sizes past 2^53 are rounded, which is still more than any file has.
  const count = shape.reduce((a, b) => a * b, 1);
  const expected = header + count * type.bytes;
  if (bytes.length !== expected) {
    const expectation = `expected ${expected} bytes for shape [${shape.join(", ")}] of ${type.bytes} bytes a value`;
    throw new FormatError(explain(where, expectation, bytes.length));
  }
  return new Tensor(
    type.read(new DataView(bytes.buffer, bytes.byteOffset + header, bytes.length - header), count),
    shape,
  );
}

/** Stops as soon as there is more than the header says: a small file could become any number of bytes. */
async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  let limit = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
      if (limit === Number.POSITIVE_INFINITY && size >= 4) limit = expectedSize(join(parts, size), size);
      if (size > limit) break;
    }
  } catch (error) {
    throw new FormatError(explain("data.idx", "expected a whole gzip file", String(error)), { cause: error });
  } finally {
    await reader.cancel().catch(() => {});
  }
  return join(parts, size);
}

/** What the header says; infinity while it is not complete. */
function expectedSize(bytes: Uint8Array, size: number): number {
  const type = types[bytes[2] as number];
  const header = 4 + 4 * (bytes[3] as number);
  if (type === undefined || bytes[0] !== 0 || bytes[1] !== 0) return 0;
  if (size < header) return Number.POSITIVE_INFINITY;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let count = 1;
  for (let at = 4; at < header; at += 4) count *= view.getUint32(at);
  return header + count * type.bytes;
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
