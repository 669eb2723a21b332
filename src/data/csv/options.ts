// The options of data.csv and data.csvStream, and their checks.

import { checkBoolean, checkInteger, checkOptions, describeValue, explain, unknownName } from "../../errors.js";
import type { CsvColumn, CsvSchema } from "./schema.js";
import { checkEncoding } from "./text.js";

/** How a column becomes numbers. */
export type ColumnKind = "number" | "boolean" | "category";

const columnKinds: readonly string[] = ["number", "boolean", "category"] satisfies ColumnKind[];

/** What is done about missing values: see `missing`. */
export type Missing = "error" | "drop" | "mean" | "median" | "mode" | number;

/** A column by its name, or by its number from 0. */
export type ColumnReference = string | number;

export interface CsvOptions {
  /** The column, or columns, that become y; default none. */
  target?: ColumnReference | readonly ColumnReference[];
  /** The columns that become x, in this order; default all but the target. */
  features?: readonly ColumnReference[];
  /** True when the first line has the names, false when it has data; default "auto": names, unless one of them is a number. */
  header?: boolean | "auto";
  /** Between the fields; default the one of `,` `;` tab and `|` that cuts the first lines into equal numbers of fields. */
  delimiter?: string;
  /** Of numbers: "." or ","; default ".". */
  decimal?: "." | ",";
  /** A label of the Encoding Standard; default "utf-8". A byte order mark is left out. */
  encoding?: string;
  /**
   * About missing values: "error" (default); "drop" leaves the row out; "mean", "median" and "mode" (the most frequent value) put in
   * that of the column, and a number that number. Categories take the mode instead of mean and median. An object says it for
   * each column by name. A row without a target is an error, or left out with "drop", in any case.
   */
  missing?: Missing | Readonly<Record<string, Missing>>;
  /** More texts that stand for a missing value, besides those of pandas: empty, NA, NaN, null, None ... */
  naValues?: readonly string[];
  /** Kinds of columns by name where the inferred ones are wrong. */
  columns?: Readonly<Record<string, ColumnKind>>;
  /** Functions from the text of a field to a number, by column: for dates, for example. */
  converters?: Readonly<Record<string, (text: string) => number>>;
  /** Features that are texts become one column of 0 and 1 for each text, or one column of its number. Default "oneHot". */
  categories?: "oneHot" | "ordinal";
  /** The most different texts of a column; more are an error. Default 1000. */
  maxCategories?: number;
  /** How many records decide about the kinds of columns; default 10,000, of wide files as many as have 100,000 fields, but at least 1000. */
  inferRows?: number;
  /** How the columns of another file became numbers (`set.schema`): the same is done here, and nothing is inferred. */
  schema?: CsvSchema;
}

export interface CsvStreamOptions extends CsvOptions {
  /** Rows of a batch; default 32. */
  batchSize?: number;
}

/** Options with their defaults. */
export interface CsvPlan {
  readonly target: readonly ColumnReference[];
  readonly features: readonly ColumnReference[] | null;
  readonly header: boolean | "auto";
  readonly delimiter: string | undefined;
  readonly decimal: "." | ",";
  readonly encoding: string;
  readonly missing: (column: string) => Missing;
  /** The columns that `missing` names. */
  readonly missingNames: readonly string[];
  readonly naValues: readonly string[];
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  readonly converters: Readonly<Record<string, (text: string) => number>>;
  readonly ordinal: boolean;
  readonly maxCategories: number;
  /** Null for the default, which depends on the number of fields. */
  readonly inferRows: number | null;
  readonly schema: CsvSchema | null;
}

const optionNames = [
  "target",
  "features",
  "header",
  "delimiter",
  "decimal",
  "encoding",
  "missing",
  "naValues",
  "columns",
  "converters",
  "categories",
  "maxCategories",
  "inferRows",
  "schema",
];

// The texts that pandas.read_csv takes for missing values.
const pandasMissing = [
  "",
  "#N/A",
  "#N/A N/A",
  "#NA",
  "-1.#IND",
  "-1.#QNAN",
  "-NaN",
  "-nan",
  "1.#IND",
  "1.#QNAN",
  "<NA>",
  "N/A",
  "NA",
  "NULL",
  "NaN",
  "None",
  "n/a",
  "nan",
  "null",
];

