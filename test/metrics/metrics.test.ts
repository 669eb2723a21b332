import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import * as metrics from "../../src/metrics/index.js";
import { sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";

beforeAll(() => setBackend("reference"));

/** Results for given predictions: a network that computes nothing. */
async function results(
  loss: losses.LossInput,
  list: metrics.MetricInput[],
  yTrue: number[] | number[][],
  yPred: number[][],
): Promise<Record<string, number>> {
  const identity = sequential([layers.activation({ activation: "linear", inputShape: [yPred[0]?.length ?? 0] })]);
  identity.compile({ loss, metrics: list });
  return await identity.evaluate(yPred, yTrue);
}

describe("accuracy", () => {
  it("is binary for a binary cross-entropy, with the threshold of logits", async () => {
    const y = [1, 0, 1];
    const third = await results("binaryCrossentropy", ["accuracy"], y, [[0.6], [0.6], [0.4]]);
    expect(third.accuracy).toBeCloseTo(1 / 3, 6);
    const logits = losses.binaryCrossentropy({ fromLogits: true });
    expect((await results(logits, ["accuracy"], y, [[0.2], [-0.3], [-0.1]])).accuracy).toBeCloseTo(2 / 3, 6);
    expect((await results("binaryCrossentropy", ["accuracy"], [[1, 0]], [[0.9, 0.9]])).accuracy).toBe(0.5);
  });

  it("is categorical or sparse for those losses; of equal maxima the first counts", async () => {
    const p = [
      [0.1, 0.9],
      [0.5, 0.5],
    ];
    expect(
      (
        await results(
          "categoricalCrossentropy",
          ["accuracy"],
          [
            [0, 1],
            [0, 1],
          ],
          p,
        )
      ).accuracy,
    ).toBe(0.5);
    expect((await results("sparseCategoricalCrossentropy", ["accuracy"], [1, 0], p)).accuracy).toBe(1);
  });

  it("is chosen by the shapes for other losses, as in Keras", async () => {
    expect((await results("mse", ["accuracy"], [1, 0], [[0.7], [0.6]])).accuracy).toBe(0.5);
    expect((await results("mse", ["accuracy"], [[0, 1]], [[0.3, 0.4]])).accuracy).toBe(1);
    expect((await results("mse", [metrics.accuracy()], [[0, 1]], [[0.5, 0.4]])).accuracy).toBe(0);
  });
});

describe("metrics", () => {
  it("have the names that they are asked for by", async () => {
    const list = [
      "mse",
      "meanAbsoluteError",
      metrics.binaryAccuracy({ threshold: 2 }),
      metrics.meanSquaredError,
    ] as const;
    const found = await results("mae", [...list] as metrics.MetricInput[], [1, 3], [[2], [5]]);
    expect(found).toEqual({ loss: 1.5, mse: 2.5, meanAbsoluteError: 1.5, binaryAccuracy: 0, meanSquaredError: 2.5 });
  });

  it("of users are functions over ops", async () => {
    const largest = (yTrue: Parameters<metrics.MetricFunction>[0], yPred: typeof yTrue) =>
      ops.max(ops.abs(ops.sub(yTrue, yPred)));
    expect((await results("mse", [largest], [1, 3], [[2], [5]])).largest).toBe(2);
    await expect(results("mse", [(() => "x") as never], [1], [[2]])).rejects.toThrow("must return a result of ops.*");
    await expect(results("mse", [3 as never], [1], [[2]])).rejects.toThrow(
      `expected a metric such as "accuracy", received 3.`,
    );
  });
});
