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

/** A part of a text. */
export interface TextPiece {
  /** Decoded when it is asked for; throws for bytes that are no text. */
  readonly text: string;
  /** The same as bytes of UTF-8, when they are whole lines. */
  readonly bytes: Uint8Array | null;
  /** Line feeds in it. */
  readonly lines: number;
}

/**
 * The text of a source; a byte order mark at the beginning is left out. Bytes of UTF-8 are cut behind lines and decoded when
 * somebody asks for their text: numbers are read from the bytes.
 */
export async function* decodeText(
  where: string,
  source: OpenableText,
  encoding: string,
): AsyncGenerator<TextPiece, void> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let cutter = encoding === "utf-8" ? new LineCutter() : null;
  let line = 1;
  let first = true;
  const decoded = (bytes: Uint8Array, stream: boolean): TextPiece => {
    try {
      return counted(decoder.decode(bytes, { stream }));
    } catch {
      throw encodingError(where, encoding, line + badLine(bytes, encoding));
    }
  };
  const counted = (given: string): TextPiece => {
    const text = first ? given.replace(/^\ufeff/, "") : given;
    first = false;
    const lines = countBreaks(text);
    line += lines;
    return { text, bytes: null, lines };
  };
  const lines = (given: Uint8Array): TextPiece => {
    const bytes = first && startsWithMark(given) ? given.subarray(3) : given;
    first = false;
    const piece = wholeLines(where, bytes, line);
    line += piece.lines;
    return piece;
  };
  for await (const piece of source.open()) {
    if (typeof piece === "string") {
      const held = cutter?.rest() ?? null;
      cutter = null;
      if (held !== null) yield decoded(held, true);
      if (piece !== "") yield counted(piece);
    } else if (cutter === null) yield decoded(piece, true);
    else {
      const whole = cutter.add(piece);
      if (whole !== null) yield lines(whole);
      if (cutter.size <= longestLine) continue;
      // No text with lines of a sensible length: it goes on piece by piece.
      yield decoded(cutter.rest() as Uint8Array, true);
      cutter = null;
    }
  }
  const held = cutter?.rest() ?? null;
  if (held !== null) yield decoded(held, false);
  try {
    decoder.decode();
  } catch {
    throw encodingError(where, encoding, line);
  }
}

// Bytes that are held back for the end of their line.
const longestLine = 1 << 20;

/** Cuts bytes behind line feeds. What it gives is copied: a stream may use its memory again. */
class LineCutter {
  #held: Uint8Array[] = [];
  size = 0;

  /** The whole lines, or null as long as there is none. */
  add(piece: Uint8Array): Uint8Array | null {
    const end = piece.lastIndexOf(10) + 1;
    const whole = end === 0 ? null : this.#take(piece.subarray(0, end));
    if (end < piece.length) {
      this.#held.push(piece.slice(end));
      this.size += piece.length - end;
    }
    return whole;
  }

  /** What is held back; null when nothing is. */
  rest(): Uint8Array | null {
    return this.size === 0 ? null : this.#take(new Uint8Array(0));
  }

  #take(last: Uint8Array): Uint8Array {
    const all = new Uint8Array(this.size + last.length);
    let at = 0;
    for (const part of this.#held) {
      all.set(part, at);
      at += part.length;
    }
    all.set(last, at);
    this.#held = [];
    this.size = 0;
    return all;
  }
}

function startsWithMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function wholeLines(where: string, bytes: Uint8Array, line: number): TextPiece {
  let text: string | null = null;
  return {
    bytes,
    lines: countLineFeeds(bytes),
    get text() {
      try {
        text ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        throw encodingError(where, "utf-8", line + badLine(bytes, "utf-8"));
      }
      return text;
    },
  };
}

/** The number of line feeds in bytes. */
function countLineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** The number of line breaks in a text. */
export function countBreaks(text: string, sign = "\n"): number {
  let count = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) count++;
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
