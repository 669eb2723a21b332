// What a training keeps besides the weights: averages, sums of gradients, slots and numbers of rules over the graph. It outlives
// the program that holds it, begins anew with `compile`, and does not depend on the number of threads.

import { beforeAll, describe, expect, it } from "vitest";
import { constraints, layers, type Model, type Optimizer, ops, optimizers, sequential } from "../../src/index.js";
import { setBackend } from "../../src/backends/registry.js";
import { RandomStream } from "../../src/random/philox.js";
import { testBackends } from "../backends.js";
import { allWeights } from "./networks.js";

/** Every option that keeps something, and every rule over the graph. */
const makers: Readonly<Record<string, () => Optimizer>> = {
  "averages that overwrite, and accumulation": () =>
    optimizers.adam({
      learningRate: 0.02,
      useEma: true,
      emaMomentum: 0.75,
      emaOverwriteFrequency: 2,
      gradientAccumulationSteps: 3,
      globalClipNorm: 0.5,
    }),
  "a rule of the user": () =>
    optimizers.custom({
      slots: ["sum"],
      weightDecay: 0.01,
      clipValue: 0.25,
      update(p, g, { slots, step, learningRate }) {
        const sum = ops.add(slots.sum ?? 0, ops.square(g));
        const rate = ops.div(learningRate, ops.sqrt(step));
        return { parameter: ops.sub(p, ops.div(ops.mul(rate, g), ops.sqrt(ops.add(sum, 0.1)))), sum };
      },
    }),
  muon: () => optimizers.muon({ learningRate: 0.02, clipNorm: 1 }),
  scheduleFreeAdamW: () => optimizers.scheduleFreeAdamW({ learningRate: 0.05, warmupSteps: 4, weightDecay: 0.1, r: 1 }),
};
const optimizerCases = Object.entries(makers).map(([name, make]) => ({ name, make }));

function data(rows: number, width: number) {
  const random = new RandomStream([5, 0]);
  const x = { data: Float32Array.from({ length: rows * width }, () => random.normal()), shape: [rows, width] };
  const y = { data: Float32Array.from({ length: rows * 2 }, () => random.normal()), shape: [rows, 2] };
  return { x, y };
}

function network(optimizer: Optimizer, width = 3, units = 5): Model {
  const net = sequential(
    [
      layers.dense({
        units,
        activation: "tanh",
        inputShape: [width],
        kernelRegularizer: "l1l2",
        activityRegularizer: "l2",
        kernelConstraint: constraints.maxNorm({ maxValue: 1.5 }),
      }),
      layers.batchNormalization(),
      layers.dense({ units: 2, kernelRegularizer: "orthogonal", biasConstraint: "nonNeg" }),
    ],
    { seed: 11 },
  );
  net.compile({ optimizer, loss: "mse" });
  return net;
}

