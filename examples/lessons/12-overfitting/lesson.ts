// Lesson 12: a network that learns its 30 examples by heart, and the ways to prevent it.

import {
  callbacks,
  data,
  layers,
  metrics,
  optimizers,
  plots,
  type Regularizer,
  regularizers,
  schedules,
  sequential,
} from "feedforward";
import { openNotebook } from "../shared/notebook.js";
import { moons } from "../shared/random.js";
import { parametersOf } from "../shared/statistics.js";

const { say, show, picture } = openNotebook("12-overfitting");

say("30 noisy points of two moons to learn from, 1000 to see what was learnt.");
const train = moons(30, 0.35, 3);
const test = moons(1000, 0.35, 4);
const epochs = 1000;

interface Recipe {
  readonly units?: number;
  readonly penalty?: Regularizer;
  readonly dropout?: number;
  readonly noise?: number;
  readonly stop?: boolean;
}

/** Trains one network by a recipe; shows its accuracy on both sets, and the loss on the new points. */
async function run(name: string, { units = 64, penalty, dropout = 0, noise = 0, stop = false }: Recipe) {
  const hidden = { units, activation: "relu", ...(penalty && { kernelRegularizer: penalty }) } as const;
  const drop = dropout > 0 ? [layers.dropout({ rate: dropout })] : [];
  const net = sequential(
    [
      layers.dense({ ...hidden, inputShape: [2] }),
      ...drop,
      layers.dense(hidden),
      ...(dropout > 0 ? [layers.dropout({ rate: dropout })] : []),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
    { seed: 1 },
  );
  // The cross-entropy is a metric, too, because the loss has the penalties in it.
  net.compile({
    optimizer: optimizers.adam({
      learningRate: schedules.cosine({ initialLearningRate: 0.003, decaySteps: epochs }),
    }),
    loss: "binaryCrossentropy",
    metrics: ["accuracy", metrics.binaryCrossentropy({ name: "entropy" })],
  });
  const changed = data
    .fromArrays(train.x, train.y)
    .batch(30)
    .map(data.gaussianNoise({ stddev: noise, seed: 1 }));
  const options = {
    ...{ epochs, verbose: 0 as const, validationData: [test.x, test.y] as const },
    callbacks: stop ? [callbacks.earlyStopping({ monitor: "valEntropy", patience: 50, restoreBestWeights: true })] : [],
  };
  const { history, epoch } =
    noise > 0 ? await net.fit(changed, options) : await net.fit(train.x, train.y, { ...options, batchSize: 30 });
  const [seen, unseen] = [await net.evaluate(train.x, train.y), await net.evaluate(test.x, test.y)];
  show(`${name}-accuracy`, [seen.accuracy, unseen.accuracy] as number[]);
  show(`${name}-accuracy-new`, unseen.accuracy ?? Number.NaN);
  show(`${name}-entropy`, [seen.entropy, unseen.entropy] as number[]);
  picture(
    `${name}-boundary`,
    await plots.decisionBoundary((grid) => net.predict(grid, { batchSize: 1024 }), {
      title: name,
      points: train.x,
      classes: train.y,
      ...{ xRange: [-2.5, 3], yRange: [-1.5, 2], width: 320, height: 280 },
    }),
  );
  return { net, history, epoch };
}

say("The disease. Accuracy and cross-entropy: on what was learnt, on what is new.");
const plain = await run("overfitted", {});
const validation = plain.history.valEntropy ?? [];
const best = validation.indexOf(Math.min(...validation));
show("best-epoch", best + 1);
show("best-entropy", validation[best] as number);
picture(
  "curves",
  plots.lineChart({
    title: "Cross-entropy, 2-64-64-1 and 30 points",
    xLabel: "epoch",
    yLabel: "cross-entropy",
    series: [
      { name: "learnt points", x: plain.epoch, y: plain.history.entropy ?? [] },
      { name: "new points", x: plain.epoch, y: validation },
    ],
  }),
);
show("parameters", parametersOf(plain.net));

say("The cures:");
await run("augmentation", { noise: 0.3 });
await run("dropout", { dropout: 0.5 });
await run("l1", { penalty: regularizers.l1({ l1: 0.01 }) });
await run("l2", { penalty: regularizers.l2({ l2: 0.01 }) });
const small = await run("smaller", { units: 3 });
show("smaller-parameters", parametersOf(small.net));
const stopped = await run("stopped", { stop: true });
show("stopped-epochs", stopped.epoch.length);
