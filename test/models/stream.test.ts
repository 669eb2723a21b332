import { describe, expect, it } from "vitest";
import { isBatches, readBatch } from "../../src/models/stream.js";
import { tensor } from "../../src/tensor.js";

describe("batches", () => {
  it("are what can be iterated over and is not a tensor", () => {
    async function* later() {}
    for (const batches of [later(), new Set(), { *[Symbol.iterator]() {} }]) expect(isBatches(batches)).toBe(true);
    for (const other of [[[1, 2]], new Float32Array(3), tensor([[1]]), { a: [1] }, null, undefined, "abc"]) {
      expect(isBatches(other)).toBe(false);
    }
  });

  it("have one to three parts", () => {
    expect(readBatch("here", [1, 2, 3])).toEqual({ x: 1, y: 2, sampleWeight: 3 });
    for (const [batch, received] of [
      [{ x: 1 }, "an object"],
      [[], "an array of 0"],
      [[1, 2, 3, 4], "an array of 4"],
    ]) {
      expect(() => readBatch("here", batch)).toThrow(
        `here: expected a batch as [x, y] or [x, y, sampleWeight], received ${String(received)}. The iterable must give one such array for each batch.`,
      );
    }
  });
});
