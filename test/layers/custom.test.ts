// Layers of users: several weights, own initializers, state, losses, lists; and what is refused.

import { beforeAll, describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import { model, sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";

/** Subtracts a running mean of its input, which it learns as it goes, and pulls its scale to 1 by a loss of its own. */
function centering(momentum: number) {
  return layers.custom({
    name: "centering",
    inputShape: [2],
    build(shape, ctx) {
      const columns = shape[1] as number;
      ctx.variable("scale", [columns], { initializer: (size) => new Float32Array(size[0] ?? 0).fill(3) });
      ctx.variable("offset", [columns], { initializer: (_size, random) => [random.uniform(), random.uniform()] });
      ctx.variable("center", [columns], { initializer: "zeros", trainable: false });
    },
    call(x, ctx) {
      const { scale, offset, center } = ctx.variables as Record<"scale" | "offset" | "center", SymbolicTensor>;
      ctx.addLoss(ops.sum(ops.square(ops.sub(scale, 1))));
      const followed = ops.add(ops.mul(center, momentum), ops.mul(ops.mean(x, 0), 1 - momentum));
      ctx.assign("center", followed);
      return ops.add(ops.mul(ops.sub(x, center), scale), offset);
    },
  });
}

describe.each(testBackends)("own layers on $label", (backend) => {
  beforeAll(() => backend.use());

  it("have weights, state and losses", async () => {
    const make = () => sequential([centering(0.5), layers.dense({ units: 1, trainable: false })], { seed: 5 });
    const net = make();
    expect(net.getWeights().map(({ name, shape }) => [name, shape])).toEqual([
      ["centering/scale", [2]],
      ["centering/offset", [2]],
      ["centering/center", [2]],
      ["dense/kernel", [2, 1]],
      ["dense/bias", [1]],
    ]);
    const [scale, offset] = net.getWeights();
    expect([...(scale?.data ?? [])]).toEqual([3, 3]);
    // An own initializer draws from the model's seed.
    expect(offset?.data).toEqual(make().getWeights()[1]?.data);
    expect(offset?.data[0]).not.toBe(offset?.data[1]);
    const none = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mul(ops.mean(yPred, 1), 0);
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0.25 }), loss: none });
    const x = [
      [1, 10],
      [3, 30],
    ];
    expect((await net.trainOnBatch(x, [0, 0])).loss).toBe(8);
    expect((await net.trainOnBatch(x, [0, 0])).loss).toBe(2);
    const after = net.getWeights();
    expect([...(after[0]?.data ?? [])]).toEqual([1.5, 1.5]);
    expect([...(after[2]?.data ?? [])]).toEqual([1.5, 15]);
  });
});

describe("own layers", () => {
  const x = () => input({ shape: [3] });

  it("must return a result of ops that depends on the input, with its rows", () => {
    expect(() => layers.custom({ call: () => ops.add([1, 2], 1) })(x())).toThrow(
      new TypeError("custom: the result of call must depend on its input, received one that does not."),
    );
    const constant = layers.custom({
      name: "mine",
      build: (_shape, ctx) => ctx.variable("w", [3]),
      call: (_x, ctx) => ctx.variables.w as SymbolicTensor,
    });
    expect(() => constant(x())).toThrow('custom "mine": the result of call must depend on its input');
    expect(() => layers.custom({ name: "mine", call: (rows) => ops.mean(rows, 0) })(x())).toThrow(
      new ShapeError(
        'custom "mine": call must return a row for each row of its input, shape [batch, ...], received [3]. ' +
          "Reduce other axes than the first one.",
      ),
    );
    expect(() => layers.custom({ call: () => undefined as never })(x())).toThrow(
      "custom: call must return a result of ops.*, received undefined.",
    );
    expect(() => layers.custom({ call: () => Number.NaN as never })(x())).toThrow(
      "custom: call must return a result of ops.*, received NaN.",
    );
  });

  it("are as they were after a build that failed", () => {
    let fails = true;
    const layer = layers.custom({
      build(_shape, ctx) {
        ctx.variable("w", [3]);
        if (fails) throw new Error("not yet");
      },
      call: (rows, { variables: { w = 0 } }) => ops.mul(rows, w),
    });
    expect(() => layer(x())).toThrow("not yet");
    expect(layer.variables).toEqual([]);
    fails = false;
    expect(layer(x()).shape).toEqual([null, 3]);
    expect(layer.variables).toHaveLength(1);
  });

  it("may depend on one of several inputs, and on weights alone through them", () => {
    const [a, b] = [x(), x()];
    const second = layers.custom({ call: ([, y]: readonly SymbolicTensor[]) => ops.tanh(y as SymbolicTensor) });
    expect(model({ inputs: [a, b], outputs: [second([a, b])] }).layers).toHaveLength(1);
  });

  it("refuse weights that cannot be", () => {
    const build = (define: (ctx: layers.BuildContext) => void) => () =>
      layers.custom({ name: "mine", build: (_shape, ctx) => define(ctx), call: (rows) => rows })(x());
    expect(build((ctx) => ctx.variable("w", [0]))).toThrow(
      'custom "mine", weight "w": a shape must be an array of positive integers, received [0].',
    );
    expect(build((ctx) => ctx.variable("w", [2], { initializer: "one" as never }))).toThrow(
      'custom "mine", weight "w": expected a known name, received "one". Did you mean "ones"?',
    );
    expect(build((ctx) => ctx.variable("w", [2], { trainabel: true } as never))).toThrow(
      'custom "mine", weight "w": expected a known option, received "trainabel". Did you mean "trainable"?',
    );
    const wrongSize = layers.custom({
      name: "mine",
      inputShape: [3],
      build: (_shape, ctx) => ctx.variable("w", [2], { initializer: () => [1, 2, 3] }),
      call: (rows) => rows,
    });
    expect(() => sequential([wrongSize])).toThrow(
      'initializer "initializer": expected values of shape [2], received [3].',
    );
  });
});
