// The largest of several linear functions, as a layer.

import type { ConstraintInput } from "../constraints/resolve.js";
import { checkBoolean, checkInteger } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { InitializerInput } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import type { RegularizerInput } from "../regularizers/resolve.js";
import { denseInputs } from "./dense.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";
import { weightOptionNames, weightOptions } from "./weight-options.js";

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
  /** A penalty on the kernel that is added to the loss, e.g. "l2"; default none. */
  kernelRegularizer?: RegularizerInput;
  /** Applied to the kernel after each update, e.g. "maxNorm"; default none. */
  kernelConstraint?: ConstraintInput;
  /** A penalty on the bias that is added to the loss, e.g. "l2"; default none. */
  biasRegularizer?: RegularizerInput;
  /** Applied to the bias after each update, e.g. "maxNorm"; default none. */
  biasConstraint?: ConstraintInput;
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
  const names = ["units", "pieces", "useBias", ...weightOptionNames("kernel"), ...weightOptionNames("bias")];
  const where = checkLayerOptions("maxout", options, names);
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
