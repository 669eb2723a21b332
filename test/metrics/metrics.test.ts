import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import { input } from "../../src/layers/input.js";
import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import * as metrics from "../../src/metrics/index.js";
import { model, sequential } from "../../src/models/index.js";
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
  it("have short names: acc, fBeta, and topK, which is chosen by the loss", async () => {
    const p = [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]];
    const found = await results("sparseCategoricalCrossentropy", ["acc", "topK"], [0], p);
    expect([found.acc, found.topK]).toEqual([0, 0]);
    expect((await results("sparseCategoricalCrossentropy", ["topK"], [1], p)).topK).toBe(1);
    expect((await results("categoricalCrossentropy", ["topK"], [[0, 1, 0, 0, 0, 0]], p)).topK).toBe(1);
    expect((await results("categoricalCrossentropy", ["topK"], [[1, 0, 0, 0, 0, 0]], p)).topK).toBe(0);
    // Two of three predictions of 1 are right, and none is missing: precision 2 / 3, recall 1.
    const f = await results("binaryCrossentropy", ["fBeta"], [1, 1, 0], [[0.9], [0.8], [0.7]]);
    expect(f.fBeta).toBeCloseTo(0.8, 6);
  });

  it("that are losses as well may be given without the call", async () => {
    const list = [
      metrics.poisson,
      metrics.hinge,
      metrics.squaredHinge,
      metrics.categoricalHinge,
      metrics.klDivergence,
      metrics.meanAbsolutePercentageError,
      metrics.meanSquaredLogarithmicError,
    ];
    const [yTrue, yPred] = [[[0.5, 0.5]], [[0.4, 0.6]]];
    const uncalled = await results("mse", list as never[], yTrue, yPred);
    expect(uncalled).toEqual(
      await results(
        "mse",
        list.map((metric) => metric()),
        yTrue,
        yPred,
      ),
    );
    expect(Object.keys(uncalled)).toHaveLength(8);
    expect(uncalled.meanAbsolutePercentageError).toBeCloseTo(20, 4);
  });

  it("that are none without a call are refused", () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [1] })]);
    const compile = (given: unknown) => () => net.compile({ loss: "mse", metrics: given as never });
    const text = 'model "sequential", compile';
    expect(compile([metrics.confusionMatrix])).toThrow(
      new TypeError(
        `${text}, metrics: expected a metric, received metrics.confusionMatrix. Call it: metrics.confusionMatrix().`,
      ),
    );
    expect(compile([metrics.classificationReport])).toThrow(
      new TypeError(
        `${text}, metrics: expected a metric, received metrics.classificationReport. ` +
          "It compares arrays: metrics.classificationReport(yTrue, yPred).",
      ),
    );
    expect(compile([metrics.custom])).toThrow(
      new TypeError(
        `${text}, metrics: expected a metric, received metrics.custom. Call it: metrics.custom({ name, sums, result }).`,
      ),
    );
    expect(compile("accuracy")).toThrow(
      new TypeError(`${text}: metrics must be an array, received "accuracy". For example metrics: ["accuracy"].`),
    );
    expect(compile(3)).toThrow(
      new TypeError(`${text}: metrics must be an array, received 3. For example metrics: ["accuracy"].`),
    );
  });

  it("are not called on arrays", () => {
    expect(() => metrics.mse([1, 2] as object)).toThrow(
      new TypeError(
        "metrics.meanSquaredError: expected an object of options, received an array of 2. " +
          "Metrics are computed by evaluate: compile({ loss, metrics: [metrics.meanSquaredError()] }).",
      ),
    );
  });

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