/** Checks the options. */
export function planCsv(where: string, options: CsvOptions, more: readonly string[] = []): CsvPlan {
  checkOptions(where, options, [...optionNames, ...more]);
  const { target, features, delimiter, schema, header = "auto", decimal = ".", categories = "oneHot" } = options;
  if (delimiter !== undefined && (typeof delimiter !== "string" || !/^[^"\r\n\ufeff]$/.test(delimiter))) {
    throw new TypeError(explain(where, "delimiter must be one character", describeValue(delimiter)));
  }
  if (decimal !== "." && decimal !== ",") throw unknownName(`${where}, decimal`, decimal, [".", ","]);
  if (decimal === delimiter) {
    throw new RangeError(explain(where, "decimal and delimiter must differ", `${describeValue(decimal)} for both`));
  }
  if (!["oneHot", "ordinal"].includes(categories)) {
    throw unknownName(`${where}, categories`, categories, ["oneHot", "ordinal"]);
  }
  if (schema !== undefined) checkSchema(where, schema, options);
  const kinds = checkRecord(where, "columns", options.columns);
  for (const kind of Object.values(kinds)) {
    if (!columnKinds.includes(kind as string)) throw unknownName(`${where}, columns`, kind, columnKinds);
  }
  const converters = checkRecord(where, "converters", options.converters);
  for (const [name, converter] of Object.entries(converters)) {
    if (typeof converter !== "function") {
      throw new TypeError(explain(where, `converters must be functions`, `${describeValue(converter)} for "${name}"`));
    }
  }
  return {
    target: target === undefined ? [] : checkReferences(where, "target", Array.isArray(target) ? target : [target]),
    features: features === undefined ? null : checkReferences(where, "features", features),
    header: header === "auto" ? header : checkBoolean(where, "header", header),
    delimiter,
    decimal,
    encoding: checkEncoding(where, options.encoding ?? "utf-8"),
    ...readMissing(where, options.missing ?? "error"),
    naValues: [...pandasMissing, ...checkTexts(where, options.naValues ?? [])],
    kinds: kinds as Record<string, ColumnKind>,
    converters: converters as Record<string, (text: string) => number>,
    ordinal: categories === "ordinal",
    maxCategories: checkInteger(where, "maxCategories", options.maxCategories ?? 1000, 1),
    inferRows: options.inferRows === undefined ? null : checkInteger(where, "inferRows", options.inferRows, 1),
    schema: schema ?? null,
  };
}

// What a schema has decided. Its own delimiter may be overruled: the same columns in a file of another dialect.
const decided = ["target", "features", "header", "decimal", "columns", "categories", "inferRows", "naValues"] as const;

/** A schema comes out of a file, perhaps: nothing of it is believed. */
function checkSchema(where: string, schema: CsvSchema, options: CsvOptions): void {
  const other = decided.find((name) => options[name] !== undefined);
  if (other !== undefined) {
    throw new TypeError(
      explain(where, `expected no ${other} beside schema, which has it`, describeValue(options[other])),
    );
  }
  const isColumn = (column: unknown): boolean => {
    if (typeof column !== "object" || column === null) return false;
    const { name, index, kind, categories, fill } = column as Partial<CsvColumn>;
    const texts = Array.isArray(categories) && categories.every((text) => typeof text === "string");
    const known = columnKinds.includes(kind as string) && (kind !== "category" || (texts && categories.length > 0));
    const place = Number.isSafeInteger(index) && (index as number) >= 0;
    const filled =
      fill === null || (Number.isFinite(fill) && (kind !== "category" || categories?.[fill as number] !== undefined));
    return typeof name === "string" && place && texts && known && filled;
  };
  const given = (typeof schema === "object" && schema !== null ? schema : {}) as Partial<CsvSchema>;
  const { features, targets, header, delimiter, decimal, naValues, ordinal } = given;
  const columns =
    Array.isArray(features) && features.length > 0 && Array.isArray(targets) ? [...features, ...targets] : [];
  const whole =
    columns.length > 0 &&
    columns.every(isColumn) &&
    [header, ordinal].every((value) => typeof value === "boolean") &&
    (decimal === "." || decimal === ",") &&
    typeof delimiter === "string" &&
    Array.isArray(naValues) &&
    naValues.every((text) => typeof text === "string");
  if (!whole) throw new TypeError(explain(where, "schema must be that of a data set", describeValue(schema)));
}

function readMissing(where: string, given: CsvOptions["missing"]): Pick<CsvPlan, "missing" | "missingNames"> {
  const check = (value: unknown): Missing => {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    const known = ["error", "drop", "mean", "median", "mode"];
    if (known.includes(value as string)) return value as Missing;
    throw unknownName(`${where}, missing`, value, known);
  };
  if (typeof given !== "object" || given === null) {
    const all = check(given);
    return { missing: () => all, missingNames: [] };
  }
  const byName = new Map(Object.entries(given).map(([name, value]) => [name, check(value)]));
  return { missing: (column) => byName.get(column) ?? "error", missingNames: [...byName.keys()] };
}

function checkReferences(where: string, name: string, given: unknown): readonly ColumnReference[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new TypeError(
      explain(where, `${name} must be one or more names or numbers of columns`, describeValue(given)),
    );
  }
  for (const reference of given) {
    if (typeof reference === "string") continue;
    checkInteger(where, name, reference, 0);
  }
  return given;
}

function checkTexts(where: string, given: unknown): readonly string[] {
  if (Array.isArray(given) && given.every((text) => typeof text === "string")) return given;
  throw new TypeError(explain(where, "naValues must be an array of texts", describeValue(given)));
}

function checkRecord(where: string, name: string, given: unknown): Record<string, unknown> {
  if (given === undefined) return {};
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given as Record<string, unknown>;
  throw new TypeError(explain(where, `${name} must be an object by the names of columns`, describeValue(given)));
}
