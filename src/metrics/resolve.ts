// From a name, an object or a function to a metric; "accuracy" is chosen by the loss.

import type { Shape } from "../graph/node.js";
import type { Loss } from "../losses/loss.js";
import { fromName, wrongKind } from "../naming.js";
import { binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from "./accuracy.js";
import { createMetric, customMetric, type Metric, type MetricFunction } from "./metric.js";
import { meanAbsoluteError, meanSquaredError } from "./regression.js";

const factories = {
  accuracy: automaticAccuracy,
  binaryAccuracy,
  categoricalAccuracy,
  mae: meanAbsoluteError,
  meanAbsoluteError,
  meanSquaredError,
  mse: meanSquaredError,
  sparseCategoricalAccuracy,
};

/** The names that `compile({ metrics })` knows. */
export type MetricShortcut = keyof typeof factories;

/** A name, a metric with options, or a function `(yTrue, yPred)` over `ops.*`. */
export type MetricInput = MetricShortcut | Metric | MetricFunction;

/**
 * The accuracy that fits the loss: binary, categorical or sparse categorical; for other losses the shapes decide, as in Keras.
 * For a binary cross-entropy from logits the threshold is 0, the logit of 0.5 (Keras keeps 0.5). Shortcut: "accuracy".
 *
 * @example
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.accuracy()] });
 */
export function automaticAccuracy(): Metric {
  // What "accuracy" means is known when targets and predictions are; `resolveMetric` replaces this with the loss at hand.
  return createMetric("accuracy", { automatic: true }, (yTrue, yPred) =>
    chooseAccuracy(undefined, yTrue.shape, yPred.shape)(yTrue, yPred),
  );
}

/**
 * Accepts a metric, its name, its factory (`metrics.accuracy` without the call), or a function of users.
 * A string becomes the name in the logs as it is: "mse" is logged as `mse`.
 */
export function resolveMetric(where: string, value: unknown, loss: Loss | undefined): Metric {
  const metric = find(where, value);
  const name = typeof value === "string" ? value : metric.name;
  if (metric.config.automatic !== true) return createMetric(name, metric.config, metric);
  return createMetric(name, metric.config, (yTrue, yPred) =>
    chooseAccuracy(loss, yTrue.shape, yPred.shape)(yTrue, yPred),
  );
}

function find(where: string, value: unknown): Metric {
  if (typeof value === "string") return fromName(where, value, factories);
  if (typeof value !== "function") throw wrongKind(where, `a metric such as "accuracy"`, value);
  if ("config" in value) return value as Metric;
  const factory = Object.values(factories).find((candidate) => (candidate as unknown) === value);
  return factory === undefined ? customMetric(value as MetricFunction) : factory();
}

function chooseAccuracy(loss: Loss | undefined, yTrue: Shape, yPred: Shape): Metric {
  switch (loss?.targets) {
    case "binary":
      return binaryAccuracy({ threshold: loss.fromLogits ? 0 : 0.5 });
    case "categorical":
      return categoricalAccuracy();
    case "sparse":
      return sparseCategoricalAccuracy();
    default: {
      const [trueColumns, predictedColumns] = [yTrue.at(-1), yPred.at(-1)];
      if (predictedColumns === 1) return binaryAccuracy();
      return trueColumns === 1 ? sparseCategoricalAccuracy() : categoricalAccuracy();
    }
  }
}
