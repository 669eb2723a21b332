// The largest of several linear functions, as a layer.

import { checkBoolean, checkInteger } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { denseInputs, type KernelLayerOptions, kernelLayerNames } from "./dense.js";
import { checkLayerOptions, createLayer, type Layer } from "./layer.js";
import { weightOptions } from "./weight-options.js";

export interface MaxoutOptions extends KernelLayerOptions {
  /** How many linear functions each output is the largest of; at least 1, default 2. */
  pieces?: number;
}

/**
 * Maxout (Goodfellow et al. 2013): `y_j = max_k z_kj`, where `z = x kernel + bias` has `pieces` parts of `units` columns. The
 * gradient goes to the largest; of equals to the part in front.
 *
 * Input `[batch, inputs]`, output `[batch, units]`; weights `kernel [inputs, pieces * units]` and `bias [pieces * units]`.
 *
 * @throws RangeError when units or pieces is not a positive integer; ShapeError for input of more than one dimension per row.
 * @example
 * sequential([layers.maxout({ units: 8, pieces: 3, inputShape: [4] }), layers.dense({ units: 1 })]);
 */
export function maxout(options: MaxoutOptions): Layer {
  const where = checkLayerOptions("maxout", options, [...kernelLayerNames, "pieces"]);
  const units = checkInteger(where, "units", options.units, 1);
  const pieces = checkInteger(where, "pieces", options.pieces ?? 2, 1);
  const useBias = checkBoolean(where, "useBias", options.useBias ?? true);
  const kernel = weightOptions(where, "kernel", options, "glorotUniform");
  const bias = weightOptions(where, "bias", options, "zeros");
  return createLayer({
    type: "maxout",
    options,
    config: { units, pieces, useBias, ...kernel.config, ...bias.config },
    build(shape, context) {
      const inputs = denseInputs(where, shape);
      context.variable("kernel", [inputs, pieces * units], kernel.options);
      if (useBias) context.variable("bias", [pieces * units], bias.options);
    },
    call(x, { variables }) {
      const z = ops.dense(x, variables.kernel as SymbolicTensor, variables.bias);
      return ops.split(z, pieces).reduce((a, b) => ops.maximum(a, b));
    },
  });
}
