// The order of rows in an epoch: a permutation, and any of them with the same chance (chi-square with fixed seeds).

import { describe, expect, it } from "vitest";
import { RandomStream, seedFrom, shuffledRows } from "../../src/random/philox.js";

/**
 * The statistic of counts whose expectations are equal. Its mean is the number of degrees of freedom, its deviation
 * sqrt(2 freedom); six deviations leave a chance of about one in a million, the tail being heavier than a normal one.
 */
function expectEven(counts: readonly number[], freedom: number): void {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(statistic).toBeLessThan(freedom + 6 * Math.sqrt(2 * freedom));
  // Too even would be no chance, either.
  expect(statistic).toBeGreaterThan(freedom - 5 * Math.sqrt(2 * freedom));
}

describe("the order of rows", () => {
  it.each([1, 2, 17, 256, 1001])("is a permutation of %i rows, another in each epoch", (rows) => {
    const sorted = Array.from({ length: rows }, (_, i) => i);
    const orders = [0, 1, 2].map((epoch) => [...shuffledRows(rows, seedFrom(3), epoch)]);
    for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual(sorted);
    if (rows > 16) expect(new Set(orders.map((order) => order.join())).size).toBe(3);
  });

  it.each([11, 12, 13])("is each of the 120 orders of five rows equally often (seed %i)", (seed) => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 24_000; epoch++) {
      const key = shuffledRows(5, seedFrom(seed), epoch).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(120);
    expectEven([...counts.values()], 119);
  });

  it.each([21, 22, 23])("brings every row to every place equally often (seed %i)", (seed) => {
    const rows = 40;
    const counts = new Array<number>(rows * rows).fill(0);
    const epochs = 4000;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const [place, row] of shuffledRows(rows, seedFrom(seed), epoch).entries()) {
        counts[row * rows + place] = (counts[row * rows + place] as number) + 1;
      }
    }
    // Rows and columns of the table have fixed sums.
    expectEven(counts, (rows - 1) ** 2);
  });

  it("a bad shuffle is seen", () => {
    // Swapping every place with any place (not only a later one) is the usual mistake.
    const random = new RandomStream(seedFrom(1));
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = [0, 1, 2, 3, 4];
      for (let place = 0; place < 5; place++) {
        const other = random.integer(5);
        [order[place], order[other]] = [order[other] as number, order[place] as number];
      }
      counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
    }
    expect(() => expectEven([...counts.values()], 119)).toThrow();
  });
});
