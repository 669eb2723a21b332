// A few rows of a data set, for what looks at the data or at the network on them.

import type { TensorData } from "../tensor.js";
import type { Dataset, Matrix } from "./data.js";

/** Copies of up to `count` of the first `rows` rows, evenly spread over them. */
export function sampleRows({ inputs, targets, weights }: Dataset, rows: number, count: number): Dataset {
  const taken = Math.min(rows, count);
  const place = (i: number) => Math.floor((i * rows) / taken);
  const pick = <T extends TensorData>(data: T, width: number): T => {
    const values = new (data.constructor as new (length: number) => T)(taken * width);
    for (let i = 0; i < taken; i++) values.set(data.subarray(place(i) * width, (place(i) + 1) * width), i * width);
    return values;
  };
  const matrix = ({ data, width }: Matrix): Matrix => ({ data: pick(data, width), rows: taken, width });
  return {
    rows: taken,
    inputs: inputs.map(matrix),
    targets: targets.map((target) => (target === null ? null : matrix(target))),
    weights: weights.map((numbers) => (numbers === null ? null : pick(numbers, 1))),
  };
}
