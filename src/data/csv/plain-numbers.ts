// The short way for text without quotes whose columns are all numbers: characters to numbers, without records and fields between.
// It gives what `ValueReader` gives, and leaves whatever is not a plain number in a complete record to it.

import { digitPowers } from "./numbers.js";

/** Where the fields of a record go. */
export interface PlainLayout {
  /** For each field of a record its place in the row of values, or -1. */
  readonly places: Int32Array;
  readonly width: number;
  readonly delimiter: string;
  readonly decimal: "." | ",";
}

const encoder = new TextEncoder();

const zero = 48;
const nine = 57;
const minus = 45;
const lineFeed = 10;
const carriageReturn = 13;

/** The rows of complete lines, or null when there is anything but plain numbers in them. */
export function readPlainNumbers(text: string, lines: number, layout: PlainLayout): Float32Array | null {
  const { places, width } = layout;
  const fields = places.length;
  const delimiter = layout.delimiter.charCodeAt(0);
  const point = layout.decimal.charCodeAt(0);
  const values = new Float32Array(lines * width);
  // Bytes: `charCodeAt` of a part of a string takes several times as long.
  const bytes = encoder.encode(text);
  const { length } = bytes;
  let row = 0;
  let i = 0;
  while (i < length) {
    let code = bytes[i] as number;
    // Blank lines are left out.
    if (code === lineFeed) {
      i++;
      continue;
    }
    for (let field = 0; field < fields; field++) {
      const negative = code === minus;
      if (negative) code = bytes[++i] as number;
      let value = 0;
      let digits = 0;
      let decimals = -1;
      for (;;) {
        if (code >= zero && code <= nine) {
          value = value * 10 + (code - zero);
          digits++;
          if (decimals >= 0) decimals++;
        } else if (code === point && decimals < 0) decimals = 0;
        else break;
        code = bytes[++i] as number;
      }
      if (digits === 0 || digits > 15) return null;
      if (field < fields - 1) {
        if (code !== delimiter) return null;
        code = bytes[++i] as number;
      } else {
        if (code === carriageReturn) code = bytes[++i] as number;
        if (code !== lineFeed) return null;
        i++;
      }
      const place = places[field] as number;
      if (place < 0) continue;
      if (decimals > 0) value /= digitPowers[decimals] as number;
      values[row * width + place] = negative ? -value : value;
    }
    row++;
  }
  return row === lines ? values : values.slice(0, row * width);
}
