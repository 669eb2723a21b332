// The header of a safetensors file. A reader of its own, not JSON.parse: that one takes the last of two equal names without a word, and
// cannot say where something is wrong. The header has a fixed depth, so nothing here recurses.

import { describeValue, explain, FormatError } from "../errors.js";

/** A tensor of the header as it stands there: types and ranges are not checked yet. */
export interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Tensors and metadata by name. */
export interface Header {
  readonly entries: ReadonlyMap<string, HeaderEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads the text of a header: an object whose values are `{ dtype, shape, data_offsets }`, and strings under `__metadata__`.
 *
 * @throws FormatError for anything else.
 */
export function readHeader(text: string, where: string): Header {
  const reader = new Reader(text, where);
  const entries = new Map<string, HeaderEntry>();
  let metadata: ReadonlyMap<string, string> | null = null;
  if (!text.startsWith("{")) reader.fail('expected "{" at the beginning');
  reader.object((name) => {
    if (name === "__metadata__") {
      if (metadata !== null) reader.fail(`expected each name once, "${name}" stands there again`);
      metadata = readMetadata(reader);
      return;
    }
    if (entries.has(name)) reader.fail(`expected each name once, ${describeValue(name)} stands there again`);
    entries.set(name, readEntry(reader, name));
  });
  reader.end();
  return { entries, metadata: metadata ?? new Map() };
}

function readMetadata(reader: Reader): Map<string, string> {
  const metadata = new Map<string, string>();
  reader.object((key) => {
    if (metadata.has(key)) reader.fail(`expected each key once, ${describeValue(key)} stands there again`);
    metadata.set(key, reader.string());
  });
  return metadata;
}

function readEntry(reader: Reader, name: string): HeaderEntry {
  const found: { dtype?: string; shape?: number[]; offsets?: number[] } = {};
  reader.object((key) => {
    if (key === "dtype" && found.dtype === undefined) found.dtype = reader.string();
    else if (key === "shape" && found.shape === undefined) found.shape = reader.integers();
    else if (key === "data_offsets" && found.offsets === undefined) found.offsets = reader.integers();
    else reader.fail(`expected dtype, shape and data_offsets once each, not ${describeValue(key)}`);
  });
  const { dtype: type, shape: sizes, offsets: range } = found;
  const [begin, end] = range ?? [];
  if (type === undefined || sizes === undefined || begin === undefined || end === undefined || range?.length !== 2)
    return reader.fail(`expected dtype, shape and two data_offsets of tensor ${describeValue(name)}`);
  return { dtype: type, shape: sizes, begin, end };
}

/** A number without sign, fraction and exponent; white space. */
const integerPattern = /(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
const spacePattern = /[ \t\n\r]*/y;

class Reader {
  readonly #text: string;
  readonly #where: string;
  #position = 0;

  constructor(text: string, where: string) {
    this.#text = text;
    this.#where = where;
  }

  /** Reads `{ "key": value, ... }`; `value` reads what stands behind a key. */
  object(value: (key: string) => void): void {
    this.#expect("{");
    if (this.#take("}")) return;
    do {
      const key = this.string();
      this.#expect(":");
      value(key);
    } while (this.#take(","));
    this.#expect("}");
  }

  string(): string {
    this.#skip();
    const first = this.#position;
    if (this.#text[first] !== '"') this.fail("expected a string");
    // A pattern would need memory for each character of a long one.
    let last = this.#text.indexOf('"', first + 1);
    while (last >= 0 && this.#isEscaped(last)) last = this.#text.indexOf('"', last + 1);
    if (last < 0) this.fail("expected the end of a string");
    try {
      const value = JSON.parse(this.#text.slice(first, last + 1)) as string;
      this.#position = last + 1;
      return value;
    } catch {
      return this.fail("expected a string of JSON");
    }
  }

  /** Reads `[1, 2]`: integers from 0 to 2^53 - 1. */
  integers(): number[] {
    this.#expect("[");
    const values: number[] = [];
    if (this.#take("]")) return values;
    do {
      const value = Number(this.#match(integerPattern) ?? Number.NaN);
      if (!Number.isSafeInteger(value)) this.fail("expected an integer of at least 0");
      values.push(value);
    } while (this.#take(","));
    this.#expect("]");
    return values;
  }

  /** Nothing but spaces may follow. */
  end(): void {
    this.#match(spacePattern);
    if (this.#position < this.#text.length) this.fail("expected nothing behind the last brace");
  }

  fail(expectation: string): never {
    const rest = this.#text.slice(this.#position, this.#position + 20);
    const received = rest === "" ? "its end" : JSON.stringify(rest);
    const remedy = `At character ${this.#position} of the header.`;
    throw new FormatError(explain(`${this.#where}, header`, expectation, received, remedy));
  }

  /** True behind an odd number of backslashes. */
  #isEscaped(position: number): boolean {
    let first = position;
    while (this.#text[first - 1] === "\\") first--;
    return (position - first) % 2 === 1;
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.fail(`expected "${token}"`);
  }

  #take(token: string): boolean {
    this.#skip();
    if (this.#text[this.#position] !== token) return false;
    this.#position++;
    return true;
  }

  #skip(): void {
    spacePattern.lastIndex = this.#position;
    spacePattern.test(this.#text);
    this.#position = spacePattern.lastIndex;
  }

  #match(pattern: RegExp): string | null {
    this.#skip();
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#position = pattern.lastIndex;
    return found[0];
  }
}
