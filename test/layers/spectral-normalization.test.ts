import { beforeAll, describe, expect, it } from "vitest";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";

describe.each(testBackends)("spectralNormalization on $label", (backend) => {
  beforeAll(() => backend.use());

  it("finds the largest singular value over the steps, and leaves the kernel to the optimizer", async () => {
    const wrapped = layers.dense({
      units: 2,
      useBias: false,
      kernelInitializer: () => [
        [3, 0],
        [0, 2],
      ],
    });
    const net = sequential([layers.spectralNormalization({ layer: wrapped, inputShape: [2] })], { seed: 1 });
    const none = (_yTrue: SymbolicTensor, yPred: SymbolicTensor) => ops.mul(ops.mean(yPred, 1), 0);
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: none });
    for (let step = 0; step < 40; step++) await net.trainOnBatch([[1, 1]], [0]);
    const [y] = (await net.predict([[1, 1]])).toArray<number[][]>();
    expect(y?.[0]).toBeCloseTo(1, 5);
    expect(y?.[1]).toBeCloseTo(2 / 3, 5);
    const [kernel, vector] = net.getWeights();
    expect([...(kernel?.data ?? [])]).toEqual([3, 0, 0, 2]);
    expect(vector).toMatchObject({ name: "spectralNormalization/vectorU", shape: [1, 2] });
    expect(Math.abs(vector?.data[0] ?? 0)).toBeCloseTo(1, 5);
  });

  it("leaves a kernel of zeros as it is, and trains from it", async () => {
    const wrapped = layers.dense({ units: 1, useBias: false, kernelInitializer: "zeros" });
    const net = sequential([layers.spectralNormalization({ layer: wrapped, inputShape: [2] })], { seed: 1 });
    expect((await net.predict([[1, 2]])).toArray()).toEqual([[0]]);
    const before = net.getWeights()[1]?.data;
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: "mse" });
    await net.trainOnBatch([[3, 4]], [1]);
    const [kernel, vector] = net.getWeights();
    expect(kernel?.data[0]).toBeCloseTo(0.6, 5);
    expect(kernel?.data[1]).toBeCloseTo(0.8, 5);
    expect(vector?.data).toEqual(before);
  });
});
