// Category numbers as vectors of ones and zeros, or of counts.

import { checkInteger, unknownName } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

/** How categories are written: a vector for each number, or one for all numbers of a row. */
export type EncodingMode = "oneHot" | "multiHot" | "count";

export const encodingModes: readonly EncodingMode[] = ["oneHot", "multiHot", "count"];

/** The mode of an option `outputMode`. */
export function checkMode<Mode extends string>(where: string, mode: Mode, known: readonly Mode[]): Mode {
  if (known.includes(mode)) return mode;
  throw unknownName(`${where}, outputMode`, mode, known);
}

export interface CategoryEncodingOptions extends LayerOptions {
  /** The number of categories: inputs are the integers from 0 to `numTokens - 1`. */
  numTokens: number;
  /** Default "multiHot". */
  outputMode?: EncodingMode;
}

/**
 * Encodes category numbers. Input `[batch, n]` of integers in [0, numTokens); other numbers are no category and count nothing.
 *
 * - "multiHot": `[batch, numTokens]`, 1 for each category that the row has;
 * - "count": `[batch, numTokens]`, how often the row has it;
 * - "oneHot": `[batch, numTokens]` for n = 1, else `[batch, n, numTokens]`.
 *
 * No weights, no gradient. Follows keras.layers.CategoryEncoding.
 *
 * @throws RangeError unless numTokens is a positive integer; for an unknown mode.
 * @example
 * sequential([layers.categoryEncoding({ numTokens: 7, outputMode: "oneHot", inputShape: [1] }), layers.dense({ units: 1 })]);
 */
export function categoryEncoding(options: CategoryEncodingOptions): Layer {
  const where = checkLayerOptions("categoryEncoding", options, ["numTokens", "outputMode"]);
  const numTokens = checkInteger(where, "numTokens", options.numTokens, 1);
  const outputMode = checkMode(where, options.outputMode ?? "multiHot", encodingModes);
  return createLayer({
    type: "categoryEncoding",
    options,
    config: { numTokens, outputMode },
    call: (x) => encode(columnsOf(x), numTokens, outputMode),
  });
}

/** The numbers of a row one by one, each `[batch, 1]`. */
export function columnsOf(x: SymbolicTensor): readonly SymbolicTensor[] {
  const rows = ops.flatten(x);
  return Array.from({ length: rows.shape[1] as number }, (_, j) => ops.slice(rows, j, 1));
}

/** Encodes columns of category numbers. */
export function encode(columns: readonly SymbolicTensor[], depth: number, mode: EncodingMode): SymbolicTensor {
  const vectors = columns.map((column) => ops.reshape(ops.oneHot(column, depth), [null, depth]));
  if (mode === "oneHot") {
    return vectors.length === 1
      ? (vectors[0] as SymbolicTensor)
      : ops.reshape(ops.concatenate(vectors), [null, vectors.length, depth]);
  }
  return vectors.reduce(mode === "count" ? ops.add : ops.maximum);
}
