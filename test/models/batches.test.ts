import { describe, expect, it } from "vitest";
import { fillInOrder, fillShuffled } from "../../src/models/batches.js";
import { shuffledRows } from "../../src/random/philox.js";

describe("the order of rows", () => {
  it("counts", () => {
    const order = new Int32Array(5);
    fillInOrder(order, 1, 7, 3);
    expect([...order]).toEqual([0, 7, 8, 9, 0]);
  });

  for (const rows of [0, 1, 2, 4, 5, 255, 256, 257, 1000]) {
    it(`of ${rows} shuffled rows is the one that the generator's own shuffle gives`, () => {
      const order = new Int32Array(rows + 2);
      fillShuffled(order, 1, rows, [5, 6], 3);
      expect(order.subarray(1, rows + 1)).toEqual(shuffledRows(rows, [5, 6], 3));
      expect([order[0], order[rows + 1]]).toEqual([0, 0]);
    });
  }
});
