// Texts and integers as numbers, without a vocabulary.

import { checkInteger, checkOptions } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { checkMode, type EncodingMode, encodingModes } from "./encoding.js";
import { encodeNumbers, hashText, readTokens, type Tokens } from "./tokens.js";

export interface HashingOptions {
  /** The number of numbers that tokens are spread over, at least 1. */
  numBins: number;
  /** A token for missing values, which gets number 0 for itself; default none. */
  maskValue?: string | number;
  /** Another integer gives another distribution; default 0. */
  salt?: number;
  /** "int" for numbers, or as in `layers.categoryEncoding`. Default "int". */
  outputMode?: "int" | EncodingMode;
}

/** Turns tokens into numbers; it is applied to arrays, before a model sees them. */
export interface Hashing {
  readonly type: "hashing";
  /** A tensor of the shape of the values for "int", or encodings. An array of tokens is a row for each. */
  apply(values: Tokens<string> | Tokens<number>): Tensor;
}

/**
 * Turns strings or integers into one of `numBins` numbers by a hash; an integer is hashed as its decimal digits. Different tokens
 * may get the same number. Follows keras.layers.Hashing, with another hash (FNV-1a with MurmurHash3's last step).
 *
 * @throws RangeError unless numBins is a positive integer, at least 2 with a maskValue.
 * @example
 * layers.hashing({ numBins: 8 }).apply(["Oslo", "Rome"]); // two numbers in [0, 8), always the same ones
 */
export function hashing(options: HashingOptions): Hashing {
  const where = "hashing";
  checkOptions(where, options, ["numBins", "maskValue", "salt", "outputMode"]);
  const { maskValue } = options;
  const reserved = maskValue === undefined ? 0 : 1;
  const numBins = checkInteger(where, "numBins", options.numBins, 1 + reserved);
  const salt = checkInteger(where, "salt", options.salt ?? 0);
  const outputMode = checkMode(where, options.outputMode ?? "int", ["int", ...encodingModes]);
  const numberOf = (token: string | number): number =>
    token === maskValue ? 0 : reserved + (hashText(String(token), salt) % (numBins - reserved));
  const apply = (values: Tokens<string> | Tokens<number>): Tensor => {
    const place = `${where}, apply`;
    const kind = typeof [values[0]].flat(1)[0] === "number" ? "integer" : "string";
    const { rows, flat } = readTokens<string | number>(place, values, kind);
    return encodeNumbers(place, { rows: rows.map((row) => row.map(numberOf)), flat }, outputMode, numBins);
  };
  return { type: "hashing", apply };
}
