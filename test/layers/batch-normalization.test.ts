// Batch normalisation in a network: its moving statistics, the two modes, and freezing.

import { beforeAll, describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import { type Model, sequential } from "../../src/models/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { tensor } from "../../src/tensor.js";
import { testBackends } from "../backends.js";
import { expectClose, readFixture } from "../fixtures/fixture.js";

const fixture = readFixture<{
  readonly batch: number;
  readonly x: { readonly shape: readonly [number, number]; readonly data: readonly number[] };
  readonly y: readonly number[];
  readonly start: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly final: readonly (readonly number[])[];
  readonly predicted: readonly number[];
  readonly evaluated: readonly number[];
}>("batch_normalization.json");

const [rows, columns] = fixture.x.shape;
const x = tensor(Float32Array.from(fixture.x.data), [rows, columns]);

function network(): Model {
  const net = sequential([
    layers.dense({ units: 6, useBias: false, inputShape: [columns] }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.activation("relu"),
    layers.dense({ units: 5, useBias: false }),
    layers.batchNormalization({ momentum: 0.8, epsilon: 0.01, center: false }),
    layers.dense({ units: 3 }),
  ]);
  net.compile({
    optimizer: optimizers.adam({ learningRate: 0.02 }),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  });
  net.setWeights(net.getWeights().map(({ shape }, i) => ({ shape, data: Float32Array.from(fixture.start[i] ?? []) })));
  return net;
}

describe.each(testBackends)("batchNormalization in a network, $label", ({ use }) => {
  beforeAll(use);

  it("trains, predicts and evaluates as Keras, with a smaller last batch", async () => {
    using net = network();
    const path: number[] = [];
    for (let step = 0, first = 0; step < fixture.losses.length; step++) {
      const last = Math.min(first + fixture.batch, rows);
      const part = tensor(x.data.subarray(first * columns, last * columns), [last - first, columns]);
      path.push((await net.trainOnBatch(part, fixture.y.slice(first, last))).loss);
      first = last < rows ? last : 0;
    }
    // Rounding grows over the steps: a batch of 4 rows has small variances.
    expectClose(path, fixture.losses, { relative: 1e-5, absolute: 2e-6 }, "losses");
    for (const [i, { name, data }] of net.getWeights().entries()) {
      expectClose(data, fixture.final[i] as number[], { relative: 2e-5, absolute: 1e-5 }, name);
    }
    const predicted = await net.predict(x);
    expectClose(predicted.data, fixture.predicted, { relative: 2e-5, absolute: 1e-5 }, "predictions");
    const { loss } = await net.evaluate(x, fixture.y);
    expectClose([loss], fixture.evaluated, { relative: 1e-5, absolute: 2e-6 }, "evaluation");
  });

  it("is in inference mode while it is frozen, and keeps its statistics", async () => {
    const frozen = layers.batchNormalization({ trainable: false });
    const net = sequential([layers.input({ shape: [2] }), frozen, layers.dense({ units: 1 })], { seed: 1 });
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: "mse" });
    const data = [
      [5, -1],
      [9, 3],
    ];
    const before = net.getWeights();
    const { loss } = await net.trainOnBatch(data, [1, 2]);
    expect(net.getWeights()).toEqual(before);
    expect((await net.evaluate(data, [1, 2])).loss).toBeCloseTo(loss, 5);
    frozen.trainable = true;
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: "mse" });
    await net.trainOnBatch(data, [1, 2]);
    const { data: movingMean } = net.getWeights().find(({ name }) => name.endsWith("movingMean")) ?? { data: [] };
    expectClose(movingMean, [0.07, 0.01], { relative: 1e-6, absolute: 1e-8 });
  });

  it("keeps its statistics when a step is not taken", async () => {
    const net = sequential([layers.input({ shape: [1] }), layers.batchNormalization(), layers.dense({ units: 1 })]);
    net.compile({ optimizer: "sgd", loss: "mse" });
    const before = net.getWeights();
    // The square of the error overflows.
    await expect(net.fit([1, 2], [0, 1e30], { verbose: 0 })).rejects.toThrow("finite loss");
    expect(net.getWeights()).toEqual(before);
  });
});
