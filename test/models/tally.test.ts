import { describe, expect, it } from "vitest";
import { History } from "../../src/models/history.js";
import { type SizedReport, Tally } from "../../src/models/tally.js";

const mean: SizedReport = {
  name: "loss",
  mean: true,
  width: 1,
  tensors: [],
  result: (sums, rows) => (sums[0] as number) / rows,
};
const ratio: SizedReport = {
  name: "ratio",
  mean: false,
  width: 2,
  tensors: [],
  result: (sums) => (sums[0] as number) / (sums[1] as number),
};
const parts: SizedReport = { name: "part", mean: false, width: 2, tensors: [], result: (sums) => [...sums] };
const largest: SizedReport = {
  name: "largest",
  mean: false,
  width: 1,
  tensors: [],
  result: (sums) => sums[0] as number,
  add: (sums, values, offset) => {
    sums[0] = Math.max(sums[0] as number, values[offset] as number);
  },
};
const hidden: SizedReport = { name: "hidden", mean: false, width: 1, tensors: [], result: () => null };

describe("Tally", () => {
  it("weighs means by rows, adds sums, and gives several results names with their places", () => {
    const tally = new Tally([mean, ratio, parts, largest, hidden]);
    expect(tally.width).toBe(7);
    const step = (value: number) => [value, 1, 4, value, -value, value, 0];
    const values = Float32Array.of(...step(2), ...step(5), ...step(3));
    tally.add(values, 0, 4);
    expect(tally.results()).toEqual({ loss: 2, ratio: 0.25, part_0: 2, part_1: -2, largest: 2 });
    tally.add(values, 1, 4);
    tally.add(values, 2, 1);
    expect(tally.results()).toEqual({
      loss: (4 * 2 + 4 * 5 + 3) / 9,
      ratio: 0.25,
      part_0: 10,
      part_1: -10,
      largest: 5,
    });
    tally.clear();
    tally.add(values, 2, 1);
    expect(tally.results()).toEqual({ loss: 3, ratio: 0.25, part_0: 3, part_1: -3, largest: 3 });
  });

  it("moves its results to a history", () => {
    const tally = new Tally([mean, parts]);
    const history = new History();
    for (const epoch of [0, 1]) {
      tally.add(Float32Array.of(epoch + 1, 3, 4), 0, 2);
      tally.moveTo(history, epoch);
    }
    expect(history.epoch).toEqual([0, 1]);
    expect(history.history).toEqual({ loss: [1, 2], part_0: [3, 3], part_1: [4, 4] });
  });
});
