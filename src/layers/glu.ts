// Gated linear units: a linear layer, each output of which is multiplied by a gate that another one computes.

import type { ConstraintInput } from "../constraints/resolve.js";
import { type ActivationInput, resolveActivation } from "../activations/resolve.js";
import { checkBoolean, checkInteger } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { InitializerInput } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import type { RegularizerInput } from "../regularizers/resolve.js";
import { denseInputs } from "./dense.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";
import { weightOptionNames, weightOptions } from "./weight-options.js";

export interface GluOptions extends LayerOptions {
  /** The number of outputs, at least 1. */
  units: number;
  /** What is applied to the gate; default "sigmoid". */
  activation?: ActivationInput;
  /** Add biases; default true. */
  useBias?: boolean;
  /** Of both kernels; default "glorotUniform". */
  kernelInitializer?: InitializerInput;
  /** Of both biases; default "zeros". */
  biasInitializer?: InitializerInput;
  /** A penalty on both kernels that is added to the loss, e.g. "l2"; default none. */
  kernelRegularizer?: RegularizerInput;
  /** Applied to both kernels after each update, e.g. "maxNorm"; default none. */
  kernelConstraint?: ConstraintInput;
  /** A penalty on both biases that is added to the loss, e.g. "l2"; default none. */
  biasRegularizer?: RegularizerInput;
  /** Applied to both biases after each update, e.g. "maxNorm"; default none. */
  biasConstraint?: ConstraintInput;
}

/** `swiglu` has a fixed activation. */
export type SwigluOptions = Omit<GluOptions, "activation">;

const swigluNames = ["units", "useBias", ...weightOptionNames("kernel"), ...weightOptionNames("bias")];

/**
 * A gated linear unit (Dauphin et al. 2017): `y = (x kernel + bias) * activation(x gateKernel + gateBias)`.
 *
 * Input `[batch, inputs]`, output `[batch, units]`; weights `kernel` and `gateKernel` `[inputs, units]`, `bias` and `gateBias`
 * `[units]`. With the default activation it is torch.nn.GLU behind a torch.nn.Linear of twice the width.
 *
 * @throws RangeError when units is not a positive integer; ShapeError for input of more than one dimension per row.
 * @example
 * sequential([layers.glu({ units: 8, inputShape: [4] }), layers.dense({ units: 1 })]);
 */
export function glu(options: GluOptions): Layer {
  const where = checkLayerOptions("glu", options, [...swigluNames, "activation"]);
  return gated("glu", where, options, options.activation ?? "sigmoid", options.useBias ?? true);
}

/**
 * A gated linear unit with silu as its gate (Shazeer 2020): `y = (x kernel) * silu(x gateKernel)`; without biases by default.
 *
 * @throws what `glu` throws.
 * @example
 * sequential([layers.swiglu({ units: 8, inputShape: [4] }), layers.dense({ units: 1 })]);
 */
export function swiglu(options: SwigluOptions): Layer {
  const where = checkLayerOptions("swiglu", options, swigluNames);
  return gated("swiglu", where, options, "silu", options.useBias ?? false);
}

function gated(type: string, where: string, options: SwigluOptions, gate: ActivationInput, bias: boolean): Layer {
  const units = checkInteger(where, "units", options.units, 1);
  const activation = resolveActivation(`${where}, activation`, gate);
  const useBias = checkBoolean(where, "useBias", bias);
  const kernel = weightOptions(where, "kernel", options, "glorotUniform");
  const offset = weightOptions(where, "bias", options, "zeros");
  return createLayer({
    type,
    options,
    config: {
      units,
      ...(type === "glu" && { activation: activation.name }),
      useBias,
      ...kernel.config,
      ...offset.config,
    },
    build(shape, context) {
      const inputs = denseInputs(where, shape);
      for (const name of ["kernel", "gateKernel"]) context.variable(name, [inputs, units], kernel.options);
      for (const name of useBias ? ["bias", "gateBias"] : []) context.variable(name, [units], offset.options);
    },
    call(x, { variables }) {
      // The kernels exist since build ran.
      const linear = ops.dense(x, variables.kernel as SymbolicTensor, variables.bias);
      return ops.mul(linear, activation(ops.dense(x, variables.gateKernel as SymbolicTensor, variables.gateBias)));
    },
  });
}
