import { describe, expect, it } from "vitest";
import { countValues, encodeSummary, encodeVersion } from "../../../src/files/tensorboard/events.js";
import { readEvents } from "./read-events.js";

describe("events", () => {
  it("come back as they were written", () => {
    const histogram = countValues([0, 1, 1, 3]);
    const values = [
      { tag: "loss", value: 0.5 },
      { tag: "weights", value: histogram },
    ];
    const bytes = [...encodeVersion(1.5), ...encodeSummary(2.25, 7, values)];
    const [first, second] = readEvents(Uint8Array.from(bytes));
    expect(first).toEqual({ time: 1.5, step: 0, version: "brain.Event:2", values: [] });
    expect(second).toMatchObject({ time: 2.25, step: 7 });
    expect(second?.values[0]).toEqual({ tag: "loss", scalar: 0.5 });
    const { sumOfSquares, ...rest } = histogram;
    expect(sumOfSquares).toBe(11);
    expect(second?.values[1]).toEqual({ tag: "weights", histogram: rest });
  });

  it("are those that TensorBoard reads", () => {
    // These bytes were read by the Python package tensorboard 2.21.0 (LegacyEventFileLoader), which found just what is written here.
    const values = [
      { tag: "epoch_loss", value: 0.5 },
      { tag: "w/histogram", value: countValues([2, 2]) },
    ];
    const bytes = [...encodeVersion(1700000000.5), ...encodeSummary(1700000001.5, 3, values)];
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(hex).toBe(
      "1a00000000000000129bd82d0900002040fc54d94110001a0d627261696e2e4576656e743a32bf8a691d720000000000000025053a820900006040fc54d9" +
        "4110032a650a110a0a65706f63685f6c6f7373150000003f0a500a0b772f686973746f6772616d2a410900000000000000401100000000000000401900" +
        "00000000000040210000000000001040290000000000002040320800000000000000403a08000000000000004081e98d31",
    );
  });

  it("count every finite value once", () => {
    const { limits, buckets, count, sum } = countValues([-1, 2, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 2]);
    expect([count, sum, limits.at(-1), buckets.at(-1), buckets[0]]).toEqual([4, 3.5, 2, 2, 1]);
    expect(buckets.reduce((a, b) => a + b)).toBe(4);
    expect(limits).toEqual([...limits].sort((a, b) => a - b));
    expect(countValues([3, 3])).toMatchObject({ limits: [3], buckets: [2] });
    expect(countValues([])).toMatchObject({ count: 0, limits: [0], buckets: [0] });
  });
});
