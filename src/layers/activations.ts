// Activations with options as layers of their own, with Keras' options and defaults.

import * as activations from "../activations/index.js";
import { checkInteger, checkNumber } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { checkLastAxis } from "./features.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface ReluLayerOptions extends LayerOptions {
  /** The largest result, at least 0; default null: none. */
  maxValue?: number | null;
  /** Slope below the threshold, at least 0; default 0. */
  negativeSlope?: number;
  /** Inputs up to it are cut, at least 0; default 0. */
  threshold?: number;
}

/**
 * `y = max(x, 0)`; with options as `activations.relu`. The shape stays. Follows keras.layers.ReLU.
 *
 * @throws RangeError for negative options.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.relu({ maxValue: 6 })]);
 */
export function relu(options: ReluLayerOptions = {}): Layer {
  const where = checkLayerOptions("relu", options, ["maxValue", "negativeSlope", "threshold"]);
  const { maxValue = null } = options;
  const config = {
    maxValue: maxValue === null ? null : checkNumber(where, "maxValue", maxValue, 0),
    negativeSlope: checkNumber(where, "negativeSlope", options.negativeSlope ?? 0, 0),
    threshold: checkNumber(where, "threshold", options.threshold ?? 0, 0),
  };
  return activationLayer("relu", options, config, activations.relu(config));
}

export interface LeakyReluLayerOptions extends LayerOptions {
  /** Slope for negative inputs, at least 0; default 0.3, as Keras' layer (its function has 0.2). */
  negativeSlope?: number;
}

/**
 * `y = x >= 0 ? x : negativeSlope * x`; the shape stays. Follows keras.layers.LeakyReLU.
 *
 * @throws RangeError for a negative slope below 0.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.leakyRelu({ negativeSlope: 0.01 })]);
 */
export function leakyRelu(options: LeakyReluLayerOptions = {}): Layer {
  const where = checkLayerOptions("leakyRelu", options, ["negativeSlope"]);
  const config = { negativeSlope: checkNumber(where, "negativeSlope", options.negativeSlope ?? 0.3, 0) };
  return activationLayer("leakyRelu", options, config, activations.leakyRelu(config));
}

export interface EluLayerOptions extends LayerOptions {
  /** Minus the limit for negative inputs, at least 0; default 1. */
  alpha?: number;
}

/**
 * `y = x > 0 ? x : alpha * (exp(x) - 1)`; the shape stays. Follows keras.layers.ELU.
 *
 * @throws RangeError for an alpha below 0.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.elu({ alpha: 0.5 })]);
 */
export function elu(options: EluLayerOptions = {}): Layer {
  const where = checkLayerOptions("elu", options, ["alpha"]);
  const config = { alpha: checkNumber(where, "alpha", options.alpha ?? 1, 0) };
  return activationLayer("elu", options, config, activations.elu(config));
}

export interface SoftmaxLayerOptions extends LayerOptions {
  /** The axis whose values sum to 1: the last one; default -1. */
  axis?: number;
}

/**
 * `y_j = exp(x_j) / sum_k exp(x_k)` over the features of each row `[batch, features]`. Follows keras.layers.Softmax.
 *
 * @throws RangeError for another axis than the last one.
 * @example
 * sequential([layers.dense({ units: 3, inputShape: [4] }), layers.softmax()]);
 */
export function softmax(options: SoftmaxLayerOptions = {}): Layer {
  const where = checkLayerOptions("softmax", options, ["axis"]);
  const axis = checkInteger(where, "axis", options.axis ?? -1);
  const apply = activations.softmax();
  return activationLayer("softmax", options, { axis }, (x) => {
    checkLastAxis(where, axis, x.shape.length);
    return apply(x);
  });
}

function activationLayer(
  type: string,
  options: LayerOptions,
  config: Readonly<Record<string, unknown>>,
  apply: (x: SymbolicTensor) => SymbolicTensor,
): Layer {
  return createLayer({ type, options, config, call: (x: SymbolicTensor) => apply(x) });
}
