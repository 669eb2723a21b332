import { describe, expect, it } from "vitest";
import { gatherRows, readRows } from "../../src/estimators/rows.js";
import { tensor } from "../../src/index.js";

describe("readRows", () => {
  it("takes arrays, tensors, and flat numbers when the width is known", () => {
    const expected = { rows: 2, width: 3 };
    expect(
      readRows("here", [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toMatchObject(expected);
    expect(readRows("here", tensor(new Uint8Array(6), [2, 3]))).toMatchObject(expected);
    expect(readRows("here", new Float32Array(6), 3)).toMatchObject(expected);
  });

  it("copies nothing that is float32", () => {
    const data = new Float32Array(6);
    expect(readRows("here", tensor(data, [2, 3])).data).toBe(data);
  });
});

describe("gatherRows", () => {
  it("copies rows in order", () => {
    const rows = readRows("here", [
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(gatherRows(rows, Int32Array.of(2, 0))).toEqual({ data: Float32Array.of(5, 6, 1, 2), rows: 2, width: 2 });
  });
});
