// Records to numbers: one float32 for each field that is used, categories by their numbers, missing ones as NaN.

import { describeValue, explain, FormatError } from "../../errors.js";
import { checkFields } from "./file.js";
import { isMissing, parseNumber } from "./numbers.js";
import type { CsvPlan } from "./options.js";
import { type PlainLayout, readPlainNumbers } from "./plain-numbers.js";
import type { RecordBlock } from "./records.js";
import type { CsvColumn, CsvSchema } from "./schema.js";

/** The records of a piece of the file as numbers: features, then targets, row-major. */
export interface ValueBlock {
  readonly values: Float32Array;
  readonly rows: number;
}

const largestFloat32 = 3.4028234663852886e38;

/** Turns records into numbers by a schema. Categories of its own it learns, given ones it keeps to. */
export class ValueReader {
  readonly #where: string;
  readonly #plan: CsvPlan;
  readonly #schema: CsvSchema;
  readonly #columns: readonly CsvColumn[];
  readonly #fields: number;
  readonly #categories: readonly Map<string, number>[];
  readonly #converters: readonly (((text: string) => unknown) | undefined)[];
  readonly #learns: boolean;
  readonly #plain: PlainLayout | null;

  /** `fields` is the number of fields of each record. */
  constructor(where: string, plan: CsvPlan, schema: CsvSchema, fields: number, learns: boolean) {
    this.#where = where;
    this.#plan = plan;
    this.#schema = schema;
    this.#columns = [...schema.features, ...schema.targets];
    this.#fields = fields;
    this.#categories = this.#columns.map(({ categories }) => new Map(categories.map((text, i) => [text, i])));
    this.#converters = this.#columns.map(({ name }) =>
      Object.hasOwn(plan.converters, name) ? plan.converters[name] : undefined,
    );
    this.#learns = learns;
    const allPlain = this.#columns.every(({ kind }, c) => kind === "number" && this.#converters[c] === undefined);
    this.#plain = allPlain ? this.#plainLayout() : null;
  }

  /** The texts of column number `column` in the order of their numbers. */
  categories(column: number): string[] {
    return [...(this.#categories[column]?.keys() ?? [])];
  }

  read(block: Pick<RecordBlock, "bytes" | "lines" | "records" | "lineOf">): ValueBlock {
    if (this.#plain !== null && block.bytes !== null) {
      const values = readPlainNumbers(block.bytes, block.lines, this.#plain);
      if (values !== null) return { values, rows: values.length / this.#plain.width };
    }
    return this.#readRecords(block.records, block.lineOf);
  }

  #readRecords(records: readonly (readonly string[])[], lineOf: (i: number) => number): ValueBlock {
    const width = this.#columns.length;
    const indices = this.#columns.map(({ index }) => index);
    const plain = this.#columns.map(({ kind }, c) => kind === "number" && this.#converters[c] === undefined);
    const { decimal } = this.#schema;
    const values = new Float32Array(records.length * width);
    let rows = 0;
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as readonly string[];
      if (record.length !== this.#fields) checkFields(this.#where, record, this.#fields, lineOf(i));
      let dropped = false;
      for (let c = 0; c < width; c++) {
        const field = record[indices[c] as number] as string;
        let value = plain[c] === true ? parseNumber(field, decimal) : Number.NaN;
        // Neither NaN nor too large.
        if (!(Math.abs(value) <= largestFloat32)) {
          value = this.#readOther(c, field, lineOf(i));
          if (Number.isNaN(value) && this.#missing(c, lineOf(i)) === "drop") dropped = true;
        }
        values[rows * width + c] = value;
      }
      if (!dropped) rows++;
    }
    return { values: rows === records.length ? values : values.slice(0, rows * width), rows };
  }

  #plainLayout(): PlainLayout | null {
    const places = new Int32Array(this.#fields).fill(-1);
    for (const [c, { index }] of this.#columns.entries()) {
      // A column that is used twice goes the long way.
      if (places[index] !== -1) return null;
      places[index] = c;
    }
    const { delimiter, decimal } = this.#schema;
    return { places, width: this.#columns.length, delimiter, decimal };
  }

  /** What is no plain number: NaN for a missing one. */
  #readOther(c: number, field: string, line: number): number {
    const column = this.#columns[c] as CsvColumn;
    if (isMissing(field, this.#schema.naValues)) return Number.NaN;
    const converter = this.#converters[c];
    if (converter !== undefined) return this.#convert(converter, column, field, line);
    const text = field.trim();
    if (column.kind === "category") return this.#categoryOf(c, column, text, line);
    if (column.kind === "boolean") {
      if (/^(true|1)$/i.test(text)) return 1;
      if (/^(false|0)$/i.test(text)) return 0;
      throw this.#error(column, line, "expected true or false", field);
    }
    const remedy = 'Add it to naValues if it stands for a missing value, or set columns: { name: "category" }.';
    throw this.#error(column, line, "expected a number that float32 can hold", field, remedy);
  }

  #convert(converter: (text: string) => unknown, column: CsvColumn, field: string, line: number): number {
    const place = `${this.#where}, line ${line}, column ${describeValue(column.name)}`;
    let value: unknown;
    try {
      value = converter(field);
    } catch (error) {
      const received = `${String(error)} for ${describeValue(field)}`;
      throw new TypeError(explain(place, "the converter must give a finite number", received), { cause: error });
    }
    if (typeof value === "number" && Math.abs(value) <= largestFloat32) return value;
    const received = `${describeValue(value)} for ${describeValue(field)}`;
    throw new TypeError(explain(place, "the converter must give a finite number", received));
  }

  #categoryOf(c: number, column: CsvColumn, text: string, line: number): number {
    const known = this.#categories[c] as Map<string, number>;
    const number = known.get(text);
    if (number !== undefined) return number;
    if (!this.#learns) {
      const list = [...known.keys()].slice(0, 10).map(describeValue).join(", ");
      const remedy = `Known: ${list}${known.size > 10 ? " ..." : ""}. Of a stream, the first inferRows records have them.`;
      throw this.#error(column, line, "expected a known category", text, remedy);
    }
    const { maxCategories } = this.#plan;
    if (known.size === maxCategories) {
      const remedy = "Leave the column out by features, or set maxCategories.";
      throw this.#error(column, line, `expected at most ${maxCategories} different texts`, text, remedy);
    }
    known.set(text, known.size);
    return known.size - 1;
  }

  /** What is done about a missing value, or an error when nothing is. */
  #missing(c: number, line: number): "drop" | "fill" {
    const column = this.#columns[c] as CsvColumn;
    const rule = this.#plan.missing(column.name);
    if (rule === "drop") return "drop";
    const isTarget = c >= this.#schema.features.length;
    if (!isTarget && (rule !== "error" || column.fill !== null)) return "fill";
    const remedy = isTarget ? 'Set missing: "drop".' : 'Set missing: "drop", "mean", "median", "mode" or a number.';
    throw this.#error(column, line, "expected a value", "", remedy);
  }

  #error(column: CsvColumn, line: number, expectation: string, field: string, remedy = ""): FormatError {
    const place = `${this.#where}, line ${line}, column ${describeValue(column.name)}`;
    return new FormatError(explain(place, expectation, field === "" ? "none" : describeValue(field), remedy));
  }
}
