// From what users pass as x and y to matrices that the core can gather rows from, with the checks of shapes and of values.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import type { Shape } from "../graph/node.js";
import type { Loss } from "../losses/loss.js";
import { isTensorLike, type TensorData, type TensorInput, toTensor } from "../tensor.js";
import { type Procedure, pause } from "./task.js";

/** Rows of equal width, row-major. */
export interface Matrix {
  readonly data: TensorData;
  readonly rows: number;
  readonly width: number;
}

/** What the inputs of a model are given: one tensor, or an array of them for a model with several inputs. */
export type InputData = TensorInput | readonly TensorInput[];

/** Data to train or evaluate on. */
export interface Dataset {
  readonly rows: number;
  readonly inputs: readonly Matrix[];
  readonly target: Matrix;
  /** One a row, or null when all rows count the same. */
  readonly weights: Float32Array | null;
}

/**
 * The inputs as matrices. `shapes` are the model's, with the batch first. A typed array without a shape is cut into rows;
 * with `singleRow`, values of the shape of one row are one row.
 */
export function inputMatrices(where: string, x: unknown, shapes: readonly Shape[], singleRow = false): Matrix[] {
  if (shapes.length === 1) return [inputMatrix(`${where}, x`, x, shapes[0] as Shape, singleRow)];
  if (!Array.isArray(x) || x.length !== shapes.length) {
    throw new TypeError(
      explain(where, `expected an array of ${shapes.length} tensors, one for each input`, describeValue(x)),
    );
  }
  const matrices = shapes.map((shape, i) => inputMatrix(`${where}, x[${i}]`, x[i], shape, singleRow));
  matrices.forEach((matrix, i) => {
    checkSameRows(
      where,
      "all inputs must have the same number of rows",
      matrices[0]?.rows ?? 0,
      matrix.rows,
      `x[${i}]`,
    );
  });
  return matrices;
}

function inputMatrix(where: string, x: unknown, shape: Shape, singleRow: boolean): Matrix {
  const flat = isFlat(x);
  const { data, shape: received } = toTensor(x, undefined, where);
  const row = shape.slice(1) as number[];
  const width = row.reduce((a, b) => a * b, 1);
  let rows: number;
  if (sameShape(received.slice(1), row)) rows = received[0] ?? 0;
  else if (received.length === 1 && row.length === 1 && width === 1) rows = data.length;
  else if (singleRow && sameShape(received, row)) rows = 1;
  else if (flat && data.length % width === 0) rows = data.length / width;
  else throw new ShapeError(explain(where, `expected shape ${formatShape(shape)}`, formatShape(received)));
  if (rows === 0) throw new RangeError(explain(where, "expected one or more rows", "none"));
  return { data, rows, width };
}

