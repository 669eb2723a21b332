// Classes to numbers and back: one-hot rows, and labels of any kind.

import { checkInteger, describeValue, explain } from "../errors.js";
import { Tensor, type TensorInput, toTensor } from "../tensor.js";
import { countClasses } from "./folds.js";

/** A class as users name it. */
export type ClassLabel = string | number;

/**
 * Class numbers as rows of 0 and 1: `[rows]` becomes `[rows, classes]`. Follows keras.utils.to_categorical.
 *
 * @param classes Default: the largest number + 1.
 * @throws RangeError for numbers that are no integers in [0, classes - 1]; the message names the row.
 * @example
 * data.oneHot([0, 2], 3).toArray(); // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(y: TensorInput, classes?: number): Tensor<Float32Array> {
  const where = "data.oneHot";
  const { data, shape } = toTensor(y, undefined, `${where}, y`);
  if (classes !== undefined) checkInteger(where, "classes", classes, 1);
  for (const [row, label] of data.entries()) {
    if (Number.isInteger(label) && label >= 0 && label < (classes ?? 2 ** 24)) continue;
    const range = classes === undefined ? "0, 1, 2 ..." : `0 ... ${classes - 1}`;
    throw new RangeError(explain(`${where}, y`, `expected class numbers ${range}`, `${label} in row ${row}`));
  }
  let width = classes ?? 1;
  for (const label of data) width = Math.max(width, label + 1);
  if (data.length * width > 2 ** 31) {
    throw new RangeError(explain(where, "expected at most 2^31 numbers in the result", data.length * width));
  }
  const rows = new Float32Array(data.length * width);
  for (let row = 0; row < data.length; row++) rows[row * width + (data[row] as number)] = 1;
  // As Keras: a last axis of one number is replaced.
  const kept = shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  return new Tensor(rows, [...kept, width]);
}

/** Turns labels into class numbers and back. Made by `data.labelEncoder`. */
export class LabelEncoder<Label extends ClassLabel = ClassLabel> {
  #labels: readonly Label[] = [];
  #numbers = new Map<Label, number>();

  /** The labels, sorted: label i has the number i. Empty before `fit`. */
  get classes(): readonly Label[] {
    return this.#labels;
  }

  /** Learns the labels: numbers by value, texts by code units. */
  fit(y: ArrayLike<Label>): this {
    const { labels } = countClasses("data.labelEncoder, fit", y);
    this.#labels = (labels as Label[]).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    this.#numbers = new Map(this.#labels.map((label, i) => [label, i]));
    return this;
  }

  /** @throws TypeError before `fit`; RangeError for a label that is not known, with its row. */
  transform(y: ArrayLike<Label>): Int32Array {
    const where = this.#checkFitted("transform", y);
    return Int32Array.from({ length: y.length }, (_, row) => {
      const number = this.#numbers.get(y[row] as Label);
      if (number !== undefined) return number;
      const known = this.#labels.slice(0, 10).map(describeValue).join(", ");
      const remedy = `Known: ${known}${this.#labels.length > 10 ? " ..." : ""}.`;
      throw new RangeError(explain(where, "expected known labels", `${describeValue(y[row])} in row ${row}`, remedy));
    });
  }

  fitTransform(y: ArrayLike<Label>): Int32Array {
    return this.fit(y).transform(y);
  }

  /** The labels of class numbers. */
  inverseTransform(numbers: ArrayLike<number>): Label[] {
    const where = this.#checkFitted("inverseTransform", numbers);
    return Array.from({ length: numbers.length }, (_, row) => {
      const label = this.#labels[numbers[row] as number];
      if (label !== undefined) return label;
      const range = `0 ... ${this.#labels.length - 1}`;
      const received = `${describeValue(numbers[row])} in row ${row}`;
      throw new RangeError(explain(where, `expected class numbers ${range}`, received));
    });
  }

  #checkFitted(method: string, list: unknown): string {
    const where = `data.labelEncoder, ${method}`;
    if (this.#labels.length === 0) {
      throw new TypeError(explain(where, "expected known labels", "none", "Call fit before."));
    }
    if (typeof list === "object" && list !== null && "length" in list) return where;
    throw new TypeError(explain(where, "expected a list", describeValue(list)));
  }
}

/**
 * An encoder of labels. Follows sklearn.preprocessing.LabelEncoder.
 *
 * @example
 * const encoder = data.labelEncoder();
 * encoder.fitTransform(["cat", "dog", "cat"]); // Int32Array [0, 1, 0]
 * encoder.inverseTransform([1]);               // ["dog"]
 */
export function labelEncoder<Label extends ClassLabel = ClassLabel>(): LabelEncoder<Label> {
  return new LabelEncoder();
}
