// Layers without weights: activation, dropout, flatten.

import { type ActivationInput, resolveActivation, savedActivation } from "../activations/resolve.js";
import { checkNumber } from "../errors.js";
import * as ops from "../ops/index.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface ActivationOptions extends LayerOptions {
  activation: ActivationInput;
}

/**
 * Applies an activation: `y = activation(x)`; the shape stays. Follows keras.layers.Activation.
 *
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.activation("relu")]);
 */
export function activation(options: ActivationOptions | ActivationInput): Layer {
  const all: ActivationOptions = typeof options === "object" ? options : { activation: options };
  const where = checkLayerOptions("activation", all, ["activation"]);
  const apply = resolveActivation(where, all.activation);
  return createLayer({
    type: "activation",
    options: all,
    config: { activation: savedActivation(apply) },
    call: (x) => apply(x),
  });
}

export interface DropoutOptions extends LayerOptions {
  /** The part of the inputs that is dropped, in [0, 1]. */
  rate: number;
}

/**
 * Dropout (Srivastava et al. 2014): while training, each input is set to 0 with probability `rate` and the others are
 * divided by `1 - rate`; otherwise `y = x`. The masks depend on the model's seed and the step alone.
 * Follows keras.layers.Dropout.
 *
 * @throws RangeError for a rate outside [0, 1].
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4] }), layers.dropout({ rate: 0.2 })]);
 */
export function dropout(options: DropoutOptions): Layer {
  const where = checkLayerOptions("dropout", options, ["rate"]);
  const rate = checkNumber(where, "rate", options.rate, 0, 1);
  return createLayer({
    type: "dropout",
    options,
    config: { rate },
    call(x, context) {
      const stream = context.randomStream();
      if (!context.training || rate === 0) return x;
      return rate === 1 ? ops.mul(x, 0) : ops.dropout(x, rate, stream);
    },
  });
}

/**
 * Makes one row of numbers of each input: `[batch, 28, 28]` becomes `[batch, 784]`. Follows keras.layers.Flatten.
 *
 * @example
 * sequential([layers.flatten({ inputShape: [28, 28] }), layers.dense({ units: 10 })]);
 */
export function flatten(options: LayerOptions = {}): Layer {
  checkLayerOptions("flatten", options, []);
  return createLayer({
    type: "flatten",
    options,
    config: {},
    call: (x) => (x.shape.length === 2 ? x : ops.flatten(x)),
  });
}
