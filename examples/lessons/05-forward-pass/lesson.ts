// Lesson 5: the forward pass of a 3-4-2 network, by hand and by the library: the same numbers.

import { activations, layers, ops, sequential, compileFunction } from "feedforward";
import { openNotebook } from "../shared/notebook.js";
import { parametersOf } from "../shared/statistics.js";

const { say, show, picture } = openNotebook("05-forward-pass");

const x = show("x", [1, 2, 3]);
const w1 = [
  [0.1, -0.2, 0.3, 0.4],
  [0.5, 0.1, -0.3, 0.2],
  [-0.5, 0.3, 0.2, -0.1],
]; // (3, 4): a row for each input, a column for each neuron
const b1 = [0.1, 0.2, -0.1, 0];
const w2 = [
  [0.3, -0.5],
  [0.2, 0.4],
  [-0.6, 0.1],
  [0.7, -0.2],
]; // (4, 2)
const b2 = [0.05, -0.05];

say("By hand: h = relu(x W1 + b1), logits = h W2 + b2, probabilities = softmax(logits).");
const layer = (input: number[], w: number[][], b: number[]) =>
  b.map((bias, j) => input.reduce((sum, value, i) => sum + value * (w[i]?.[j] as number), bias));
const net = show("net", layer(x, w1, b1));
const h = show(
  "h",
  net.map((value) => Math.max(0, value)),
);
const logits = show("logits", layer(h, w2, b2));
const exponentials = logits.map(Math.exp);
const total = exponentials.reduce((a, b) => a + b, 0);
const byHand = show(
  "probabilities",
  exponentials.map((value) => value / total),
);

say("By the library:");
const model = sequential([
  layers.dense({ units: 4, activation: "relu", inputShape: [3], name: "hidden" }),
  layers.dense({ units: 2, activation: "softmax", name: "output" }),
]);
model.setWeights([w1, b1, w2, b2].map((values) => values));
const byLibrary = (await model.predict([x])).data;
show("library", byLibrary);
show("largest-difference", Math.max(...byHand.map((value, i) => Math.abs(value - (byLibrary[i] as number)))));

say("A batch is a matrix with a row for each example, and costs one product more rows, not one call more:");
const batch = [x, [0, 0, 0], [-1, 1, 0.5]];
show("batch", (await model.predict(batch)).toArray() as number[][]);

say("The same without a model, of single operations:");
const forward = compileFunction(
  (a, b, c, d, e) => activations.softmax(ops.add(ops.matmul(ops.relu(ops.add(ops.matmul(a, b), c)), d), e)),
  { shapes: [[1, 3], [3, 4], [4], [4, 2], [2]] },
);
show("by-operations", (await forward([x], w1, b1, w2, b2)) as number[][]);
show("parameters", parametersOf(model));
say(model.summary());
picture("net-picture", model.toSvg());