describe("metrics.custom", () => {
  const relative = metrics.custom({
    name: "relativeError",
    sums: (yTrue, yPred) => [ops.abs(ops.sub(yTrue, yPred)), ops.abs(yTrue)],
    result: ([error = 0, size = 0]) => error / size,
  });

  it("is a function of sums over all rows, whatever the batches are", async () => {
    const [yTrue, yPred] = [
      [1, 2, 3, 4, 6],
      [[2], [2], [1], [4], [7]],
    ];
    const net = sequential([layers.activation({ activation: "linear", inputShape: [1] })]);
    net.compile({ loss: "mse", metrics: [relative] });
    for (const batchSize of [1, 2, 3, 5]) {
      expect((await net.evaluate(yPred, yTrue, { batchSize })).relativeError).toBeCloseTo(4 / 16, 6);
    }
  });

  it("may give sums itself, with the weights that are there in weightedMetrics", async () => {
    const metric = metrics.custom({
      name: "weightedSum",
      sums: (yTrue, _, weights) => ops.sum(weights === null ? yTrue : ops.mul(yTrue, weights)),
      result: (sums) => [...sums, sums.length],
    });
    const net = sequential([layers.activation({ activation: "linear", inputShape: [1] })]);
    net.compile({ loss: "mse", metrics: [metric], weightedMetrics: [metric] });
    const found = await net.evaluate([[0], [0], [0]], [1, 2, 3], { sampleWeight: [1, 0, 2], batchSize: 2 });
    expect(found).toMatchObject({
      weightedSum_0: 6,
      weightedSum_1: 1,
      weightedWeightedSum_0: 7,
      weightedWeightedSum_1: 1,
    });
  });

  it("is refused when it makes no sense", async () => {
    const make = (part: object) => metrics.custom({ name: "m", sums: (y) => y, result: () => 1, ...part });
    expect(() => make({ name: "" })).toThrow(new TypeError('metrics.custom: name must be a text, received "".'));
    expect(() => make({ result: 3 })).toThrow(new TypeError("metrics.custom: result must be a function, received 3."));
    expect(() => make({ values: 3 })).toThrow('metrics.custom: expected a known option, received "values".');
    const wrong: [part: object, text: string][] = [
      [{ sums: () => 3 }, 'metric "m", sums: the function must return a result of ops.*, received 3.'],
      [
        { sums: () => ops.add(ops.sum([1, 2]), 1) },
        'metric "m", sums: the result must depend on targets or predictions, received a constant. Compute it from yTrue and yPred.',
      ],
      [
        { sums: (y: SymbolicTensor) => ops.mul(ops.sum(y), [[1], [2]]) },
        'metric "m": expected what is summed to have shape [batch, n], [1, n], [n] or [], received [2, 1].',
      ],
      [{ result: () => "x" }, 'metric "m", result: the function must return numbers, received "x".'],
    ];
    for (const [part, text] of wrong) await expect(results("mse", [make(part)], [1], [[2]])).rejects.toThrow(text);
  });
});

describe("own metrics", () => {
  it("must depend on something, and have a value a row or a scalar", async () => {
    const constant = () => ops.add(ops.sum([1, 2]), 1);
    await expect(results("mse", [constant], [1], [[2]])).rejects.toThrow(
      'metric "constant": the result must depend on targets or predictions, received a constant. Compute it from yTrue and yPred.',
    );
    const columns = (yTrue: SymbolicTensor) => ops.sum(yTrue, 0);
    await expect(results("mse", [columns], [1], [[2]])).rejects.toThrow(
      'metric "columns": expected values of shape [batch, 1] or [], received [1]. Return one value a row, or reduce to a scalar with ops.mean(x).',
    );
  });

  it("include losses, with their options or by name", async () => {
    const found = await results("mse", ["mape", losses.huber({ delta: 2 }), losses.logCosh()], [1, 2], [[2], [2]]);
    expect(found.mape).toBeCloseTo(50, 5);
    expect(found.huber).toBeCloseTo(0.25, 6);
    expect(found.logCosh).toBeCloseTo(Math.log(Math.cosh(1)) / 2, 6);
  });
});

