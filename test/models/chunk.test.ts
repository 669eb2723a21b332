import { describe, expect, it } from "vitest";
import { ChunkBuffer, rowsInOrder } from "../../src/models/chunk.js";
import type { Dataset } from "../../src/models/data.js";

function batch(values: number[], width: number, weights: number[] | null = null): Dataset {
  const rows = values.length / width;
  const inputs = [{ data: Float32Array.from(values), rows, width }];
  const targets = [{ data: Uint8Array.from({ length: rows }, (_, i) => i), rows, width: 1 }, null];
  return { rows, inputs, targets, weights: [weights === null ? null : Float32Array.from(weights), null] };
}

describe("chunk", () => {
  it("puts batches one behind the other, the last one smaller", () => {
    const buffer = new ChunkBuffer();
    buffer.begin(batch([1, 2, 3, 4], 2), 5);
    expect(buffer.add(batch([5, 6, 7, 8], 2))).toBe(true);
    expect(buffer.full).toBe(false);
    expect(buffer.add(batch([9, 10], 2))).toBe(true);
    expect([buffer.full, buffer.batches]).toEqual([true, 3]);
    expect(buffer.add(batch([1, 2, 3, 4], 2))).toBe(false);
    const { data, batchRows } = buffer.chunk();
    expect(batchRows).toBe(2);
    expect(data.rows).toBe(5);
    expect([...(data.inputs[0]?.data ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(data.targets).toEqual([{ data: Uint8Array.of(0, 1, 0, 1, 0), rows: 5, width: 1 }, null]);
    expect(data.weights).toEqual([null, null]);
  });

  it("refuses batches of another form, and too many", () => {
    const buffer = new ChunkBuffer();
    buffer.begin(batch([1, 2], 2, [1]), 2);
    expect(buffer.add(batch([1, 2], 2))).toBe(false);
    expect(buffer.add(batch([1, 2], 1, [1, 1]))).toBe(false);
    expect(buffer.add(batch([1, 2, 3, 4], 2, [1, 1]))).toBe(false);
    expect(buffer.add(batch([3, 4], 2, [7]))).toBe(true);
    expect([buffer.full, buffer.add(batch([5, 6], 2, [1]))]).toEqual([true, false]);
    expect(buffer.chunk().data.weights[0]).toEqual(Float32Array.of(1, 7));
    const bytes = batch([1, 2], 2);
    buffer.begin({ ...bytes, inputs: [{ data: Uint8Array.of(1, 2), rows: 1, width: 2 }] }, 4);
    expect(buffer.add(bytes)).toBe(false);
    expect(buffer.chunk().data.inputs[0]?.data).toEqual(Uint8Array.of(1, 2));
  });

  it("copies, and uses its memory again", () => {
    const buffer = new ChunkBuffer();
    const values = batch([1, 2], 2);
    buffer.begin(values, 2);
    const first = buffer.chunk().data.inputs[0]?.data;
    values.inputs[0]?.data.fill(9);
    expect([...(first ?? [])]).toEqual([1, 2]);
    buffer.begin(batch([3, 4], 2), 2);
    expect(buffer.chunk().data.inputs[0]?.data.buffer).toBe(first?.buffer);
  });

  it("stays a bounded piece of memory", () => {
    const buffer = new ChunkBuffer();
    const large = batch(new Array(1 << 20).fill(1), 1 << 20);
    buffer.begin(large, 1000);
    // Not two of them: the target has a value, too.
    expect(buffer.add(large)).toBe(false);
  });

  it("has the numbers of rows", () => {
    expect(rowsInOrder(3)).toEqual(Int32Array.of(0, 1, 2));
    expect(rowsInOrder(2)).toEqual(Int32Array.of(0, 1));
  });
});
