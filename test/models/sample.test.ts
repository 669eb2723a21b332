import { expect, it } from "vitest";
import { sampleRows } from "../../src/models/sample.js";

it("copies rows that are spread evenly, with their targets and weights", () => {
  const data = {
    rows: 6,
    inputs: [{ data: Float32Array.from({ length: 12 }, (_, i) => i), rows: 6, width: 2 }],
    targets: [{ data: Int32Array.of(0, 1, 2, 3, 4, 5), rows: 6, width: 1 }, null],
    weights: [Float32Array.of(0, 10, 20, 30, 40, 50), null],
  };
  // The sixth row is no training row.
  const sample = sampleRows(data, 5, 2);
  expect(sample).toEqual({
    rows: 2,
    inputs: [{ data: Float32Array.of(0, 1, 4, 5), rows: 2, width: 2 }],
    targets: [{ data: Int32Array.of(0, 2), rows: 2, width: 1 }, null],
    weights: [Float32Array.of(0, 20), null],
  });
  (sample.inputs[0] as { data: Float32Array }).data.fill(9);
  expect(data.inputs[0]?.data[0]).toBe(0);
  expect(sampleRows(data, 5, 100).rows).toBe(5);
});
