// The largest of several linear functions, as a layer.

import { checkBoolean, checkInteger } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { type InitializerInput, resolveInitializer } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import { denseInputs } from "./dense.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";

export interface MaxoutOptions extends LayerOptions {
  /** The number of outputs, at least 1. */
  units: number;
  /** How many linear functions each output is the largest of; at least 1, default 2. */
  pieces?: number;
  /** Add biases; default true. */
  useBias?: boolean;
  /** Default "glorotUniform". */
  kernelInitializer?: InitializerInput;
  /** Default "zeros". */
  biasInitializer?: InitializerInput;
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
  const names = ["units", "pieces", "useBias", "kernelInitializer", "biasInitializer"];
  const where = checkLayerOptions("maxout", options, names);
  const units = checkInteger(where, "units", options.units, 1);
  const pieces = checkInteger(where, "pieces", options.pieces ?? 2, 1);
  const useBias = checkBoolean(where, "useBias", options.useBias ?? true);
  const kernel = resolveInitializer(`${where}, kernelInitializer`, options.kernelInitializer ?? "glorotUniform");
  const bias = resolveInitializer(`${where}, biasInitializer`, options.biasInitializer ?? "zeros");
  return createLayer({
    type: "maxout",
    options,
    config: { units, pieces, useBias, kernelInitializer: kernel.name, biasInitializer: bias.name },
    build(shape, context) {
      const inputs = denseInputs(where, shape);
      context.variable("kernel", [inputs, pieces * units], { initializer: kernel });
      if (useBias) context.variable("bias", [pieces * units], { initializer: bias });
    },
    call(x, { variables }) {
      const z = ops.dense(x, variables.kernel as SymbolicTensor, variables.bias);
      return ops.split(z, pieces).reduce((a, b) => ops.maximum(a, b));
    },
  });
}
