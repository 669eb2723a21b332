// Scores that are made of the confusion matrix, which is itself a metric in confusion-matrix.ts.

import { checkNumber, unknownName } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { checkShapes } from "../losses/loss.js";
import * as ops from "../ops/index.js";
import { type MetricContext, type SumsMetric, sumsMetric } from "./metric.js";
import { checkFromLogits, type FromLogitsOptions, place, probabilities } from "./predictions.js";

export interface DecisionOptions extends FromLogitsOptions {
  /** Of a single output: predictions above it, in [0, 1], mean class 1; default 0.5. */
  threshold?: number;
}

/** The matrix of a batch, n x n values in a row, rows weighed. */
export function matrixTensor(
  name: string,
  { threshold = 0.5, fromLogits }: DecisionOptions,
  yTrue: SymbolicTensor,
  yPred: SymbolicTensor,
  context: MetricContext,
): SymbolicTensor[] {
  const [truth, prediction] = [ops.flatten(yTrue), ops.flatten(yPred)];
  if (truth.shape[1] !== 1) checkShapes(`metrics.${name}`, "values", yTrue, yPred);
  const single = prediction.shape[1] === 1;
  const classes = single ? 2 : (prediction.shape[1] as number);
  const predicted = single ? ops.greater(probabilities(yPred, fromLogits, context), threshold) : place(prediction);
  const actual = truth.shape[1] === 1 ? truth : place(truth);
  const numbers = [Array.from({ length: classes }, (_, j) => j)];
  const rows = ops.equal(actual, numbers);
  const counted = context.weights === null ? rows : ops.mul(rows, context.weights);
  const matrix = ops.matmul(counted, ops.equal(predicted, numbers), { transposeA: true });
  return [ops.reshape(matrix, [1, classes * classes])];
}

export function checkDecision(name: string, options: DecisionOptions, known: readonly string[] = []): void {
  checkFromLogits(name, options, ["threshold", ...known]);
  if (options.threshold !== undefined) checkNumber(`metrics.${name}`, "threshold", options.threshold, 0, 1);
}

/** Rows of equal length. */
export function square(values: ArrayLike<number>): number[][] {
  const classes = Math.round(Math.sqrt(values.length));
  return Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes }, (_, j) => values[i * classes + j] as number),
  );
}

/**
 * Matthews' correlation coefficient between true and predicted classes, in [-1, 1]; 0 when one of them has one class only.
 * Follows sklearn.metrics.matthews_corrcoef. Shortcut: "mcc".
 *
 * @throws RangeError for a threshold outside [0, 1].
 * @example
 * net.compile({ loss: "binaryCrossentropy", metrics: ["mcc"] });
 */
export function matthewsCorrelation(options: DecisionOptions = {}): SumsMetric {
  checkDecision("matthewsCorrelation", options);
  return sumsMetric(
    "matthewsCorrelation",
    options,
    { threshold: options.threshold ?? 0.5 },
    {
      sums: (yTrue, yPred, context) => matrixTensor("matthewsCorrelation", options, yTrue, yPred, context),
      result(sums) {
        const { actual, predicted, right, total } = margins(square(sums));
        const dot = (a: readonly number[], b: readonly number[]) =>
          a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
        const spread = (total ** 2 - dot(predicted, predicted)) * (total ** 2 - dot(actual, actual));
        return spread === 0 ? 0 : (right * total - dot(actual, predicted)) / Math.sqrt(spread);
      },
    },
  );
}

export interface CohenKappaOptions extends DecisionOptions {
  /** How much a wrong class costs: the same (null, default), its distance, or the square of it. */
  weights?: null | "linear" | "quadratic";
}

/**
 * Cohen's kappa: how far true and predicted classes agree beyond chance, at most 1. NaN when both have the same single class.
 * Follows sklearn.metrics.cohen_kappa_score.
 *
 * @throws RangeError for unknown weights, and for a threshold outside [0, 1].
 * @example
 * net.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.cohenKappa({ weights: "quadratic" })] });
 */
export function cohenKappa(options: CohenKappaOptions = {}): SumsMetric {
  checkDecision("cohenKappa", options, ["weights"]);
  const { weights = null } = options;
  if (weights !== null && weights !== "linear" && weights !== "quadratic") {
    throw unknownName("metrics.cohenKappa, weights", weights, ["linear", "quadratic"]);
  }
  const cost = (i: number, j: number): number => {
    return weights === null ? Number(i !== j) : weights === "linear" ? Math.abs(i - j) : (i - j) ** 2;
  };
  return sumsMetric(
    "cohenKappa",
    options,
    { threshold: options.threshold ?? 0.5, weights },
    {
      sums: (yTrue, yPred, context) => matrixTensor("cohenKappa", options, yTrue, yPred, context),
      result(sums) {
        const matrix = square(sums);
        const { actual, predicted, total } = margins(matrix);
        let [found, expected] = [0, 0];
        for (const [i, row] of matrix.entries()) {
          for (const [j, count] of row.entries()) {
            found += cost(i, j) * count;
            expected += (cost(i, j) * (actual[i] as number) * (predicted[j] as number)) / total;
          }
        }
        return 1 - found / expected;
      },
    },
  );
}

function margins(matrix: readonly (readonly number[])[]) {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const actual = matrix.map(sum);
  const predicted = matrix.map((_, j) => sum(matrix.map((row) => row[j] as number)));
  const right = sum(matrix.map((row, i) => row[i] as number));
  return { actual, predicted, right, total: sum(actual) };
}
