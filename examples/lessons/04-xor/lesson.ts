// Lesson 4: no line separates XOR (Minsky and Papert, 1969). Three gates in two layers do it, and a small MLP learns it.

import { layers, optimizers, perceptron, plots, sequential } from "feedforward";
import { openNotebook } from "../shared/notebook.js";

const { say, show, picture } = openNotebook("04-xor");

const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const targets = [0, 1, 1, 0];

say("Rosenblatt's rule on XOR:");
const neuron = perceptron({ inputs: 2 });
const { converged, epochs, errors } = neuron.fit(inputs, targets, { epochs: 50 });
say(`converged: ${converged}`);
show("epochs", epochs);
show("fewest-mistakes", Math.min(...errors));
show("last-mistakes", errors.slice(-4));
picture(
  "mistakes",
  plots.lineChart({
    title: "Mistakes of each pass",
    xLabel: "pass",
    yLabel: "mistakes",
    series: [{ name: "mistakes", x: errors.map((_, i) => i + 1), y: errors }],
    yRange: [0, 4],
  }),
);

say("The best that any line can do, of 9261 lines:");
const grid = Array.from({ length: 21 }, (_, i) => (i - 10) / 5);
let best = 0;
for (const w1 of grid) {
  for (const w2 of grid) {
    for (const bias of grid) {
      const outputs = perceptron({ inputs: 2, weights: [w1, w2], bias }).predict(inputs);
      best = Math.max(best, outputs.filter((output, i) => output === targets[i]).length);
    }
  }
}
show("best-of-lines", best);

say("Two layers of gates, AND(NAND(x), OR(x)), for 00, 01, 10, 11:");
const nand = perceptron({ inputs: 2, weights: [-0.5, -0.5], bias: 0.7, atThreshold: 0 });
const or = perceptron({ inputs: 2, weights: [0.6, 0.6], bias: -0.5, atThreshold: 0 });
const and = perceptron({ inputs: 2, weights: [0.5, 0.5], bias: -0.7, atThreshold: 0 });
const gates = (x: number[]) => and.predict([nand.predict(x), or.predict(x)]);
show(
  "hidden",
  inputs.map((x) => [nand.predict(x), or.predict(x)]),
);
show("gates", inputs.map(gates));
picture(
  "gates-picture",
  await plots.decisionBoundary((points) => points.map(gates), {
    title: "AND(NAND, OR)",
    points: inputs,
    classes: targets,
    resolution: 200,
  }),
);

say("A 2-2-1 MLP that learns it:");
const net = sequential(
  [layers.dense({ units: 2, activation: "tanh", inputShape: [2] }), layers.dense({ units: 1, activation: "sigmoid" })],
  { seed: 3 },
);
net.compile({ optimizer: optimizers.adam({ learningRate: 0.1 }), loss: "binaryCrossentropy" });
const { history } = await net.fit(inputs, targets, { epochs: 500, batchSize: 4, verbose: 0 });
const outputs = (await net.predict(inputs)).data;
show("first-loss", history.loss?.[0] ?? Number.NaN);
show("last-loss", history.loss?.at(-1) ?? Number.NaN);
show("answers", Array.from(outputs, Math.round));
picture("net", net.toSvg());
picture(
  "learnt",
  await plots.decisionBoundary((points) => net.predict(points), {
    title: "What the 2-2-1 MLP learnt",
    points: inputs,
    classes: targets,
  }),
);
