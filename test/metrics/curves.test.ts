// ROC and precision-recall curves against scikit-learn in float64.

import { describe, expect, it } from "vitest";
import { precisionRecallCurve, rocCurve } from "../../src/metrics/index.js";
import { type FixtureNumber, expectClose, readFixture } from "../fixtures/fixture.js";
import { checkSvg } from "../plots/check-svg.js";

type Numbers = readonly FixtureNumber[];

interface Fixture {
  readonly truth: readonly number[];
  readonly weights: readonly number[];
  readonly cases: readonly (Readonly<
    Record<"falsePositiveRate" | "truePositiveRate" | "rocThresholds" | "precision" | "recall" | "thresholds", Numbers>
  > & {
    readonly name: string;
    readonly scores: readonly number[];
    readonly dropIntermediate: boolean;
    readonly weighted: boolean;
    readonly auc: number;
    readonly averagePrecision: number;
  })[];
}

const { truth, weights, cases } = readFixture<Fixture>("curves.json");
// Sums of float64 in the same order, written with ten digits.
const tolerance = { relative: 1e-9, absolute: 1e-12 };

describe.each(
  cases.map((entry) => [JSON.stringify([entry.name, entry.dropIntermediate, entry.weighted]), entry] as const),
)("curves of %s", (_, { scores, dropIntermediate, weighted, ...expected }) => {
  const options = { dropIntermediate, ...(weighted && { sampleWeight: weights }) };

  it("ROC", () => {
    const curve = rocCurve(truth, scores, options);
    expectClose(curve.falsePositiveRate, expected.falsePositiveRate, tolerance);
    expectClose(curve.truePositiveRate, expected.truePositiveRate, tolerance);
    expectClose(curve.thresholds, expected.rocThresholds, tolerance);
    expectClose([curve.auc], [expected.auc], tolerance);
  });

  it("precision and recall", () => {
    const curve = precisionRecallCurve(truth, scores, options);
    expectClose(curve.precision, expected.precision, tolerance);
    expectClose(curve.recall, expected.recall, tolerance);
    expectClose(curve.thresholds, expected.thresholds, tolerance);
    expectClose([curve.averagePrecision], [expected.averagePrecision], tolerance);
  });
});

describe("curves", () => {
  it("take texts as labels", () => {
    const scores = [0.1, 0.4, 0.35, 0.8];
    expect(rocCurve(["no", "no", "yes", "yes"], scores, { positiveLabel: "yes" }).auc).toBe(0.75);
    expect(rocCurve(["no", "no", "yes", "yes"], scores, { positiveLabel: "no" }).auc).toBe(0.25);
  });

  it("become pictures", () => {
    const roc = checkSvg(rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).toSvg());
    expect(roc.texts).toContain("ROC curve, area 0.7500");
    expect(roc.count("path")).toBe(1);
    const precision = checkSvg(precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).toSvg());
    expect(precision.texts).toContain("Precision over recall, average 0.8333");
  });

  it("refuse what has no curve", () => {
    expect(() => rocCurve([0, 1], [0.5])).toThrow(
      "metrics.rocCurve: expected one score for each label, received 2 labels and scores of shape [1].",
    );
    expect(() => rocCurve([1, 1], [0.5, 0.6])).toThrow(
      "metrics.rocCurve: expected rows of both classes, received positive ones only. positiveLabel says which is positive.",
    );
    expect(() => rocCurve([0, 0], [0.5, 0.6])).toThrow(
      "metrics.rocCurve: expected rows of both classes, received no positive one. positiveLabel says which is positive.",
    );
    expect(() => precisionRecallCurve([0, 0], [0.5, 0.6])).toThrow(
      "metrics.precisionRecallCurve: expected positive rows, received none. positiveLabel says which is positive.",
    );
    expect(() => rocCurve([0, 1], [0.5, Number.NaN])).toThrow(
      "metrics.rocCurve: yScore[1] must be finite, received NaN.",
    );
    expect(() => rocCurve([0, 1], [0.5, 0.6], { sampleWeight: [1] })).toThrow(
      "metrics.rocCurve: sampleWeight must have 2 numbers, received an array of 1.",
    );
    expect(() => rocCurve([0, 1], [0.5, 0.6], { sampleWeight: [1, -1] })).toThrow(
      "metrics.rocCurve: sampleWeight[1] must be a number of at least 0, received -1.",
    );
    expect(() => rocCurve([0, 1, 2], [0.5, 0.6, 0.7])).toThrow(
      "metrics.rocCurve: expected labels of two classes, received 3. Compare one class with the others: a curve for each.",
    );
    expect(() => rocCurve([0, 1], [0.5, 0.6], { posLabel: 1 } as object)).toThrow(TypeError);
  });
});
