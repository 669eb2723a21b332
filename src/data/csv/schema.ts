// What the columns of a CSV file are, and what they become: found from the first records, or given by that of another file.

import { describeValue, explain, FormatError, unknownName } from "../../errors.js";
import { isMissing, parseNumber } from "./numbers.js";
import type { ColumnKind, ColumnReference, CsvPlan } from "./options.js";

/** A column that becomes numbers. */
export interface CsvColumn {
  readonly name: string;
  /** Its place in a record. */
  readonly index: number;
  /** Numbers; "true" and "false" as 1 and 0; or texts. */
  readonly kind: ColumnKind;
  /** The texts, sorted; class i of a target is `categories[i]`. Empty for other kinds. */
  readonly categories: readonly string[];
  /** What stands for a missing value: a number, or the number of a category; null when nothing does. */
  readonly fill: number | null;
}

/** How a CSV file becomes x and y. It is plain data: JSON keeps it. */
export interface CsvSchema {
  readonly features: readonly CsvColumn[];
  readonly targets: readonly CsvColumn[];
  /** True when the first line has the names. */
  readonly header: boolean;
  readonly delimiter: string;
  readonly decimal: "." | ",";
  readonly naValues: readonly string[];
  /** A category of a feature is one column with its number, not a column of 0 and 1 for each category. */
  readonly ordinal: boolean;
}

/** Records with the lines in which they begin. */
export interface Sample {
  readonly records: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

/** The names of all columns, and whether the first record has them. */
export function readHeader(
  where: string,
  plan: Pick<CsvPlan, "header" | "decimal">,
  first: readonly string[],
): { names: readonly string[]; header: boolean } {
  const isData = plan.header === "auto" && first.some((field) => !Number.isNaN(parseNumber(field, plan.decimal)));
  if (plan.header === false || isData) return { names: first.map((_, i) => `column${i}`), header: false };
  const names = first.map((name, i) => (name.trim() === "" ? `column${i}` : name.trim()));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return { names, header: true };
  const remedy = "If the first line has data, set header: false.";
  throw new FormatError(
    explain(`${where}, line 1`, "expected a name of its own for each column", `"${twice}" twice`, remedy),
  );
}

/** The schema of a file from its names and its first records. */
export function inferSchema(
  where: string,
  plan: CsvPlan,
  { names, header }: { names: readonly string[]; header: boolean },
  delimiter: string,
  sample: Sample,
): CsvSchema {
  const targets = plan.target.map((reference) => findColumn(`${where}, target`, names, reference));
  const features =
    plan.features?.map((reference) => findColumn(`${where}, features`, names, reference)) ??
    names.map((_, i) => i).filter((i) => !targets.includes(i));
  if (features.length === 0) throw new RangeError(explain(where, "expected one or more features", "none"));
  for (const [what, columns] of [
    ["features", features],
    ["target", targets],
  ] as const) {
    const again = columns.find((i, place) => columns.indexOf(i) !== place);
    if (again === undefined) continue;
    throw new RangeError(explain(`${where}, ${what}`, "expected each column once", `"${names[again]}" twice`));
  }
  const both = features.find((i) => targets.includes(i));
  if (both !== undefined) {
    throw new RangeError(explain(where, "a column must be a feature or a target", `"${names[both]}" as both`));
  }
  for (const name of [...Object.keys(plan.kinds), ...Object.keys(plan.converters), ...plan.missingNames]) {
    if (!names.includes(name)) throw unknownName(`${where}, name of a column`, name, names);
  }
  const columnAt = (index: number): CsvColumn => {
    const name = names[index] as string;
    const place = `${where}, column ${describeValue(name)}`;
    const kind = kindByName(plan, name) ?? kindOf(place, plan, sample, index);
    return { name, index, kind, categories: [], fill: null };
  };
  return {
    features: features.map(columnAt),
    targets: targets.map(columnAt),
    header,
    delimiter,
    decimal: plan.decimal,
    naValues: plan.naValues,
    ordinal: plan.ordinal,
  };
}

/** The schema of another file for this one: columns are found by their names, or without a header by their places. */
export function adaptSchema(
  where: string,
  schema: CsvSchema,
  { names, header }: { names: readonly string[]; header: boolean },
): CsvSchema {
  if (!header || !schema.header) return { ...schema, header, targets: checkPlaces(where, schema, names.length) };
  const place = (column: CsvColumn): CsvColumn => {
    return { ...column, index: findColumn(`${where}, schema`, names, column.name) };
  };
  // A file to predict has no targets, or some more columns.
  const targets = schema.targets.every(({ name }) => names.includes(name)) ? schema.targets.map(place) : [];
  return { ...schema, header, features: schema.features.map(place), targets };
}

/** Columns without names are where they were; a file to predict may end before its targets. */
function checkPlaces(where: string, { features, targets }: CsvSchema, fields: number): readonly CsvColumn[] {
  const beyond = features.find(({ index }) => index >= fields);
  if (beyond === undefined) return targets.every(({ index }) => index < fields) ? targets : [];
  throw new FormatError(explain(`${where}, schema`, `expected ${beyond.index + 1} fields or more`, fields));
}

function findColumn(where: string, names: readonly string[], reference: ColumnReference): number {
  const index = typeof reference === "number" ? reference : names.indexOf(reference);
  if (index >= 0 && index < names.length) return index;
  if (typeof reference === "string") throw unknownName(where, reference, names);
  throw new RangeError(explain(where, `columns are numbered 0 ... ${names.length - 1}`, reference));
}

/** What the options say of a column. A column may be called "constructor": only own properties count. */
function kindByName({ kinds, converters }: CsvPlan, name: string): ColumnKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : Object.hasOwn(converters, name) ? "number" : undefined;
}

const month = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
// 2020-01-31, 31.1.2020 10:00, Jan 31, 2020, 31-Jan-2020.
const datePattern = new RegExp(
  `^(\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}|${month} \\d{1,2},? \\d{4}|\\d{1,2}[- ]${month}[- ]\\d{2,4})([ T,]+\\d{1,2}:\\d{2}.*)?$`,
  "i",
);

function kindOf(place: string, plan: CsvPlan, { records, lines }: Sample, index: number): ColumnKind {
  let numbers = 0;
  let booleans = 0;
  let dates = 0;
  let texts = 0;
  const first: { date?: string; text?: string } = {};
  for (const [i, record] of records.entries()) {
    const field = record[index] as string;
    if (isMissing(field, plan.naValues)) continue;
    if (!Number.isNaN(parseNumber(field, plan.decimal))) numbers++;
    else if (/^(true|false)$/i.test(field.trim())) booleans++;
    else {
      const date = datePattern.test(field.trim());
      if (date) dates++;
      else texts++;
      first[date ? "date" : "text"] ??= `${describeValue(field)} in line ${lines[i]}`;
    }
  }
  if (dates > 0 && dates >= texts + numbers) {
    const remedy =
      "Leave the column out by features, or give converters: { name: (text) => Date.parse(text) / 86400000 }.";
    throw new FormatError(explain(place, "expected numbers or categories", `a date, ${first.date}`, remedy));
  }
  if (booleans > 0 && booleans >= numbers && texts + dates + numbers === 0) return "boolean";
  const others = booleans + dates + texts;
  if (others === 0) return "number";
  if (numbers <= others) return "category";
  const remedy = 'Add it to naValues if it stands for a missing value, or set columns: { name: "category" }.';
  const received = first.text ?? first.date ?? "true or false";
  throw new FormatError(explain(place, "expected numbers as in most rows", received, remedy));
}
