// Holds the whole way from `sequential` to the core to Keras: three networks trained for 50 steps in float64, from the same weights
// on the same batches. Rounding grows along the way, so the tolerances are wider than those of single instructions.

import { beforeAll, describe, it } from "vitest";
import { layers, losses, type Model, type Optimizer, optimizers, sequential, tensor } from "../src/index.js";
import { testBackends } from "./backends.js";
import { expectClose, pattern, readFixture } from "./fixtures/fixture.js";

interface Values {
  readonly shape: number[];
  readonly data: number[];
}

interface NetworkCase {
  readonly name: string;
  readonly inputs: number;
  readonly layers: readonly {
    readonly units: number;
    readonly activation: "tanh" | "sigmoid" | "relu" | "linear" | "elu" | "softplus";
  }[];
  readonly loss: "binaryCrossentropy" | "sparseCategoricalCrossentropy" | "huber";
  readonly optimizer: {
    readonly sgd?: { learningRate: number; momentum: number };
    readonly adam?: { learningRate: number };
    readonly rmsprop?: { learningRate: number; centered: boolean; momentum: number };
  };
  readonly batch: number;
  readonly x: Values;
  readonly y: Values;
  readonly weights: { readonly scale: number; readonly seed: number };
  readonly losses: readonly number[];
  readonly final: readonly (readonly number[])[];
}

const { steps, cases } = readFixture<{ steps: number; cases: readonly NetworkCase[] }>("networks.json");
const lossTolerance = { relative: 1e-5, absolute: 2e-6 };
const weightTolerance = { relative: 2e-5, absolute: 1e-5 };

const lossesByName = {
  binaryCrossentropy: losses.binaryCrossentropy(),
  sparseCategoricalCrossentropy: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  huber: losses.huber({ delta: 0.5 }),
};

function optimizerOf({ sgd, adam, rmsprop }: NetworkCase["optimizer"]): Optimizer {
  if (sgd !== undefined) return optimizers.sgd(sgd);
  if (adam !== undefined) return optimizers.adam(adam);
  return optimizers.rmsprop(rmsprop);
}

function build(network: NetworkCase): Model {
  const net = sequential(
    network.layers.map(({ units, activation }, i) =>
      layers.dense({ units, activation, ...(i === 0 && { inputShape: [network.inputs] }) }),
    ),
  );
  net.compile({ optimizer: optimizerOf(network.optimizer), loss: lossesByName[network.loss] });
  const { seed, scale } = network.weights;
  net.setWeights(
    net.getWeights().map(({ shape, data }, i) => ({ shape, data: pattern(data.length, seed + i, scale) })),
  );
  return net;
}

describe.each(testBackends)("networks against Keras, $label", ({ use }) => {
  beforeAll(use);

  it.each(cases)("$name, step by step", async (network) => {
    using net = build(network);
    const rows = network.x.shape[0] as number;
    const path: number[] = [];
    const part = ({ shape, data }: Values, first: number) => {
      const width = shape[1] as number;
      const values = data.slice(first * width, (first + network.batch) * width);
      return tensor(values, [values.length / width, width]);
    };
    for (let step = 0, first = 0; step < steps; step++) {
      const { loss } = await net.trainOnBatch(part(network.x, first), part(network.y, first));
      path.push(loss as number);
      first = first + network.batch < rows ? first + network.batch : 0;
    }
    expectClose(path, network.losses, lossTolerance, "losses");
    compareWeights(net, network);
  });

  it.each(cases)("$name, through fit", async (network) => {
    using net = build(network);
    const rows = network.x.shape[0] as number;
    const perEpoch = Math.ceil(rows / network.batch);
    const epochs = Math.floor(steps / perEpoch);
    const { history } = await net.fit(
      tensor(network.x.data, network.x.shape),
      tensor(network.y.data, network.y.shape),
      {
        epochs,
        batchSize: network.batch,
        shuffle: false,
        verbose: 0,
      },
    );
    // The loss of an epoch is the mean over its rows; the last batch may be smaller.
    const expected = Array.from({ length: epochs }, (_, epoch) => {
      let sum = 0;
      for (let s = 0; s < perEpoch; s++) {
        const batchRows = Math.min(network.batch, rows - s * network.batch);
        sum += (network.losses[epoch * perEpoch + s] as number) * batchRows;
      }
      return sum / rows;
    });
    expectClose(history.loss ?? [], expected, lossTolerance, "losses of epochs");
    if (epochs * perEpoch === steps) compareWeights(net, network);
  });
});

function compareWeights(net: Model, network: NetworkCase): void {
  for (const [i, { name, data }] of net.getWeights().entries()) {
    expectClose(data, network.final[i] as number[], weightTolerance, name);
  }
}
