// Weights of rows: what `sampleWeight` and `classWeight` make of the losses of a batch.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import type { Loss } from "../losses/loss.js";
import { type TensorInput, toTensor } from "../tensor.js";
import { checkSameRows, type Matrix } from "./data.js";
import { distribute, isByName, placeOfPort } from "./ports.js";

/** Weights of classes by their number. */
export type ClassWeight = Readonly<Record<number, number>>;

/** One number a row; for several outputs the same for all, an array of such, or an object by the names of the outputs. */
export type SampleWeight =
  | TensorInput
  | readonly (TensorInput | null)[]
  | Readonly<Record<string, TensorInput | null | undefined>>;

/** An output of the model, as far as weights look at it. */
interface WeightedOutput {
  readonly name: string;
  readonly loss: Loss | null;
}

/**
 * The weights for each output, null where all rows count the same: `sampleWeight` times `classWeight`, which as in Keras
 * counts for the first `trainingRows` rows only.
 */
export function rowWeights(
  where: string,
  { sampleWeight, classWeight }: { sampleWeight?: unknown; classWeight?: unknown },
  outputs: readonly WeightedOutput[],
  targets: readonly (Matrix | null)[],
  outputWidth: number,
  trainingRows = Number.POSITIVE_INFINITY,
): (Float32Array | null)[] {
  const rows = targets.find((target) => target !== null)?.rows ?? 0;
  const names = outputs.map(({ name }) => name);
  const weights = sampleWeights(where, names, sampleWeight).map((given, i) => {
    const place = `${where}, ${placeOfPort("sampleWeight", names, i)}`;
    return given === undefined || given === null ? null : numbersOfRows(place, given, rows);
  });
  if (classWeight === undefined) return weights;
  const [output] = outputs;
  const [target] = targets;
  if (outputs.length !== 1 || output === undefined || target === null || target === undefined) {
    const remedy = "Use sampleWeight with weights for each output.";
    throw new TypeError(explain(where, "classWeight needs a model with one output", String(outputs.length), remedy));
  }
  const place = `${where}, classWeight`;
  const ofClass = checkClassWeight(place, classWeight, output.loss, target.width, outputWidth);
  const product = weights[0] ?? new Float32Array(rows).fill(1);
  for (let row = 0; row < Math.min(rows, trainingRows); row++) {
    // Classes without a weight count 1, as in Keras.
    product[row] = (product[row] as number) * (ofClass.get(classOf(place, target, row)) ?? 1);
  }
  return [product];
}

/** What belongs to each output. Numbers that are given once count for all outputs, as in Keras. */
function sampleWeights(where: string, names: readonly string[], given: unknown): unknown[] {
  if (given === undefined) return names.map(() => undefined);
  const list = Array.isArray(given) && given.some((part) => typeof part === "object");
  if (!list && !isByName(given)) return names.map(() => given);
  return distribute(`${where}, sampleWeight`, "tensors", "output", names, given);
}

/** One finite number a row, from `sampleWeight`. */
export function numbersOfRows(place: string, given: unknown, rows: number): Float32Array {
  const { data, shape } = toTensor(given, undefined, place);
  if (shape.slice(1).some((size) => size !== 1)) {
    throw new ShapeError(explain(place, "expected shape [batch] or [batch, 1]", formatShape(shape)));
  }
  checkSameRows(place, "expected one number a row", rows, data.length, "sampleWeight");
  const weights = Float32Array.from(data);
  const row = weights.findIndex((weight) => !Number.isFinite(weight));
  if (row < 0) return weights;
  throw new RangeError(explain(place, "expected finite numbers", `${weights[row]} in row ${row}`));
}

/** The weights by class, checked: known classes, and finite weights of at least 0. */
function checkClassWeight(
  place: string,
  given: unknown,
  loss: Loss | null,
  targetWidth: number,
  outputWidth: number,
): Map<number, number> {
  // A Map or a Set has no keys of its own, and would weigh nothing.
  if (!isByName(given)) {
    const remedy = "For example { 0: 1, 1: 10 }; of a Map, Object.fromEntries(map).";
    throw new TypeError(explain(place, "expected an object of weights by class", describeValue(given), remedy));
  }
  // Targets of one column without class numbers from a loss may hold any integer.
  const binary = loss?.targets === "binary" && targetWidth === 1;
  const known = binary ? 2 : loss?.targets === "sparse" ? outputWidth : targetWidth > 1 ? targetWidth : null;
  const weights = new Map<number, number>();
  for (const [key, weight] of Object.entries(given)) {
    const number = Number(key);
    if (!Number.isInteger(number) || number < 0 || String(number) !== key || (known !== null && number >= known)) {
      const range = known === null ? "integers of at least 0" : `integers in [0, ${known - 1}]`;
      throw new RangeError(explain(place, `classes must be ${range}`, JSON.stringify(key)));
    }
    if (typeof weight !== "number" || !Number.isFinite(weight) || weight < 0) {
      const expectation = `the weight of class ${key} must be a finite number of at least 0`;
      throw new RangeError(explain(place, expectation, describeValue(weight)));
    }
    weights.set(number, weight);
  }
  return weights;
}

/** The class of a row: the number itself, or the place of the largest value of one-hot targets. */
function classOf(place: string, { data, width }: Matrix, row: number): number {
  if (width === 1) {
    const label = data[row] as number;
    if (Number.isInteger(label)) return label;
    throw new RangeError(explain(place, "expected targets that are class numbers", `${label} in row ${row}`));
  }
  let best = 0;
  for (let j = 1; j < width; j++) {
    if ((data[row * width + j] ?? 0) > (data[row * width + best] ?? 0)) best = j;
  }
  return best;
}
