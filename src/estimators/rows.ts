// From what users pass as X to rows of float32.

import { explain, formatShape, ShapeError } from "../errors.js";
import { checkFinite, checkSameRows, type InputData, inputMatrices } from "../models/data.js";
import { numbersOfRows } from "../models/row-weights.js";
import { isTensorLike, type TensorInput, toTensor } from "../tensor.js";
import type { Rows } from "./network.js";

/** Rows of finite numbers; `features` is what a network that goes on expects. */
export function readRows(where: string, x: InputData, features?: number): Rows {
  const given = Array.isArray(x) ? toTensor(x, undefined, `${where}, x`) : x;
  const width = features ?? widthOf(where, given);
  const [matrix] = inputMatrices(where, given, { names: ["x"], tensors: [{ shape: [null, width] }] });
  if (matrix === undefined) throw new ShapeError(explain(where, "expected rows", "none"));
  checkFiniteRows(`${where}, x`, matrix);
  return matrix;
}

/** Refuses numbers that are not finite; the message names row and column. */
export function checkFiniteRows(where: string, rows: Rows): void {
  const check = checkFinite(where, rows.data, rows.width);
  // The check hands out pauses for a training that must not block; here it runs to its end.
  while (check.next().done !== true);
}

/** Weights of rows, or null. Losses and scores are divided by their sum, which must be above 0. */
export function readWeights(where: string, sampleWeight: TensorInput | undefined, rows: number): Float32Array | null {
  if (sampleWeight === undefined) return null;
  const weights = numbersOfRows(`${where}, sampleWeight`, sampleWeight, rows);
  checkWeightSum(where, weights);
  return weights;
}

/** Throws unless the sum of the weights, if there are any, is above 0. `part` tells which rows they belong to. */
export function checkWeightSum(where: string, weights: Float32Array | null, part = ""): void {
  const sum = weights?.reduce((a, b) => a + b, 0) ?? 1;
  if (sum > 0) return;
  throw new RangeError(explain(`${where}, sampleWeight`, "expected a sum above 0", `${sum}${part}`));
}

/** Throws unless x and y have as many rows. */
export function checkPairs(where: string, x: number, y: number): void {
  checkSameRows(where, "x and y must have the same number of rows", x, y, "y");
}

function widthOf(where: string, x: unknown): number {
  const { shape } = isTensorLike(x) ? x : toTensor(x, undefined, `${where}, x`);
  const [rows = 0, width = 0] = shape;
  if (shape.length === 2 && width > 0) return width;
  if (rows === 0) throw new RangeError(explain(`${where}, x`, "expected one or more rows", "none"));
  const remedy = "Give one array a row, or a tensor of shape [rows, features].";
  throw new ShapeError(explain(`${where}, x`, "expected shape [rows, features]", formatShape(shape), remedy));
}

/** Copies of some rows. */
export function gatherRows({ data, width }: Rows, rows: Int32Array): Rows {
  const gathered = new Float32Array(rows.length * width);
  rows.forEach((row, r) => {
    gathered.set(data.subarray(row * width, (row + 1) * width), r * width);
  });
  return { data: gathered, rows: rows.length, width };
}
