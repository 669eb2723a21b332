// Cross-entropies between classes and predicted probabilities, or logits (what softmax or sigmoid would be applied to).

import { checkBoolean, checkInteger, checkNumber, describeValue, explain } from "../errors.js";
import { clip, oneHot, smooth } from "../graph/loss-formulas.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkPerColumn, type PerColumn, perColumn } from "./columns.js";
import { checkLossOptions, createLoss, fromOp, type Loss, type LossDefinition, type LossOptions } from "./loss.js";

export interface CrossentropyOptions extends LossOptions {
  /** True when the last layer has no softmax or sigmoid: more exact and faster; default false. */
  fromLogits?: boolean;
  /** Moves targets towards the uniform distribution, in [0, 1]; default 0. */
  labelSmoothing?: number;
}

export interface BinaryCrossentropyOptions extends CrossentropyOptions {
  /** The weight of the term of targets 1, at least 0, for all outputs or one for each; default 1. */
  posWeight?: PerColumn;
}

export interface SparseCrossentropyOptions extends LossOptions {
  /** True when the last layer has no softmax: more exact and faster; default false. */
  fromLogits?: boolean;
  /** Rows of this class number, which may be outside of the classes (-1, 255), do not count; default none. */
  ignoreClass?: number | null;
}

export interface GeneralizedCrossentropyOptions extends LossOptions {
  /** Between 0 (nearly a cross-entropy) and 1 (nearly an absolute error), both excluded; default 0.5. */
  q?: number;
}

/**
 * Binary cross-entropy: `-mean(w t log(p) + (1 - t) log(1 - p))` over the outputs, targets 0 or 1 (or between).
 * With `labelSmoothing` s the targets are `t (1 - s) + s / 2`. Probabilities are clipped to [1e-7, 1 - 1e-7].
 * Follows keras.losses.BinaryCrossentropy; `posWeight` w follows torch.nn.BCEWithLogitsLoss. Shortcut: "bce".
 *
 * @throws RangeError for labelSmoothing outside [0, 1], and for a negative posWeight.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.binaryCrossentropy({ fromLogits: true }) });
 */
export function binaryCrossentropy(options: BinaryCrossentropyOptions = {}): Loss {
  const name = "binaryCrossentropy";
  const where = `losses.${name}`;
  checkLossOptions(name, options, ["fromLogits", "labelSmoothing", "posWeight"]);
  const { fromLogits, labelSmoothing } = checkCrossentropy(where, options);
  const op = fromLogits ? "binaryCrossentropyLogits" : "binaryCrossentropy";
  const base = { fromLogits, labelSmoothing };
  if (options.posWeight === undefined) {
    return createLoss({ name, targets: "binary", config: base, rows: fromOp(op, labelSmoothing) }, options);
  }
  const posWeight = checkPerColumn(where, "posWeight", options.posWeight);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const weight = perColumn(where, "posWeight", posWeight, yPred.shape[1] as number);
    const positive = ops.mul(smooth(yTrue, labelSmoothing, 2), weight);
    const negative = ops.sub(1, smooth(yTrue, labelSmoothing, 2));
    return ops.mean(weighCosts(positive, negative, yPred, fromLogits), 1, { keepDims: true });
  };
  return createLoss({ name, targets: "binary", config: { ...base, posWeight }, rows }, options);
}

/** `-(positive log(p) + negative log(1 - p))`, from probabilities p or from logits. */
export function weighCosts(
  positive: SymbolicTensor,
  negative: SymbolicTensor,
  yPred: SymbolicTensor,
  fromLogits: boolean,
): SymbolicTensor {
  if (!fromLogits) {
    const right = ops.mul(positive, ops.log(clip(yPred)));
    return ops.neg(ops.add(right, ops.mul(negative, ops.log(clip(ops.sub(1, yPred))))));
  }
  return ops.add(ops.mul(positive, ops.softplus(ops.neg(yPred))), ops.mul(negative, ops.softplus(yPred)));
}

/**
 * Categorical cross-entropy: `-sum(t log(p))` over the classes, targets one-hot (or probabilities).
 * With `labelSmoothing` s the targets are `t (1 - s) + s / classes`. Probabilities are divided by their sum and clipped
 * to [1e-7, 1 - 1e-7]. Follows keras.losses.CategoricalCrossentropy.
 *
 * @throws RangeError for labelSmoothing outside [0, 1], and when it is used for a single class.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.categoricalCrossentropy({ labelSmoothing: 0.1 }) });
 */
