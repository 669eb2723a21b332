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
  if (!Array.isArray(y[0]) && !ArrayBuffer.isView(y[0])) return single(place, y);
  if ((y[0] as { length: number }).length === 1)
    return single(
      place,
      y.map((row) => (row as Label[])[0] as Label),
    );
  const { data, shape } = toTensor(y, undefined, place);
  return multilabel(place, Float32Array.from(data), shape[0] ?? 0, shape[1] ?? 0);
}

function single(place: string, values: readonly unknown[]): ReadLabels {
  if (values.length === 0) throw new RangeError(explain(place, "expected one or more labels", "none"));
  const kind = typeof values[0];
  values.forEach((value, row) => {
    const known = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (!known || typeof value !== kind) {
      const expectation = "labels must be all texts, all integers or all booleans";
      throw new TypeError(explain(place, expectation, `${describeValue(value)} in row ${row}`));
    }
    if (typeof value === "number" && !Number.isInteger(value)) {
      const remedy = "For other numbers use estimators.mlpRegressor.";
      throw new RangeError(explain(place, "labels must be integers", `${value} in row ${row}`, remedy));
    }
  });
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
    if (y.kind === "multilabel") {
      if (this.kind === "multilabel" && y.width === this.labels.length) return y.data;
      const expectation = this.kind === "multilabel" ? `${this.labels.length} labels a row` : "one label a row";
      throw new ShapeError(explain(`${where}, y`, `expected ${expectation}`, formatShape([y.rows, y.width])));
    }
    return Float32Array.from(y.values, (label, row) => {
      const number = this.kind === "multilabel" ? undefined : this.#numbers.get(label);
      if (number !== undefined) return number;
      const received = `${describeValue(label)} in row ${row}`;
      const known = this.labels.map(describeValue).join(", ");
      throw new RangeError(explain(`${where}, y`, "expected labels of known classes", received, `Known: ${known}.`));
    });
  }
}

/** Numbers by value, texts by code units, false before true. */
function compareLabels(a: Label, b: Label): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
