import { describe, expect, it } from "vitest";
import { gatherRows } from "../../../src/backends/wasm/gather-rows.js";

describe("gatherRows", () => {
  it.each([1, 2, 15, 16, 17, 40])("copies rows of width %i in their order, some of them twice", (width) => {
    const order = Int32Array.of(4, 0, 4, 2);
    const numbers = Array.from({ length: 5 * width }, (_, i) => i);
    for (const data of [Float32Array.from(numbers), Uint8Array.from(numbers), Int32Array.from(numbers)]) {
      const target = data.slice(0, 4 * width).fill(0);
      gatherRows(target, { data, width }, order);
      expect([...target]).toEqual(
        [...order].flatMap((row) => Array.from({ length: width }, (_, i) => row * width + i)),
      );
    }
  });
});
