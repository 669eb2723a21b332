import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import { ShapeError } from "../../src/errors.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import { allWeights } from "./networks.js";

beforeAll(() => setBackend("reference"));

describe("sequential", () => {
  it("names its layers and weights by their place in the model", () => {
    const make = () =>
      sequential([
        layers.dense({ units: 3, inputShape: [2] }),
        layers.activation("relu"),
        layers.dense({ units: 2, useBias: false, name: "last" }),
        layers.dense({ units: 1 }),
      ]);
    make();
    expect(make().layers.map((layer) => layer.name)).toEqual(["dense", "activation", "last", "dense_1"]);
    expect(
      make()
        .getWeights()
        .map(({ name, shape }) => [name, shape]),
    ).toEqual([
      ["dense/kernel", [2, 3]],
      ["dense/bias", [3]],
      ["last/kernel", [3, 2]],
      ["dense_1/kernel", [2, 1]],
      ["dense_1/bias", [1]],
    ]);
  });

  it("takes its input shape from layers.input, or from the first data", async () => {
    const first = sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })], { seed: 1 });
    const late = sequential([layers.dense({ units: 1 })], { seed: 1 });
    expect(() => late.getWeights()).toThrow("Give the first layer an inputShape, or call fit or predict first.");
    expect(() => late.summary()).toThrow(TypeError);
    expect((await late.predict([[1, 2]])).shape).toEqual([1, 1]);
    expect(allWeights(late)).toEqual(allWeights(first));
    const image = sequential([layers.flatten(), layers.dense({ units: 2 })]);
    expect((await image.predict({ data: new Uint8Array(24), shape: [2, 3, 4] })).shape).toEqual([2, 2]);
  });

  it("waits for other rows when the first ones do not fit", async () => {
    const inner = sequential([layers.batchNormalization(), layers.dense({ units: 4 })], { name: "inner" });
    const scale = layers.normalization();
    const net = sequential([
      scale,
      layers.batchNormalization(),
      layers.reshape({ targetShape: [2, 2] }),
      layers.flatten(),
      inner,
      layers.dense({ units: 1 }),
    ]);
    expect(() => net.predictSync([[1, 2, 3, 4, 5, 6]])).toThrow(ShapeError);
    await scale.adapt([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    expect(net.predictSync([[1, 2, 3, 4]]).shape).toEqual([1, 1]);
    expect(net.countParams()).toBe(8 + 16 + 16 + 20 + 5);
  });

  it("forgets a model in it that was built for rows that do not fit", () => {
    const inner = sequential([layers.dense({ units: 4 }), layers.dense({ units: 4 })], { name: "inner" });
    const net = sequential([inner, layers.custom({ call: (x) => ops.matmul(x, ops.reshape(x, [4, 3])) })]);
    expect(() => net.predictSync([[1, 2]])).toThrow(ShapeError);
    expect(inner.predictSync([[1, 2, 3]]).shape).toEqual([1, 4]);
    expect(inner.layers.map(({ name }) => name)).toEqual(["dense", "dense_1"]);
  });

  it("prints a table", () => {
    const net = sequential(
      [
        layers.dense({ units: 512, inputShape: [784], name: "hidden" }),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 10 }),
      ],
      { name: "mnist" },
    );
    expect(net.summary()).toBe(
      [
        'Model "mnist"',
        "-------------------------------------------",
        "Layer (type)       Output shape   Param #",
        "-------------------------------------------",
        "hidden (dense)     [batch, 512]  401,920",
        "dropout (dropout)  [batch, 512]        0",
        "dense (dense)      [batch, 10]     5,130",
        "-------------------------------------------",
        "Total params: 407,050 (1.55 MB)",
        "Trainable params: 407,050",
        "Non-trainable params: 0",
      ]
        .join("\n")
        .replaceAll("-".repeat(43), "-".repeat(40))
        .replace("Output shape   Param #", "Output shape  Param #"),
    );
  });

  it("makes the same weights from the same seed, other ones in each layer", () => {
    const make = (seed: number) =>
      sequential([layers.dense({ units: 4, inputShape: [4] }), layers.dense({ units: 4 })], { seed });
    expect(allWeights(make(5))).toEqual(allWeights(make(5)));
    expect(allWeights(make(5))).not.toEqual(allWeights(make(6)));
    const [first, , second] = make(5).getWeights();
    expect(first?.data).not.toEqual(second?.data);
  });

  it("sets weights from copies and from arrays", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    net.setWeights([[[2], [3]], [1]]);
    expect((await net.predict([[10, 100]])).toArray()).toEqual([[321]]);
    const copy = net.getWeights();
    copy[0]?.data.fill(0);
    expect((await net.predict([10, 100])).toArray()).toEqual([[321]]);
    net.setWeights(copy);
    expect(net.predictSync([[10, 100]]).toArray()).toEqual([[1]]);
  });

  it("refuses what is not a chain of layers", () => {
    expect(() => sequential([])).toThrow('model "sequential": expected an array of layers, received an array of 0.');
    expect(() => sequential([layers.dense as never])).toThrow(
      'model "sequential": expected a layer at place 0, received function dense.',
    );
    expect(() => sequential([layers.dense({ units: 1 }), 3 as never])).toThrow(
      "expected a layer at place 1, received 3.",
    );
    expect(() => sequential([layers.dense({ units: 1 })], { sed: 1 } as never)).toThrow('Did you mean "seed"?');
    expect(() => sequential([layers.dense({ units: 1 })], { seed: 1.5 })).toThrow(
      "seed: expected an integer, received 1.5.",
    );
    expect(() =>
      sequential([layers.dense({ units: 1, name: "a", inputShape: [1] }), layers.dense({ units: 1, name: "a" })]),
    ).toThrow('layers need names of their own, received "a" twice.');
    expect(() => sequential([layers.dense({ units: 1, inputShape: [2, 2] })])).toThrow(
      new ShapeError(
        "dense: expected input of shape [batch, inputs], received [batch, 2, 2]. Put layers.flatten() before it.",
      ),
    );
    expect(() => sequential([layers.dense({ units: 1, inputShape: [0] })])).toThrow(
      "dense: a shape must be an array of positive integers, received [0].",
    );
    expect(() => layers.input({ shape: [] })).toThrow(
      "input: shape must be an array of positive integers, received [].",
    );
  });

  it("frees layers that are frozen from training", async () => {
    const frozen = layers.dense({ units: 2, inputShape: [2], name: "frozen" });
    const net = sequential([frozen, layers.dense({ units: 1 })], { seed: 1 });
    frozen.trainable = false;
    net.compile({ loss: "mse", optimizer: "sgd" });
    expect(net.summary()).toContain("Non-trainable params: 6");
    const before = net.getWeights();
    await net.fit([[1, 2]], [3], { verbose: 0 });
    const after = net.getWeights();
    expect(after[0]?.data).toEqual(before[0]?.data);
    expect(after[2]?.data).not.toEqual(before[2]?.data);
  });

  it("is disposed at the end of a using block", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    await net.predict([[1, 2]]);
    net[Symbol.dispose]();
    await expect(net.predict([[1, 2]])).rejects.toThrow("disposed");
  });
});
