// A learnt vector for each of a number of categories.

import type { ConstraintInput } from "../constraints/resolve.js";
import { checkInteger, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { InitializerInput } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import type { RegularizerInput } from "../regularizers/resolve.js";
import { checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";
import { weightOptionNames, weightOptions } from "./weight-options.js";

export interface EmbeddingOptions extends LayerOptions {
  /** The number of categories: inputs are the integers from 0 to `inputDim - 1`; at most 2^24. */
  inputDim: number;
  /** The length of the vectors. */
  outputDim: number;
  /** Default "randomUniform". */
  embeddingsInitializer?: InitializerInput;
  /** A penalty on the embeddings that is added to the loss; default none. */
  embeddingsRegularizer?: RegularizerInput | null;
  /** Applied to the embeddings after each update; default none. */
  embeddingsConstraint?: ConstraintInput | null;
}

// Float32 numbers count exactly to here.
const maximumDim = 2 ** 24;

/**
 * Turns integers into vectors: `y = embeddings[x]`.
 *
 * Input `[batch, length]` of integers in [0, inputDim), output `[batch, length, outputDim]`; put `layers.flatten()` behind it
 * for a dense layer. A number that is no such integer gives NaN, which ends a training with an error. Weight
 * `embeddings [inputDim, outputDim]`. Follows keras.layers.Embedding, without `maskZero`.
 *
 * @throws RangeError unless inputDim and outputDim are positive integers, inputDim at most 2^24.
 * @example
 * sequential([layers.embedding({ inputDim: 1000, outputDim: 8, inputShape: [3] }), layers.flatten(), layers.dense({ units: 1 })]);
 */
export function embedding(options: EmbeddingOptions): Layer {
  const where = checkLayerOptions("embedding", options, ["inputDim", "outputDim", ...weightOptionNames("embeddings")]);
  const inputDim = checkInteger(where, "inputDim", options.inputDim, 1);
  if (inputDim > maximumDim) throw new RangeError(explain(where, `inputDim must be at most ${maximumDim}`, inputDim));
  const outputDim = checkInteger(where, "outputDim", options.outputDim, 1);
  const embeddings = weightOptions(where, "embeddings", options, "randomUniform");
  return createLayer({
    type: "embedding",
    options,
    config: { inputDim, outputDim, ...embeddings.config },
    build: (_shape, context) => context.variable("embeddings", [inputDim, outputDim], embeddings.options),
    call: (x, { variables }) => ops.take(variables.embeddings as SymbolicTensor, x),
  });
}
