// The numbers are held to Keras in fixtures-training.test.ts.

import { beforeAll, describe, expect, it } from "vitest";
import { layers, ops, sequential } from "../../src/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { resolveOptimizer } from "../../src/optimizers/resolve.js";
import { testBackends } from "../backends.js";

describe.each(testBackends)("lamb on $label", (backend) => {
  beforeAll(() => backend.use());

  it("takes the plain step for a weight of 0, and none without a gradient", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [1], kernelInitializer: "ones" })]);
    // The gradient of the bias is 1, that of the kernel x = 0.
    net.compile({ loss: (_yTrue, yPred) => ops.mean(yPred, 1), optimizer: optimizers.lamb({ learningRate: 0.5 }) });
    await net.trainOnBatch([[0]], [0]);
    const [kernel, bias] = net.getWeights();
    expect(kernel?.data[0]).toBe(1);
    expect(bias?.data[0]).toBeCloseTo(-0.5, 5);
  });
});

describe("lamb", () => {
  it("has Keras' defaults and is found by name", () => {
    const { config, learningRate } = resolveOptimizer("optimizer", "lamb");
    expect(learningRate).toBe(0.001);
    expect(config).toEqual({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 });
  });

  it("refuses options outside their range", () => {
    expect(() => optimizers.lamb({ beta1: 1 })).toThrow(RangeError);
    expect(() => optimizers.lamb({ weightDecay: -1 })).toThrow(
      "optimizers.lamb: weightDecay must be a finite number of at least 0, received -1.",
    );
    expect(() => optimizers.lamb({ beta: 1 } as object)).toThrow(
      'optimizers.lamb: expected a known option, received "beta". Did you mean "beta1"?',
    );
  });
});
