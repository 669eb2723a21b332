// From a CSV file to predictions: Fisher's irises (1936), four measures of a flower and its species.
// Run it by `npx tsx examples/iris.ts`.

import { data, layers, optimizers, sequential } from "feedforward";

const set = await data.csv(new URL("iris.csv", import.meta.url), { target: "species" });
const { train, test } = set.split(0.8, { seed: 1, stratify: true });
const scale = layers.normalization();
await scale.adapt(train);
const net = sequential(
  [scale, layers.dense({ units: 16, activation: "relu" }), layers.dense({ units: 3, activation: "softmax" })],
  { seed: 1 },
);
net.compile({
  optimizer: optimizers.adam({ learningRate: 0.01 }),
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
});
await net.fit(train, { epochs: 100 });
const { accuracy = 0 } = await net.evaluate(test);
const [probabilities = []] = (await net.predict([[5.1, 3.5, 1.4, 0.2]])).toArray<number[][]>();
const species = set.classes?.[probabilities.indexOf(Math.max(...probabilities))];
console.log(`test accuracy ${accuracy.toFixed(3)} (${test.rows} flowers); 5.1 3.5 1.4 0.2 is ${species}`);
