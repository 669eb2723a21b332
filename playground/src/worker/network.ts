// The network of a choice. code.ts writes the same as text; a test compares the two.

import { type Layer, layers, type Model, optimizers, regularizers, sequential } from "feedforward";
import type { PlaygroundData } from "../data/data-set.js";
import type { Config } from "../state/config.js";

export async function makeNetwork(config: Config, set: PlaygroundData): Promise<Model> {
  const { hidden, activation, initializer, optimizer, learningRate, penalty, penaltyFactor, dropout, seed } = config;
  const stack: Layer[] = [];
  if (config.data === "csv") {
    const scale = layers.normalization({ name: "scale", inputShape: [set.width] });
    await scale.adapt({ data: set.train.x, shape: [set.train.count, set.width] });
    stack.push(scale);
  }
  const common = () => ({
    kernelInitializer: initializer,
    ...(penalty === "l1" && { kernelRegularizer: regularizers.l1({ l1: penaltyFactor }) }),
    ...(penalty === "l2" && { kernelRegularizer: regularizers.l2({ l2: penaltyFactor }) }),
    ...(stack.length === 0 && { inputShape: [set.width] }),
  });
  hidden.forEach((units, i) => {
    stack.push(layers.dense({ name: `hidden${i + 1}`, units, activation, ...common() }));
    if (dropout > 0) stack.push(layers.dropout({ name: `dropout${i + 1}`, rate: dropout }));
  });
  const two = set.classes.length === 2;
  stack.push(
    layers.dense({
      name: "output",
      units: two ? 1 : set.classes.length,
      activation: two ? "sigmoid" : "softmax",
      ...common(),
    }),
  );
  const net = sequential(stack, { seed });
  net.compile({
    optimizer: optimizers[optimizer]({ learningRate }),
    loss: two ? "binaryCrossentropy" : "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return net;
}
