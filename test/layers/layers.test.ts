import { beforeAll, describe, expect, it } from "vitest";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";

/** Multiplies each column by a weight, which begins at 1. */
function scale(inputs: number) {
  return layers.custom({
    name: "scale",
    inputShape: [inputs],
    build: (shape, ctx) => ctx.variable("factor", [shape[1] as number], { initializer: "ones" }),
    call: (x, ctx) => ops.mul(x, ctx.variables.factor as SymbolicTensor),
  });
}

describe.each(testBackends)("layers on $label", (backend) => {
  beforeAll(() => backend.use());

  it("dense is activation(x kernel + bias)", async () => {
    const net = sequential([layers.dense({ units: 2, activation: "relu", inputShape: [3] })]);
    net.setWeights([
      [
        [1, -1],
        [2, -2],
        [3, 0],
      ],
      [0.5, -0.5],
    ]);
    expect((await net.predict([[1, 1, 1]])).toArray()).toEqual([[6.5, 0]]);
    const plain = sequential([layers.dense({ units: 1, useBias: false, inputShape: [2], kernelInitializer: "ones" })]);
    expect(plain.getWeights().map(({ name }) => name)).toEqual(["dense/kernel"]);
    expect((await plain.predict([[1, 2]])).toArray()).toEqual([[3]]);
  });

  it("a deep net of linear layers collapses: h(h(h(x))) = c^3 x", async () => {
    const layer = () => layers.dense({ units: 1, useBias: false, kernelInitializer: () => [[3]] });
    const net = sequential([layers.input({ shape: [1] }), layer(), layer(), layer()]);
    expect((await net.predict([[2]])).toArray()).toEqual([[54]]);
  });

  it("dropout drops while training, by seed and step, and does nothing otherwise", async () => {
    const rate = 0.3;
    const make = (seed: number) => {
      const net = sequential([scale(1000), layers.dropout({ rate }), layers.dropout({ rate: 0 })], { seed });
      const dropped = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.equal(yPred, 0);
      const square = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mean(ops.square(yPred), 1);
      net.compile({ loss: square, metrics: [dropped], optimizer: optimizers.sgd({ learningRate: 0 }) });
      return net;
    };
    const x = { data: new Float32Array(20_000).fill(1), shape: [20, 1000] };
    const y = new Float32Array(20);
    const net = make(1);
    const first = await net.trainOnBatch(x, y);
    const second = await net.trainOnBatch(x, y);
    // 20,000 draws: the standard error of the rate is 0.0033.
    expect(Math.abs((first.dropped ?? 0) - rate)).toBeLessThan(0.015);
    expect(first.loss).toBeCloseTo((1 - (first.dropped ?? 0)) / (1 - rate) ** 2, 4);
    expect(second.dropped).not.toBe(first.dropped);
    expect(await make(1).trainOnBatch(x, y)).toEqual(first);
    expect((await make(2).trainOnBatch(x, y)).dropped).not.toBe(first.dropped);
    expect(await net.evaluate(x, y)).toEqual({ loss: 1, dropped: 0 });
    expect((await net.predict(x)).data.every((value) => value === 1)).toBe(true);
  });

  it("dropout layers of one model draw different masks", async () => {
    const net = sequential([scale(1000), layers.dropout({ rate: 0.5 }), layers.dropout({ rate: 0.5 })], { seed: 1 });
    const dropped = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.equal(yPred, 0);
    net.compile({ loss: "mse", optimizer: "sgd", metrics: [dropped] });
    const result = await net.trainOnBatch(
      { data: new Float32Array(10_000).fill(1), shape: [10, 1000] },
      new Float32Array(10_000),
    );
    expect(result.dropped).toBeGreaterThan(0.7);
    expect(result.dropped).toBeLessThan(0.8);
  });

  it("dropout of everything gives zeros", async () => {
    const net = sequential([scale(4), layers.dropout({ rate: 1 })]);
    net.compile({ loss: (_yTrue, yPred) => ops.mean(ops.square(yPred), 1), optimizer: "sgd" });
    expect((await net.trainOnBatch([[1, 2, 3, 4]], [0])).loss).toBe(0);
  });

  it("flatten and layers over pictures keep the order of the numbers", async () => {
    const net = sequential([layers.flatten({ inputShape: [2, 3] }), layers.activation("linear")]);
    const data = Uint8Array.from({ length: 12 }, (_, i) => i);
    const out = await net.predict({ data, shape: [2, 2, 3] });
    expect(out.shape).toEqual([2, 6]);
    expect([...out.data]).toEqual([...data]);
  });

  it("an own layer learns", async () => {
    const net = sequential([scale(2)], { seed: 1 });
    net.compile({ loss: "mse", optimizer: optimizers.sgd({ learningRate: 0.1 }) });
    await net.fit(
      [
        [1, 0],
        [0, 1],
      ],
      [
        [3, 0],
        [0, -2],
      ],
      { epochs: 300, verbose: 0 },
    );
    const [factor] = net.getWeights();
    expect(factor?.name).toBe("scale/factor");
    expect(factor?.data[0]).toBeCloseTo(3, 3);
    expect(factor?.data[1]).toBeCloseTo(-2, 3);
  });
});

describe("layers", () => {
  it("tell their options, their weights and their mistakes", () => {
    const dense = layers.dense({ units: 2, name: "hidden", activation: "tanh" });
    expect([dense.name, dense.type, dense.trainable, dense.variables]).toEqual(["hidden", "dense", true, []]);
    expect(dense.config).toMatchObject({ units: 2, activation: "tanh", useBias: true });
    sequential([layers.input({ shape: [3] }), dense]);
    expect(dense.variables).toMatchObject([{ name: "hidden/kernel", shape: [3, 2] }, { name: "hidden/bias" }]);
    expect(() => sequential([layers.input({ shape: [4] }), dense])).toThrow(
      'dense "hidden": expected input of shape [batch, 3], for which its weights were made, received [batch, 4].',
    );
    expect(() => layers.dense({ unit: 2 } as never)).toThrow(
      'dense: expected a known option, received "unit". Did you mean "units"?',
    );
    expect(() => layers.custom({ name: "mine" } as never)).toThrow(
      'custom "mine": call must be a function (x, ctx) over ops.*, received undefined.',
    );
    expect(() => sequential([layers.custom({ inputShape: [1], call: () => 3 as never })])).toThrow(
      "custom: call must return a result of ops.*, received 3.",
    );
    const inside = layers.dense({ units: 1 });
    expect(() => sequential([layers.custom({ name: "outer", inputShape: [1], call: (x) => inside(x) })])).toThrow(
      'dense: expected a call outside of other layers, received one in layer "outer". ' +
        "Join layers in a model, and use that as a layer; in a layer compute with ops.*.",
    );
    const twice = layers.custom({
      inputShape: [1],
      build(_shape, ctx) {
        ctx.variable("w", [1]);
        ctx.variable("w", [1]);
      },
      call: (x) => x,
    });
    expect(() => sequential([twice])).toThrow('custom: weights need names of their own, received "w" twice.');
  });
});
