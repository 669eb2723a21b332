// Holds the metrics, plain and weighted, to Keras and scikit-learn in float64, on every backend and instruction set, over all rows at
// once and over batches of which the last is smaller.

import { beforeAll, describe, expect, it } from "vitest";
import * as layers from "../src/layers/index.js";
import * as metrics from "../src/metrics/index.js";
import { sequential } from "../src/models/index.js";
import * as ops from "../src/ops/index.js";
import { tensor } from "../src/tensor.js";
import { testBackends } from "./backends.js";
import { expectClose, readFixture, type Tolerance } from "./fixtures/fixture.js";

const { custom, classificationReport, accuracy, rocCurve, precisionRecallCurve, ...factories } = metrics;

type Name = keyof typeof factories;

interface Fixture {
  readonly weights: readonly number[];
  readonly data: Readonly<
    Record<
      string,
      { readonly columns: number; readonly prediction: readonly number[]; readonly target: readonly number[] }
    >
  >;
  readonly cases: readonly {
    readonly metric: Name;
    readonly data: string;
    readonly options: object;
    readonly plain: readonly number[];
    readonly weighted: readonly number[];
  }[];
  readonly named: Readonly<Record<"yTrue" | "yPred", readonly string[]>> &
    Readonly<Record<"matrix" | "weightedMatrix" | "someLabels", number[][]>> &
    Readonly<Record<"report" | "weightedReport" | "someReport", Readonly<Record<string, readonly number[]>>>>;
}

const fixture = readFixture<Fixture>("metrics.json");
const tolerance: Tolerance = { relative: 2e-6, absolute: 2e-7 };

function make(name: Name, options: object): metrics.Metric {
  return (factories[name] as (options: object) => metrics.Metric)(options);
}

describe("the oracles", () => {
  it("cover every metric", () => {
    // Some have a short name besides.
    const covered = new Set(fixture.cases.map(({ metric }) => factories[metric]));
    expect(Object.keys(factories).filter((name) => !covered.has(factories[name as Name]))).toEqual([]);
  });
});

describe.each(testBackends)("metrics against oracles, $label", ({ use }) => {
  beforeAll(use);

  it.each(
    fixture.cases.map((entry) => [`${entry.metric} ${JSON.stringify(entry.options)} of ${entry.data}`, entry] as const),
  )("%s", async (_, { metric, options, data, plain, weighted }) => {
    const { columns, prediction, target } = fixture.data[data] as Fixture["data"][string];
    const rows = prediction.length / columns;
    using net = sequential([layers.activation({ activation: "linear", inputShape: [columns] })]);
    const unweighted = make(metric, { ...options, name: "plain" });
    const withWeights = make(metric, { ...options, name: "weighted" });
    const loss = (_yTrue: unknown, yPred: ops.Operand) => ops.mean(yPred, 1);
    net.compile({ loss, metrics: [unweighted], weightedMetrics: [withWeights] });
    for (const batchSize of [rows, 7, 1]) {
      const results = await net.evaluate(
        tensor(prediction, [rows, columns]),
        tensor(target, [rows, target.length / rows]),
        { batchSize, sampleWeight: [...fixture.weights] },
      );
      const found = (name: string, from: metrics.Metric) =>
        "matrix" in from
          ? (from as metrics.ConfusionMatrixMetric).matrix?.flat()
          : Object.entries(results).flatMap(([key, value]) => (key.startsWith(name) ? [value] : []));
      expectClose(found("plain", unweighted) ?? [], plain, tolerance, `batches of ${batchSize}`);
      expectClose(found("weighted", withWeights) ?? [], weighted, tolerance, `weighted, batches of ${batchSize}`);
    }
  });
});

describe("labels side by side", () => {
  const { yTrue, yPred, ...named } = fixture.named;
  const sampleWeight = fixture.weights;

  it("in a confusion matrix, as scikit-learn", () => {
    const confusion = metrics.confusionMatrix(yTrue, yPred);
    expect(confusion).toMatchObject({ labels: ["cat", "dog", "eel", "fox", "gnu"], matrix: named.matrix });
    const weighted = metrics.confusionMatrix(yTrue, yPred, { sampleWeight });
    expectClose(weighted.matrix.flat(), named.weightedMatrix.flat(), { relative: 1e-9, absolute: 1e-9 });
    expect(metrics.confusionMatrix(yTrue, yPred, { labels: ["fox", "cat"] }).matrix).toEqual(named.someLabels);
  });

  it.each([
    ["report", {}],
    ["weightedReport", { sampleWeight }],
    ["someReport", { labels: ["fox", "cat"] }],
  ] as const)("in a %s, as scikit-learn", (name, options) => {
    const report = classificationReport(yTrue, yPred, options);
    const list = ({ precision, recall, f1Score, support }: metrics.ClassScores) => [
      precision,
      recall,
      f1Score,
      support,
    ];
    for (const [key, expected] of Object.entries(named[name])) {
      const found =
        key === "accuracy"
          ? [report.accuracy]
          : key === "macro avg"
            ? list(report.macroAverage)
            : key === "weighted avg"
              ? list(report.weightedAverage)
              : key === "micro avg"
                ? expected
                : list(report.classes[key] as metrics.ClassScores);
      expectClose(found, expected, { relative: 1e-9, absolute: 1e-9 }, key);
    }
  });
});
