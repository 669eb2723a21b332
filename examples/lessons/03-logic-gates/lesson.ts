// Lesson 3: AND, OR and NAND, with the lecture's weights and with learnt ones.

import { perceptron, plots } from "feedforward";
import { openNotebook } from "../shared/notebook.js";

const { say, show, picture } = openNotebook("03-logic-gates");

const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const gates = [
  { gate: "and", weights: [0.5, 0.5], bias: -0.7, targets: [0, 0, 0, 1] },
  { gate: "or", weights: [0.6, 0.6], bias: -0.5, targets: [0, 1, 1, 1] },
  { gate: "nand", weights: [-0.5, -0.5], bias: 0.7, targets: [1, 1, 1, 0] },
];

say("With weights by hand, by the rule of the code (net <= 0 -> 0). Inputs 00, 01, 10, 11:");
for (const { gate, weights, bias } of gates) {
  const neuron = perceptron({ inputs: 2, weights, bias, atThreshold: 0 });
  say(`${gate}: w = ${weights.join(", ")}, b = ${bias}`);
  show(
    `${gate}-nets`,
    inputs.map((x) => neuron.net(x)),
  );
  show(`${gate}-outputs`, neuron.predict(inputs));
  picture(
    gate,
    await plots.decisionBoundary((grid) => neuron.predict(grid), {
      title: `${gate.toUpperCase()} by hand`,
      points: inputs,
      classes: neuron.predict(inputs),
      resolution: 200,
      width: 300,
      height: 300,
    }),
  );
}

say("With weights that Rosenblatt's rule finds from the truth table, learning rate 0.1:");
for (const { gate, targets } of gates) {
  const neuron = perceptron({ inputs: 2, learningRate: 0.1, atThreshold: 0 });
  const { epochs, errors } = neuron.fit(inputs, targets);
  show(`${gate}-epochs`, epochs);
  show(
    `${gate}-mistakes`,
    errors.reduce((sum, count) => sum + count, 0),
  );
  show(`${gate}-learnt`, [...neuron.weights, neuron.bias]);
  show(`${gate}-learnt-outputs`, neuron.predict(inputs));
}
