// Lesson 9: the chain rule on f = (x + y) z, then a whole step of back-propagation of a 2-2-2 network, number by number.

import { grad, layers, ops, optimizers, sequential } from "feedforward";
import { drawGraph } from "../shared/graph.js";
import { openNotebook } from "../shared/notebook.js";

const { say, show, picture } = openNotebook("09-chain-rule");

say("f = (x + y) z at x = -2, y = 5, z = -4. Forward:");
const [x, y, z] = [-2, 5, -4];
const q = show("q", x + y);
const f = show("f", q * z);
say("Backward, from f to the inputs:");
const dq = show("df-dq", z); // f = q z
const dz = show("df-dz", q);
const dx = show("df-dx", dq * 1); // q = x + y
const dy = show("df-dy", dq * 1);
picture(
  "graph",
  drawGraph("f = (x + y) z", [
    { name: "x", at: [0, 0], value: x, gradient: dx },
    { name: "y", at: [0, 1], value: y, gradient: dy },
    { name: "z", at: [0, 2], value: z, gradient: dz },
    { name: "q", at: [1, 0.5], value: q, gradient: dq, from: ["x", "y"], operation: "+" },
    { name: "f", at: [2, 1.25], value: f, gradient: 1, from: ["q", "z"], operation: "×" },
  ]),
);
say("The library, which knows one rule for each operation:");
show("library", (await grad((a, b, c) => ops.mul(ops.add(a, b), c))(x, y, z)) as number[]);

say("A 2-2-2 network: sigmoid, E = sum (t - o)² / 2, learning rate 0.5. Forward:");
const sigmoid = (net: number) => 1 / (1 + Math.exp(-net));
const [i1, i2, t1, t2, rate] = [0.05, 0.1, 0.01, 0.99, 0.5];
type Weights = [number, number, number, number, number, number, number, number];
const start: Weights = [0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55];
const [b1, b2] = [0.35, 0.6];

function forward([w1, w2, w3, w4, w5, w6, w7, w8]: Weights) {
  const h1 = sigmoid(w1 * i1 + w2 * i2 + b1);
  const h2 = sigmoid(w3 * i1 + w4 * i2 + b1);
  const o1 = sigmoid(w5 * h1 + w6 * h2 + b2);
  const o2 = sigmoid(w7 * h1 + w8 * h2 + b2);
  return { h1, h2, o1, o2, error: (t1 - o1) ** 2 / 2 + (t2 - o2) ** 2 / 2 };
}

function backward(weights: Weights, through = weights): Weights {
  const { h1, h2, o1, o2 } = forward(weights);
  const [, , , , w5, w6, w7, w8] = through;
  // The deltas of the outputs: how E changes with their net inputs.
  const d1 = (o1 - t1) * o1 * (1 - o1);
  const d2 = (o2 - t2) * o2 * (1 - o2);
  // Back to the hidden neurons, through the weights that the signal came by.
  const e1 = (d1 * w5 + d2 * w7) * h1 * (1 - h1);
  const e2 = (d1 * w6 + d2 * w8) * h2 * (1 - h2);
  return [e1 * i1, e1 * i2, e2 * i1, e2 * i2, d1 * h1, d1 * h2, d2 * h1, d2 * h2];
}

const { h1, h2, o1, o2, error } = forward(start);
show("hidden", [h1, h2]);
show("outputs", [o1, o2]);
show("error", error);

say("Backward, step by step for w5: dE/dw5 = dE/do1 · do1/dnet1 · dnet1/dw5");
show("factors-w5", [o1 - t1, o1 * (1 - o1), h1]);
const gradients = backward(start);
show("gradients-output", gradients.slice(4));
show("gradients-hidden", gradients.slice(0, 4));

say("One step: w - rate · gradient, all at once.");
const stepOf = (weights: Weights) => {
  const slope = backward(weights);
  return weights.map((w, i) => w - rate * (slope[i] as number)) as Weights;
};
const after = stepOf(start);
show("weights-hidden", after.slice(0, 4));
show("weights-output", after.slice(4));
show("error-after-1", forward(after).error);

say("Had the output weights been changed before the hidden gradients were computed:");
const early = backward(start, after);
const published = start.map((w, i) => (i < 4 ? w - rate * (early[i] as number) : (after[i] as number))) as Weights;
show("error-published", forward(published).error);

let weights = start;
for (let step = 0; step < 10_000; step++) weights = stepOf(weights);
show("error-after-10000", forward(weights).error);

say("The library, in float32. Its mean squared error of two outputs is E itself: (a² + b²) / 2.");
say("The biases of the example stay as they are, so they are constants here (rescaling), not weights.");
const net = sequential([
  layers.dense({ units: 2, useBias: false, inputShape: [2], name: "hidden" }),
  layers.rescaling({ scale: 1, offset: b1 }),
  layers.activation({ activation: "sigmoid" }),
  layers.dense({ units: 2, useBias: false, name: "output" }),
  layers.rescaling({ scale: 1, offset: b2 }),
  layers.activation({ activation: "sigmoid" }),
]);
const [w1, w2, w3, w4, w5, w6, w7, w8] = start;
net.setWeights([
  [
    [w1, w3],
    [w2, w4],
  ],
  [
    [w5, w7],
    [w6, w8],
  ],
]); // a column for each neuron
picture("net", net.toSvg());
net.compile({ optimizer: optimizers.sgd({ learningRate: rate }), loss: "meanSquaredError" });
const [input, target] = [[[i1, i2]], [[t1, t2]]];
show("library-outputs", (await net.predict(input)).data);
show("library-error", (await net.evaluate(input, target)).loss);
await net.fit(input, target, { epochs: 1, verbose: 0 });
const columns = net.getWeights().map(({ data }) => [0, 2, 1, 3].map((i) => data[i] as number));
show("library-weights-hidden", columns[0] ?? []);
show("library-weights-output", columns[1] ?? []);
show("library-error-after-1", (await net.evaluate(input, target)).loss);
await net.fit(input, target, { initialEpoch: 1, epochs: 10_000, verbose: 0 });
show("library-error-after-10000", (await net.evaluate(input, target)).loss);
