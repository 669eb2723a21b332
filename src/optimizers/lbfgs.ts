// L-BFGS as an optimizer that users choose. The search itself is lbfgs-search.ts; models drive it in models/lbfgs.ts.

import { checkInteger, checkNumber, checkOptions } from "../errors.js";
import type { LbfgsSettings } from "./lbfgs-search.js";
import { Optimizer } from "./optimizer.js";

export interface LbfgsOptions {
  /** How many steps are remembered; default 10. */
  historySize?: number;
  /** Converged when no element of the gradient is larger; default 1e-5. */
  gradientTolerance?: number;
  /** Converged when an epoch lowers the loss by no more than this part of max(|loss|, 1); default 1e7 times the float64 epsilon, 2.2e-9. */
  lossTolerance?: number;
  /** Ends when the loss was computed more often; default 15000. */
  maxEvaluations?: number;
}

/** The optimizer that `fit` recognizes: it searches instead of updating step by step. */
export class Lbfgs extends Optimizer {
  readonly settings: LbfgsSettings;

  /** Use `optimizers.lbfgs()`. */
  constructor(settings: LbfgsSettings) {
    // The rule is never executed: the search moves the weights.
    const rule = { name: "sgd", slots: [], parameters: { momentum: 0, nesterov: 0, weightDecay: 0 } } as const;
    super("lbfgs", 1, { ...settings }, rule, { fullBatch: true });
    this.settings = settings;
  }
}

/**
 * Limited-memory BFGS with a strong Wolfe line search, on the whole data set: for small networks and data, where it reaches
 * far smaller losses than steps along the gradient.
 *
 * `x += step d`, `d = -H g`, with H from the last `historySize` changes of weights and gradient, and a step that satisfies
 * `f(x + step d) <= f(x) + 1e-3 step g.d` and `|g(x + step d).d| <= 0.9 |g.d|`. An epoch of `fit` is one such iteration; its
 * loss and metrics are those at its end. `fit` ends early when it has converged: `history.stop` tells why. The memory begins
 * anew with each `fit`: k and n epochs in two of them are not k + n in one, whether the model is saved between them or not. Weights are those of the best epoch at any time, also after an error or an abort. There is no learning
 * rate; the masks of dropout stay the same during a `fit`. Rounding to float32 limits what can be reached: then the search ends
 * with the reason "lineSearch".
 *
 * Follows SciPy's `minimize(method="L-BFGS-B")` without bounds, which scikit-learn uses (there tolerances are `gtol` and
 * `ftol`, the others `maxcor` and `maxfun`). Nocedal and Wright, Numerical Optimization, chapters 3 and 7.
 *
 * @throws RangeError for a history size or a number of evaluations below 1, or a negative tolerance; in `fit` for a batch that
 * is smaller than the data, and for weights with constraints.
 * @example
 * net.compile({ optimizer: optimizers.lbfgs(), loss: "mse" });
 * const { stop } = await net.fit(x, y, { epochs: 200 });
 */
export function lbfgs(options: LbfgsOptions = {}): Optimizer {
  const where = "optimizers.lbfgs";
  checkOptions(where, options, ["historySize", "gradientTolerance", "lossTolerance", "maxEvaluations"]);
  return new Lbfgs({
    historySize: checkInteger(where, "historySize", options.historySize ?? 10, 1),
    gradientTolerance: checkNumber(where, "gradientTolerance", options.gradientTolerance ?? 1e-5, 0),
    lossTolerance: checkNumber(where, "lossTolerance", options.lossTolerance ?? 1e7 * Number.EPSILON, 0),
    maxEvaluations: checkInteger(where, "maxEvaluations", options.maxEvaluations ?? 15000, 1),
  });
}
