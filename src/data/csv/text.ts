// Bytes to text, piece by piece. Bytes that are no text of the encoding are an error with their line.

import { describeValue, explain, FormatError } from "../../errors.js";
import type { OpenableText } from "./source.js";

/** A decoder that refuses what it cannot decode. */
export function checkEncoding(where: string, encoding: unknown): string {
  try {
    return new TextDecoder(encoding as string).encoding;
  } catch {
    const remedy = "Use a label of the Encoding Standard.";
    throw new RangeError(
      explain(where, 'encoding must be one like "utf-8" or "windows-1252"', describeValue(encoding), remedy),
    );
  }
}

/** The text of a source; a byte order mark at the beginning is left out. */
export async function* decodeText(where: string, source: OpenableText, encoding: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let first = true;
  for await (const piece of source.open()) {
    let text: string;
    if (typeof piece === "string") text = first ? piece.replace(/^\ufeff/, "") : piece;
    else {
      try {
        text = decoder.decode(piece, { stream: true });
      } catch {
        throw encodingError(where, encoding, line + badLine(piece, encoding));
      }
    }
    first = false;
    line += countBreaks(text);
    if (text !== "") yield text;
  }
  try {
    decoder.decode();
  } catch {
    throw encodingError(where, encoding, line);
  }
}

/** The number of line breaks in a text. */
export function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** How many lines of the piece can be decoded; the bytes of other characters never look like a line break in UTF-8. */
function badLine(piece: Uint8Array, encoding: string): number {
  let start = 0;
  // The piece may begin within a character.
  while (start < 3 && ((piece[start] ?? 0) & 0xc0) === 0x80) start++;
  for (let line = 0; ; line++) {
    const end = piece.indexOf(10, start);
    try {
      new TextDecoder(encoding, { fatal: true }).decode(piece.subarray(start, end < 0 ? piece.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    start = end + 1;
  }
}

function encodingError(where: string, encoding: string, line: number): FormatError {
  const remedy = 'Name the file\'s encoding, for example encoding: "windows-1252" or "utf-16le".';
  return new FormatError(explain(`${where}, line ${line}`, `expected ${encoding}`, "other bytes", remedy));
}
