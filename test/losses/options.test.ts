// The options of losses: what they refuse, and what they do in a model.

import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import { grad } from "../../src/grad.js";
import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import { sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { lossOf } from "./loss-of.js";

beforeAll(() => setBackend("reference"));

describe("operands of losses", () => {
  it("are symbolic", () => {
    const message =
      "losses.meanSquaredError: expected symbolic tensors, received an array of 2. For numbers, use compileFunction or model.evaluate.";
    const loss = losses.meanSquaredError();
    expect(() => loss([1, 2] as never, [1, 3] as never)).toThrow(new TypeError(message));
    expect(() => loss(ops.zeros([2, 1]), [1, 3] as never)).toThrow(new TypeError(message));
  });
});

describe("options of losses", () => {
  it("are refused out of range", () => {
    const refused: [make: () => losses.Loss, error: Error][] = [
      [
        () => losses.huber({ reduction: "avg" as "mean" }),
        new RangeError(
          'losses.huber, reduction: expected a known name, received "avg". Known names: sumOverBatchSize, mean, sum, meanWithSampleWeight.',
        ),
      ],
      [
        () => losses.huber({ reduction: null as never }),
        new RangeError(
          "losses.huber: reduction must give one number to minimise, received null. To get one value a row, call the loss: losses.huber()(yTrue, yPred).",
        ),
      ],
      [
        () => losses.sparseCategoricalCrossentropy({ labelSmoothing: 0.1 } as object),
        new TypeError(
          "losses.sparseCategoricalCrossentropy: class numbers as targets cannot be smoothed, received labelSmoothing 0.1. Use categoricalCrossentropy with one-hot targets.",
        ),
      ],
      [
        () => losses.sparseCategoricalCrossentropy({ ignoreClass: 1.5 }),
        new RangeError("losses.sparseCategoricalCrossentropy: ignoreClass must be an integer, received 1.5."),
      ],
      [
        () => losses.binaryCrossentropy({ posWeight: -1 }),
        new RangeError("losses.binaryCrossentropy: posWeight must be a finite number of at least 0, received -1."),
      ],
      [
        () => losses.binaryCrossentropy({ posWeight: [1, Number.NaN] }),
        new RangeError("losses.binaryCrossentropy: posWeight[1] must be a finite number of at least 0, received NaN."),
      ],
      [
        () => losses.binaryCrossentropy({ posWeight: "2" as never }),
        new TypeError('losses.binaryCrossentropy: posWeight must be a number or a list of numbers, received "2".'),
      ],
      [
        () => losses.binaryCrossentropy({ fromLogits: 1 as never }),
        new TypeError("losses.binaryCrossentropy: fromLogits must be true or false, received 1."),
      ],
      [
        () => losses.binaryFocalCrossentropy({ alpha: 2 }),
        new RangeError("losses.binaryFocalCrossentropy: alpha must be a number in [0, 1], received 2."),
      ],
      [
        () => losses.categoricalFocalCrossentropy({ gamma: -1 }),
        new RangeError(
          "losses.categoricalFocalCrossentropy: gamma must be a finite number of at least 0, received -1.",
        ),
      ],
      [
        () => losses.categoricalGeneralizedCrossentropy({ q: 1 }),
        new RangeError("losses.categoricalGeneralizedCrossentropy: q must be between 0 and 1, received 1."),
      ],
      [
        () => losses.quantile({ quantile: 1.01 }),
        new RangeError("losses.quantile: quantile must be a number in [0, 1], received 1.01."),
      ],
      [
        () => losses.dice({ axis: 0 as never }),
        new RangeError("losses.dice: axis must be null (the whole batch) or -1 (each row), received 0."),
      ],
      [
        () => losses.tversky({ beta: -0.1 }),
        new RangeError("losses.tversky: beta must be a finite number of at least 0, received -0.1."),
      ],
    ];
    for (const [make, error] of refused) expect(make).toThrow(error);
  });

  it("that do not fit the outputs are refused when these are known", async () => {
    await expect(lossOf(losses.binaryCrossentropy({ posWeight: [1, 2] }), [[1]], [[0.5]])).rejects.toThrow(
      "losses.binaryCrossentropy: posWeight must have one number for each of 1 outputs, received 2 numbers.",
    );
    await expect(lossOf(losses.categoricalCrossentropy({ labelSmoothing: 0.1 }), [[1]], [[1]])).rejects.toThrow(
      "losses.categoricalCrossentropy: labelSmoothing needs two classes or more, received one. For a single output use binaryCrossentropy.",
    );
    await expect(lossOf(losses.dice(), [[1, 0]], [[0.5, 1]], [1])).rejects.toThrow(
      'loss "dice": sample weights need one value a row, received a scalar. Give one value a row, shape [batch, 1]; dice and tversky do so with axis: -1.',
    );
    expect(await lossOf(losses.dice({ axis: -1 }), [[1, 0]], [[0.5, 0]], [2])).toBeCloseTo(2 * (1 - 1 / 1.5), 6);
  });
});

describe("a class that is ignored", () => {
  it("may be outside of the classes, and neither costs nor counts", async () => {
    const p = [
      [0.5, 0.5],
      [0.9, 0.1],
      [0.25, 0.75],
    ];
    const expected = -(Math.log(0.5) + Math.log(0.75)) / 2;
    const loss = losses.sparseCategoricalCrossentropy({ ignoreClass: 255 });
    expect(await lossOf(loss, [0, 255, 1], p)).toBeCloseTo(expected, 6);
    expect(await lossOf(loss, [255, 255, 255], p)).toBe(0);
    await expect(lossOf(loss, [0, 254, 1], p)).rejects.toThrow(
      "labels must be integers in [0, 1], received 254 in row 1.",
    );
  });

  it("does not move the weights", async () => {
    const make = () => {
      const net = sequential([layers.dense({ units: 3, inputShape: [2] })], { seed: 1 });
      const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: -1 });
      net.compile({ loss, optimizer: "sgd" });
      return net;
    };
    const x = [
      [1, 2],
      [-1, 0.5],
      [3, 1],
    ];
    const [some, all] = [make(), make()];
    await some.trainOnBatch(x, [2, -1, 0]);
    await all.trainOnBatch([x[0] as number[], x[2] as number[]], [2, 0]);
    expect(some.getWeights().map(({ data }) => [...data])).toEqual(all.getWeights().map(({ data }) => [...data]));
  });
});

