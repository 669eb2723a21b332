// The loss of given predictions: a network that computes nothing.

import * as layers from "../../src/layers/index.js";
import type { LossInput } from "../../src/losses/index.js";
import { sequential } from "../../src/models/index.js";
import type { TensorInput } from "../../src/tensor.js";

export async function lossOf(
  loss: LossInput,
  yTrue: number[] | number[][],
  yPred: number[][],
  sampleWeight?: TensorInput,
): Promise<number> {
  const identity = sequential([layers.activation({ activation: "linear", inputShape: [yPred[0]?.length ?? 0] })]);
  identity.compile({ loss });
  return (await identity.evaluate(yPred, yTrue, sampleWeight === undefined ? {} : { sampleWeight })).loss;
}
