// Numbers of a CSV file to x and y: missing values are filled in, categories become columns of 0 and 1.

import { Tensor } from "../../tensor.js";
import { mean } from "../mean.js";
import type { CsvPlan } from "./options.js";
import type { CsvColumn, CsvSchema } from "./schema.js";
import type { ValueBlock } from "./values.js";

/** How many columns of x a feature becomes. */
function columnsOf(column: CsvColumn, ordinal: boolean): number {
  return column.kind === "category" && !ordinal ? column.categories.length : 1;
}

/** The names of the columns of x; a category has that of its column, and its text. */
export function featureNames({ features, ordinal }: CsvSchema): string[] {
  return features.flatMap((column) =>
    column.kind === "category" && !ordinal ? column.categories.map((text) => `${column.name}_${text}`) : [column.name],
  );
}

/** The class of each class number, when there is one target and it is no number. */
export function classesOf({ targets }: CsvSchema): readonly string[] | null {
  const [target, second] = targets;
  if (target === undefined || second !== undefined || target.kind === "number") return null;
  return target.kind === "boolean" ? ["false", "true"] : target.categories;
}

/** The schema with its categories sorted, and the new numbers of those of `learned`, by column. */
export function sortCategories(
  schema: CsvSchema,
  learned: (column: number) => readonly string[],
): { schema: CsvSchema; renumbered: (Float32Array | null)[] } {
  const renumbered: (Float32Array | null)[] = [];
  const sort = (column: CsvColumn, c: number): CsvColumn => {
    if (column.kind !== "category") {
      renumbered[c] = null;
      return column;
    }
    const texts = learned(c);
    const numeric = texts.every((text) => text !== "" && Number.isFinite(Number(text)));
    const categories = [...texts].sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
    const places = new Map(categories.map((text, i) => [text, i]));
    renumbered[c] = Float32Array.from(texts, (text) => places.get(text) as number);
    return { ...column, categories };
  };
  const features = schema.features.map(sort);
  const targets = schema.targets.map((column, i) => sort(column, features.length + i));
  return { schema: { ...schema, features, targets }, renumbered };
}

/** Gives categories their new numbers, in place. */
export function renumber({ values, rows }: ValueBlock, renumbered: readonly (Float32Array | null)[]): void {
  const width = renumbered.length;
  for (const [c, numbers] of renumbered.entries()) {
    if (numbers === null) continue;
    for (let i = 0; i < rows; i++) {
      const value = values[i * width + c] as number;
      if (!Number.isNaN(value)) values[i * width + c] = numbers[value] as number;
    }
  }
}

/** The schema with what stands for missing values, found from these numbers. */
export function findFills(plan: CsvPlan, schema: CsvSchema, blocks: readonly ValueBlock[]): CsvSchema {
  const width = schema.features.length + schema.targets.length;
  const features = schema.features.map((column, c) => {
    const rule = plan.missing(column.name);
    if (rule === "error" || rule === "drop") return column;
    if (typeof rule === "number" && column.kind !== "category") return { ...column, fill: rule };
    const known: number[] = [];
    for (const { values, rows } of blocks) {
      for (let i = 0; i < rows; i++) {
        const value = values[i * width + c] as number;
        if (!Number.isNaN(value)) known.push(value);
      }
    }
    const isCategory = column.kind === "category";
    // A column without any value is 0 everywhere.
    const fill =
      known.length === 0
        ? 0
        : rule === "mode" || isCategory
          ? mode(known)
          : rule === "median"
            ? median(known)
            : mean(known);
    return { ...column, fill };
  });
  return { ...schema, features };
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}

/** The most frequent value, of equally frequent ones the smallest, as scikit-learn has it. */
function mode(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = Number.NaN;
  let most = 0;
  for (const [value, count] of counts) {
    if (count < most || (count === most && value > best)) continue;
    best = value;
    most = count;
  }
  return best;
}

/** x and y that grow by blocks up to `rows` rows. */
export class ArrayBuilder {
  readonly x: Tensor;
  readonly y: Tensor | null;
  readonly #schema: CsvSchema;
  readonly #plainFeatures: boolean;
  #rows = 0;

  constructor(schema: CsvSchema, rows: number) {
    this.#schema = schema;
    const { features, targets, ordinal } = schema;
    const width = features.reduce((sum, column) => sum + columnsOf(column, ordinal), 0);
    this.#plainFeatures = features.every((column) => column.kind !== "category" || ordinal);
    this.x = new Tensor(new Float32Array(rows * width), [rows, width]);
    const classes = targets.length === 1 && targets[0]?.kind !== "number";
    const data = classes ? new Int32Array(rows) : new Float32Array(rows * targets.length);
    this.y = targets.length === 0 ? null : new Tensor(data, targets.length === 1 ? [rows] : [rows, targets.length]);
  }

  add({ values, rows }: ValueBlock): this {
    const { features, targets } = this.#schema;
    const { x, y } = this;
    const from = features.length + targets.length;
    const to = x.shape[1] as number;
    for (let i = 0; i < rows; i++) {
      const row = this.#rows + i;
      if (this.#plainFeatures) {
        for (let c = 0; c < to; c++) x.data[row * to + c] = values[i * from + c] as number;
        this.#fill(values, i * from, row * to);
      } else this.#expand(values, i * from, row * to);
      if (y === null) continue;
      for (let t = 0; t < targets.length; t++) {
        y.data[row * targets.length + t] = values[i * from + features.length + t] as number;
      }
    }
    this.#rows += rows;
    return this;
  }

  #fill(values: Float32Array, at: number, to: number): void {
    const { features } = this.#schema;
    for (let c = 0; c < features.length; c++) {
      const value = values[at + c] as number;
      if (Number.isNaN(value)) this.x.data[to + c] = (features[c] as CsvColumn).fill as number;
    }
  }

  #expand(values: Float32Array, at: number, start: number): void {
    const { features } = this.#schema;
    let to = start;
    for (let c = 0; c < features.length; c++) {
      const column = features[c] as CsvColumn;
      const value = values[at + c] as number;
      const known = Number.isNaN(value) ? (column.fill as number) : value;
      const width = columnsOf(column, false);
      if (column.kind === "category") this.x.data[to + known] = 1;
      else this.x.data[to] = known;
      to += width;
    }
  }
}
