// Class labels of users (texts, numbers, booleans, or a matrix of 0 and 1 for several labels a row) to and from class numbers.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import { type AnyTypedArray, isTensorLike, type Tensor, toTensor } from "../tensor.js";

/** A class as users name it. */
export type Label = string | number | boolean;

/** Labels of rows: one a row, or for several labels a row a matrix of 0 and 1. */
export type LabelInput = readonly Label[] | readonly (readonly Label[])[] | AnyTypedArray | Tensor;

/** Labels as they were given: a list, or a matrix of 0 and 1. */
export type ReadLabels =
  | { readonly kind: "single"; readonly values: readonly Label[]; readonly rows: number }
  | { readonly kind: "multilabel"; readonly data: Float32Array; readonly rows: number; readonly width: number };

/** What the network learns: class numbers, one column of 0 and 1 for two classes, or a column for each label. */
export type LabelKind = "binary" | "multiclass" | "multilabel";

/** Reads labels and refuses what cannot be one. */
export function readLabels(where: string, y: unknown): ReadLabels {
  const place = `${where}, y`;
  if (isTensorLike(y) || ArrayBuffer.isView(y)) {
    const { data, shape } = toTensor(y, undefined, place);
    const [rows = 0, width = 1] = shape;
    if (shape.length > 2) throw new ShapeError(explain(place, "expected one label a row", formatShape(shape)));
    return width === 1 ? single(place, [...data]) : multilabel(place, Float32Array.from(data), rows, width);
  }
  if (!Array.isArray(y)) throw new TypeError(explain(place, "expected an array of labels", describeValue(y)));
  const width = widthOf(y[0]);
  if (width === null) return single(place, y);
  if (width === 1) return single(place, column(place, y));
  if (width === 0) throw new ShapeError(explain(place, "expected one or more labels a row", "none in row 0"));
  const { data, shape } = toTensor(y, undefined, place);
  return multilabel(place, Float32Array.from(data), shape[0] ?? 0, shape[1] ?? 0);
}

/** The labels of a row, or null for a label that is not in an array. */
function widthOf(row: unknown): number | null {
  return Array.isArray(row) || (ArrayBuffer.isView(row) && "length" in row) ? (row as Label[]).length : null;
}

/** The labels of a column `[["a"], ["b"]]`. */
function column(place: string, y: readonly unknown[]): unknown[] {
  return Array.from(y, (given, row) => {
    if (widthOf(given) === 1) return (given as Label[])[0];
    const received = `${describeValue(given)} in row ${row}`;
    throw new ShapeError(explain(place, "expected an array of 1 label in each row, as in row 0", received));
  });
}

function single(place: string, values: readonly unknown[]): ReadLabels {
  if (values.length === 0) throw new RangeError(explain(place, "expected one or more labels", "none"));
  const kind = typeof values[0];
  for (const [row, value] of values.entries()) {
    const known = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (!known || typeof value !== kind) {
      const expectation = "labels must be all texts, all integers or all booleans";
      throw new TypeError(explain(place, expectation, `${describeValue(value)} in row ${row}`));
    }
    if (typeof value === "number" && !Number.isInteger(value)) {
      const remedy = "For other numbers use estimators.mlpRegressor.";
      throw new RangeError(explain(place, "labels must be integers", `${value} in row ${row}`, remedy));
    }
  }
  return { kind: "single", values: values as readonly Label[], rows: values.length };
}

function multilabel(place: string, data: Float32Array, rows: number, width: number): ReadLabels {
  const i = data.findIndex((value) => value !== 0 && value !== 1);
  if (i >= 0) {
    const received = `${data[i]} in row ${Math.floor(i / width)}, column ${i % width}`;
    throw new RangeError(explain(place, "several labels a row must be 0 or 1", received));
  }
  return { kind: "multilabel", data, rows, width };
}

/** The classes of a classifier, sorted, and the way from labels to targets of the network. */
export class Classes {
  readonly kind: LabelKind;
  readonly labels: readonly Label[];
  readonly #numbers: ReadonlyMap<Label, number>;

  private constructor(kind: LabelKind, labels: readonly Label[]) {
    this.kind = kind;
    this.labels = Object.freeze([...labels]);
    this.#numbers = new Map(labels.map((label, i) => [label, i]));
  }

  static of(where: string, y: ReadLabels): Classes {
    if (y.kind === "multilabel")
      return new Classes(
        "multilabel",
        Array.from({ length: y.width }, (_, i) => i),
      );
    const labels = [...new Set(y.values)].sort(compareLabels);
    if (labels.length < 2) {
      throw new RangeError(explain(`${where}, y`, "expected two or more classes", `${describeValue(labels[0])} only`));
    }
    return new Classes(labels.length === 2 ? "binary" : "multiclass", labels);
  }

  /** Units of the output layer. */
  get outputs(): number {
    return this.kind === "binary" ? 1 : this.labels.length;
  }

  /** True when both have the same classes. */
  equals(other: Classes): boolean {
    const same =
      this.labels.length === other.labels.length && this.labels.every((label, i) => label === other.labels[i]);
    return same && (this.kind === "multilabel") === (other.kind === "multilabel");
  }

  /** Class numbers, or rows of 0 and 1. */
  encode(where: string, y: ReadLabels): Float32Array {
    this.checkKind(where, y);
    if (y.kind === "multilabel") return y.data;
    return Float32Array.from(y.values, (label, row) => {
      const number = this.#numbers.get(label);
      if (number !== undefined) return number;
      throw this.#unknown(where, label, row);
    });
  }

  /** Throws for labels that no row could have: of another type, or another number of them. Unknown classes may pass. */
  checkKind(where: string, y: ReadLabels): void {
    const width = this.kind === "multilabel" ? this.labels.length : 1;
    const given = y.kind === "multilabel" ? y.width : 1;
    if (given !== width) {
      const expectation = width === 1 ? "expected one label a row" : `expected ${width} labels a row`;
      throw new ShapeError(explain(`${where}, y`, expectation, formatShape([y.rows, given])));
    }
    if (y.kind === "multilabel") return;
    const first = y.values[0] as Label;
    if (typeof first !== typeof this.labels[0]) throw this.#unknown(where, first, 0);
  }

  #unknown(where: string, label: Label, row: number): RangeError {
    const received = `${describeValue(label)} in row ${row}`;
    const known = this.labels.map(describeValue).join(", ");
    return new RangeError(explain(`${where}, y`, "expected labels of known classes", received, `Known: ${known}.`));
  }
}

/** Numbers by value, texts by code units, false before true. */
function compareLabels(a: Label, b: Label): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
