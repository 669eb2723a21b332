// k epochs, save, load and n more epochs end with the bits of k + n epochs.

import { beforeAll, describe, expect, test } from "vitest";
import { fromArrays } from "../../src/data/data-set.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import { type FitOptions, type Model, model, sequential } from "../../src/models/index.js";
import { input } from "../../src/layers/input.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import { loadModel } from "../../src/saving/load.js";
import * as schedules from "../../src/schedules/index.js";
import { testBackends } from "../backends.js";
import { allWeights, classification } from "../models/networks.js";

const { x, y } = classification(50);

function network(optimizer: Optimizer): Model {
  const net = sequential(
    [
      layers.dense({
        units: 12,
        activation: "tanh",
        inputShape: [5],
        kernelRegularizer: "l2",
        kernelConstraint: "maxNorm",
      }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 7 },
  );
  net.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  return net;
}

/** The weights of 5 epochs: at a stretch, and saved by a callback after the second. */
async function bothWays(
  make: () => Model,
  customObjects = {},
  options: FitOptions = {},
): Promise<{ whole: number[]; resumed: number[] }> {
  const net = make();
  let file: Uint8Array | undefined;
  await net.fit(x, y, {
    ...options,
    epochs: 5,
    onEpochEnd: async (epoch) => {
      if (epoch === 1) file = await net.save();
    },
  });
  const loaded = await loadModel(file as Uint8Array, { customObjects });
  // Predictions and evaluations between do not disturb it.
  await loaded.predict(x);
  await loaded.evaluate(x, y);
  await loaded.fit(x, y, { ...options, epochs: 5, initialEpoch: 2 });
  return { whole: allWeights(net), resumed: allWeights(loaded) };
}

const ema = { useEma: true, emaMomentum: 0.8, emaOverwriteFrequency: 3 };

const all: Readonly<Record<Exclude<keyof typeof optimizers, "custom" | "lbfgs">, () => Optimizer>> = {
  adadelta: () => optimizers.adadelta({ learningRate: 1 }),
  adagrad: () => optimizers.adagrad({ learningRate: 0.1, globalClipNorm: 0.5 }),
  adam: () => optimizers.adam({ learningRate: 0.01, amsgrad: true }),
  adamax: () => optimizers.adamax({ ...ema }),
  adamw: () => optimizers.adamw({ excludeFromWeightDecay: ["bias"], gradientAccumulationSteps: 3 }),
  ftrl: () => optimizers.ftrl({ learningRate: 0.1 }),
  gradientDescent: () => optimizers.gradientDescent({ learningRate: 0.1 }),
  lamb: () => optimizers.lamb(),
  lion: () => optimizers.lion(),
  momentum: () => optimizers.momentum({ clipValue: 0.1 }),
  muon: () => optimizers.muon(),
  nadam: () => optimizers.nadam({ ...ema, gradientAccumulationSteps: 2 }),
  nesterov: () => optimizers.nesterov({ clipNorm: 0.1 }),
  radam: () =>
    optimizers.radam({
      learningRate: schedules.exponential({ initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.9 }),
    }),
  rmsprop: () => optimizers.rmsprop({ centered: true, momentum: 0.5 }),
  rprop: () => optimizers.rprop(),
  scheduleFreeAdamW: () => optimizers.scheduleFreeAdamW(),
  sgd: () =>
    optimizers.sgd({ momentum: 0.9, learningRate: schedules.cosine({ initialLearningRate: 0.1, decaySteps: 12 }) }),
};

describe.each(testBackends)("$label", (backend) => {
  beforeAll(() => backend.use());

  test.each(Object.entries(all))("%s", async (_, optimizer) => {
    const { whole, resumed } = await bothWays(() => network(optimizer()), {}, { batchSize: 16 });
    expect(resumed).toEqual(whole);
  });

  test("an optimizer, a layer and a loss of users", async () => {
    const own = () =>
      optimizers.custom({
        name: "own",
        slots: ["v"],
        update(p, g, { slots, learningRate }) {
          const v = ops.sub(ops.mul(0.9, slots.v as typeof g), ops.mul(learningRate, g));
          return { parameter: ops.add(p, v), v };
        },
      });
    const scale = () =>
      layers.custom({
        name: "scale",
        build: (shape, ctx) => ctx.variable("factor", [shape[1] as number], { initializer: "ones" }),
        call: (rows, ctx) => ops.mul(rows, ctx.variables.factor as typeof rows),
      });
    const squares = (a: SymbolicTensor, b: SymbolicTensor) => ops.square(ops.sub(a, b));
    const make = () => {
      const net = sequential([layers.dense({ units: 4, inputShape: [5] }), scale(), layers.dense({ units: 1 })], {
        seed: 1,
      });
      net.compile({ optimizer: own(), loss: squares, metrics: [squares] });
      return net;
    };
    const { whole, resumed } = await bothWays(make, { own, scale, squares });
    expect(resumed).toEqual(whole);
  });

  test("a data set", async () => {
    const set = fromArrays(x, y);
    const make = () => network(optimizers.adam());
    const net = make();
    await net.fit(set, { epochs: 2, batchSize: 16 });
    const loaded = await loadModel(await net.save());
    await net.fit(set, { epochs: 5, initialEpoch: 2, batchSize: 16 });
    await loaded.fit(set, { epochs: 5, initialEpoch: 2, batchSize: 16 });
    expect(allWeights(loaded)).toEqual(allWeights(net));
    const whole = make();
    await whole.fit(set, { epochs: 5, batchSize: 16 });
    expect(allWeights(loaded)).toEqual(allWeights(whole));
  });

  test("lbfgs: two fits with a file between them are two fits without", async () => {
    const net = sequential(
      [layers.dense({ units: 4, activation: "tanh", inputShape: [5] }), layers.dense({ units: 3 })],
      {
        seed: 2,
      },
    );
    net.compile({
      optimizer: optimizers.lbfgs({ historySize: 4 }),
      loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    });
    await net.fit(x, y, { epochs: 4 });
    const loaded = await loadModel(await net.save());
    const again = { epochs: 8, initialEpoch: 4 };
    const [first, second] = [await net.fit(x, y, again), await loaded.fit(x, y, again)];
    expect(allWeights(loaded)).toEqual(allWeights(net));
    expect(second.history).toEqual(first.history);
  });

  test("several inputs and outputs, shared and nested layers, frozen ones, joined epochs", async () => {
    const make = () => {
      const encoder = sequential(
        [layers.dense({ units: 6, activation: "tanh", inputShape: [5] }), layers.dropout({ rate: 0.2 })],
        { name: "encoder" },
      );
      const a = input({ shape: [5], name: "a" });
      const shared = layers.dense({ units: 3, activation: "relu", learningRateScale: 0.5 });
      const frozen = layers.dense({ units: 6, trainable: false });
      const h = layers.concatenate()([encoder.call(a), frozen(ops.mul(a, 0.5))]);
      const net = model({
        inputs: { a },
        outputs: { classes: layers.softmax()(shared(encoder.call(a))), size: layers.dense({ units: 1 })(h) },
        seed: 3,
      });
      net.compile({
        optimizer: "adam",
        loss: { classes: "sparseCategoricalCrossentropy", size: "mse" },
        lossWeights: { size: 0.3 },
        metrics: { classes: ["accuracy"] },
      });
      return net;
    };
    const net = make();
    const targets = { classes: y, size: Float32Array.from(y) };
    await net.fit({ a: x }, targets, { epochs: 3, batchSize: 10 });
    const loaded = await loadModel(await net.save());
    expect(loaded.summary()).toBe(net.summary());
    await net.fit({ a: x }, targets, { epochs: 3, batchSize: 10 });
    const history = await (loaded as unknown as typeof net).fit({ a: x }, targets, {
      epochs: 6,
      initialEpoch: 3,
      batchSize: 10,
    });
    expect(history.epoch).toEqual([3, 4, 5]);
    expect(allWeights(loaded)).toEqual(allWeights(net));
    expect(loaded.getWeights().map(({ name }) => name)).toEqual(net.getWeights().map(({ name }) => name));
  });
});
