// A layer around another one, whose kernel is divided by its largest singular value.

import { checkInteger, describeValue, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { truncatedNormal } from "../initializers/index.js";
import * as ops from "../ops/index.js";
import {
  type BuildContext,
  type CallContext,
  checkLayerOptions,
  createLayer,
  type Layer,
  type LayerOptions,
  layerCore,
  savedLayer,
} from "./layer.js";

export interface SpectralNormalizationOptions extends LayerOptions {
  /**
   * A layer with a matrix `kernel` or `embeddings`, e.g. `layers.dense`; it is not to be used elsewhere. Name, trainable and
   * activityRegularizer are those of this layer.
   */
  layer: Layer;
  /** Steps of the power iteration in each pass, at least 1; default 1. */
  powerIterations?: number;
}

// The smallest norm that is divided by.
const smallest = 1e-12;

/**
 * Spectral normalisation (Miyato et al. 2018): the wrapped layer with `kernel / sigma` instead of its kernel, where sigma is an
 * estimate of the largest singular value, so that the layer does not stretch any input.
 *
 * The estimate is `sigma = v kernel u^T` with `v = normalize(u kernel^T)`, `u = normalize(v kernel)`, through which no gradient
 * flows; each training step begins with the u of the one before. Weights are those of the wrapped layer and the not trainable `vectorU [1, units]`.
 * Follows torch.nn.utils.parametrizations.spectral_norm; keras.layers.SpectralNormalization overwrites the kernel instead.
 *
 * @throws TypeError unless `layer` is a layer with a matrix `kernel` or `embeddings`; RangeError unless powerIterations is positive.
 * @example
 * sequential([layers.spectralNormalization({ layer: layers.dense({ units: 8 }), inputShape: [4] }), layers.dense({ units: 1 })]);
 */
export function spectralNormalization(options: SpectralNormalizationOptions): Layer {
  const where = checkLayerOptions("spectralNormalization", options, ["layer", "powerIterations"]);
  const powerIterations = checkInteger(where, "powerIterations", options.powerIterations ?? 1, 1);
  const inner = layerCore(options.layer);
  if (inner === undefined) {
    const remedy = "For example spectralNormalization({ layer: layers.dense({ units: 8 }) }).";
    throw new TypeError(explain(where, "layer must be a layer", describeValue(options.layer), remedy));
  }
  const { definition } = inner;
  let target = "";
  return createLayer({
    type: "spectralNormalization",
    options,
    config: { powerIterations, layer: savedLayer(inner) },
    build(shape, context) {
      const shapes = new Map<string, readonly number[]>();
      const recording: BuildContext = {
        variable(name, size, settings) {
          shapes.set(name, size);
          context.variable(name, size, settings);
        },
      };
      definition.build?.(shape, recording);
      target = ["kernel", "embeddings"].find((name) => shapes.get(name)?.length === 2) ?? "";
      if (target === "") {
        throw new TypeError(explain(where, "expected a layer with a matrix kernel or embeddings", inner.where));
      }
      const columns = shapes.get(target)?.[1] as number;
      const initializer = truncatedNormal({ stddev: 0.02 });
      context.variable("vectorU", [1, columns], { initializer, trainable: false });
    },
    call(x, context, pass) {
      const matrix = context.variables[target] as SymbolicTensor;
      const variables = { ...context.variables, [target]: ops.div(matrix, estimate(matrix, context, powerIterations)) };
      return definition.call(x, { ...context, variables }, pass);
    },
  });
}

/** Sigma, from the vector that training moves on. */
function estimate(matrix: SymbolicTensor, context: CallContext, powerIterations: number): SymbolicTensor {
  const before = context.variables.vectorU as SymbolicTensor;
  let [u, v] = [before, before];
  for (let i = 0; i < powerIterations; i++) {
    v = normalized(ops.matmul(u, matrix, { transposeB: true }));
    u = normalized(ops.matmul(v, matrix));
  }
  // A kernel of zeros has no direction: it stays as it is, and so does the vector.
  context.assign("vectorU", ops.where(ops.greater(ops.sumSquares(u), 0), u, before));
  const sigma = ops.sum(ops.mul(ops.matmul(ops.stopGradient(v), matrix), ops.stopGradient(u)));
  return ops.where(ops.greater(sigma, smallest), sigma, 1);
}

function normalized(x: SymbolicTensor): SymbolicTensor {
  return ops.mul(x, ops.rsqrt(ops.maximum(ops.sumSquares(x), smallest ** 2)));
}
