// Sums, extremes and argmax over rows, columns or everything, and `expand`, which repeats what a reduction has made.

import type { ReductionName } from "../../program/ops.gen.js";
import { at, elementCount, fillBy, type Matrix } from "./matrix.js";

/** Each gets the values of one group in order: a generator would say the same, but an array is faster. */
export const reductionFunctions: Readonly<Record<ReductionName, (values: Float64Array) => number>> = {
  sum,
  mean: (values) => sum(values) / values.length,
  maximum: (values) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  minimum: (values) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  argmax: (values) => {
    let best = 0;
    for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
    return best;
  },
  sumSquares: (values) => sum(values.map((x) => x * x)),
};

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** y = f over the groups of x along an axis: 0 joins the rows, 1 the columns that go to one column of y, 2 everything. */
export function reduce(y: Matrix, x: Matrix, f: (values: Float64Array) => number, axis: number): void {
  if (axis === 2) {
    y.data[0] = f(Float64Array.from({ length: elementCount(x) }, (_, i) => at(x, i)));
  } else if (axis === 1) {
    const length = x.columns / y.columns;
    // Neighbouring elements, whether a row has one group of columns or several.
    for (let i = 0; i < elementCount(y); i++)
      y.data[i] = f(Float64Array.from({ length }, (_, j) => at(x, i * length + j)));
  } else {
    fillBy(y, (_, column) =>
      f(Float64Array.from({ length: x.rows }, (_value, row) => at(x, row * x.columns + column))),
    );
  }
}

/** y = x repeated, divided by the number of repeats when `mean` is set: the gradient of a sum, or of a mean. */
export function expand(y: Matrix, x: Matrix, axis: number, mean: boolean): void {
  const width = y.columns / x.columns;
  const repeats = axis === 0 ? y.rows : axis === 1 ? width : elementCount(y);
  fillBy(y, (row, column) => {
    const value = at(x, axis === 0 ? column : axis === 1 ? row * x.columns + Math.floor(column / width) : 0);
    return mean ? value / repeats : value;
  });
}
