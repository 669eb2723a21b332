// The losses, one value a row, with their gradients with respect to the predictions of that row. Formulas of Keras 3.

import type { LossName } from "../../program/ops.gen.js";
import { at, type Matrix } from "./matrix.js";
import { sigmoid, softplus } from "./unary.js";

/** `p` and `t` are one row of the prediction and of the target; a sparse target is the class number alone. */
interface Loss {
  value(p: Float64Array, t: Float64Array, p0: number): number;
  gradient(p: Float64Array, t: Float64Array, p0: number): number[];
}

// Bounds of probabilities as a float32 holds them: beyond, the logarithm of 1 - p would depend on the precision.
const lowest = Math.fround(1e-7);
const highest = Math.fround(1 - 1e-7);
const clip = (p: number) => Math.min(Math.max(p, lowest), highest);
/** The derivative of `clip`. */
const inside = (p: number) => (p >= lowest && p <= highest ? 1 : 0);

const sum = (values: ArrayLike<number>, f: (value: number, index: number) => number): number =>
  Array.from(values).reduce((total, value, index) => total + f(value, index), 0);
const mean = (values: ArrayLike<number>, f: (value: number, index: number) => number): number =>
  sum(values, f) / values.length;
const mapRow = (p: Float64Array, f: (value: number, index: number) => number): number[] => Array.from(p, f);
const get = (values: ArrayLike<number>, index: number): number => values[index] as number;

export const lossFunctions: Readonly<Record<LossName, Loss>> = {
  meanSquaredError: {
    value: (p, t) => mean(p, (y, j) => (y - get(t, j)) ** 2),
    gradient: (p, t) => mapRow(p, (y, j) => (2 * (y - get(t, j))) / p.length),
  },
  meanAbsoluteError: {
    value: (p, t) => mean(p, (y, j) => Math.abs(y - get(t, j))),
    gradient: (p, t) => mapRow(p, (y, j) => Math.sign(y - get(t, j)) / p.length),
  },
  huber: {
    value: (p, t, delta) =>
      mean(p, (y, j) => {
        const error = Math.abs(y - get(t, j));
        return error <= delta ? 0.5 * error * error : delta * error - 0.5 * delta * delta;
      }),
    gradient: (p, t, delta) => mapRow(p, (y, j) => Math.min(Math.max(y - get(t, j), -delta), delta) / p.length),
  },
  binaryCrossentropy: {
    value: (p, t, smoothing) =>
      mean(p, (y, j) => {
        const truth = smoothBinary(get(t, j), smoothing);
        // 1 - y is exact near 1, so that both ends are clipped at 1e-7, as in double precision.
        return -truth * Math.log(clip(y)) - (1 - truth) * Math.log(Math.min(Math.max(1 - y, lowest), 1));
      }),
    gradient: (p, t, smoothing) =>
      mapRow(p, (y, j) => {
        const c = clip(y);
        return (inside(y) * (c - smoothBinary(get(t, j), smoothing))) / (c * (1 - c)) / p.length;
      }),
  },
  binaryCrossentropyLogits: {
    value: (p, t, smoothing) => mean(p, (z, j) => softplus(z) - z * smoothBinary(get(t, j), smoothing)),
    gradient: (p, t, smoothing) => mapRow(p, (z, j) => (sigmoid(z) - smoothBinary(get(t, j), smoothing)) / p.length),
  },
  categoricalCrossentropy: {
    value: (p, t, smoothing) => crossentropy(p, smoothClasses(t, smoothing)),
    gradient: (p, t, smoothing) => crossentropyGradient(p, smoothClasses(t, smoothing)),
  },
  categoricalCrossentropyLogits: {
    value: (p, t, smoothing) => crossentropyLogits(p, smoothClasses(t, smoothing)),
    gradient: (p, t, smoothing) => crossentropyLogitsGradient(p, smoothClasses(t, smoothing)),
  },
  sparseCategoricalCrossentropy: {
    value: (p, t) => crossentropy(p, oneHot(t, p.length)),
    gradient: (p, t) => crossentropyGradient(p, oneHot(t, p.length)),
  },
  sparseCategoricalCrossentropyLogits: {
    value: (p, t) => crossentropyLogits(p, oneHot(t, p.length)),
    gradient: (p, t) => crossentropyLogitsGradient(p, oneHot(t, p.length)),
  },
};

function smoothBinary(t: number, smoothing: number): number {
  return t * (1 - smoothing) + 0.5 * smoothing;
}

function smoothClasses(t: Float64Array, smoothing: number): number[] {
  return mapRow(t, (value) => value * (1 - smoothing) + smoothing / t.length);
}

/** A class that does not exist gives NaN instead of reading beyond the row. */
function oneHot(t: Float64Array, classes: number): number[] {
  const label = get(t, 0);
  const valid = Number.isInteger(label) && label >= 0 && label < classes;
  return Array.from({ length: classes }, (_, j) => (valid ? Number(j === label) : Number.NaN));
}

/** -sum(t log clip(p / sum(p))) */
function crossentropy(p: Float64Array, t: number[]): number {
  const total = sum(p, (value) => value);
  return sum(p, (value, j) => -get(t, j) * Math.log(clip(value / total)));
}

function crossentropyGradient(p: Float64Array, t: number[]): number[] {
  const total = sum(p, (value) => value);
  const dq = mapRow(p, (value, j) => (-get(t, j) / clip(value / total)) * inside(value / total));
  const dot = sum(p, (value, j) => (get(dq, j) * value) / total);
  return dq.map((d) => (d - dot) / total);
}

function logSumExp(z: Float64Array): number {
  const shift = Math.max(...z);
  return shift + Math.log(sum(z, (value) => Math.exp(value - shift)));
}

/** -sum(t logSoftmax(z)) */
function crossentropyLogits(z: Float64Array, t: number[]): number {
  const normalizer = logSumExp(z);
  return sum(z, (value, j) => get(t, j) * (normalizer - value));
}

function crossentropyLogitsGradient(z: Float64Array, t: number[]): number[] {
  const normalizer = logSumExp(z);
  const weight = sum(t, (value) => value);
  return mapRow(z, (value, j) => Math.exp(value - normalizer) * weight - get(t, j));
}

function rowOf(x: Matrix, row: number): Float64Array {
  return Float64Array.from(x.data.subarray(row * x.columns, (row + 1) * x.columns));
}

export function loss(l: Matrix, prediction: Matrix, target: Matrix, name: LossName, p0: number): void {
  for (let row = 0; row < l.rows; row++) {
    l.data[row] = lossFunctions[name].value(rowOf(prediction, row), rowOf(target, row), p0);
  }
}

/** dprediction = dl (one number a row) times the gradient of the row's loss. */
export function lossGrad(
  dprediction: Matrix,
  prediction: Matrix,
  target: Matrix,
  dl: Matrix,
  name: LossName,
  p0: number,
): void {
  for (let row = 0; row < dl.rows; row++) {
    const gradient = lossFunctions[name].gradient(rowOf(prediction, row), rowOf(target, row), p0);
    for (const [j, value] of gradient.entries()) dprediction.data[row * prediction.columns + j] = at(dl, row) * value;
  }
}
