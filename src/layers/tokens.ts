// Arrays of texts or integers, and the tensors that numbers for them become. Programs know no texts: this is done on the
// JavaScript side, before a model sees the data.

import { describeValue, explain, ShapeError } from "../errors.js";
import { Tensor } from "../tensor.js";
import type { EncodingMode } from "./encoding.js";

/** A token for each row, or an array of tokens for each. */
export type Tokens<Token extends string | number> = readonly Token[] | readonly (readonly Token[])[];

/** Tokens row by row. `flat` when the rows were single tokens. */
export interface TokenRows<Token> {
  readonly rows: readonly (readonly Token[])[];
  readonly flat: boolean;
}

/** Checks that all values are tokens: texts or integers. */
export function readTokens<Token extends string | number>(
  where: string,
  values: Tokens<Token>,
  kind: "string" | "integer",
): TokenRows<Token> {
  if (!Array.isArray(values)) {
    throw new TypeError(explain(where, `expected an array of ${kind}s`, describeValue(values)));
  }
  const given: readonly unknown[] = values;
  const flat = !Array.isArray(given[0]);
  const rows = flat ? given.map((value) => [value]) : given;
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row)) throw new TypeError(explain(where, `expected an array in row ${i}`, describeValue(row)));
    const bad = row.findIndex((token) => !(kind === "string" ? typeof token === "string" : Number.isInteger(token)));
    if (bad < 0) continue;
    const place = flat ? `row ${i}` : `row ${i}, place ${bad}`;
    const article = kind === "string" ? "a string" : "an integer";
    throw new TypeError(explain(where, `expected ${article} in ${place}`, describeValue(row[bad])));
  }
  return { rows: rows as readonly Token[][], flat };
}

/**
 * Numbers of rows as a tensor: "int" keeps their shape; "oneHot", "multiHot" and "count" are those of
 * `layers.categoryEncoding`. Numbers below 0 count nothing. Only "multiHot" and "count" can have rows of several lengths.
 */
export function encodeNumbers(
  where: string,
  { rows, flat }: TokenRows<number>,
  mode: "int" | EncodingMode,
  depth: number,
): Tensor {
  const length = rows[0]?.length ?? 0;
  if (mode === "int" || mode === "oneHot") checkLengths(where, rows, length);
  if (mode === "int") {
    const shape = flat ? [rows.length] : [rows.length, length];
    return new Tensor(Int32Array.from(rows.flat()), Object.freeze(shape));
  }
  const width = mode === "oneHot" ? length * depth : depth;
  const data = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    for (const [j, number] of row.entries()) {
      if (number < 0) continue;
      const at = i * width + (mode === "oneHot" ? j * depth : 0) + number;
      data[at] = mode === "count" ? (data[at] as number) + 1 : 1;
    }
  }
  const shape = mode === "oneHot" && length > 1 ? [rows.length, length, depth] : [rows.length, width];
  return new Tensor(data, Object.freeze(shape));
}

function checkLengths(where: string, rows: readonly (readonly unknown[])[], length: number): void {
  const ragged = rows.findIndex((row) => row.length !== length);
  if (ragged < 0) return;
  const received = String(rows[ragged]?.length);
  throw new ShapeError(
    explain(where, `expected ${length} tokens in row ${ragged}`, received, "Every row must have the length of row 0."),
  );
}

/** A number of 32 bits for a text that looks random: FNV-1a over UTF-8, mixed by MurmurHash3's last step. */
export function hashText(text: string, salt = 0): number {
  let hash = 0x811c9dc5 ^ salt;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
