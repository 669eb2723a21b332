// Lesson 10: five optimizers go down the same surface, and then train the same network.

import { layers, type Optimizer, ops, optimizers, plots, type SymbolicTensor, sequential } from "feedforward";
import { openNotebook } from "../shared/notebook.js";
import { moons, normal } from "../shared/random.js";

const { say, show, picture } = openNotebook("10-optimizers");

say("The surface: a long narrow valley, f(x, y) = x² / 2 + 10 y². All start at (-8, 1.5).");
const surface = (x: number, y: number) => x ** 2 / 2 + 10 * y ** 2;
const start: [number, number] = [-8, 1.5];
const steps = 60;
show("start-height", surface(...start));

/** A layer whose only weights are the place. The input pushes it: the noise of a small batch. */
const place = () =>
  layers.custom({
    name: "place",
    inputShape: [2],
    build: (_, ctx) => ctx.variable("place", [2], { initializer: "zeros" }),
    call(push, ctx) {
      const at = ctx.variables.place as SymbolicTensor;
      return ops.add(ops.mul(push, at), ops.mul(ops.square(at), [0.5, 10]));
    },
  });

async function descend(optimizer: Optimizer, noise: number): Promise<[number, number][]> {
  const model = sequential([place()]);
  model.setWeights([start]);
  model.compile({ optimizer, loss: (_, terms) => ops.sum(terms, 1) });
  const next = normal(1);
  const path = [start];
  for (let step = 0; step < steps; step++) {
    await model.trainOnBatch([[noise * next(), noise * next()]], [[0, 0]]);
    const [x = 0, y = 0] = model.getWeights()[0]?.data ?? [];
    path.push([x, y]);
  }
  return path;
}

const racers = {
  gd: { optimizer: optimizers.sgd({ learningRate: 0.09 }), noise: 0 },
  sgd: { optimizer: optimizers.sgd({ learningRate: 0.09 }), noise: 1.5 },
  momentum: { optimizer: optimizers.sgd({ learningRate: 0.02, momentum: 0.8 }), noise: 0 },
  rmsprop: { optimizer: optimizers.rmsprop({ learningRate: 0.3 }), noise: 0 },
  adam: { optimizer: optimizers.adam({ learningRate: 0.5 }), noise: 0 },
};

const heights: plots.Series[] = [];
for (const [name, { optimizer, noise }] of Object.entries(racers)) {
  const path = await descend(optimizer, noise);
  const height = path.map(([x, y]) => surface(x, y));
  say(`${name}: heights after 5, 20 and 60 steps`);
  show(
    `${name}-heights`,
    [5, 20, 60].map((step) => height[step] as number),
  );
  show(`${name}-turns`, path.filter(([, y], i) => i > 0 && y * (path[i - 1]?.[1] as number) < 0).length);
  heights.push({ name, x: height.map((_, i) => i), y: height });
  picture(
    `${name}-path`,
    plots.surface(surface, {
      title: name,
      xRange: [-9, 3],
      yRange: [-2, 2],
      paths: [{ name: "", points: path }],
      width: 380,
      height: 260,
    }),
  );
}
picture(
  "heights",
  plots.lineChart({
    title: "Height above the bottom",
    xLabel: "step",
    yLabel: "f",
    scale: "log",
    series: heights.map(({ name, x, y }) => ({ name, x, y: y.map((height) => Math.max(height, 1e-6)) })),
    width: 560,
    height: 340,
  }),
);

say("Too large a step: gradient descent with rate 0.101, where 0.1 is the limit 2 / 20 of the steep direction.");
const diverging = await descend(optimizers.sgd({ learningRate: 0.101 }), 0);
show(
  "diverging-y",
  [0, 20, 60].map((step) => Math.abs(diverging[step]?.[1] as number)),
);

say(
  "A real network: 2-16-16-1 on 200 points of two moons, 60 epochs (600 steps in batches of 20), the same first weights.",
);
const { x, y } = moons(200, 0.15, 5);
const trainers = {
  "gd-network": { optimizer: optimizers.gradientDescent({ learningRate: 0.3 }), batchSize: 200 },
  "sgd-network": { optimizer: optimizers.sgd({ learningRate: 0.3 }), batchSize: 20 },
  "momentum-network": { optimizer: optimizers.sgd({ learningRate: 0.1, momentum: 0.9 }), batchSize: 20 },
  "rmsprop-network": { optimizer: optimizers.rmsprop({ learningRate: 0.01 }), batchSize: 20 },
  "adam-network": { optimizer: optimizers.adam({ learningRate: 0.01 }), batchSize: 20 },
};
const curves: plots.Series[] = [];
for (const [name, { optimizer, batchSize }] of Object.entries(trainers)) {
  const net = sequential(
    [
      layers.dense({ units: 16, activation: "tanh", inputShape: [2] }),
      layers.dense({ units: 16, activation: "tanh" }),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
    { seed: 4 },
  );
  net.compile({ optimizer, loss: "binaryCrossentropy" });
  const { history, epoch } = await net.fit(x, y, { epochs: 60, batchSize, verbose: 0 });
  const loss = history.loss ?? [];
  show(
    name,
    [9, 59].map((at) => loss[at] as number),
  );
  curves.push({ name, x: epoch, y: loss });
}
picture(
  "losses",
  plots.lineChart({
    title: "Loss on two moons",
    xLabel: "epoch",
    yLabel: "loss",
    series: curves,
    width: 560,
    height: 340,
  }),
);
