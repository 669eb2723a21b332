// Focal cross-entropies: the terms of what is already predicted right are scaled down.

import { checkBoolean, checkNumber } from "../errors.js";
import { clip, smooth } from "../graph/loss-formulas.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkPerColumn, type PerColumn, perColumn } from "./columns.js";
import { type CrossentropyOptions, checkCrossentropy, needsClasses, weighCosts } from "./crossentropy.js";
import { checkLossOptions, createLoss, type Loss } from "./loss.js";

export interface BinaryFocalOptions extends CrossentropyOptions {
  /** How much easy outputs are scaled down, at least 0; default 2. */
  gamma?: number;
  /** Weigh targets 1 by `alpha` and targets 0 by `1 - alpha`; default false. */
  applyClassBalancing?: boolean;
  /** In [0, 1]; default 0.25. */
  alpha?: number;
}

export interface CategoricalFocalOptions extends CrossentropyOptions {
  /** How much easy classes are scaled down, at least 0; default 2. */
  gamma?: number;
  /** The weight of all classes, or one for each, at least 0; default 0.25. */
  alpha?: PerColumn;
}

/** `doubt^gamma`; doubt is 1 minus the probability of what is true. */
function focus(doubt: SymbolicTensor, gamma: number): SymbolicTensor {
  // Below 1 the power has an infinite slope at 0.
  return ops.pow(gamma < 1 ? ops.maximum(doubt, 1e-7) : doubt, gamma);
}

/**
 * Binary focal cross-entropy: binary cross-entropy with each term times `(1 - p)^gamma` for targets 1 and `p^gamma` for
 * targets 0, the mean over the outputs; with `applyClassBalancing` also times `alpha` or `1 - alpha`. Smoothing and clipping
 * as in `binaryCrossentropy`; logits are not clipped. Follows keras.losses.BinaryFocalCrossentropy.
 *
 * @throws RangeError for labelSmoothing or alpha outside [0, 1], and for a negative gamma.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.binaryFocalCrossentropy({ gamma: 1.5, fromLogits: true }) });
 */
export function binaryFocalCrossentropy(options: BinaryFocalOptions = {}): Loss {
  const name = "binaryFocalCrossentropy";
  const where = `losses.${name}`;
  checkLossOptions(name, options, ["fromLogits", "labelSmoothing", "gamma", "applyClassBalancing", "alpha"]);
  const { fromLogits, labelSmoothing } = checkCrossentropy(where, options);
  const gamma = checkNumber(where, "gamma", options.gamma ?? 2, 0);
  const alpha = checkNumber(where, "alpha", options.alpha ?? 0.25, 0, 1);
  const applyClassBalancing = checkBoolean(where, "applyClassBalancing", options.applyClassBalancing ?? false);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const truth = smooth(yTrue, labelSmoothing, 2);
    const untruth = ops.sub(1, truth);
    const p = fromLogits ? ops.sigmoid(yPred) : yPred;
    const notP = fromLogits ? ops.sigmoid(ops.neg(yPred)) : ops.sub(1, yPred);
    const doubt = ops.add(ops.mul(truth, notP), ops.mul(untruth, p));
    const cost = ops.mul(focus(doubt, gamma), weighCosts(truth, untruth, yPred, fromLogits));
    const balance = ops.add(ops.mul(truth, alpha), ops.mul(untruth, 1 - alpha));
    return ops.mean(applyClassBalancing ? ops.mul(balance, cost) : cost, 1, { keepDims: true });
  };
  const config = { fromLogits, labelSmoothing, gamma, applyClassBalancing, alpha };
  return createLoss({ name, targets: "binary", config, rows }, options);
}

/**
 * Categorical focal cross-entropy: `-sum(alpha (1 - p)^gamma t log(p))` over the classes, targets one-hot. Smoothing,
 * division by the sum and clipping as in `categoricalCrossentropy`; logits are not clipped.
 * Follows keras.losses.CategoricalFocalCrossentropy.
 *
 * @throws RangeError for labelSmoothing outside [0, 1], and for negative alpha or gamma; ShapeError for an alpha that does
 * not have one number for each class.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.categoricalFocalCrossentropy({ alpha: [0.1, 0.2, 0.7] }) });
 */
export function categoricalFocalCrossentropy(options: CategoricalFocalOptions = {}): Loss {
  const name = "categoricalFocalCrossentropy";
  const where = `losses.${name}`;
  checkLossOptions(name, options, ["fromLogits", "labelSmoothing", "gamma", "alpha"]);
  const { fromLogits, labelSmoothing } = checkCrossentropy(where, options);
  const gamma = checkNumber(where, "gamma", options.gamma ?? 2, 0);
  const alpha = checkPerColumn(where, "alpha", options.alpha ?? 0.25);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const classes = yPred.shape[1] as number;
    const { log, doubt } = fromLogits ? fromScores(yPred) : fromProbabilities(yPred);
    const weight = ops.mul(focus(doubt, gamma), perColumn(where, "alpha", alpha, classes));
    const cost = ops.mul(smooth(yTrue, labelSmoothing, classes), log);
    return ops.neg(ops.sum(ops.mul(weight, cost), 1, { keepDims: true }));
  };
  const config = { fromLogits, labelSmoothing, gamma, alpha };
  const checked = needsClasses(where, labelSmoothing, rows);
  return createLoss({ name, targets: "categorical", config, rows: checked }, options);
}

function fromScores(yPred: SymbolicTensor) {
  const log = ops.logSoftmax(yPred);
  return { log, doubt: ops.neg(ops.expm1(log)) };
}

function fromProbabilities(yPred: SymbolicTensor) {
  const p = clip(ops.div(yPred, ops.sum(yPred, 1, { keepDims: true })));
  return { log: ops.log(p), doubt: ops.sub(1, p) };
}