describe.each(testBackends)("the state of a training on $label", (backend) => {
  beforeAll(() => backend.use());
  const { x, y } = data(10, 3);
  const silent = { batchSize: 4, epochs: 4, shuffle: false, verbose: 0 } as const;

  it.each(optimizerCases)("outlives the program: $name", async ({ make }) => {
    using whole = network(make());
    await whole.fit(x, y, { ...silent, epochs: 8 });
    using parts = network(make());
    const interrupt = async (epoch: number) => {
      // A larger batch than before: the program is built again.
      if (epoch === 3) await parts.evaluate(x, y, { batchSize: 10 });
    };
    await parts.fit(x, y, { ...silent, epochs: 8, onEpochEnd: interrupt });
    expect(allWeights(parts)).toEqual(allWeights(whole));
  });

  it.each(optimizerCases)("begins anew with compile: $name", async ({ make }) => {
    using net = network(make());
    const start = net.getWeights();
    await net.fit(x, y, silent);
    const first = allWeights(net);
    net.setWeights(start);
    net.compile({ optimizer: make(), loss: "mse" });
    await net.fit(x, y, silent);
    expect(allWeights(net)).toEqual(first);
  });

  it.each(optimizerCases)("uses a new learning rate at once: $name", async ({ make }) => {
    using scheduled = network(make());
    (scheduled.optimizer as Optimizer).learningRate = (step) => (step < 12 ? 0.02 : 0.05);
    await scheduled.fit(x, y, { ...silent, epochs: 8 });
    using set = network(make());
    (set.optimizer as Optimizer).learningRate = 0.02;
    await set.fit(x, y, silent);
    (set.optimizer as Optimizer).learningRate = 0.05;
    await set.fit(x, y, silent);
    if (set.optimizer?.common.average === undefined) expect(allWeights(set)).toEqual(allWeights(scheduled));
    // The first of two fits has put averages in the place of the weights.
    else expect(allWeights(set)).not.toEqual(allWeights(scheduled));
  });

  it("fit ends with the averages, whose training is the same as without them", async () => {
    const rate = { learningRate: 0.1 };
    using plain = network(optimizers.sgd(rate));
    using averaged = network(optimizers.sgd({ ...rate, useEma: true, emaMomentum: 0.5 }));
    const averages: number[][] = [];
    const { history } = await plain.fit(x, y, silent);
    const end = await averaged.fit(x, y, {
      ...silent,
      onBatchEnd: () => {
        averaged.swapEmaWeights();
        averages.push(allWeights(averaged));
        averaged.swapEmaWeights();
      },
    });
    expect(end.history).toEqual(history);
    expect(averages).toHaveLength(12);
    expect(allWeights(averaged)).toEqual(averages[11]);
    expect(allWeights(averaged)).not.toEqual(allWeights(plain));
  });

  it("an average is that of the weights after the updates", async () => {
    using net = sequential([layers.dense({ units: 1, useBias: false, inputShape: [1], kernelInitializer: "ones" })]);
    // The gradient of x w is x: the weight goes 1, 0, -2, -5.
    net.compile({
      loss: (_yTrue, yPred) => ops.mean(yPred, 1),
      optimizer: optimizers.sgd({ learningRate: 1, useEma: true, emaMomentum: 0.5 }),
    });
    const weight = () => allWeights(net)[0];
    expect(() => net.swapEmaWeights()).toThrow(
      `model "${net.name}", swapEmaWeights: expected moving averages of the weights, received none. ` +
        "Compile with useEma: true and train first.",
    );
    const path: (number | undefined)[] = [];
    for (const x of [1, 2, 3]) {
      await net.trainOnBatch([[x]], [0]);
      path.push(weight());
    }
    expect(path).toEqual([0, -2, -5]);
    net.swapEmaWeights();
    // 0, then (0 - 2) / 2, then (-1 - 5) / 2.
    expect(weight()).toBe(-3);
    expect((await net.predict([[1]])).data[0]).toBe(-3);
    net.swapEmaWeights();
    expect(weight()).toBe(-5);
  });

  it("accumulated gradients go on in the next fit", async () => {
    const make = () => network(optimizers.sgd({ learningRate: 0.1, gradientAccumulationSteps: 4 }));
    using whole = make();
    await whole.fit(x, y, { ...silent, epochs: 4 });
    using parts = make();
    for (let epoch = 0; epoch < 4; epoch++) await parts.fit(x, y, { ...silent, epochs: 1 });
    expect(allWeights(parts)).toEqual(allWeights(whole));
  });

  it("L-BFGS refuses constraints, which it would overstep", async () => {
    const net = network(optimizers.lbfgs());
    const before = allWeights(net);
    await expect(net.fit(x, y, { verbose: 0 })).rejects.toThrow(
      `model "${net.name}", fit: optimizer lbfgs moves weights without regard to constraints: expected none, ` +
        'received one on "dense/kernel". Choose another optimizer, or a regularizer.',
    );
    expect(allWeights(net)).toEqual(before);
  });
});

describe("training on several threads", () => {
  const names = [...new Set(testBackends.filter(({ name }) => name === "native").map(({ name }) => name))];

  it.each(optimizerCases)("gives the same bits: $name", async ({ make }) => {
    const { x, y } = data(96, 70);
    for (const name of names) {
      const results: number[][] = [];
      for (const threads of [1, 2]) {
        await setBackend(name, { threads });
        using net = network(make(), 70, 600);
        const { history } = await net.fit(x, y, { batchSize: 40, epochs: 3, verbose: 0 });
        results.push([...allWeights(net), ...history.loss]);
      }
      expect(results[1]).toEqual(results[0]);
    }
  });
});
