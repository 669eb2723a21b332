// Softmax and its logarithm over the columns, with their gradients.

import { at, type Matrix } from "./matrix.js";

/** The shifted exponentials' sum and the shift of one row: exp(x - shift) cannot overflow. */
function normalizer(x: Matrix, row: number): { shift: number; total: number } {
  let shift = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < x.columns; j++) shift = Math.max(shift, at(x, row * x.columns + j));
  let total = 0;
  for (let j = 0; j < x.columns; j++) total += Math.exp(at(x, row * x.columns + j) - shift);
  return { shift, total };
}

export function softmax(y: Matrix, x: Matrix): void {
  for (let row = 0; row < x.rows; row++) {
    const { shift, total } = normalizer(x, row);
    for (let i = row * x.columns; i < (row + 1) * x.columns; i++) y.data[i] = Math.exp(at(x, i) - shift) / total;
  }
}

export function logSoftmax(y: Matrix, x: Matrix): void {
  for (let row = 0; row < x.rows; row++) {
    const { shift, total } = normalizer(x, row);
    for (let i = row * x.columns; i < (row + 1) * x.columns; i++) y.data[i] = at(x, i) - shift - Math.log(total);
  }
}

/** dx = y (dy - sum(y dy)) */
export function softmaxGrad(dx: Matrix, y: Matrix, dy: Matrix): void {
  for (let row = 0; row < y.rows; row++) {
    const [from, to] = [row * y.columns, (row + 1) * y.columns];
    let dot = 0;
    for (let i = from; i < to; i++) dot += at(y, i) * at(dy, i);
    for (let i = from; i < to; i++) dx.data[i] = at(y, i) * (at(dy, i) - dot);
  }
}

/** dx = dy - exp(y) sum(dy) */
export function logSoftmaxGrad(dx: Matrix, y: Matrix, dy: Matrix): void {
  for (let row = 0; row < y.rows; row++) {
    const [from, to] = [row * y.columns, (row + 1) * y.columns];
    let total = 0;
    for (let i = from; i < to; i++) total += at(dy, i);
    for (let i = from; i < to; i++) dx.data[i] = at(dy, i) - Math.exp(at(y, i)) * total;
  }
}
