// CSV files as data sets: the whole of one in memory, or batch by batch.

import { turnIfDue } from "../../backends/time-slice.js";
import { checkInteger, describeValue, explain, FormatError } from "../../errors.js";
import { DataSet, type DataSetNames } from "../data-set.js";
import { DataStream } from "../data-stream.js";
import { ArrayBuilder, classesOf, featureNames, findFills, renumber, sortCategories } from "./arrays.js";
import { type CsvFile, noRows, openCsv } from "./file.js";
import { type CsvOptions, type CsvPlan, type CsvStreamOptions, planCsv } from "./options.js";
import type { CsvSchema } from "./schema.js";
import { openText, type TextSource } from "./source.js";
import { type ValueBlock, ValueReader } from "./values.js";

/**
 * Reads a CSV file into a data set in memory.
 *
 * Columns of numbers become float32; "true" and "false" 1 and 0; texts a column of 0 and 1 for each text, or as target class
 * numbers, whose texts are `set.classes`. Dates are refused: see `converters`. Quoted fields (RFC 4180) may have delimiters and
 * line breaks in them. A column with one value only is told on the console.
 *
 * @throws FormatError for what is wrong in the file, with the line: records of different lengths, quotes, bytes of another
 * encoding, missing values (unless `missing` says what to do), texts among numbers; RangeError for columns that are not there,
 * and for a target with one class.
 * @example
 * const set = await data.csv("iris.csv", { target: "species" });
 * set.x.shape;      // [150, 4]
 * set.classes;      // ["setosa", "versicolor", "virginica"]
 */
export async function csv(source: TextSource, options: CsvOptions = {}): Promise<DataSet> {
  const plan = planCsv("data.csv", options);
  const text = openText("data.csv", source);
  const where = `data.csv, ${text.name}`;
  const file = await openCsv(where, plan, text, plan.schema);
  const learns = plan.schema === null;
  const reader = new ValueReader(where, plan, file.schema, file.fields, learns);
  const blocks: ValueBlock[] = [];
  let rows = 0;
  for await (const block of file.blocks) {
    const values = reader.read(block);
    blocks.push(values);
    rows += values.rows;
  }
  if (rows === 0) throw noRows(where, "none");
  const schema = learns ? completeSchema(where, plan, file.schema, reader, blocks) : file.schema;
  const builder = new ArrayBuilder(schema, rows);
  // What has been copied is let go: both copies of all numbers would take twice the memory.
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
    builder.add(block);
    await turnIfDue();
  }
  const set = new DataSet(builder.x, builder.y, null, namesOf(schema));
  if (learns) {
    checkClasses(where, set, schema);
    warnConstant(where, set, schema);
  }
  return set;
}

/**
 * Reads a CSV file batch by batch, in constant memory, anew in each pass: for files larger than memory. What is not known
 * beforehand (kinds of columns, categories, means for missing values) is found from the first `inferRows` records; a category
 * that is not among them is an error. Batches have the rows in the order of the file: `stream.shuffle(10_000)` mixes them.
 *
 * A source that can be read once gives one pass: for several epochs give a path, a URL, or a function that returns a stream.
 *
 * @throws As `data.csv`, in the pass.
 * @example
 * const stream = data.csvStream("large.csv", { target: "price", batchSize: 128 });
 * await net.fit(stream, { epochs: 2 });
 */
export function csvStream(source: TextSource, options: CsvStreamOptions = {}): DataStream {
  const { batchSize = 32 } = options;
  const plan = planCsv("data.csvStream", options, ["batchSize"]);
  checkInteger("data.csvStream", "batchSize", batchSize, 1);
  const text = openText("data.csvStream", source);
  const where = `data.csvStream, ${text.name}`;
  let known: CsvSchema | null = plan.schema;
  let passes = 0;
  return new DataStream(async function* () {
    if (passes++ > 0 && !text.again) {
      const remedy = "Give a function that returns a new stream.";
      throw new TypeError(explain(where, "expected a source that can be read again", "a stream that was read", remedy));
    }
    const file = await openCsv(where, plan, text, known);
    known ??= sampleSchema(where, plan, file);
    // The file of another schema has its columns elsewhere, perhaps.
    const schema = plan.schema === null ? known : file.schema;
    const reader = new ValueReader(where, plan, schema, file.fields, false);
    for await (const block of file.blocks) {
      const values = reader.read(block);
      if (values.rows === 0) continue;
      const { x, y } = new ArrayBuilder(schema, values.rows).add(values);
      yield y === null ? [x] : [x, y];
    }
  }).batch(batchSize);
}

/** The schema of a stream, from the records that its kinds of columns were inferred from. */
function sampleSchema(where: string, plan: CsvPlan, file: CsvFile): CsvSchema {
  const reader = new ValueReader(where, plan, file.schema, file.fields, true);
  const { records, lines } = file.sample;
  const block = reader.read({ bytes: null, lines: lines.length, records, lineOf: (i) => lines[i] as number });
  return completeSchema(where, plan, file.schema, reader, [block]);
}

/** Adds the categories that a reader has met, sorted, and what stands for missing values; the blocks get the new numbers. */
function completeSchema(
  where: string,
  plan: CsvPlan,
  schema: CsvSchema,
  reader: ValueReader,
  blocks: readonly ValueBlock[],
): CsvSchema {
  const sorted = sortCategories(schema, (column) => reader.categories(column));
  for (const block of blocks) renumber(block, sorted.renumbered);
  const complete = findFills(plan, sorted.schema, blocks);
  const bare = [...complete.features, ...complete.targets].find(({ kind, categories }) => {
    return kind === "category" && categories.length === 0;
  });
  if (bare !== undefined) {
    throw new FormatError(
      explain(`${where}, column ${describeValue(bare.name)}`, "expected one or more texts", "none"),
    );
  }
  for (const { name, kind, categories } of complete.targets) {
    if (kind !== "category" || categories.length > 1) continue;
    const received = `${describeValue(categories[0])} only`;
    throw new RangeError(explain(`${where}, target ${describeValue(name)}`, "expected two or more classes", received));
  }
  return complete;
}

function namesOf(schema: CsvSchema): DataSetNames {
  return {
    featureNames: featureNames(schema),
    targetNames: schema.targets.map(({ name }) => name),
    classes: classesOf(schema),
    schema,
  };
}

/** A target of true and false has both of them. */
function checkClasses(where: string, { y }: DataSet, { targets: [target, second] }: CsvSchema): void {
  if (y === null || target?.kind !== "boolean" || second !== undefined) return;
  if (y.data.some((value) => value !== y.data[0])) return;
  const received = y.data[0] === 1 ? '"true" only' : '"false" only';
  throw new RangeError(
    explain(`${where}, target ${describeValue(target.name)}`, "expected two or more classes", received),
  );
}

/** A column that is the same everywhere teaches nothing: a mistake in the file, perhaps. */
function warnConstant(where: string, { x }: DataSet, schema: CsvSchema): void {
  const [rows = 0, width = 0] = x.shape;
  if (rows < 2) return;
  const names = featureNames(schema).filter((_, c) => {
    for (let i = 1; i < rows; i++) if (x.data[i * width + c] !== x.data[c]) return false;
    return true;
  });
  if (names.length === 0) return;
  const list = names.slice(0, 10).map(describeValue).join(", ");
  console.warn(`${where}: the same value in all rows of ${list}${names.length > 10 ? " ..." : ""}.`);
}