describe("focal losses", () => {
  it("keep a gradient for logits that are certain and wrong, where Keras' clip takes it away", async () => {
    const f = losses.binaryFocalCrossentropy({ fromLogits: true });
    const [slope] = await grad((x) => ops.sum(f(ops.reshape(1, [1, 1]), x)))([[-60]]);
    expect(slope[0]?.[0]).toBeCloseTo(-1, 6);
    const g = losses.categoricalFocalCrossentropy({ fromLogits: true, alpha: 1, gamma: 0.5 });
    const [slopes] = await grad((x) => ops.sum(g(ops.reshape([1, 0], [1, 2]), x)))([[-60, 60]]);
    expect(slopes[0]).toEqual([expect.closeTo(-1, 6), expect.closeTo(1, 6)]);
  });

  it("stay finite for probabilities that are certain and right", async () => {
    const f = losses.binaryFocalCrossentropy({ gamma: 0.5 });
    const [slope] = await grad((x) => ops.sum(f(ops.reshape(1, [1, 1]), x)))([[1]]);
    expect(Number.isFinite(slope[0]?.[0])).toBe(true);
  });
});

describe("gaussianNll", () => {
  it("reads means and variances from two halves of the outputs, and learns them", async () => {
    expect(await lossOf(losses.gaussianNll(), [3], [[1, 4]])).toBeCloseTo((Math.log(4) + 1) / 2, 6);
    const net = sequential([layers.dense({ units: 2, inputShape: [1] })], { seed: 1 });
    net.compile({
      loss: losses.gaussianNll({ logVariance: true }),
      optimizer: optimizers.adam({ learningRate: 0.05 }),
    });
    await net.fit([[0], [0], [0], [0]], [3, 5, 3, 5], { epochs: 400, verbose: 0 });
    const [mean = 0, logVariance = 0] = (await net.predict([[0]])).data;
    expect(mean).toBeCloseTo(4, 2);
    expect(Math.exp(logVariance)).toBeCloseTo(1, 2);
  });

  it("refuses outputs and targets that do not go together", async () => {
    await expect(lossOf(losses.gaussianNll(), [3], [[1, 4, 2]])).rejects.toThrow(
      new RangeError(
        "losses.gaussianNll: expected an even number of outputs, means and variances, received 3. For one target use two outputs.",
      ),
    );
    await expect(lossOf(losses.gaussianNll(), [[3, 1]], [[1, 4]])).rejects.toThrow(
      "y: gaussianNll needs shape [batch, 1], received [1, 2].",
    );
    expect(() => losses.gaussianNll({ epsilon: 0 })).toThrow(
      "losses.gaussianNll: epsilon must be a positive number, received 0.",
    );
  });
});

describe("cosineSimilarity", () => {
  it("is 0 without a gradient for a zero vector", async () => {
    const f = losses.cosineSimilarity();
    expect(await lossOf(f, [[1, 2]], [[0, 0]])).toBe(0);
    const [slope] = await grad((x) => ops.sum(f(ops.reshape([1, 2], [1, 2]), x)))([[0, 0]]);
    expect(slope).toEqual([[0, 0]]);
  });
});
