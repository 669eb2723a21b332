// The confusion matrix: of labels, or as a metric that keeps it.

import { explain } from "../errors.js";
import { tellCall } from "../naming.js";
import { compareLabels, type ComparisonOptions, type ConfusionMatrix, type LabelInput } from "./comparison.js";
import { checkDecision, type DecisionOptions, matrixTensor, square } from "./confusion.js";
import { type MatrixPictureOptions, matrixPicture } from "./matrix-picture.js";
import { type SumsMetric, sumsMetric } from "./metric.js";

/** A metric that keeps its matrix. */
export interface ConfusionMatrixMetric extends SumsMetric {
  /**
   * `matrix[i][j]`: how often class i was predicted as class j in the newest `evaluate` or epoch of `fit` (its validation, if
   * there was one). Null before.
   */
  readonly matrix: number[][] | null;
  /** A picture of it; throws a TypeError before there is one. */
  toSvg(options?: MatrixPictureOptions): string;
}

/**
 * With labels: how often each label of `yTrue` (rows) was predicted as each label (columns). Follows
 * sklearn.metrics.confusion_matrix.
 *
 * Without: a metric that keeps the matrix of classes in `.matrix`, and reports nothing in the logs.
 *
 * @throws TypeError or RangeError for labels of different lengths, and for options that do not exist.
 * @example
 * metrics.confusionMatrix(["cat", "dog"], ["cat", "cat"]).matrix; // [[1, 0], [1, 0]]
 * @example
 * const confusion = metrics.confusionMatrix();
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [confusion] });
 * await net.evaluate(x, y);
 * confusion.matrix;
 */
export function confusionMatrix(yTrue: LabelInput, yPred: LabelInput, options?: ComparisonOptions): ConfusionMatrix;
export function confusionMatrix(options?: DecisionOptions): ConfusionMatrixMetric;
export function confusionMatrix(
  first: LabelInput | DecisionOptions = {},
  yPred?: LabelInput,
  options?: ComparisonOptions,
): ConfusionMatrix | ConfusionMatrixMetric {
  if (yPred !== undefined) return compareLabels("metrics.confusionMatrix", first as LabelInput, yPred, options);
  return matrixMetric(first as DecisionOptions);
}

function matrixMetric(options: DecisionOptions): ConfusionMatrixMetric {
  checkDecision("confusionMatrix", options);
  let matrix: number[][] | null = null;
  const metric = sumsMetric(
    "confusionMatrix",
    options,
    { threshold: options.threshold ?? 0.5 },
    {
      sums: (yTrue, yPred, context) => matrixTensor("confusionMatrix", options, yTrue, yPred, context),
      result(sums) {
        matrix = square(sums);
        return null;
      },
    },
  );
  return Object.defineProperties(metric, {
    matrix: { get: () => matrix, enumerable: true },
    toSvg: {
      value(picture: MatrixPictureOptions = {}) {
        const where = "metrics.confusionMatrix, toSvg";
        if (matrix === null)
          throw new TypeError(explain(where, "expected a matrix", "none yet", "Call evaluate first."));
        const names = matrix.map((_, i) => String(i));
        return matrixPicture(where, names, matrix, picture);
      },
    },
  }) as ConfusionMatrixMetric;
}

tellCall(confusionMatrix, "Call it: metrics.confusionMatrix().");