describe("weighted metrics", () => {
  const y = [1, 0, 1, 1];
  const p = [[0.9], [0.8], [0.1], [0.7]];
  const sampleWeight = [1, 3, 0.5, 0.5];

  it("divide by the sum of the weights, in several batches, too; others ignore them", async () => {
    const net = sequential([layers.activation({ activation: "linear", inputShape: [1] })]);
    net.compile({ loss: "mse", metrics: ["accuracy", "mae"], weightedMetrics: ["accuracy", "rmse"] });
    for (const batchSize of [1, 3, 4]) {
      const found = await net.evaluate(p, y, { sampleWeight, batchSize });
      expect(Object.keys(found)).toEqual(["loss", "accuracy", "mae", "weightedAccuracy", "rmse"]);
      expect(found.accuracy).toBeCloseTo(0.5, 6);
      expect(found.mae).toBeCloseTo((0.1 + 0.8 + 0.9 + 0.3) / 4, 6);
      expect(found.weightedAccuracy).toBeCloseTo(1.5 / 5, 6);
      expect(found.rmse).toBeCloseTo(Math.sqrt((0.01 + 3 * 0.64 + 0.5 * 0.81 + 0.5 * 0.09) / 5), 6);
    }
    const plain = await net.evaluate(p, y);
    expect(plain.weightedAccuracy).toBeCloseTo(0.5, 6);
    expect((await net.evaluate(p, y, { sampleWeight: [0, 0, 0, 0] })).weightedAccuracy).toBe(0);
  });

  it("of several outputs are given by name, also for one without a loss", async () => {
    const a = input({ shape: [1], name: "a" });
    const outputs = {
      first: layers.activation({ activation: "linear" })(a),
      second: layers.activation({ activation: "relu" })(a),
    };
    const net = model({ inputs: a, outputs });
    net.compile({
      loss: { first: "mse" },
      metrics: { first: ["mae"] },
      weightedMetrics: { first: ["mae"], second: [metrics.meanAbsoluteError({ name: "error" })] },
    });
    const targets = { first: [1, 1, 1], second: [0, 0, 0] };
    const weights = { first: [1, 0, 2], second: [0, 3, 1] };
    const found = await net.evaluate([[1], [-1], [3]], targets, { sampleWeight: weights, batchSize: 2 });
    expect(Object.keys(found)).toEqual(["loss", "firstMae", "firstWeightedMae", "secondError"]);
    expect(found.firstMae).toBeCloseTo(4 / 3, 6);
    expect(found.firstWeightedMae).toBeCloseTo(4 / 3, 6);
    expect(found.secondError).toBeCloseTo(3 / 4, 6);
    expect(found.loss).toBeCloseTo(8 / 3, 6);
  });

  it("are in the history of fit, with class weights and validation", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed: 1 });
    net.compile({ loss: "mse", optimizer: "sgd", weightedMetrics: ["mae"] });
    const { history } = await net.fit(p, y, {
      epochs: 3,
      batchSize: 2,
      classWeight: { 0: 2 },
      validationData: [p, y, sampleWeight],
      verbose: 0,
    });
    expect(Object.keys(history)).toEqual(["loss", "mae", "valLoss", "valMae"]);
    expect(history.valMae?.at(-1)).toBeCloseTo((await net.evaluate(p, y, { sampleWeight })).mae as number, 6);
    expect(() => net.compile({ loss: "mse", weightedMetrics: "mae" as never })).toThrow(
      'compile: weightedMetrics must be an array, received "mae".',
    );
  });
});

describe("wide reports", () => {
  it("follow a training that was fast, without a large array for the steps of one call", async () => {
    const classes = 120;
    const net = sequential([layers.dense({ units: classes, inputShape: [1], activation: "softmax" })], { seed: 1 });
    const [x, y] = [Array.from({ length: 4 }, (_, i) => [i / 4]), [0, 5, 119, 5]];
    net.compile({ loss: "sparseCategoricalCrossentropy" });
    await net.fit(x, y, { epochs: 300, batchSize: 1, verbose: 0 });
    const confusion = metrics.confusionMatrix();
    net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [confusion, "accuracy"] });
    const { history } = await net.fit(x, y, { epochs: 100, batchSize: 1, verbose: 0 });
    expect(history.accuracy).toHaveLength(100);
    expect([0, 5, 119].map((label) => confusion.matrix?.[label]?.reduce((a, b) => a + b))).toEqual([1, 2, 1]);
  });
});
