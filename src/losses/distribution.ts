// Losses that are negative log-likelihoods, or distances between distributions.

import { checkBoolean, checkFloat32, explain } from "../errors.js";
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
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const truth = ops.clip(yTrue, 1e-7, 1);
    return ops.sum(ops.mul(truth, ops.log(ops.div(truth, ops.clip(yPred, 1e-7, 1)))), 1, { keepDims: true });
  };
  return createLoss({ name: "klDivergence", targets: "categorical", rows }, options);
}

export interface GaussianNllOptions extends LossOptions {
  /** Add `log(2 pi) / 2`, which changes no gradient; default false. */
  full?: boolean;
  /** Variances below it count as this much, above 0; default 1e-6. */
  epsilon?: number;
  /** True when the network gives the logarithm of the variance, which may be any number; default false. */
  logVariance?: boolean;
}

/**
 * The negative log-likelihood of normal distributions whose mean m and variance v the network predicts:
 * `mean((log(v) + (yTrue - m)^2 / v) / 2)`. The first half of the outputs are means, the second half their variances: with
 * two outputs, m and v of one target. A variance must be positive (activation "softplus"), or comes as a logarithm.
 * Follows torch.nn.GaussianNLLLoss; gradients pass the bound of the variance as there.
 *
 * @throws RangeError for epsilon <= 0, and for an odd number of outputs.
 * @example
 * net.compile({ optimizer: "adam", loss: losses.gaussianNll({ logVariance: true }) }); // last layer: dense({ units: 2 })
 */
export function gaussianNll(options: GaussianNllOptions = {}): Loss {
  const where = "losses.gaussianNll";
  checkLossOptions("gaussianNll", options, ["full", "epsilon", "logVariance"]);
  const full = checkBoolean(where, "full", options.full ?? false);
  const logVariance = checkBoolean(where, "logVariance", options.logVariance ?? false);
  const epsilon = checkFloat32(where, "epsilon", options.epsilon ?? 1e-6, Number.MIN_VALUE);
  const rows = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const [mean, second] = ops.split(yPred, 2) as [SymbolicTensor, SymbolicTensor];
    const lowest = logVariance ? Math.log(epsilon) : epsilon;
    const spread = ops.add(ops.stopGradient(ops.maximum(second, lowest)), ops.sub(second, ops.stopGradient(second)));
    const squares = ops.square(ops.sub(yTrue, mean));
    const [logarithm, distance] = logVariance
      ? [spread, ops.mul(squares, ops.exp(ops.neg(spread)))]
      : [ops.log(spread), ops.div(squares, spread)];
    const cost = ops.mul(ops.add(logarithm, distance), 0.5);
    return ops.mean(full ? ops.add(cost, Math.log(2 * Math.PI) / 2) : cost, 1, { keepDims: true });
  };
  const targetWidth = (outputs: number): number => {
    if (outputs % 2 === 0) return outputs / 2;
    const expectation = "expected an even number of outputs, means and variances";
    throw new RangeError(explain(where, expectation, String(outputs), "For one target use two outputs."));
  };
  const config = { full, epsilon, logVariance };
  return createLoss({ name: "gaussianNll", targets: "values", config, rows, targetWidth }, options);
}