/** Typed arrays have no shape of their own, so that the model's may be used. */
function isFlat(x: unknown): boolean {
  return ArrayBuffer.isView(x) && !isTensorLike(x);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** The targets as a matrix, checked against the loss and the width of the model's output. */
export function targetMatrix(where: string, y: unknown, rows: number, loss: Loss, outputWidth: number): Matrix {
  const place = `${where}, y`;
  const { data, shape } = toTensor(y, undefined, place);
  const expectedWidth = loss.targets === "sparse" ? 1 : outputWidth;
  const flat = isFlat(y) && data.length === rows * expectedWidth;
  const count = flat ? rows : (shape[0] ?? 0);
  if (count !== rows) checkSameRows(where, "x and y must have the same number of rows", rows, count, "y");
  const width = data.length / rows;
  if (loss.targets !== "custom" && width !== expectedWidth) {
    throw new ShapeError(
      explain(place, targetExpectation(loss, expectedWidth), formatShape(shape), targetRemedy(loss, width)),
    );
  }
  return { data, rows, width };
}

function targetExpectation(loss: Loss, width: number): string {
  const sparse = "one class number a row, shape [batch] or [batch, 1]";
  return `${loss.name} needs ${loss.targets === "sparse" ? sparse : `shape [batch, ${width}] like the model's output`}`;
}

function targetRemedy(loss: Loss, width: number): string {
  if (loss.targets === "categorical" && width === 1) return "For class numbers use sparseCategoricalCrossentropy.";
  if (loss.targets === "sparse") return "For one-hot targets use categoricalCrossentropy.";
  return "";
}

function checkSameRows(where: string, rule: string, expected: number, received: number, name: string): void {
  if (expected === received) return;
  throw new ShapeError(explain(where, `${rule}: expected ${expected}`, `${received} in ${name}`));
}

/** Refuses inputs that are not finite; the message names row and column. */
export function* checkInputs(where: string, matrices: readonly Matrix[]): Procedure<void> {
  for (const [i, { data, width }] of matrices.entries()) {
    yield* checkFinite(matrices.length === 1 ? `${where}, x` : `${where}, x[${i}]`, data, width);
  }
}

/** Refuses targets that are not finite, and classes and probabilities out of range; the message names the row. */
export function* checkTarget(where: string, target: Matrix, loss: Loss, outputWidth: number): Procedure<void> {
  const place = `${where}, y`;
  const { data, width } = target;
  yield* checkFinite(place, data, width);
  if (loss.targets === "sparse") checkClasses(place, data, outputWidth);
  if (loss.targets === "binary" || loss.targets === "categorical") checkProbabilities(place, data, width, loss);
}

// About a millisecond.
const finiteBlock = 1 << 20;

/** Looks at a large array in blocks: other work gets its turn between two of them. Integers are always finite. */
function* checkFinite(where: string, data: TensorData, width: number): Procedure<void> {
  if (Object.prototype.toString.call(data) !== "[object Float32Array]") return;
  for (let begin = 0; begin < data.length; begin += finiteBlock) {
    if (begin > 0) yield* pause();
    const end = Math.min(begin + finiteBlock, data.length);
    if (allFinite(data as Float32Array, begin, end)) continue;
    const i = data.findIndex((value, at) => at >= begin && !Number.isFinite(value));
    const place = `row ${Math.floor(i / width)}, column ${i % width}`;
    const remedy = "Replace or remove missing values before training.";
    throw new RangeError(explain(where, "expected finite numbers", `${data[i]} in ${place}`, remedy));
  }
}

/** 0 times a number is 0 exactly for finite ones, so one sum tells it for all; four times faster than a test for each. */
function allFinite(values: Float32Array, begin: number, end: number): boolean {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += (values[i] as number) * 0;
  return sum === 0;
}

function checkClasses(where: string, data: TensorData, classes: number): void {
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    if (label >= 0 && label < classes && Math.floor(label) === label) continue;
    const remedy = `The output has ${classes} units: labels are 0 ... ${classes - 1}.`;
    throw new RangeError(
      explain(where, `labels must be integers in [0, ${classes - 1}]`, `${label} in row ${i}`, remedy),
    );
  }
}

function checkProbabilities(where: string, data: TensorData, width: number, loss: Loss): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value >= 0 && value <= 1) continue;
    const place = `${value} in row ${Math.floor(i / width)}${width === 1 ? "" : `, column ${i % width}`}`;
    throw new RangeError(explain(where, `targets of ${loss.name} must be in [0, 1]`, place));
  }
}

/** Weights of rows from `sampleWeight` and `classWeight`, multiplied. */
export function rowWeights(
  where: string,
  sampleWeight: unknown,
  classWeight: Readonly<Record<number, number>> | undefined,
  target: Matrix,
): Float32Array | null {
  if (sampleWeight === undefined && classWeight === undefined) return null;
  const weights = new Float32Array(target.rows).fill(1);
  if (sampleWeight !== undefined) {
    const { data } = toTensor(sampleWeight, undefined, `${where}, sampleWeight`);
    checkSameRows(where, "sampleWeight must have one number a row", target.rows, data.length, "sampleWeight");
    weights.set(data);
    const row = weights.findIndex((weight) => !Number.isFinite(weight));
    if (row >= 0) {
      throw new RangeError(explain(where, "sampleWeight must be finite", `${weights[row]} in row ${row}`));
    }
  }
  if (classWeight !== undefined) {
    for (let row = 0; row < target.rows; row++) {
      // Classes without a weight count 1, as in Keras.
      weights[row] = (weights[row] ?? 0) * (classWeight[classOf(target, row)] ?? 1);
    }
  }
  return weights;
}

/** The class of a row: the number itself, or the place of the largest value of one-hot targets. */
function classOf(target: Matrix, row: number): number {
  const { data, width } = target;
  if (width === 1) return data[row] ?? 0;
  let best = 0;
  for (let j = 1; j < width; j++) {
    if ((data[row * width + j] ?? 0) > (data[row * width + best] ?? 0)) best = j;
  }
  return best;
}
