// Models as parts of other models: as layers, and as new models between layers of another one.

import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import { ShapeError } from "../../src/errors.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import { model, sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";
import { allWeights } from "./networks.js";

const silent = { verbose: 0 } as const;

function encoderOf(name = "encoder") {
  return sequential(
    [layers.dense({ units: 3, activation: "tanh", inputShape: [2], name: "inner" }), layers.dense({ units: 2 })],
    { name, seed: 5 },
  );
}

describe.each(testBackends)("models as layers on $label", (backend) => {
  beforeAll(() => backend.use());

  it("share their weights with the model around them", async () => {
    const encoder = encoderOf();
    const [a, b] = [input({ shape: [2], name: "a" }), input({ shape: [2], name: "b" })];
    const siamese = model({ inputs: [a, b], outputs: layers.subtract()([encoder.call(a), encoder.call(b)]), seed: 1 });
    const alone = async (x: number[]) => (await encoder.predict([x])).data;
    const before = await alone([1, 2]);
    const [first, second] = [await alone([1, 2]), await alone([3, -1])];
    const difference = (await siamese.predict([[[1, 2]], [[3, -1]]])).data;
    expect([...difference]).toEqual([...first].map((value, i) => Math.fround(value - (second[i] as number))));
    siamese.compile({ loss: "mse", optimizer: optimizers.sgd({ learningRate: 0.1 }) });
    await siamese.fit([[[1, 2]], [[3, -1]]], [[1, -1]], { ...silent, epochs: 3 });
    expect(await alone([1, 2])).not.toEqual(before);
    expect(allWeights(encoder)).toEqual(allWeights(siamese));
    encoder.compile({ loss: "mse", optimizer: "sgd" });
    await encoder.fit([[1, 2]], [[1, 1]], silent);
    expect(allWeights(encoder)).toEqual(allWeights(siamese));
  });

  it("compute what their layers would compute in the model itself", async () => {
    const [encoder, twin] = [encoderOf(), encoderOf()];
    const nested = sequential([encoder, layers.dense({ units: 1, kernelInitializer: "ones" })], { seed: 2 });
    const flat = sequential([...twin.layers, layers.dense({ units: 1, kernelInitializer: "ones" })], { seed: 2 });
    const x = [
      [0.1, 0.2],
      [0.3, 0.4],
      [0.5, 0.6],
    ];
    for (const net of [nested, flat]) {
      net.compile({ loss: "mse", optimizer: "adam" });
      await net.fit(x, [1, 2, 3], { ...silent, epochs: 5, shuffle: false });
    }
    expect(allWeights(nested)).toEqual(allWeights(flat));
    expect(nested.getWeights().map(({ name }) => name)).toEqual([
      "encoder/inner/kernel",
      "encoder/inner/bias",
      "encoder/dense/kernel",
      "encoder/dense/bias",
      "dense/kernel",
      "dense/bias",
    ]);
  });

  it("train and draw masks inside, and keep state", async () => {
    const inner = sequential([
      layers.dropout({ rate: 0.5, inputShape: [1000] }),
      layers.batchNormalization({ center: false, scale: false }),
    ]);
    const net = sequential([inner, layers.dropout({ rate: 0.5 }), layers.dense({ units: 1 })], { seed: 3 });
    net.compile({ loss: "mse", optimizer: "sgd" });
    const x = { data: new Float32Array(4000).fill(1), shape: [4, 1000] };
    await net.trainOnBatch(x, [1, 2, 3, 4]);
    const mean = inner.getWeights().find(({ name }) => name.endsWith("movingMean"))?.data ?? [];
    const average = [...mean].reduce((sum, value) => sum + value, 0) / 1000;
    expect(average).toBeCloseTo(0.01, 3);
    expect(new Set(mean).size).toBeGreaterThan(2);
  });

  it("are frozen with all of their layers", async () => {
    const encoder = encoderOf();
    const net = sequential([encoder, layers.dense({ units: 1 })], { seed: 2 });
    encoder.trainable = false;
    expect(net.getLayer("encoder").trainable).toBe(false);
    expect(net.trainableWeights.map(({ name }) => name)).toEqual(["dense/kernel", "dense/bias"]);
    expect(net.nonTrainableWeights).toHaveLength(4);
    net.compile({ loss: "mse", optimizer: "sgd" });
    const before = net.getWeights();
    await net.fit([[1, 2]], [3], silent);
    const changed = net.getWeights().map(({ data }, i) => `${data}` !== `${before[i]?.data}`);
    expect(changed).toEqual([false, false, false, false, true, true]);
    encoder.trainable = true;
    expect(encoder.getLayer("inner").trainable).toBe(true);
    net.getLayer("encoder").trainable = false;
    expect(encoder.trainable).toBe(false);
  });

  it("keep what was trainable at their own compile", async () => {
    const discriminator = sequential([layers.dense({ units: 1, inputShape: [2], name: "judge" })], {
      name: "discriminator",
    });
    discriminator.compile({ loss: "mse", optimizer: "sgd" });
    discriminator.trainable = false;
    const gan = sequential([layers.dense({ units: 2, inputShape: [1], name: "forge" }), discriminator], { seed: 1 });
    gan.compile({ loss: "mse", optimizer: "sgd" });
    const judge = () => allWeights(discriminator);
    const before = judge();
    await gan.trainOnBatch([[1], [2]], [5, 6]);
    expect(judge()).toEqual(before);
    await discriminator.trainOnBatch(
      [
        [1, 2],
        [3, 4],
      ],
      [5, 6],
    );
    const after = judge();
    expect(after).not.toEqual(before);
    // A larger batch: the program of the other one is made anew, and the freeze holds.
    await gan.trainOnBatch([[1], [2], [3], [4]], [5, 6, 7, 8]);
    expect(judge()).toEqual(after);
    await discriminator.trainOnBatch(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [5, 6, 7],
    );
    expect(judge()).not.toEqual(after);
  });

  it("have several inputs and outputs", async () => {
    const [a, b] = [input({ shape: [1], name: "a" }), input({ shape: [1], name: "b" })];
    const inner = model({ inputs: { a, b }, outputs: { sum: ops.add(a, b), product: ops.mul(a, b) }, name: "inner" });
    const [x, y] = [input({ shape: [1], name: "x" }), input({ shape: [1], name: "y" })];
    const { sum, product } = inner.call({ a: x, b: y });
    expectTypeOf(sum).toEqualTypeOf<SymbolicTensor>();
    const again = inner.call([sum, product]);
    const net = model({ inputs: [x, y], outputs: [sum, product, again.sum] });
    const [s, p, t] = await net.predict([[2], [3]]);
    expect([s.data[0], p.data[0], t.data[0]]).toEqual([5, 6, 11]);
  });

  it("give models between their layers", async () => {
    const net = encoderOf();
    const features = model({ inputs: net.inputs, outputs: net.getLayer("inner").output });
    const head = model({ inputs: net.getLayer(1).input, outputs: net.outputs });
    const x = [
      [1, 2],
      [3, 4],
    ];
    const hidden = await features.predict(x);
    expect(hidden.shape).toEqual([2, 3]);
    expect((await head.predict(hidden)).data).toEqual((await net.predict(x)).data);
  });

  it("learn at the rate of their layers", async () => {
    const make = (learningRateScale: number) => {
      const slow = layers.dense({ units: 2, inputShape: [2], name: "slow", learningRateScale });
      const net = sequential([slow, layers.dense({ units: 1, name: "fast" })], { seed: 4 });
      net.compile({ loss: "mse", optimizer: optimizers.sgd({ learningRate: 0.1 }) });
      return net;
    };
    const moved = async (scale: number) => {
      const net = make(scale);
      const before = allWeights(net);
      await net.trainOnBatch([[1, 2]], [3]);
      return allWeights(net).map((value, i) => value - (before[i] as number));
    };
    const [full, tenth, none] = [await moved(1), await moved(0.1), await moved(0)];
    for (let i = 0; i < 6; i++) expect(tenth[i]).toBeCloseTo((full[i] as number) / 10, 6);
    expect(none.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect([tenth.slice(6), none.slice(6)]).toEqual([full.slice(6), full.slice(6)]);
  });
});

describe("models as layers", () => {
  beforeAll(() => setBackend("reference"));

  it("a chain without input shape learns it from its first use", () => {
    const late = sequential([layers.dense({ units: 3 })], { name: "late" });
    const y = late.call(input({ shape: [4] }));
    expect(y.shape).toEqual([null, 3]);
    expect(late.countParams()).toBe(15);
    const chain = sequential([late, sequential([layers.dense({ units: 1 })])]);
    expect(() => chain.countParams()).toThrow("Give the first layer an inputShape, or call fit or predict first.");
  });

  it("refuse what does not fit, by their name", () => {
    const encoder = encoderOf();
    expect(() => encoder.call(input({ shape: [3] }))).toThrow(
      new ShapeError('model "encoder", call, x: expected shape [batch, 2], received [batch, 3].'),
    );
    const a = input({ shape: [2] });
    expect(() => encoder.call([a, a])).toThrow('model "encoder", call: expected 1 inputs, received 2.');
    expect(() => encoder.call({ b: a } as never)).toThrow(
      'model "encoder", call, name of an input: expected a known name',
    );
    expect(() => encoder.call(3 as never)).toThrow("expected a symbolic tensor, received 3.");
    expect(() => encoder.getLayer("iner")).toThrow(
      'model "encoder", getLayer: expected a known name, received "iner". Did you mean "inner"? Known names: inner, dense.',
    );
    expect(() => encoder.getLayer(2)).toThrow('model "encoder", getLayer: expected a place in [0, 1], received 2.');
    expect(() => {
      encoder.trainable = 1 as never;
    }).toThrow('model "encoder", trainable: expected true or false, received 1.');
    expect(() => sequential([encoder, layers.dense({ units: 1, name: "encoder" })])).toThrow(
      'layers need names of their own, received "encoder" twice.',
    );
    expect(() => sequential([layers.dense({ units: 1 })], { name: "" })).toThrow(
      "sequential: name must be a text with one or more characters",
    );
  });

  it("a NaN inside is found by the path of the layer", async () => {
    const inner = sequential([layers.activation((x) => ops.log(ops.sub(x, 100)))], { name: "bad" });
    const net = sequential([layers.dense({ units: 1, inputShape: [1] }), inner]);
    net.compile({ loss: "mse", optimizer: "sgd" });
    await expect(net.fit([[1]], [1], silent)).rejects.toThrow('NaN first appears in "bad/activation"');
  });

  it("their weights cannot be read by others while they run", async () => {
    await setBackend("native");
    const encoder = encoderOf();
    const other = sequential([encoder, layers.dense({ units: 1 })]);
    encoder.compile({ loss: "mse", optimizer: "sgd" });
    await encoder.fit([[1, 2]], [[1, 1]], silent);
    const running = encoder.fit([[1, 2]], [[1, 1]], { ...silent, epochs: 300_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const text = 'weight "inner/kernel": expected an idle model, received a call while steps are running.';
    expect(() => encoder.getLayer(0).getWeights()).toThrow(text);
    expect(() => other.predictSync([[1, 2]])).toThrow(text);
    await running;
    expect(other.predictSync([[1, 2]]).shape).toEqual([1, 1]);
    await setBackend("reference");
  });
});

describe("layers of models", () => {
  beforeAll(() => setBackend("reference"));

  it("tell their tensors and weights", () => {
    const net = encoderOf();
    const inner = net.getLayer("inner");
    expect(inner.countParams()).toBe(9);
    expect(inner.getWeights().map(({ name }) => name)).toEqual(["inner/kernel", "inner/bias"]);
    inner.setWeights([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [7, 8, 9],
    ]);
    expect(net.getWeights()[1]?.data).toEqual(Float32Array.of(7, 8, 9));
    expect(() => inner.setWeights([[1]])).toThrow('dense "inner", setWeights: expected 2 weights, received 1.');
    expect(() =>
      inner.setWeights([
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [7, 8],
      ]),
    ).toThrow('dense "inner", setWeights, weight 1 ("inner/bias"): expected shape [3], received [2].');
    const join = layers.add({ name: "join" });
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
    expect(() => join.output).toThrow(
      'add "join": output needs a layer that was called once, received 0 calls. Call it first, or put it into a model.',
    );
    const y = join([a, b]);
    expect([join.inputs, join.outputs, join.output]).toEqual([[a, b], [y], y]);
    expect(() => join.input).toThrow('add "join": expected a layer with one input, received 2. Use layer.inputs.');
    join([a, a]);
    expect(() => join.output).toThrow("received 2 calls. Keep what each call returned.");
    const free = layers.dense({ units: 1, name: "free" });
    free(a);
    expect(() => free.getWeights()).toThrow(
      'weight "free/kernel": expected a weight of a model, received one without values. Make a model of it, or set its values.',
    );
    free.setWeights([[[1], [2]], [3]]);
    expect(free.getWeights()[0]?.data).toEqual(Float32Array.of(1, 2));
  });

  it("have a scale of the learning rate of at least 0", () => {
    expect(() => layers.dense({ units: 1, name: "a", learningRateScale: -1 })).toThrow(
      'dense "a": learningRateScale must be a finite number of at least 0, received -1.',
    );
    const dense = layers.dense({ units: 1 });
    expect(dense.learningRateScale).toBe(1);
    expect(() => {
      dense.learningRateScale = Number.NaN;
    }).toThrow("dense: learningRateScale must be a finite number of at least 0, received NaN.");
  });
});
