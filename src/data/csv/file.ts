// The beginning of a CSV file, which tells what its columns are, and then all of its records.

import { explain, FormatError } from "../../errors.js";
import type { CsvPlan } from "./options.js";
import { type RecordBlock, readRecords } from "./records.js";
import { adaptSchema, type CsvSchema, inferSchema, readHeader, type Sample } from "./schema.js";
import type { OpenableText } from "./source.js";
import { decodeText } from "./text.js";

export interface CsvFile {
  /** Inferred without categories and what stands for missing values, or complete when it was given. */
  readonly schema: CsvSchema;
  /** The number of fields of a record. */
  readonly fields: number;
  /** The first records: those that the kinds of columns are inferred from. */
  readonly sample: Sample;
  /** All records; to be read once, or closed by `return`. */
  readonly blocks: AsyncGenerator<RecordBlock, void>;
}

/** Reads the beginning of a file. `schema` is the one to keep to, or null. */
export async function openCsv(
  where: string,
  plan: CsvPlan,
  text: OpenableText,
  schema: CsvSchema | null,
): Promise<CsvFile> {
  const decoded = decodeText(where, text, plan.encoding);
  const records = readRecords(where, decoded, plan.delimiter ?? schema?.delimiter);
  try {
    let first = await records.next();
    while (first.done !== true && first.value.records.length === 0) first = await records.next();
    if (first.done === true) throw noRows(where, "an empty file");
    const block = first.value;
    const names = readHeader(
      where,
      schema === null ? plan : { ...plan, header: schema.header },
      block.records[0] ?? [],
    );
    const begin: RecordBlock[] = [names.header ? withoutFirst(block) : block];
    const fields = names.names.length;
    const inferRows = plan.inferRows ?? Math.min(10_000, Math.max(1000, Math.ceil(100_000 / fields)));
    let count = block.records.length;
    while (schema === null && count < inferRows) {
      const next = await records.next();
      if (next.done === true) break;
      begin.push(next.value);
      count += next.value.records.length;
    }
    const sample = schema === null ? sampleOf(where, begin, fields, inferRows) : { records: [], lines: [] };
    const found =
      schema === null ? inferSchema(where, plan, names, block.delimiter, sample) : adaptSchema(where, schema, names);
    return { schema: found, fields, sample, blocks: allBlocks(begin, records) };
  } catch (error) {
    await records.return();
    throw error;
  }
}

async function* allBlocks(
  begin: readonly RecordBlock[],
  records: AsyncGenerator<RecordBlock, void>,
): AsyncGenerator<RecordBlock, void> {
  try {
    yield* begin;
    yield* records;
  } finally {
    await records.return();
  }
}

export function noRows(where: string, received: string): FormatError {
  return new FormatError(explain(where, "expected one or more rows", received));
}

function withoutFirst(block: RecordBlock): RecordBlock {
  const { records, lines, delimiter, lineOf } = block;
  return { bytes: null, lines, delimiter, records: records.slice(1), lineOf: (i) => lineOf(i + 1) };
}

function sampleOf(where: string, blocks: readonly RecordBlock[], fields: number, most: number): Sample {
  const records: (readonly string[])[] = [];
  const lines: number[] = [];
  for (const block of blocks) {
    for (let i = 0; i < block.records.length && records.length < most; i++) {
      const record = block.records[i] as readonly string[];
      checkFields(where, record, fields, block.lineOf(i));
      records.push(record);
      lines.push(block.lineOf(i));
    }
  }
  if (records.length === 0) throw noRows(where, "a header alone");
  return { records, lines };
}

/** Throws unless a record has as many fields as the first line. */
export function checkFields(where: string, record: readonly string[], fields: number, line: number): void {
  if (record.length === fields) return;
  const remedy = record.length > fields ? "A field with a delimiter in it needs quotes." : "";
  const expectation = `expected ${fields} ${fields === 1 ? "field" : "fields"} as in the first line`;
  throw new FormatError(explain(`${where}, line ${line}`, expectation, String(record.length), remedy));
}
