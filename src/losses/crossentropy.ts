// Cross-entropies between classes and predicted probabilities, or logits (what softmax or sigmoid would be applied to).

import { checkNumber, checkOptions } from "../errors.js";
import { createLoss, type Loss } from "./loss.js";

export interface CrossentropyOptions {
  /** True when the last layer has no softmax or sigmoid: more exact and faster; default false. */
  fromLogits?: boolean;
  /** Moves targets towards the uniform distribution, in [0, 1]; default 0. */
  labelSmoothing?: number;
}

export interface SparseCrossentropyOptions {
  /** True when the last layer has no softmax: more exact and faster; default false. */
  fromLogits?: boolean;
}

/**
 * Binary cross-entropy: `-mean(t log(p) + (1 - t) log(1 - p))` over the outputs, targets 0 or 1 (or between).
 * With `labelSmoothing` s the targets are `t (1 - s) + s / 2`. Probabilities are clipped to [1e-7, 1 - 1e-7].
 * Follows keras.losses.BinaryCrossentropy.
 *
 * @throws RangeError for labelSmoothing outside [0, 1].
 * @example
 * net.compile({ optimizer: "adam", loss: losses.binaryCrossentropy({ fromLogits: true }) });
 */
export function binaryCrossentropy(options: CrossentropyOptions = {}): Loss {
  const { config, smoothing } = check("binaryCrossentropy", options);
  const op = config.fromLogits ? "binaryCrossentropyLogits" : "binaryCrossentropy";
  return createLoss("binaryCrossentropy", "binary", config, op, smoothing);
}

/**
 * Categorical cross-entropy: `-sum(t log(p))` over the classes, targets one-hot (or probabilities).
 * With `labelSmoothing` s the targets are `t (1 - s) + s / classes`. Probabilities are divided by their sum and clipped
 * to [1e-7, 1 - 1e-7]. Follows keras.losses.CategoricalCrossentropy.
 *
 * @throws RangeError for labelSmoothing outside [0, 1].
 * @example
 * net.compile({ optimizer: "adam", loss: losses.categoricalCrossentropy({ labelSmoothing: 0.1 }) });
 */
export function categoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const { config, smoothing } = check("categoricalCrossentropy", options);
  const op = config.fromLogits ? "categoricalCrossentropyLogits" : "categoricalCrossentropy";
  return createLoss("categoricalCrossentropy", "categorical", config, op, smoothing);
}

/**
 * Sparse categorical cross-entropy: `-log(p[t])`, targets class numbers from 0, one a row.
 * Probabilities are treated as in `categoricalCrossentropy`. Follows keras.losses.SparseCategoricalCrossentropy.
 *
 * @example
 * net.compile({ optimizer: "adam", loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
 */
export function sparseCategoricalCrossentropy(options: SparseCrossentropyOptions = {}): Loss {
  checkOptions("losses.sparseCategoricalCrossentropy", options, ["fromLogits"]);
  const fromLogits = options.fromLogits ?? false;
  const op = fromLogits ? "sparseCategoricalCrossentropyLogits" : "sparseCategoricalCrossentropy";
  return createLoss("sparseCategoricalCrossentropy", "sparse", { fromLogits }, op);
}

function check(name: string, options: CrossentropyOptions) {
  checkOptions(`losses.${name}`, options, ["fromLogits", "labelSmoothing"]);
  const smoothing = checkNumber(`losses.${name}`, "labelSmoothing", options.labelSmoothing ?? 0, 0, 1);
  return { config: { fromLogits: options.fromLogits ?? false, labelSmoothing: smoothing }, smoothing };
}
