// Layers with state and with losses of their own.

import { beforeAll, describe, expect, it } from "vitest";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import { model, sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";

const zeroLoss = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mul(0, ops.mean(yPred, 1));

/** Counts its uses while training, and adds the count to its input; `w` is there to be trained. */
function counter() {
  return layers.custom({
    name: "counter",
    inputShape: [1],
    build(_shape, ctx) {
      ctx.variable("count", [1], { initializer: "zeros", trainable: false });
      ctx.variable("w", [1], { initializer: "ones" });
    },
    call(x, ctx) {
      ctx.assign("count", ops.add(ctx.variables.count as SymbolicTensor, 1));
      return ops.mul(ops.add(x, ctx.variables.count as SymbolicTensor), ctx.variables.w as SymbolicTensor);
    },
  });
}

const countOf = (net: { getWeights(): { name: string; data: Float32Array }[] }) =>
  net.getWeights().find(({ name }) => name === "counter/count")?.data[0];

describe.each(testBackends)("state and losses of layers on $label", (backend) => {
  beforeAll(() => backend.use());

  it("state moves on with training steps alone", async () => {
    const net = sequential([counter()]);
    net.compile({ loss: zeroLoss, optimizer: "sgd" });
    await net.fit([[1], [2], [3], [4]], [0, 0, 0, 0], { batchSize: 2, epochs: 3, verbose: 0 });
    expect(countOf(net)).toBe(6);
    await net.evaluate([[1]], [0]);
    expect((await net.predict([[1]])).toArray()).toEqual([[7]]);
    expect(countOf(net)).toBe(6);
    await net.trainOnBatch([[1]], [0]);
    expect(countOf(net)).toBe(7);
  });

  it("a shared layer goes on from what its first use assigned", async () => {
    const shared = counter();
    const x = input({ shape: [1] });
    const net = model({ inputs: [x], outputs: [shared(shared(x))] });
    const seen = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mean(yPred, 1);
    net.compile({ loss: zeroLoss, optimizer: "sgd", metrics: [seen] });
    // (10 + 1) + 2 in the first step, (10 + 3) + 4 in the second one.
    expect((await net.trainOnBatch([[10]], [0])).seen).toBe(13);
    expect((await net.trainOnBatch([[10]], [0])).seen).toBe(17);
    expect(countOf(net)).toBe(4);
  });

  it("a step whose loss is not finite changes no state", async () => {
    const net = sequential([counter()]);
    const broken = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.log(ops.sub(ops.mean(yPred, 1), 100));
    net.compile({ loss: broken, optimizer: "sgd" });
    await expect(net.trainOnBatch([[1]], [0])).rejects.toThrow("expected a finite loss");
    expect(countOf(net)).toBe(0);
  });

  it("a layer's loss is trained and evaluated", async () => {
    const pulled = layers.custom({
      name: "pulled",
      inputShape: [2],
      build: (_shape, ctx) => ctx.variable("w", [2], { initializer: "ones" }),
      call(x, ctx) {
        const w = ctx.variables.w as SymbolicTensor;
        ctx.addLoss(ops.sum(ops.square(w)));
        return ops.mul(x, w);
      },
    });
    const net = sequential([pulled]);
    net.compile({ loss: zeroLoss, optimizer: optimizers.sgd({ learningRate: 0.25 }) });
    expect((await net.evaluate([[1, 1]], [0])).loss).toBe(2);
    expect((await net.trainOnBatch([[1, 1]], [0])).loss).toBe(2);
    expect([...(net.getWeights()[0]?.data ?? [])]).toEqual([0.5, 0.5]);
    expect((await net.evaluate([[1, 1]], [0])).loss).toBe(0.5);
  });
});

describe("assign and addLoss", () => {
  const use = (call: (x: SymbolicTensor, ctx: layers.CallContext) => void) => () =>
    layers.custom({
      name: "mine",
      build: (_shape, ctx) => ctx.variable("mean", [2], { trainable: false }),
      call(x, ctx) {
        call(x, ctx);
        return x;
      },
    })(input({ shape: [2] }));

  it("refuse what does not fit", () => {
    expect(use((x, ctx) => ctx.assign("maen", x))).toThrow(
      'custom "mine", assign: expected a known name, received "maen". Did you mean "mean"? Known names: mean.',
    );
    expect(use((x, ctx) => ctx.assign("mean", ops.mean(x, 0, { keepDims: true })))).toThrow(
      'custom "mine", assign: expected a new value of "mean" of shape [2], received [1, 2].',
    );
    expect(use((_x, ctx) => ctx.assign("mean", 3 as never))).toThrow(
      'custom "mine", assign: expected a new value of "mean" of shape [2], received 3.',
    );
    expect(use((x, ctx) => ctx.addLoss(ops.sum(x, 1)))).toThrow(
      'custom "mine", addLoss: expected a single number, a result of ops.*, received shape [batch]. ' +
        "Reduce it with ops.sum or ops.mean.",
    );
    expect(use((_x, ctx) => ctx.addLoss(Number.NaN as never))).toThrow(
      'custom "mine", addLoss: expected a single number, a result of ops.*, received NaN.',
    );
  });
});
