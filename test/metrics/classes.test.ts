// Metrics of decisions between classes: what they refuse, what they are in a training, and that batches do not matter.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import { ShapeError } from "../../src/errors.js";
import type { SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import * as losses from "../../src/losses/index.js";
import * as metrics from "../../src/metrics/index.js";
import { type CompileOptions, type Model, sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";

beforeAll(() => setBackend("reference"));

function identity(columns: number, options: CompileOptions): Model {
  const net = sequential([layers.activation({ activation: "linear", inputShape: [columns] })]);
  net.compile(options);
  return net;
}

describe("options of metrics", () => {
  it("are refused out of range", () => {
    const refused: [make: () => unknown, error: Error][] = [
      [
        () => metrics.precision({ thresholds: [0.5, 1.5] }),
        new RangeError("metrics.precision: thresholds must be in [0, 1], received 1.5."),
      ],
      [
        () => metrics.recall({ thresholds: [] }),
        new RangeError("metrics.recall: thresholds must not be empty, received an empty list."),
      ],
      [
        () => metrics.recall({ topK: 0 }),
        new RangeError("metrics.recall: topK must be a positive integer, received 0."),
      ],
      [
        () => metrics.recall({ classId: -1 }),
        new RangeError("metrics.recall: classId must be an integer of at least 0, received -1."),
      ],
      [
        () => metrics.truePositives({ topK: 1 } as object),
        new TypeError(
          'metrics.truePositives: expected a known option, received "topK". Options: fromLogits, thresholds, name.',
        ),
      ],
      [
        () => metrics.f1Score({ average: "macros" as "macro" }),
        new RangeError(
          'metrics.f1Score, average: expected a known name, received "macros". Did you mean "macro"? Known names: macro, weighted, micro.',
        ),
      ],
      [
        () => metrics.f1Score({ threshold: 0 }),
        new RangeError("metrics.f1Score: threshold must be above 0, received 0."),
      ],
      [
        () => metrics.fBetaScore({ beta: 0 }),
        new RangeError("metrics.fBetaScore: beta must be a positive number, received 0."),
      ],
      [
        () => metrics.auc({ numThresholds: 1 }),
        new RangeError("metrics.auc: numThresholds must be an integer of at least 2, received 1."),
      ],
      [
        () => metrics.auc({ curve: "roc" as "ROC" }),
        new RangeError(
          'metrics.auc, curve: expected a known name, received "roc". Did you mean "ROC"? Known names: ROC, PR, PRGAIN.',
        ),
      ],
      [
        () => metrics.auc({ labelWeights: "1" as never }),
        new TypeError('metrics.auc: labelWeights must be a list of numbers, received "1".'),
      ],
      [
        () => metrics.auc({ fromLogits: 1 as never }),
        new TypeError("metrics.auc: fromLogits must be true or false, received 1."),
      ],
      [
        () => metrics.topKCategoricalAccuracy({ k: 1.5 }),
        new RangeError("metrics.topKCategoricalAccuracy: k must be a positive integer, received 1.5."),
      ],
      [
        () => metrics.r2Score({ numRegressors: -1 }),
        new RangeError("metrics.r2Score: numRegressors must be an integer of at least 0, received -1."),
      ],
      [
        () => metrics.cohenKappa({ weights: "cubic" as never }),
        new RangeError(
          'metrics.cohenKappa, weights: expected a known name, received "cubic". Known names: linear, quadratic.',
        ),
      ],
      [
        () => metrics.confusionMatrix({ threshold: 2 }),
        new RangeError("metrics.confusionMatrix: threshold must be a number in [0, 1], received 2."),
      ],
      [() => metrics.accuracy({ name: "" }), new TypeError('metrics.accuracy: name must be a text, received "".')],
      [
        () => metrics.binaryCrossentropy({ labelSmoothing: 2 }),
        new RangeError("losses.binaryCrossentropy: labelSmoothing must be a number in [0, 1], received 2."),
      ],
    ];
    for (const [make, error] of refused) expect(make).toThrow(error);
  });

  it("that do not fit the outputs are refused when these are known", async () => {
    const try3 = (metric: metrics.MetricInput) =>
      identity(3, { loss: "categoricalCrossentropy", metrics: [metric] }).evaluate([[0.2, 0.3, 0.5]], [[0, 0, 1]]);
    await expect(try3(metrics.precision({ classId: 3 }))).rejects.toThrow(
      new RangeError("metrics.precision: classId must be below the number of outputs, 3, received 3."),
    );
    await expect(try3(metrics.auc({ labelWeights: [1, 2] }))).rejects.toThrow(
      new RangeError("metrics.auc: labelWeights must have one number for each of 3 outputs, received 2 numbers."),
    );
  });
});

describe("targets of another shape", () => {
  it("are refused instead of being repeated", async () => {
    const loss = (_: SymbolicTensor, yPred: SymbolicTensor) => ops.mean(yPred, 1);
    const measure = (metric: metrics.MetricInput, y: number[][]) =>
      identity(3, { loss, metrics: [metric] }).evaluate([[0.2, 0.3, 0.5]], y);
    const wrong = (where: string, wanted: string, found: string) =>
      new ShapeError(
        `${where}: expected targets of shape [batch, ${wanted}], received [batch, ${found}]. The predictions have shape [batch, 3].`,
      );
    const cases: [metric: metrics.MetricInput, y: number[][], error: Error][] = [
      ["mae", [[1]], wrong("losses.meanAbsoluteError", "3", "1")],
      ["r2", [[1]], wrong("metrics.r2Score", "3", "1")],
      ["binaryAccuracy", [[1]], wrong("metrics.binaryAccuracy", "3", "1")],
      ["categoricalAccuracy", [[1]], wrong("metrics.categoricalAccuracy", "3", "1")],
      ["sparseCategoricalAccuracy", [[1, 0, 0]], wrong("metrics.sparseCategoricalAccuracy", "1", "3")],
      ["auc", [[1, 0]], wrong("metrics.auc", "3", "2")],
      ["mcc", [[1, 0]], wrong("metrics.matthewsCorrelation", "3", "2")],
      [
        metrics.sparseTopKCategoricalAccuracy({ k: 1 }),
        [[1, 0, 0]],
        wrong("metrics.sparseTopKCategoricalAccuracy", "1", "3"),
      ],
    ];
    for (const [metric, y, error] of cases) await expect(measure(metric, y)).rejects.toThrow(error);
  });
});

describe("metrics of classes", () => {
  it("take class numbers for one-hot rows, and logits for what the loss takes them for", async () => {
    const logits = [
      [2, 0, -1],
      [0.1, 0, 0],
      [-3, 1, 0],
      [0, -1, 4],
    ];
    const y = [0, 0, 1, 2];
    const rows = logits.map((row) => {
      const exps = row.map(Math.exp);
      const sum = exps.reduce((a, b) => a + b);
      return exps.map((e) => e / sum);
    });
    const list = ["precision", "recall", "auc", "f1", "brierScore", "logLoss", "mcc"] as const;
    const sparse = { loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }), metrics: [...list] };
    const oneHot = { loss: losses.categoricalCrossentropy(), metrics: [...list] };
    const found = await identity(3, sparse).evaluate(logits, y);
    const wanted = await identity(3, oneHot).evaluate(
      rows,
      y.map((label) => [0, 1, 2].map((j) => Number(j === label))),
    );
    expect(Object.keys(found)).toEqual([
      ...["loss", "precision", "recall", "auc", "f1_0", "f1_1", "f1_2", "brierScore", "logLoss", "mcc"],
    ]);
    for (const [name, value] of Object.entries(found)) expect(value, name).toBeCloseTo(wanted[name] as number, 5);
    expect(found.recall).toBeCloseTo(3 / 4, 6);
    const binary = { loss: losses.binaryCrossentropy({ fromLogits: true }), metrics: ["precision", "recall"] as const };
    expect(await identity(1, binary).evaluate([[0.1], [-0.2], [3]], [1, 1, 0])).toMatchObject({
      precision: 0.5,
      recall: 0.5,
    });
  });

  it("are in the history of a training with their names, and a matrix keeps the newest classes", async () => {
    const net = sequential([layers.dense({ units: 3, inputShape: [2], activation: "softmax" })], { seed: 1 });
    const confusion = metrics.confusionMatrix();
    expect(confusion.matrix).toBeNull();
    net.compile({
      loss: "sparseCategoricalCrossentropy",
      metrics: [
        confusion,
        metrics.f1Score({ average: "macro" }),
        metrics.precision({ name: "sure", thresholds: [0.5, 0.9] }),
      ],
    });
    const x = Array.from({ length: 10 }, (_, i) => [i % 3, (i * 7) % 5]);
    const y = x.map(([a = 0]) => a);
    const { history } = await net.fit(x, y, { epochs: 4, batchSize: 5, verbose: 0 });
    expect(Object.keys(history)).toEqual(["loss", "f1Score", "sure_0", "sure_1"]);
    expect(history.f1Score).toHaveLength(4);
    expect(confusion.matrix?.flat().reduce((a, b) => a + b)).toBe(10);
    await net.fit(x, y, { validationData: [x.slice(0, 4), y.slice(0, 4)], verbose: 0 });
    expect(confusion.matrix?.map((row) => row.reduce((a, b) => a + b))).toEqual([2, 1, 1]);
  });

  it("do not depend on the batches", async () => {
    const row = fc.tuple(
      fc.float({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: 0, max: 3 }),
    );
    const net = identity(1, {
      loss: "binaryCrossentropy",
      metrics: ["accuracy", "auc", "precision", "recall", "f1", "mcc", "brierScore"],
      weightedMetrics: ["accuracy", "auc", "r2", "rmse"],
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        async (rows, size) => {
          const [p, y, sampleWeight] = [rows.map(([a]) => [a]), rows.map(([, b]) => b), rows.map(([, , c]) => c)];
          const all = await net.evaluate(p, y, { sampleWeight, batchSize: rows.length });
          const parts = await net.evaluate(p, y, { sampleWeight, batchSize: Math.min(size, rows.length) });
          for (const [name, value] of Object.entries(all)) {
            expect(Math.abs((parts[name] as number) - value), name).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("of targets without variance: 1 when all are met, else 0", async () => {
    const net = identity(1, { loss: "mse", metrics: ["r2"] });
    expect((await net.evaluate([[0.1], [0.1], [0.1]], [0.1, 0.1, 0.1], { batchSize: 2 })).r2).toBe(1);
    expect((await net.evaluate([[0.1], [0.2], [0.1]], [0.1, 0.1, 0.1], { batchSize: 2 })).r2).toBe(0);
    // Far from 0, where sums of squares in float32 would leave nothing.
    const far = [10_000_000, 10_000_001, 10_000_002, 10_000_003];
    expect(
      (
        await net.evaluate(
          far.map((y) => [y + 1]),
          far,
          { batchSize: 2 },
        )
      ).r2,
    ).toBeCloseTo(1 - 4 / 5, 6);
  });
});

describe("labels in arrays", () => {
  it("are compared as texts or numbers, also from tensors", () => {
    const confusion = metrics.confusionMatrix(["dog", "cat", "dog"], ["dog", "dog", "dog"]);
    expect(String(confusion)).toBe(
      ["true \\ predicted  cat  dog", "             cat    0    1", "             dog    0    2"].join("\n"),
    );
    expect(metrics.confusionMatrix(Uint8Array.of(0, 10, 2), [[0], [2], [2]]).labels).toEqual([0, 2, 10]);
  });

  it("make a report that prints", () => {
    const report = metrics.classificationReport([0, 1, 1, 1], [0, 0, 1, 1], { targetNames: ["no", "yes"], digits: 3 });
    expect(report.classes.yes).toEqual({ precision: 1, recall: 2 / 3, f1Score: 0.8, support: 3 });
    expect(String(report).split("\n")).toEqual([
      "                  precision  recall  f1Score  support",
      "              no      0.500   1.000    0.667        1",
      "             yes      1.000   0.667    0.800        3",
      "        accuracy                       0.750        4",
      "   macro average      0.750   0.833    0.733        4",
      "weighted average      0.875   0.750    0.767        4",
    ]);
  });

  it("are refused when they do not go together", () => {
    const wrong: [make: () => unknown, text: string][] = [
      [
        () => metrics.confusionMatrix([1, 2], [1]),
        "metrics.confusionMatrix: yTrue and yPred must have the same number of labels, received 2 and 1.",
      ],
      [
        () => metrics.confusionMatrix([1], [[0.2, 0.8]]),
        "metrics.confusionMatrix: yPred must have one label a row, received shape [1, 2]. For predictions of classes take the places of the largest values.",
      ],
      [
        () => metrics.confusionMatrix("ab" as never, [1, 2]),
        'metrics.confusionMatrix: yTrue must be a list of labels, received "ab".',
      ],
      [
        () => metrics.confusionMatrix([1, 2], [1, 2], { sampleWeight: [1] }),
        "metrics.confusionMatrix: sampleWeight must have 2 numbers, received 1.",
      ],
      [() => metrics.confusionMatrix([], []), "metrics.confusionMatrix: expected one or more labels, received none."],
      [
        () => metrics.classificationReport([1, 2], [1, 2], { targetNames: ["a"] }),
        "metrics.classificationReport: targetNames must have 2 names, received 1.",
      ],
    ];
    for (const [make, text] of wrong) expect(make).toThrow(text);
  });
});
