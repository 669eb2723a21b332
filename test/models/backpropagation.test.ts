// The worked example of back-propagation that the lecture links: a 2-2-2 network with sigmoids, E = sum (t - o)^2 / 2, which is
// the mean squared error of two outputs. The expected numbers were recomputed in double precision.

import { beforeAll, describe, expect, it } from "vitest";
import * as activations from "../../src/activations/index.js";
import * as initializers from "../../src/initializers/index.js";
import * as layers from "../../src/layers/index.js";
import { type Model, sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";

const inputs = [[0.05, 0.1]];
const targets = [[0.01, 0.99]];
// Kernels hold the weights of one input in a row: w1 and w2 belong to the first hidden unit.
const first = [0.15, 0.25, 0.2, 0.3];
const second = [0.4, 0.5, 0.45, 0.55];
const outputs = [0.7513650695523157, 0.7729284653214625];
const error = 0.2983711087600027;
const gradients = [
  4.385677344743465e-4, 8.77135468948693e-4, 4.977127352608601e-4, 9.9542547052172e-4, 0.08216704056423077,
  0.08266762784753325, -0.02260254047747507, -0.022740242215978222,
];
const afterOneStep = [
  0.1497807161, 0.1995614323, 0.2497511436, 0.2995022873, 0.3589164797, 0.4086661861, 0.5113012702, 0.5613701211,
];

/** A dense layer whose bias is not updated, as in the example. */
function layer(name: string, kernel: readonly number[], bias: number) {
  return layers.custom({
    name,
    inputShape: [2],
    build(_shape, ctx) {
      ctx.variable("kernel", [2, 2], { initializer: () => Float32Array.from(kernel) });
      ctx.variable("bias", [2], { initializer: initializers.constant({ value: bias }), trainable: false });
    },
    call: (x, { variables }) => activations.sigmoid(ops.dense(x, variables.kernel as typeof x, variables.bias)),
  });
}

function network(): Model {
  const net = sequential([layer("hidden", first, 0.35), layer("output", second, 0.6)]);
  net.compile({ optimizer: optimizers.gradientDescent({ learningRate: 0.5 }), loss: "meanSquaredError" });
  return net;
}

/** w1 ... w8 in the order of the example. */
function weights(net: Model): number[] {
  return net
    .getWeights()
    .filter(({ name }) => name.endsWith("kernel"))
    .flatMap(({ data }) => [data[0] ?? 0, data[2] ?? 0, data[1] ?? 0, data[3] ?? 0]);
}

describe.each(testBackends)("back-propagation on $label", (backend) => {
  beforeAll(() => backend.use());

  it("gives the outputs, the error, the gradients and the weights after a step", async () => {
    const net = network();
    const out = await net.predict(inputs);
    outputs.forEach((value, i) => {
      expect(Math.abs((out.data[i] ?? 0) - value)).toBeLessThan(2e-7);
    });
    const before = weights(net);
    const { loss } = await net.trainOnBatch(inputs, targets);
    expect(Math.abs(loss - error)).toBeLessThan(1e-7);
    const after = weights(net);
    after.forEach((value, i) => {
      expect(Math.abs(value - (afterOneStep[i] ?? 0))).toBeLessThan(1e-7);
      // One rounding of a float32 near 0.5, divided by the learning rate.
      const gradient = ((before[i] ?? 0) - value) / 0.5;
      expect(Math.abs(gradient - (gradients[i] ?? 0))).toBeLessThan(2e-7);
    });
    expect(Math.abs((await net.evaluate(inputs, targets)).loss - 0.2910277737)).toBeLessThan(1e-7);
    expect(
      net
        .getWeights()
        .filter(({ name }) => name.endsWith("bias"))
        .map(({ data }) => [...data]),
    ).toEqual([
      [Math.fround(0.35), Math.fround(0.35)],
      [Math.fround(0.6), Math.fround(0.6)],
    ]);
  });

  it("reaches the error of the example after 10,000 steps", async () => {
    const net = network();
    await net.fit(inputs, targets, { epochs: 10_000, verbose: 0 });
    // Rounding of 10,000 float32 updates: the error is right to three digits.
    expect(Math.abs((await net.evaluate(inputs, targets)).loss / 3.510187783e-5 - 1)).toBeLessThan(5e-3);
  });
});