export function categoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const name = "categoricalCrossentropy";
  checkLossOptions(name, options, ["fromLogits", "labelSmoothing"]);
  const config = checkCrossentropy(`losses.${name}`, options);
  const { fromLogits, labelSmoothing } = config;
  const op = fromLogits ? "categoricalCrossentropyLogits" : "categoricalCrossentropy";
  const rows = needsClasses(`losses.${name}`, labelSmoothing, fromOp(op, labelSmoothing));
  return createLoss({ name, targets: "categorical", config, rows }, options);
}

/**
 * Sparse categorical cross-entropy: `-log(p[t])`, targets class numbers from 0, one a row.
 * Probabilities are treated as in `categoricalCrossentropy`. Rows of the class `ignoreClass` cost nothing and do not count in
 * the mean. Follows keras.losses.SparseCategoricalCrossentropy.
 *
 * @throws RangeError for an ignoreClass that is no integer.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
 */
export function sparseCategoricalCrossentropy(options: SparseCrossentropyOptions = {}): Loss {
  const name = "sparseCategoricalCrossentropy";
  const where = `losses.${name}`;
  refuseSmoothing(where, options);
  checkLossOptions(name, options, ["fromLogits", "ignoreClass"]);
  const { fromLogits } = checkCrossentropy(where, options);
  const { ignoreClass = null } = options;
  if (ignoreClass !== null) checkInteger(where, "ignoreClass", ignoreClass);
  const every = fromOp(fromLogits ? "sparseCategoricalCrossentropyLogits" : "sparseCategoricalCrossentropy");
  const rows: LossDefinition["rows"] = (yTrue, yPred) => {
    if (ignoreClass === null) return every(yTrue, yPred);
    const counts = ops.notEqual(yTrue, ignoreClass);
    return ops.where(counts, every(ops.where(counts, yTrue, 0), yPred), 0);
  };
  return createLoss({ name, targets: "sparse", config: { fromLogits, ignoreClass }, rows }, options);
}

/**
 * Generalised cross-entropy, which is less disturbed by wrong labels: `(1 - p[t]^q) / q`, targets class numbers from 0, one
 * a row; probabilities below 1e-7 count as 1e-7. Follows keras.losses.CategoricalGeneralizedCrossEntropy.
 *
 * @throws RangeError for q outside (0, 1).
 * @example
 * net.compile({ optimizer: "adam", loss: losses.categoricalGeneralizedCrossentropy({ q: 0.7 }) });
 */
export function categoricalGeneralizedCrossentropy(options: GeneralizedCrossentropyOptions = {}): Loss {
  const name = "categoricalGeneralizedCrossentropy";
  const where = `losses.${name}`;
  refuseSmoothing(where, options);
  checkLossOptions(name, options, ["q"]);
  const q = checkNumber(where, "q", options.q ?? 0.5, 0, 1);
  if (q === 0 || q === 1) throw new RangeError(explain(where, "q must be between 0 and 1", q));
  const rows: LossDefinition["rows"] = (yTrue, yPred) => {
    const right = ops.sum(ops.mul(oneHot(yTrue, yPred.shape[1] as number), yPred), 1, { keepDims: true });
    return ops.div(ops.sub(1, ops.pow(ops.maximum(right, 1e-7), q)), q);
  };
  return createLoss({ name, targets: "sparse", config: { q }, rows }, options);
}

/** The options that the cross-entropies share. */
export function checkCrossentropy(where: string, options: CrossentropyOptions) {
  const fromLogits = checkBoolean(where, "fromLogits", options.fromLogits ?? false);
  return { fromLogits, labelSmoothing: checkNumber(where, "labelSmoothing", options.labelSmoothing ?? 0, 0, 1) };
}

/** With one class there is nothing to smooth towards: targets would become constants. */
export function needsClasses(where: string, smoothing: number, rows: LossDefinition["rows"]): LossDefinition["rows"] {
  return (yTrue, yPred) => {
    if (smoothing > 0 && yPred.shape[1] === 1) {
      const remedy = "For a single output use binaryCrossentropy.";
      throw new RangeError(explain(where, "labelSmoothing needs two classes or more", "one", remedy));
    }
    return rows(yTrue, yPred);
  };
}

function refuseSmoothing(where: string, options: object): void {
  if (!("labelSmoothing" in options)) return;
  const remedy = "Use categoricalCrossentropy with one-hot targets.";
  const { labelSmoothing } = options;
  throw new TypeError(
    explain(
      where,
      "class numbers as targets cannot be smoothed",
      `labelSmoothing ${describeValue(labelSmoothing)}`,
      remedy,
    ),
  );
}
