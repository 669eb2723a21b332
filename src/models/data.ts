// From what users pass as x and y to matrices that the core can gather rows from, with the checks of shapes and of values.

import { explain, formatShape, ShapeError } from "../errors.js";
import type { Shape } from "../graph/node.js";
import type { Loss } from "../losses/loss.js";
import { isTensorLike, type TensorData, type TensorInput, toTensor } from "../tensor.js";
import { distribute, placeOfPort } from "./ports.js";
import { type Procedure, pause } from "./task.js";

/** Rows of equal width, row-major. */
export interface Matrix {
  readonly data: TensorData;
  readonly rows: number;
  readonly width: number;
}

/** What the inputs of a model are given: one tensor; for several inputs an array, or an object by the names of the inputs. */
export type InputData = TensorInput | readonly TensorInput[] | Readonly<Record<string, TensorInput>>;

/** What the outputs of a model are compared with: as `InputData`; null or nothing for an output without loss and metrics. */
export type TargetData =
  | TensorInput
  | readonly (TensorInput | null)[]
  | Readonly<Record<string, TensorInput | null | undefined>>;

/** Data to train or evaluate on. */
export interface Dataset {
  readonly rows: number;
  readonly inputs: readonly Matrix[];
  /** One for each output; null where there is nothing to compare with. */
  readonly targets: readonly (Matrix | null)[];
  /** For each output one number a row, or null when all rows count the same. */
  readonly weights: readonly (Float32Array | null)[];
}

/**
 * The inputs as matrices. A typed array without a shape is cut into rows; with `singleRow`, values of the shape of one row
 * are one row.
 */
export function inputMatrices(where: string, x: unknown, { names, tensors }: InputPorts, singleRow = false): Matrix[] {
  const parts = distribute(`${where}, x`, "tensors", "input", names, x);
  const matrices = parts.map((part, i) => {
    const place = `${where}, ${placeOfPort("x", names, i)}`;
    if (part === undefined) throw new TypeError(explain(place, "expected a tensor", "none"));
    return inputMatrix(place, part, tensors[i]?.shape as Shape, singleRow);
  });
  const rows = matrices[0]?.rows ?? 0;
  for (const [i, matrix] of matrices.entries()) {
    checkSameRows(where, "all inputs must have the same number of rows", rows, matrix.rows, placeOfPort("x", names, i));
  }
  return matrices;
}

/** The part of `Ports` that data is checked against. */
interface InputPorts {
  readonly names: readonly string[];
  readonly tensors: readonly { readonly shape: Shape }[];
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

/**
 * Targets as a matrix, checked against the loss and the width of the model's output. `name` is `y "risk"` for one of several
 * outputs. Without a loss, metrics alone look at them.
 */
export function targetMatrix(
  where: string,
  y: unknown,
  rows: number,
  loss: Loss | null,
  outputWidth: number,
  name = "y",
): Matrix {
  const place = `${where}, ${name}`;
  const { data, shape } = toTensor(y, undefined, place);
  const expectedWidth = loss === null ? null : loss.targetWidth(outputWidth);
  const flat = isFlat(y) && data.length === rows * (expectedWidth ?? outputWidth);
  const count = flat ? rows : (shape[0] ?? 0);
  if (count !== rows) checkSameRows(where, "x and y must have the same number of rows", rows, count, name);
  const width = data.length / rows;
  if (loss !== null && expectedWidth !== null && width !== expectedWidth) {
    const expectation = targetExpectation(loss, expectedWidth, outputWidth);
    throw new ShapeError(explain(place, expectation, formatShape(shape), targetRemedy(loss, width)));
  }
  return { data, rows, width };
}

function targetExpectation(loss: Loss, width: number, outputWidth: number): string {
  if (loss.targets === "sparse") return `${loss.name} needs one class number a row, shape [batch] or [batch, 1]`;
  const like = width === outputWidth ? " like the model's output" : "";
  return `${loss.name} needs shape [batch, ${width}]${like}`;
}

function targetRemedy(loss: Loss, width: number): string {
  if (loss.targets === "categorical" && width === 1) return "For class numbers use sparseCategoricalCrossentropy.";
  if (loss.targets === "binary" && width === 1) {
    return "For class numbers use sparseCategoricalCrossentropy, or give a 0 or 1 for each output.";
  }
  if (loss.targets === "sparse") return "For one-hot targets use categoricalCrossentropy.";
  return "";
}

export function checkSameRows(where: string, rule: string, expected: number, received: number, name: string): void {
  if (expected === received) return;
  throw new ShapeError(explain(where, `${rule}: expected ${expected}`, `${received} in ${name}`));
}

/** Refuses inputs that are not finite; the message names row and column. */
export function* checkInputs(where: string, matrices: readonly Matrix[], names: readonly string[]): Procedure<void> {
  for (const [i, { data, width }] of matrices.entries()) {
    yield* checkFinite(`${where}, ${placeOfPort("x", names, i)}`, data, width);
  }
}

/** Refuses targets that are not finite, and classes and probabilities out of range; the message names the row. */
export function* checkTarget(
  where: string,
  target: Matrix,
  loss: Loss | null,
  outputWidth: number,
  name = "y",
): Procedure<void> {
  const place = `${where}, ${name}`;
  const { data, width } = target;
  yield* checkFinite(place, data, width);
  if (loss?.targets === "sparse") checkClasses(place, data, outputWidth, loss.ignoreClass);
  if (loss?.targets === "binary" || loss?.targets === "categorical") checkProbabilities(place, data, width, loss);
}

// About a millisecond.
const finiteBlock = 1 << 20;

/** Looks at a large array in blocks: other work gets its turn between two of them. Integers are always finite. */
export function* checkFinite(where: string, data: TensorData, width: number): Procedure<void> {
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

function checkClasses(where: string, data: TensorData, classes: number, ignored: number | null): void {
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    if ((label >= 0 && label < classes && Math.floor(label) === label) || label === ignored) continue;
    const remedy =
      classes === 1
        ? "The output has one unit: use binaryCrossentropy."
        : `The output has ${classes} units: labels are 0 ... ${classes - 1}.`;
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
