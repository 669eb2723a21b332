// Holds functional models to Keras: two inputs and two outputs, a shared layer, a residual connection and other joins, loss
// weights and weights of rows, trained for 50 steps in float64 from the same weights on the same batches.

import { beforeAll, describe, it } from "vitest";
import { input, layers, losses, model, optimizers, type Tensor, tensor } from "../src/index.js";
import { testBackends } from "./backends.js";
import { expectClose, pattern, readFixture } from "./fixtures/fixture.js";

interface Values {
  readonly shape: number[];
  readonly data: number[];
}

interface Fixture {
  readonly steps: number;
  readonly batch: number;
  readonly weights: { readonly scale: number; readonly seed: number };
  readonly x: { readonly left: Values; readonly right: Values };
  readonly y: { readonly kind: Values; readonly value: Values };
  readonly sampleWeight: { readonly kind: Values; readonly value: Values };
  readonly path: Readonly<Record<string, readonly number[]>>;
  readonly final: Readonly<Record<string, readonly number[]>>;
}

const fixture = readFixture<Fixture>("functional.json");
const { x, y, sampleWeight, steps, batch } = fixture;
const rows = x.left.shape[0] as number;
const resultTolerance = { relative: 1e-5, absolute: 2e-6 };
const weightTolerance = { relative: 2e-5, absolute: 1e-5 };

/** Keras' names of results in ours. */
const names = {
  loss: "loss",
  kindLoss: "kind_loss",
  valueLoss: "value_loss",
  kindAccuracy: "kind_accuracy",
  valueMae: "value_mae",
} as const;

/** These are means over the weights of the rows, not over the rows. */
const weightedNames = { kindWeightedAccuracy: "kind_weighted_accuracy", valueMse: "value_mse" } as const;

function build() {
  const [left, right] = [input({ shape: [4], name: "left" }), input({ shape: [4], name: "right" })];
  const encode = layers.dense({ units: 6, activation: "tanh", name: "encode" });
  const [a, b] = [encode(left), encode(right)];
  const residual = layers.add()([a, layers.dense({ units: 6, activation: "softplus", name: "inner" })(a)]);
  const gate = layers.multiply()([layers.subtract()([residual, b]), layers.average()([a, b])]);
  const kind = layers.dense({ units: 3, name: "kind" })(gate);
  const top = layers.maximum()([residual, b]);
  const value = layers.dense({ units: 2, activation: "sigmoid", name: "value" })(top);
  const net = model({ inputs: { left, right }, outputs: { kind, value } });
  net.compile({
    optimizer: optimizers.adam({ learningRate: 0.01 }),
    loss: { kind: losses.sparseCategoricalCrossentropy({ fromLogits: true }), value: "meanSquaredError" },
    lossWeights: { kind: 0.7, value: 2.5 },
    metrics: { kind: ["accuracy"], value: ["mae"] },
    weightedMetrics: { kind: ["accuracy"], value: ["mse"] },
  });
  const sorted = Object.keys(fixture.final).sort();
  const { seed, scale } = fixture.weights;
  net.setWeights(
    net.getWeights().map(({ name, shape, data }) => {
      return { name, shape, data: pattern(data.length, seed + sorted.indexOf(name), scale) };
    }),
  );
  return net;
}

function part({ shape, data }: Values, first: number, count: number): Tensor {
  const width = shape[1] ?? 1;
  const values = data.slice(first * width, (first + count) * width);
  return tensor(values, [values.length / width, ...shape.slice(1)]);
}

describe.each(testBackends)("functional models against Keras, $label", ({ use }) => {
  beforeAll(use);

  it("step by step", async () => {
    using net = build();
    const all = Object.entries({ ...names, ...weightedNames });
    const path = all.map((): number[] => []);
    for (let step = 0, first = 0; step < steps; step++) {
      const of = (values: Values) => part(values, first, batch);
      const logs = await net.trainOnBatch(
        { left: of(x.left), right: of(x.right) },
        { kind: of(y.kind), value: of(y.value) },
        { sampleWeight: { kind: of(sampleWeight.kind), value: of(sampleWeight.value) } },
      );
      for (const [i, [name]] of all.entries()) path[i]?.push(logs[name] as number);
      first = first + batch < rows ? first + batch : 0;
    }
    for (const [i, [, name]] of all.entries())
      expectClose(path[i] as number[], fixture.path[name] as number[], resultTolerance, name);
    for (const { name, data } of net.getWeights())
      expectClose(data, fixture.final[name] as number[], weightTolerance, name);
  });

  it("through fit", async () => {
    using net = build();
    const all = (values: Values) => part(values, 0, rows);
    const perEpoch = Math.ceil(rows / batch);
    const epochs = Math.floor(steps / perEpoch);
    const { history } = await net.fit([all(x.left), all(x.right)], [all(y.kind), all(y.value)], {
      epochs,
      batchSize: batch,
      shuffle: false,
      verbose: 0,
      sampleWeight: [all(sampleWeight.kind), all(sampleWeight.value)],
    });
    for (const [name, kerasName] of Object.entries(names)) {
      const path = fixture.path[kerasName] as number[];
      const expected = Array.from({ length: epochs }, (_, epoch) => {
        let sum = 0;
        for (let s = 0; s < perEpoch; s++)
          sum += (path[epoch * perEpoch + s] as number) * Math.min(batch, rows - s * batch);
        return sum / rows;
      });
      expectClose(history[name] ?? [], expected, resultTolerance, name);
    }
  });
});
