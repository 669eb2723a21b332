// Every optimizer that has a name, in a model: it lowers the loss on every backend, and its state belongs to the training.

import { beforeAll, describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { RandomStream } from "../../src/random/philox.js";
import { testBackends } from "../backends.js";
import { allWeights } from "../models/networks.js";

/** Learning rates that suit the task below; those of Adadelta and FTRL are large by nature. */
const factories: Readonly<Record<string, () => optimizers.Optimizer>> = {
  sgd: () => optimizers.sgd({ learningRate: 0.1 }),
  momentum: () => optimizers.momentum({ learningRate: 0.02 }),
  nesterov: () => optimizers.nesterov({ learningRate: 0.02 }),
  gradientDescent: () => optimizers.gradientDescent({ learningRate: 0.2 }),
  rmsprop: () => optimizers.rmsprop({ learningRate: 0.01 }),
  adam: () => optimizers.adam({ learningRate: 0.02 }),
  adamw: () => optimizers.adamw({ learningRate: 0.02 }),
  adamax: () => optimizers.adamax({ learningRate: 0.05 }),
  nadam: () => optimizers.nadam({ learningRate: 0.02 }),
  radam: () => optimizers.radam({ learningRate: 0.1 }),
  lion: () => optimizers.lion({ learningRate: 0.02 }),
  adagrad: () => optimizers.adagrad({ learningRate: 0.2 }),
  adadelta: () => optimizers.adadelta({ learningRate: 10 }),
  ftrl: () => optimizers.ftrl({ learningRate: 0.5 }),
  rprop: () => optimizers.rprop(),
};

const random = new RandomStream([4, 0]);
const x = Array.from({ length: 64 }, () => [random.uniform(-1, 1), random.uniform(-1, 1)]);
const y = x.map(([a = 0, b = 0]) => [a - 2 * b + 0.5]);

function network(optimizer: optimizers.Optimizer) {
  const net = sequential([layers.dense({ units: 1, inputShape: [2] })], { seed: 3 });
  net.compile({ optimizer, loss: "meanSquaredError" });
  return net;
}

describe.each(testBackends)("optimizers in a model on $label", (backend) => {
  beforeAll(() => backend.use());

  it.each(Object.keys(factories))("%s finds the line", async (name) => {
    const net = network((factories[name] as () => optimizers.Optimizer)());
    const { history } = await net.fit(x, y, { epochs: 60, batchSize: name === "rprop" ? 64 : 16, verbose: 0 });
    const losses = history.loss as number[];
    expect(losses[losses.length - 1]).toBeLessThan(0.05 * (losses[0] as number));
    net.dispose();
  });

  it.each(["adamax", "nadam", "radam", "lion", "adagrad", "adadelta", "ftrl", "rprop"])(
    "%s goes on in a second fit where the first ended",
    async (name) => {
      const make = factories[name] as () => optimizers.Optimizer;
      const [whole, parts] = [network(make()), network(make())];
      const options = { batchSize: 64, shuffle: false, verbose: 0 } as const;
      await whole.fit(x, y, { ...options, epochs: 5 });
      await parts.fit(x, y, { ...options, epochs: 2 });
      await parts.fit(x, y, { ...options, epochs: 3 });
      expect(allWeights(parts)).toEqual(allWeights(whole));
      whole.dispose();
      parts.dispose();
    },
  );
});
