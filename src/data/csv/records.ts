// Text to records of fields, by papaparse, piece by piece; every record knows its line.

import { turnIfDue } from "../../backends/time-slice.js";
import { explain, FormatError } from "../../errors.js";
import { countBreaks, type TextPiece } from "./text.js";

/** Some records that follow each other. */
export interface RecordBlock {
  /** The text in UTF-8 when it has no quotes and ends with a line: then records are made of it when they are asked for. */
  readonly bytes: Uint8Array | null;
  readonly records: readonly (readonly string[])[];
  /** Lines of the text. */
  readonly lines: number;
  /** Between fields, as it was given or found. */
  readonly delimiter: string;
  /** The line in which record i begins, counted from 1. */
  lineOf(i: number): number;
}

// A record of this many characters is hardly one: a quote was not closed.
const longestRecord = 1 << 24;

const encoder = new TextEncoder();
const quote = 34;

type Parser = InstanceType<typeof import("papaparse")["default"]["Parser"]>;

/** What a parser of papaparse needs to know, once it has been seen or told. */
interface Dialect {
  delimiter: string;
  newline: "\n" | "\r";
}

/**
 * The records of a text in blocks; blank lines are left out. Quotes that are not closed, or not where a field begins and ends,
 * are errors.
 */
export async function* readRecords(
  where: string,
  text: AsyncIterable<TextPiece>,
  delimiter: string | undefined,
): AsyncGenerator<RecordBlock, void> {
  const { default: papa } = await import("papaparse");
  let dialect: Dialect | null = null;
  let line = 1;
  let rest = "";
  // A piece without the end of a record is parsed again when there is twice as much.
  let enough = 0;
  const unquoted = (parser: Parser, delimiter: string, piece: TextPiece): RecordBlock => {
    const firstLine = line;
    line += piece.lines;
    const records = () => withoutBlanks(toBlock(parser.parse(piece.text, 0, false).data, firstLine, false));
    return lazyBlock(piece.bytes, piece.lines, delimiter, records);
  };
  /** A piece that needs no look at its text, or null. */
  const wholeLines = (piece: TextPiece): RecordBlock | null => {
    const { bytes } = piece;
    if (dialect?.newline !== "\n" || bytes === null || bytes.includes(quote)) return null;
    return unquoted(new papa.Parser(dialect), dialect.delimiter, piece);
  };
  const parse = (input: string, last: boolean): RecordBlock => {
    dialect ??= {
      delimiter: delimiter ?? guessDelimiter(papa, input),
      newline: input.includes("\r") && !input.includes("\n") ? "\r" : "\n",
    };
    const parser = new papa.Parser(dialect);
    const { newline } = dialect;
    const end = last ? input.length : input.lastIndexOf(newline) + 1;
    // Without quotes papaparse does not tell where the last whole record ends.
    if (!input.includes('"')) {
      const text = input.slice(0, end);
      rest = input.slice(end);
      const bytes = text.endsWith("\n") ? encoder.encode(text) : null;
      return unquoted(parser, dialect.delimiter, { text, bytes, lines: countBreaks(text, newline) });
    }
    const firstLine = line;
    const { data, errors, meta } = parser.parse(input, 0, !last);
    const block = toBlock(data, line, true);
    // The record that the next pieces will complete is parsed again.
    const error = errors.find(({ row }) => last || row < data.length);
    if (error !== undefined) throw quoteError(where, error.code, block.lineOf(error.row));
    rest = last ? "" : input.slice(meta.cursor);
    line = block.lineOf(data.length);
    return { bytes: null, lines: line - firstLine, ...withoutBlanks(block), delimiter: dialect.delimiter };
  };
  for await (const piece of text) {
    const short = rest === "" ? wholeLines(piece) : null;
    if (short !== null) {
      yield short;
      await turnIfDue();
      continue;
    }
    rest += piece.text;
    if (rest.length < enough) continue;
    // Whether lines end with "\r" or "\r\n" is not known before the next character.
    if (dialect === null && rest !== "" && rest.search(/[\r\n]/) === rest.length - 1 && rest.endsWith("\r")) continue;
    const { length } = rest;
    const block = parse(rest, false);
    if (rest.length === length && length > longestRecord) throw quoteError(where, "MissingQuotes", line);
    enough = rest.length === length ? 2 * length : 0;
    if (block.lines > 0) yield block;
    await turnIfDue();
  }
  if (rest !== "") yield parse(rest, true);
}

/** Records that are made once, when they are asked for. */
function lazyBlock(bytes: Uint8Array | null, lines: number, delimiter: string, make: () => Records): RecordBlock {
  let made: Records | null = null;
  const get = (): Records => {
    made ??= make();
    return made;
  };
  return {
    bytes,
    lines,
    delimiter,
    get records() {
      return get().records;
    },
    lineOf: (i) => get().lineOf(i),
  };
}

function guessDelimiter(papa: typeof import("papaparse").default, input: string): string {
  const config = { preview: 10, skipEmptyLines: true, delimitersToGuess: [",", ";", "\t", "|"] };
  return papa.parse(input.slice(0, 1 << 16), config).meta.delimiter;
}

interface ParsedBlock {
  readonly records: string[][];
  lineOf(i: number): number;
}

type Records = Pick<RecordBlock, "records" | "lineOf">;

/** Only quoted fields have line breaks in them: without a quote, record i is in line i. */
function toBlock(records: string[][], firstLine: number, quoted: boolean): ParsedBlock {
  for (const record of records) {
    const end = record.length - 1;
    const field = record[end] as string;
    // "\r\n" ends a record, too.
    if (field.endsWith("\r")) record[end] = field.slice(0, -1);
  }
  if (!quoted) return { records, lineOf: (i) => firstLine + i };
  const lines = new Float64Array(records.length + 1);
  lines[0] = firstLine;
  for (const [i, record] of records.entries()) {
    lines[i + 1] = (lines[i] as number) + 1 + record.reduce((sum, field) => sum + countBreaks(field), 0);
  }
  return { records, lineOf: (i) => lines[Math.min(i, records.length)] as number };
}

function withoutBlanks({ records, lineOf }: ParsedBlock): Records {
  const isBlank = (record: readonly string[]) => record.length === 1 && record[0]?.trim() === "";
  if (!records.some(isBlank)) return { records, lineOf };
  const kept = Int32Array.from(records.keys()).filter((i) => !isBlank(records[i] as string[]));
  return {
    records: Array.from(kept, (i) => records[i] as string[]),
    lineOf: (i) => lineOf(kept[i] ?? records.length),
  };
}

function quoteError(where: string, code: string, line: number): FormatError {
  const [expectation, received] =
    code === "MissingQuotes"
      ? ["expected the end of a quoted field", "none"]
      : ["expected a delimiter or a line break behind a quoted field", "other text"];
  const remedy = 'A quote within a quoted field is written twice: "".';
  return new FormatError(explain(`${where}, line ${line}`, expectation, received, remedy));
}
