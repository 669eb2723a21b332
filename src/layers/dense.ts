// The fully connected layer.

import { type ActivationInput, resolveActivation, savedActivation } from "../activations/resolve.js";
import type { ConstraintInput } from "../constraints/resolve.js";
import { checkBoolean, checkInteger, explain, formatShape, ShapeError } from "../errors.js";
import type { Shape } from "../graph/node.js";
import type { InitializerInput } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import type { RegularizerInput } from "../regularizers/resolve.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";
import { weightOptionNames, weightOptions } from "./weight-options.js";

/** The options of all layers that multiply their input by a kernel. */
export interface KernelLayerOptions extends LayerOptions {
  /** The number of outputs, at least 1. */
  units: number;
  /** Add a bias; default true. */
  useBias?: boolean;
  /** Default "glorotUniform". */
  kernelInitializer?: InitializerInput;
  /** A penalty on the kernel that is added to the loss, e.g. "l2"; default none. */
  kernelRegularizer?: RegularizerInput | null;
  /** Applied to the kernel after each update, e.g. "maxNorm"; default none. */
  kernelConstraint?: ConstraintInput | null;
  /** Default "zeros". */
  biasInitializer?: InitializerInput;
  /** A penalty on the bias that is added to the loss; default none. */
  biasRegularizer?: RegularizerInput | null;
  /** Applied to the bias after each update; default none. */
  biasConstraint?: ConstraintInput | null;
}

/** Their names, for the check of options. */
export const kernelLayerNames = ["units", "useBias", ...weightOptionNames("kernel"), ...weightOptionNames("bias")];

export interface DenseOptions extends KernelLayerOptions {
  /** Default "linear". */
  activation?: ActivationInput;
}

/**
 * A fully connected layer: `y = activation(x kernel + bias)`.
 *
 * Input `[batch, inputs]`, output `[batch, units]`; weights `kernel [inputs, units]` and `bias [units]`.
 * Follows keras.layers.Dense.
 *
 * @throws RangeError when units is not a positive integer; ShapeError for input of more than one dimension per row.
 * @example
 * sequential([layers.dense({ units: 8, activation: "relu", inputShape: [4] }), layers.dense({ units: 1 })]);
 */
export function dense(options: DenseOptions): Layer {
  const where = checkLayerOptions("dense", options, [...kernelLayerNames, "activation"]);
  const units = checkInteger(where, "units", options.units, 1);
  const activation = resolveActivation(`${where}, activation`, options.activation ?? "linear");
  const useBias = checkBoolean(where, "useBias", options.useBias ?? true);
  const kernel = weightOptions(where, "kernel", options, "glorotUniform");
  const bias = weightOptions(where, "bias", options, "zeros");
  return createLayer({
    type: "dense",
    options,
    config: { units, activation: savedActivation(activation), useBias, ...kernel.config, ...bias.config },
    build(shape, context) {
      const inputs = denseInputs(where, shape);
      context.variable("kernel", [inputs, units], kernel.options);
      if (useBias) context.variable("bias", [units], bias.options);
    },
    call(x, { variables }) {
      // `kernel` exists since build ran.
      return activation(ops.dense(x, variables.kernel as typeof x, variables.bias));
    },
  });
}

/** The number of inputs of a fully connected layer. */
export function denseInputs(where: string, shape: Shape): number {
  const inputs = shape[1];
  if (shape.length === 2 && inputs !== undefined && inputs !== null) return inputs;
  const remedy = "Put layers.flatten() before it.";
  throw new ShapeError(explain(where, "expected input of shape [batch, inputs]", formatShape(shape), remedy));
}
