// The short way for text without quotes whose columns are all numbers: bytes of UTF-8 to numbers, without records and fields
// between, nor texts, of which `charCodeAt` takes several times as long.
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

const zero = 48;
const minus = 45;
const lineFeed = 10;
const carriageReturn = 13;

/** The rows of complete lines, or null when there is anything but plain numbers in them. */
export function readPlainNumbers(bytes: Uint8Array, lines: number, layout: PlainLayout): Float32Array | null {
  const { places, width } = layout;
  const fields = places.length;
  const delimiter = layout.delimiter.charCodeAt(0);
  const point = layout.decimal.charCodeAt(0);
  const values = new Float32Array(lines * width);
  const { length } = bytes;
  // No number reaches beyond the last line feed, so that no loop below looks for the end.
  if (bytes[length - 1] !== lineFeed) return null;
  let row = 0;
  let i = 0;
  while (i < length) {
    // Blank lines are left out.
    if (bytes[i] === lineFeed) {
      i++;
      continue;
    }
    for (let field = 0; field < fields; field++) {
      const negative = bytes[i] === minus;
      if (negative) i++;
      let value = 0;
      let digits = i;
      let digit = (bytes[i] as number) ^ zero;
      // Digits are 0x30 to 0x39: no other byte is below 10 then.
      while (digit < 10) {
        value = value * 10 + digit;
        digit = (bytes[++i] as number) ^ zero;
      }
      digits = i - digits;
      let decimals = 0;
      if (bytes[i] === point) {
        const begin = ++i;
        digit = (bytes[i] as number) ^ zero;
        while (digit < 10) {
          value = value * 10 + digit;
          digit = (bytes[++i] as number) ^ zero;
        }
        decimals = i - begin;
        digits += decimals;
      }
      if (digits === 0 || digits > 15) return null;
      if (field < fields - 1) {
        if (bytes[i++] !== delimiter) return null;
      } else {
        if (bytes[i] === carriageReturn) i++;
        if (bytes[i++] !== lineFeed) return null;
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
