// Lesson 1: the perceptron of 1957, its weighted sum, its step, the rule by which it learns, and Novikoff's bound (1962).

import { perceptron, plots } from "feedforward";
import { openNotebook } from "../shared/notebook.js";

const { say, show, picture } = openNotebook("01-perceptron");

say("A weighted sum: net = w0 x0 + w1 x1 + w2 x2");
const neuron = perceptron({ inputs: 3, weights: [0.3, 0.4, 0.1] });
show("net", neuron.net([-1, 0, 0]));
show("output", neuron.predict([-1, 0, 0]));

say("The step, in its two forms, at net = 0:");
show("step-from-zero", perceptron({ inputs: 1, atThreshold: 1 }).predict([0])); // the formula: net >= threshold -> 1
show("step-above-zero", perceptron({ inputs: 1, atThreshold: 0 }).predict([0])); // the code: net <= 0 -> 0

const nets = Array.from({ length: 401 }, (_, i) => -2 + i / 100);
const step = perceptron({ inputs: 1, weights: [1] });
picture(
  "step",
  plots.lineChart({
    title: "The step function",
    xLabel: "net",
    yLabel: "output",
    series: [{ name: "step", x: nets, y: nets.map((net) => step.predict([net])) }],
    yRange: [-0.2, 1.2],
  }),
);

say("Rosenblatt's rule: after a mistake, w += rate (target - output) x and b += rate (target - output).");
const points = [
  ...[
    [1, 3],
    [2, 4],
    [1.5, 2.5],
    [3, 5],
    [2.5, 3.6],
    [0.5, 2],
  ], // class 1
  ...[
    [2, 1],
    [3, 2],
    [4, 2.5],
    [3.5, 1],
    [5, 3],
    [4.5, 4],
  ], // class 0
];
const classes = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
const learner = perceptron({ inputs: 2 });
const { converged, epochs, errors, mistakeBound } = learner.fit(points, classes);
say(`converged: ${converged}`);
show("epochs", epochs);
show("mistakes-per-epoch", errors);
show(
  "mistakes",
  errors.reduce((sum, count) => sum + count, 0),
);
show("mistake-bound", mistakeBound ?? Number.NaN);
show("weights", learner.weights);
show("bias", learner.bias);

picture(
  "learnt",
  await plots.decisionBoundary((grid) => learner.predict(grid), {
    title: "The line that the rule found",
    points,
    classes,
    resolution: 200,
  }),
);
