// A layer over two inputs that weighs the products of their features.

import { checkBoolean, checkInteger, explain, ShapeError } from "../errors.js";
import type { Shape, SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { denseInputs, type KernelLayerOptions, kernelLayerNames } from "./dense.js";
import { checkLayerOptions, createLayer, type Layer } from "./layer.js";
import { weightOptions } from "./weight-options.js";

/**
 * A bilinear map of two inputs: `y_k = sum_ij x1_i kernel_ikj x2_j + bias_k`.
 *
 * Inputs `[batch, n]` and `[batch, m]`, output `[batch, units]`; weights `kernel [n, units, m]` and `bias [units]`.
 * Follows torch.nn.Bilinear, whose weight is `[units, n, m]`; the initializers are those of `layers.dense`.
 *
 * @throws RangeError when units is not a positive integer; ShapeError unless there are two inputs of one dimension per row.
 * @example
 * const y = layers.bilinear({ units: 3 })([a, b]);
 */
export function bilinear(options: KernelLayerOptions): Layer {
  const where = checkLayerOptions("bilinear", options, kernelLayerNames);
  const units = checkInteger(where, "units", options.units, 1);
  const useBias = checkBoolean(where, "useBias", options.useBias ?? true);
  const kernel = weightOptions(where, "kernel", options, "glorotUniform");
  const bias = weightOptions(where, "bias", options, "zeros");
  return createLayer<readonly SymbolicTensor[]>(
    {
      type: "bilinear",
      options,
      config: { units, useBias, ...kernel.config, ...bias.config },
      build(shapes, context) {
        const [n, m] = inputSizes(where, shapes);
        context.variable("kernel", [n, units, m], kernel.options);
        if (useBias) context.variable("bias", [units], bias.options);
      },
      call([x1, x2], { variables }) {
        // Both inputs and the kernel exist since build ran.
        const weights = variables.kernel as SymbolicTensor;
        const [n, , m] = weights.shape as readonly [number, number, number];
        const half = ops.matmul(x1 as SymbolicTensor, ops.reshape(weights, [n, units * m]));
        const products = ops.mul(ops.reshape(half, [null, units, m]), ops.reshape(x2 as SymbolicTensor, [null, 1, m]));
        const sums = ops.sum(products, -1);
        return variables.bias === undefined ? sums : ops.add(sums, variables.bias);
      },
    },
    "list",
  );
}

function inputSizes(where: string, shapes: readonly Shape[]): readonly [number, number] {
  const [first, second] = shapes;
  if (shapes.length === 2 && first !== undefined && second !== undefined) {
    return [denseInputs(where, first), denseInputs(where, second)];
  }
  throw new ShapeError(explain(where, "expected two inputs", String(shapes.length), "Call it on [a, b]."));
}
