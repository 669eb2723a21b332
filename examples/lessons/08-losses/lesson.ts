// Lesson 8: losses. The word example of the lecture, squared error, and why classification does not use it.

import { grad, losses, ops, plots, sequential, layers } from "feedforward";
import { openNotebook } from "../shared/notebook.js";

const { say, show, picture } = openNotebook("08-losses");

say("The words and their predicted probabilities; the first is the right one:");
const predicted = show("predicted", [0.22, 0.02, 0.2, 0.51, 0.05]);
const truth = [1, 0, 0, 0, 0];

say("Cross-entropy: -sum(truth log(predicted)), by hand and by the library:");
show("by-hand", -truth.reduce((sum, t, i) => sum + t * Math.log(predicted[i] as number), 0));
show("cross-entropy", await lossOf("categoricalCrossentropy", predicted, truth));
say("Mean squared error of the same words:");
show("mse-by-hand", truth.reduce((sum, t, i) => sum + (t - (predicted[i] as number)) ** 2, 0) / truth.length);
show("mse", await lossOf("meanSquaredError", predicted, truth));

/** A model that gives back what it gets, so that its loss is that of the given prediction. */
async function lossOf(
  loss: "categoricalCrossentropy" | "meanSquaredError",
  prediction: number[],
  target: number[],
): Promise<number> {
  const model = sequential([layers.activation({ activation: "linear", inputShape: [prediction.length] })]);
  model.compile({ loss, optimizer: "sgd" });
  return (await model.evaluate([prediction], [target])).loss;
}

say("The loss for a right word that got the probability p:");
const ps = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
show(
  "surprise",
  [0.9, 0.5, 0.22, 0.01].map((p) => -Math.log(p)),
);
picture(
  "loss-of-p",
  plots.lineChart({
    title: "What a prediction of p for the truth costs",
    xLabel: "p",
    yLabel: "loss",
    series: [
      { name: "cross-entropy", x: ps, y: ps.map((p) => -Math.log(p)) },
      { name: "squared error", x: ps, y: ps.map((p) => (1 - p) ** 2) },
    ],
  }),
);

say("The gradient at the logit of a neuron that is sure, and wrong (logit -6, target 1):");
const squared = grad((logit) => ops.square(ops.sub(ops.sigmoid(logit), 1)));
const crossed = grad((logit) => ops.neg(ops.logSigmoid(logit)));
show("squared-gradient", (await squared(-6))[0] as number);
show("crossed-gradient", (await crossed(-6))[0] as number);
const logits = Array.from({ length: 121 }, (_, i) => (i - 60) / 10);
const slopes = async (f: typeof squared) => {
  const result: number[] = [];
  for (const logit of logits) result.push((await f(logit))[0] as number);
  return result;
};
picture(
  "gradients",
  plots.lineChart({
    title: "Gradient at the logit, target 1",
    xLabel: "logit",
    yLabel: "gradient",
    series: [
      { name: "cross-entropy", x: logits, y: await slopes(crossed) },
      { name: "squared error", x: logits, y: await slopes(squared) },
    ],
  }),
);

say("Regression: what an outlier does. Targets 1, 2, 3, 4, 100; the constant with the least loss:");
const targets = [1, 2, 3, 4, 100];
const candidates = Array.from({ length: 1001 }, (_, i) => i / 10);
const bestBy = (cost: (error: number) => number) => {
  const total = (c: number) => targets.reduce((sum, t) => sum + cost(t - c), 0);
  return candidates.reduce((best, c) => (total(c) < total(best) ? c : best));
};
show(
  "best-mse",
  bestBy((error) => error ** 2),
);
show("best-mae", bestBy(Math.abs));
show(
  "best-huber",
  bestBy((error) => (Math.abs(error) <= 1 ? error ** 2 / 2 : Math.abs(error) - 0.5)),
);
say(`In the library: ${losses.meanSquaredError().name}, ${losses.meanAbsoluteError().name}, ${losses.huber().name}.`);
