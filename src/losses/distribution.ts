// Losses that are negative log-likelihoods, or distances between distributions.

import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { checkLossOptions, createLoss, type Loss, type LossOptions } from "./loss.js";

/**
 * Poisson loss, for counts: `mean(yPred - yTrue log(yPred + 1e-7))` over the outputs; predictions must be positive.
 * Follows keras.losses.Poisson.
 *
 * @example
 * net.compile({ optimizer: "adam", loss: losses.poisson() }); // last layer: activation "softplus" or "exponential"
 */
export function poisson(options: LossOptions = {}): Loss {
  checkLossOptions("poisson", options);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor =>
    ops.mean(ops.sub(yPred, ops.mul(yTrue, ops.log(ops.add(yPred, 1e-7)))), 1, { keepDims: true });
  return createLoss({ name: "poisson", targets: "values", rows }, options);
}

/**
 * The Kullback-Leibler divergence of two distributions: `sum(yTrue log(yTrue / yPred))` over the classes, both clipped to
 * [1e-7, 1]. Follows keras.losses.KLDivergence. Shortcut: "kld".
 *
 * @example
 * net.compile({ optimizer: "adam", loss: losses.klDivergence() }); // last layer: activation "softmax"
 */
export function klDivergence(options: LossOptions = {}): Loss {
  checkLossOptions("klDivergence", options);
  const clip = (p: SymbolicTensor): SymbolicTensor => ops.minimum(ops.maximum(p, 1e-7), 1);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const truth = clip(yTrue);
    return ops.sum(ops.mul(truth, ops.log(ops.div(truth, clip(yPred)))), 1, { keepDims: true });
  };
  return createLoss({ name: "klDivergence", targets: "categorical", rows }, options);
}
