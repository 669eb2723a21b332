// Losses as metrics: the mean over the rows, whatever the loss is that is minimised.

import {
  binaryCrossentropy as binaryCrossentropyLoss,
  type CrossentropyOptions,
  categoricalCrossentropy as categoricalCrossentropyLoss,
  sparseCategoricalCrossentropy as sparseCategoricalCrossentropyLoss,
} from "../losses/crossentropy.js";
import { klDivergence as klDivergenceLoss, poisson as poissonLoss } from "../losses/distribution.js";
import type { Loss } from "../losses/loss.js";
import {
  categoricalHinge as categoricalHingeLoss,
  hinge as hingeLoss,
  squaredHinge as squaredHingeLoss,
} from "../losses/margin.js";
import {
  logCosh,
  meanAbsolutePercentageError as percentageLoss,
  meanSquaredLogarithmicError as logarithmicLoss,
} from "../losses/regression.js";
import { checkMetricOptions, type MeanMetric, type MetricContext, type MetricOptions, meanMetric } from "./metric.js";
import { isOfUser } from "../naming.js";
import { checkFromLogits, type FromLogitsOptions } from "./predictions.js";

/** Any loss as a metric, under its own name: what `metrics: [losses.huber({ delta: 2 })]` becomes. */
export function fromLoss(loss: Loss): MeanMetric {
  const metric = meanMetric(loss.name, {}, loss.config, (yTrue, yPred) => loss(yTrue, yPred));
  return { ...metric, type: isOfUser(loss) ? "custom" : `losses.${loss.name}` };
}

function plain(name: string, loss: () => Loss): (options?: MetricOptions) => MeanMetric {
  return (options = {}) => {
    checkMetricOptions(name, options);
    return meanMetric(name, options, {}, loss());
  };
}

/** Mean absolute percentage error. Follows keras.metrics.MeanAbsolutePercentageError. Shortcut: "mape". */
export const meanAbsolutePercentageError = plain("meanAbsolutePercentageError", percentageLoss);
/** Mean squared logarithmic error. Follows keras.metrics.MeanSquaredLogarithmicError. Shortcut: "msle". */
export const meanSquaredLogarithmicError = plain("meanSquaredLogarithmicError", logarithmicLoss);
/** `mean(log(cosh(yPred - yTrue)))`. Follows keras.metrics.LogCoshError. */
export const logCoshError = plain("logCoshError", logCosh);
/** Poisson loss. Follows keras.metrics.Poisson. */
export const poisson = plain("poisson", poissonLoss);
/** Kullback-Leibler divergence. Follows keras.metrics.KLDivergence. Shortcut: "kld". */
export const klDivergence = plain("klDivergence", klDivergenceLoss);
/** Hinge loss. Follows keras.metrics.Hinge. */
export const hinge = plain("hinge", hingeLoss);
/** Squared hinge loss. Follows keras.metrics.SquaredHinge. */
export const squaredHinge = plain("squaredHinge", squaredHingeLoss);
/** Categorical hinge loss. Follows keras.metrics.CategoricalHinge. */
export const categoricalHinge = plain("categoricalHinge", categoricalHingeLoss);

export interface CrossentropyMetricOptions extends FromLogitsOptions {
  /** As in the loss, in [0, 1]; default 0. */
  labelSmoothing?: number;
}

type MakeLoss = (options: CrossentropyOptions) => Loss;

function crossentropy(name: string, make: MakeLoss, options: FromLogitsOptions, known: readonly string[]): MeanMetric {
  checkFromLogits(name, options, known);
  const { name: _, fromLogits, ...rest } = options;
  // Fails here for what is out of range.
  make(rest);
  return meanMetric(name, options, rest, (yTrue, yPred, context) =>
    make({ ...rest, fromLogits: logits(fromLogits, context) })(yTrue, yPred),
  );
}

const logits = (given: boolean | undefined, { loss }: MetricContext): boolean => given ?? loss?.fromLogits ?? false;

/**
 * Binary cross-entropy, as the loss of this name. Follows keras.metrics.BinaryCrossentropy. Shortcut: "bce".
 *
 * @throws RangeError for labelSmoothing outside [0, 1].
 * @example
 * net.compile({ loss: "binaryFocalCrossentropy", metrics: ["binaryCrossentropy"] });
 */
export function binaryCrossentropy(options: CrossentropyMetricOptions = {}): MeanMetric {
  return crossentropy("binaryCrossentropy", binaryCrossentropyLoss, options, ["labelSmoothing"]);
}

/**
 * Categorical cross-entropy of one-hot targets, as the loss of this name. Follows keras.metrics.CategoricalCrossentropy.
 *
 * @throws RangeError for labelSmoothing outside [0, 1].
 * @example
 * net.compile({ loss: losses.categoricalCrossentropy({ labelSmoothing: 0.1 }), metrics: ["categoricalCrossentropy"] });
 */
export function categoricalCrossentropy(options: CrossentropyMetricOptions = {}): MeanMetric {
  return crossentropy("categoricalCrossentropy", categoricalCrossentropyLoss, options, ["labelSmoothing"]);
}

/**
 * Cross-entropy of class numbers, as the loss of this name. Follows keras.metrics.SparseCategoricalCrossentropy.
 *
 * @example
 * net.compile({ loss: "categoricalGeneralizedCrossentropy", metrics: ["sparseCategoricalCrossentropy"] });
 */
export function sparseCategoricalCrossentropy(options: FromLogitsOptions = {}): MeanMetric {
  return crossentropy("sparseCategoricalCrossentropy", sparseCategoricalCrossentropyLoss, options, []);
}

/**
 * The cross-entropy that fits the targets of the loss: binary, of one-hot targets, or of class numbers; for other losses the
 * shapes decide. Follows sklearn.metrics.log_loss.
 *
 * @example
 * net.compile({ loss: losses.binaryFocalCrossentropy(), metrics: ["logLoss"] });
 */
export function logLoss(options: FromLogitsOptions = {}): MeanMetric {
  checkFromLogits("logLoss", options, []);
  return meanMetric("logLoss", options, {}, (yTrue, yPred, context) => {
    const columns = yPred.shape.at(-1);
    const targets = context.loss?.targets;
    const binary = targets === "binary" || columns === 1;
    const sparse = targets === "sparse" || (columns !== 1 && yTrue.shape.at(-1) === 1);
    const loss = binary
      ? binaryCrossentropyLoss
      : sparse
        ? sparseCategoricalCrossentropyLoss
        : categoricalCrossentropyLoss;
    return loss({ fromLogits: logits(options.fromLogits, context) })(yTrue, yPred);
  });
}
