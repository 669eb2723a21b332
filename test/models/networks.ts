// Small networks and data that the tests of models share.

import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import { type CompileOptions, type Model, sequential } from "../../src/models/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { RandomStream } from "../../src/random/philox.js";

export const xorInputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
export const xorTargets = [0, 1, 1, 0];

export function xorNetwork(seed: number, options: Partial<CompileOptions> = {}): Model {
  const net = sequential(
    [
      layers.dense({ units: 8, activation: "tanh", inputShape: [2], name: "hidden" }),
      layers.dense({ units: 1, activation: "sigmoid", name: "output" }),
    ],
    { seed, name: "xor" },
  );
  net.compile({
    optimizer: optimizers.adam({ learningRate: 0.05 }),
    loss: "binaryCrossentropy",
    metrics: ["accuracy"],
    ...options,
  });
  return net;
}

/** Rows of random numbers with three classes that a small network can tell apart, mostly. */
export function classification(rows: number, seed = 1): { x: { data: Float32Array; shape: number[] }; y: Uint8Array } {
  const random = new RandomStream([seed, 0]);
  const data = Float32Array.from({ length: rows * 5 }, () => random.normal());
  const y = Uint8Array.from({ length: rows }, (_, i) => {
    const sum = (data[i * 5] ?? 0) + (data[i * 5 + 1] ?? 0) * (data[i * 5 + 2] ?? 0);
    return sum < -0.5 ? 0 : sum < 0.5 ? 1 : 2;
  });
  return { x: { data, shape: [rows, 5] }, y };
}

export function classifier(seed: number, options: Partial<CompileOptions> = {}): Model {
  const net = sequential(
    [
      layers.dense({ units: 16, activation: "relu", inputShape: [5], name: "hidden" }),
      layers.dropout({ rate: 0.1 }),
      layers.dense({ units: 3, name: "logits" }),
    ],
    { seed, name: "classifier" },
  );
  net.compile({
    optimizer: "adam",
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
    ...options,
  });
  return net;
}

/** All weights of a model in one array, for comparisons of bits. */
export function allWeights(net: Pick<Model, "getWeights">): number[] {
  return net.getWeights().flatMap(({ data }) => [...data]);
}
