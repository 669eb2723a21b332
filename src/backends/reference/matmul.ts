// Matrix products and the dense layer. Three plain loops, ordered so that the innermost one runs along a row; sums are doubles.

import { at, elementCount, type Matrix } from "./matrix.js";
import type { UnaryFunction } from "./unary.js";

/** c = op(a) op(b) */
export function matmul(c: Matrix, a: Matrix, b: Matrix, transposeA: boolean, transposeB: boolean): void {
  const right = transposeB ? transposed(b) : b;
  const depth = right.rows;
  const rowStride = transposeA ? 1 : a.columns;
  const depthStride = transposeA ? a.columns : 1;
  const sums = new Float64Array(c.columns);
  for (let i = 0; i < c.rows; i++) {
    const factor = (k: number) => (k < depth ? at(a, i * rowStride + k * depthStride) : 0);
    sums.fill(0);
    for (let k = 0; k < depth; k += 4) addRows(sums, right, k, factor(k), factor(k + 1), factor(k + 2), factor(k + 3));
    c.data.set(sums, i * c.columns);
  }
}

/**
 * sums += the rows k ... k + 3 of b, as far as they exist, times a factor each. Most of the backend's time is spent here:
 * four rows at a time take half the time of single ones, because the sums are loaded and stored less often.
 */
function addRows(sums: Float64Array, b: Matrix, k: number, f0: number, f1: number, f2: number, f3: number): void {
  const { data, columns: n } = b;
  const from = k * n;
  if (k + 4 <= b.rows) {
    for (let j = 0; j < n; j++) {
      const low = f0 * (data[from + j] as number) + f1 * (data[from + n + j] as number);
      const high = f2 * (data[from + 2 * n + j] as number) + f3 * (data[from + 3 * n + j] as number);
      sums[j] = (sums[j] as number) + (low + high);
    }
  } else {
    for (const [r, factor] of [f0, f1, f2].slice(0, b.rows - k).entries()) {
      for (let j = 0; j < n; j++) sums[j] = (sums[j] as number) + factor * (data[from + r * n + j] as number);
    }
  }
}

function transposed(x: Matrix): Matrix {
  const y = { data: x.data.slice(0, elementCount(x)), rows: x.columns, columns: x.rows };
  transpose(y, x);
  return y;
}

export function transpose(y: Matrix, x: Matrix): void {
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++) y.data[j * x.rows + i] = at(x, i * x.columns + j);
  }
}

/** z = x w + b, y = f(z; alpha) */
export function dense(
  y: Matrix,
  z: Matrix | undefined,
  x: Matrix,
  w: Matrix,
  b: Matrix | undefined,
  f: UnaryFunction,
  alpha: number,
): void {
  matmul(y, x, w, false, false);
  for (let i = 0; i < elementCount(y); i++) {
    const value = at(y, i) + (b === undefined ? 0 : at(b, i % y.columns));
    if (z !== undefined) z.data[i] = value;
    y.data[i] = f.value(value, alpha);
  }
}

/** dx = (dy w^T) f'(.), where f has made the layer's input x from z. */
export function denseInputGrad(
  dx: Matrix,
  dy: Matrix,
  w: Matrix,
  x: Matrix | undefined,
  z: Matrix | undefined,
  f: UnaryFunction,
  alpha: number,
): void {
  matmul(dx, dy, w, false, true);
  unaryGrad(dx, z, x, dx, f, alpha);
}

/** dw = x^T dy, db = column sums of dy */
export function denseWeightGrad(dw: Matrix, db: Matrix | undefined, x: Matrix, dy: Matrix): void {
  matmul(dw, x, dy, true, false);
  if (db === undefined) return;
  const sums = new Float64Array(dy.columns);
  for (let i = 0; i < dy.rows; i += 4) addRows(sums, dy, i, 1, 1, 1, 1);
  db.data.set(sums);
}

/** dx = dy f'(x; alpha) */
export function unaryGrad(
  dx: Matrix,
  x: Matrix | undefined,
  y: Matrix | undefined,
  dy: Matrix,
  f: UnaryFunction,
  alpha: number,
): void {
  for (let i = 0; i < elementCount(dx); i++) {
    const input = x === undefined ? Number.NaN : at(x, i);
    const output = y === undefined ? Number.NaN : at(y, i);
    dx.data[i] = at(dy, i) * f.derivative(input, output, alpha);
  }
}
