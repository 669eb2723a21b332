// Update rules of users: what they compute, what they may read, and how their mistakes are told.

import { beforeAll, describe, expect, it } from "vitest";
import {
  layers,
  type Model,
  type Optimizer,
  ops,
  optimizers,
  type SymbolicTensor,
  sequential,
} from "../../src/index.js";
import { testBackends } from "../backends.js";
import { allWeights } from "../models/networks.js";

const x = [
  [1, 2, 0.5],
  [-1, 0.25, 3],
  [0, 1, -2],
];
const y = [
  [1, -1],
  [0.5, 2],
  [3, 0],
];

function network(optimizer: Optimizer): Model {
  const net = sequential(
    [layers.dense({ units: 4, activation: "tanh", inputShape: [3] }), layers.dense({ units: 2 })],
    { seed: 3 },
  );
  net.compile({ optimizer, loss: "mse" });
  return net;
}

async function trained(optimizer: Optimizer, epochs = 5): Promise<number[]> {
  using net = network(optimizer);
  await net.fit(x, y, { epochs, batchSize: 2, verbose: 0 });
  return allWeights(net);
}

function expectNear(actual: number[], expected: number[]): void {
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? Number.NaN)), `weight ${i}`).toBeLessThan(2e-6);
  });
}

/** As optimizers.nesterov({ momentum: 0.75 }): reads the velocity twice and writes both arrays. */
function momentum(options: object = {}): Optimizer {
  return optimizers.custom({
    learningRate: 0.05,
    slots: ["velocity"],
    update(p, g, { slots, learningRate }) {
      const change = ops.mul(learningRate, g);
      const velocity = ops.sub(ops.mul(0.75, slots.velocity as SymbolicTensor), change);
      return { parameter: ops.add(p, ops.sub(ops.mul(0.75, velocity), change)), velocity };
    },
    ...options,
  });
}

describe.each(testBackends)("optimizers of users on $label", (backend) => {
  beforeAll(() => backend.use());

  it("are the core's rule when they say the same", async () => {
    const core = optimizers.nesterov({ learningRate: 0.05, momentum: 0.75 });
    expectNear(await trained(momentum()), await trained(core));
  });

  it("take the options of all optimizers", async () => {
    const options = {
      weightDecay: 0.1,
      clipNorm: 0.5,
      excludeFromWeightDecay: ["bias"],
      useEma: true,
      emaMomentum: 0.5,
    };
    const core = optimizers.nesterov({ learningRate: 0.05, momentum: 0.75, ...options });
    expectNear(await trained(momentum(options)), await trained(core));
  });

  it("know the number of the update, the learning rate and the name of the weight", async () => {
    const seen: string[] = [];
    const optimizer = optimizers.custom({
      learningRate: (step) => step + 10,
      slots: ["rates", "steps"],
      update(p, _g, { slots, learningRate, step, name }) {
        seen.push(name);
        const [rates, steps] = [slots.rates as SymbolicTensor, slots.steps as SymbolicTensor];
        const parameter = ops.add(
          ops.mul(p, 0),
          ops.add(ops.add(rates, learningRate), ops.mul(ops.add(steps, step), 1000)),
        );
        return { parameter, rates: ops.add(rates, learningRate), steps: ops.add(steps, step) };
      },
    });
    using net = network(optimizer);
    await net.trainOnBatch(x, y);
    await net.trainOnBatch(x, y);
    await net.trainOnBatch(x, y);
    // Rates 10 + 11 + 12, updates 1 + 2 + 3.
    expect(new Set(allWeights(net))).toEqual(new Set([6033]));
    expect(new Set(seen)).toEqual(new Set(["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"]));
  });

  it("read everything before anything is written", async () => {
    // The parameter and its slot change places with each update.
    const optimizer = optimizers.custom({
      slots: ["other"],
      update: (p, _g, { slots }) => ({ parameter: slots.other as SymbolicTensor, other: p }),
    });
    using net = network(optimizer);
    const before = allWeights(net);
    await net.trainOnBatch(x, y);
    expect(new Set(allWeights(net))).toEqual(new Set([0]));
    await net.trainOnBatch(x, y);
    expect(allWeights(net)).toEqual(before);
  });
});

describe("optimizers.custom", () => {
  const identity = (p: SymbolicTensor) => ({ parameter: p });

  it("refuses options that do not fit", () => {
    expect(() => optimizers.custom({} as never)).toThrow(
      "optimizers.custom: update must be a function (p, g, ctx) over ops.*, received undefined.",
    );
    expect(() => optimizers.custom({ name: "", update: identity })).toThrow(
      'optimizers.custom: name must be a text with one or more characters, received "".',
    );
    expect(() => optimizers.custom({ name: "mine", slots: ["parameter"], update: identity })).toThrow(
      'optimizers.mine: slots must be an array of different names other than "parameter", received "parameter".',
    );
    expect(() => optimizers.custom({ slots: ["a", "a"], update: identity })).toThrow(TypeError);
    expect(() => optimizers.custom({ slots: "a" as never, update: identity })).toThrow(TypeError);
    expect(() => optimizers.custom({ slots: ["average"], update: identity })).toThrow(
      'optimizers.custom: slots must not have the name of a slot of all optimizers, received "average".',
    );
    expect(() => optimizers.custom({ weightDecay: -1, update: identity })).toThrow(
      "optimizers.custom: weightDecay must be a finite number of at least 0, received -1.",
    );
    expect(() => optimizers.custom({ update: identity, lr: 1 } as never)).toThrow(
      'optimizers.custom: expected a known option, received "lr".',
    );
  });

  it("tells what is wrong with a result, and the model goes on with another optimizer", async () => {
    const refused = async (update: (p: SymbolicTensor) => unknown, message: string) => {
      const net = network(optimizers.sgd());
      const before = allWeights(net);
      const optimizer = optimizers.custom({ name: "mine", slots: ["v"], update: update as never });
      expect(() => net.compile({ optimizer, loss: "mse" })).toThrow(message);
      expect(allWeights(net)).toEqual(before);
      await net.fit(x, y, { verbose: 0 });
      // Without an input shape the weights are not known before the first data.
      const late = sequential([layers.dense({ units: 4 }), layers.dense({ units: 2 })]);
      late.compile({ optimizer, loss: "mse" });
      await expect(late.fit(x, y, { verbose: 0 })).rejects.toThrow(message);
    };
    const place = 'optimizers.mine, weight "dense/kernel": ';
    await refused(
      (p) => p,
      `${place}update must return an object { parameter, ...slots }, received a symbolic tensor.`,
    );
    await refused(() => undefined, `${place}update must return an object { parameter, ...slots }, received undefined.`);
    await refused(() => ({}), `${place}parameter must be a result of ops.* of shape [3, 4], received undefined.`);
    await refused(
      (p) => ({ parameter: ops.sum(p) }),
      `${place}parameter must be a result of ops.* of shape [3, 4], received [].`,
    );
    await refused((p) => ({ parameter: p, v: 3 }), `${place}v must be a result of ops.* of shape [3, 4], received 3.`);
    await refused((p) => ({ parameter: p, w: p }), `${place}expected a known name, received "w". Did you mean "v"?`);
  });
});
