// Gated linear units: a linear layer, each output of which is multiplied by a gate that another one computes.

import { type ActivationInput, resolveActivation, savedActivation } from "../activations/resolve.js";
import { checkBoolean, checkInteger } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { denseInputs, type KernelLayerOptions, kernelLayerNames } from "./dense.js";
import { checkLayerOptions, createLayer, type Layer } from "./layer.js";
import { weightOptions } from "./weight-options.js";

/** Options of kernel and bias hold for the gate's as well. */
export interface GluOptions extends KernelLayerOptions {
  /** What is applied to the gate; default "sigmoid". */
  activation?: ActivationInput;
}

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
  const where = checkLayerOptions("glu", options, [...kernelLayerNames, "activation"]);
  return gated("glu", where, options, options.activation ?? "sigmoid", options.useBias ?? true);
}

/**
 * A gated linear unit with silu as its gate (Shazeer 2020): `y = (x kernel) * silu(x gateKernel)`; without biases by default.
 *
 * @throws what `glu` throws.
 * @example
 * sequential([layers.swiglu({ units: 8, inputShape: [4] }), layers.dense({ units: 1 })]);
 */
export function swiglu(options: KernelLayerOptions): Layer {
  const where = checkLayerOptions("swiglu", options, kernelLayerNames);
  return gated("swiglu", where, options, "silu", options.useBias ?? false);
}

function gated(
  type: string,
  where: string,
  options: KernelLayerOptions,
  gate: ActivationInput,
  withBias: boolean,
): Layer {
  const units = checkInteger(where, "units", options.units, 1);
  const activation = resolveActivation(`${where}, activation`, gate);
  const useBias = checkBoolean(where, "useBias", withBias);
  const kernel = weightOptions(where, "kernel", options, "glorotUniform");
  const bias = weightOptions(where, "bias", options, "zeros");
  return createLayer({
    type,
    options,
    config: {
      units,
      ...(type === "glu" && { activation: savedActivation(activation) }),
      useBias,
      ...kernel.config,
      ...bias.config,
    },
    build(shape, context) {
      const inputs = denseInputs(where, shape);
      for (const name of ["kernel", "gateKernel"]) context.variable(name, [inputs, units], kernel.options);
      for (const name of useBias ? ["bias", "gateBias"] : []) context.variable(name, [units], bias.options);
    },
    call(x, { variables }) {
      // The kernels exist since build ran.
      const linear = ops.dense(x, variables.kernel as SymbolicTensor, variables.bias);
      return ops.mul(linear, activation(ops.dense(x, variables.gateKernel as SymbolicTensor, variables.gateBias)));
    },
  });
}
