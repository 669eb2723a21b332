// The coefficient of determination: how much of the variance of the targets is explained.

import { checkInteger, unknownName } from "../errors.js";
import { checkShapes } from "../losses/loss.js";
import * as ops from "../ops/index.js";
import { checkMetricOptions, type Metric, type MetricOptions, type MetricResult, sumsMetric } from "./metric.js";

export interface R2Options extends MetricOptions {
  /** The mean of the outputs (default), their mean weighed by the variance of their targets, or a result for each. */
  classAggregation?: "uniformAverage" | "varianceWeightedAverage" | null;
  /** The number of regressors of the adjusted score; default 0, the usual one. */
  numRegressors?: number;
}

const aggregations = ["uniformAverage", "varianceWeightedAverage"] as const;

/**
 * R2 score: `1 - sum((yTrue - yPred)^2) / sum((yTrue - mean(yTrue))^2)` over all rows. For targets without variance it is 1
 * when all are met, else 0, as in scikit-learn. With `numRegressors` p and n rows: `1 - (1 - R2) (n - 1) / (n - p - 1)`,
 * as long as n > p + 1. Follows keras.metrics.R2Score, which counts outputs, not rows, for n.
 *
 * @throws RangeError for an unknown aggregation, and for negative numRegressors.
 * @example
 * net.compile({ loss: "mse", metrics: ["r2"] });
 */
export function r2Score(options: R2Options = {}): Metric {
  const where = "metrics.r2Score";
  checkMetricOptions("r2Score", options, ["classAggregation", "numRegressors"]);
  const { classAggregation = "uniformAverage" } = options;
  if (classAggregation !== null && !aggregations.includes(classAggregation)) {
    throw unknownName(`${where}, classAggregation`, classAggregation, aggregations);
  }
  const numRegressors = checkInteger(where, "numRegressors", options.numRegressors ?? 0, 0);
  return sumsMetric(
    "r2Score",
    options,
    { classAggregation, numRegressors },
    {
      // Of a batch: its rows and weights, and of each output the mean, the squares around it, and the squared errors. Sums of
      // squares as such would lose all digits of targets that are far from 0.
      sums(yTrue, yPred, { weights }) {
        checkShapes(where, "values", yTrue, yPred);
        const [truth, prediction] = [ops.flatten(yTrue), ops.flatten(yPred)];
        const first = ops.slice(truth, 0, 1);
        const one = ops.equal(first, first);
        const weight = weights ?? one;
        const total = ops.sum(weight);
        const sum = ops.sum(ops.mul(truth, weight), 0, { keepDims: true });
        const mean = ops.div(sum, ops.where(ops.equal(total, 0), 1, total));
        const distance = ops.sub(truth, mean);
        const rest = ops.sum(ops.mul(distance, weight), 0);
        const squares = ops.sum(ops.mul(ops.square(distance), weight), 0);
        const errors = ops.sum(ops.mul(ops.square(ops.sub(truth, prediction)), weight), 0);
        return [ops.sum(one), total, mean, rest, squares, errors];
      },
      add: joinBatch,
      result: (sums) => scores(sums, classAggregation, numRegressors),
    },
  );
}

/** Joins the mean and the squares of two sets of rows (Chan, Golub and LeVeque 1979). */
function joinBatch(sums: Float64Array, values: Float32Array, offset: number): void {
  const outputs = outputsOf(sums);
  const [before, added] = [sums[1] as number, values[offset + 1] as number];
  sums[0] = (sums[0] as number) + (values[offset] as number);
  if (added === 0) return;
  sums[1] = before + added;
  const share = added / (before + added);
  for (let j = 2; j < 2 + outputs; j++) {
    const [rest, squares, errors] = [j + outputs, j + 2 * outputs, j + 3 * outputs];
    const correction = (values[offset + rest] as number) / added;
    const distance = (values[offset + j] as number) + correction - (sums[j] as number);
    const around = (values[offset + squares] as number) - correction ** 2 * added;
    sums[j] = (sums[j] as number) + distance * share;
    sums[squares] = (sums[squares] as number) + around + distance ** 2 * before * share;
    sums[errors] = (sums[errors] as number) + (values[offset + errors] as number);
  }
}

const outputsOf = (sums: Float64Array): number => (sums.length - 2) / 4;

function scores(sums: Float64Array, aggregation: R2Options["classAggregation"], regressors: number): MetricResult {
  const outputs = outputsOf(sums);
  const rows = sums[0] as number;
  const squares = sums.subarray(2 + 2 * outputs, 2 + 3 * outputs);
  const errors = sums.subarray(2 + 3 * outputs);
  const raw = Array.from(squares, (total, j) => {
    const error = errors[j] as number;
    // What rounding leaves of targets that are all the same, far below one bit of float32.
    const nothing = total <= 1e-20 * (sums[1] as number) * (sums[2 + j] as number) ** 2;
    return nothing ? (error === 0 ? 1 : 0) : 1 - error / total;
  });
  const adjust = (score: number): number => {
    return regressors === 0 || rows <= regressors + 1
      ? score
      : 1 - ((1 - score) * (rows - 1)) / (rows - regressors - 1);
  };
  if (aggregation === null || aggregation === undefined) return raw.map(adjust);
  const variance = squares.reduce((sum, total) => sum + total, 0);
  const weighted = aggregation === "varianceWeightedAverage" && variance > 0;
  const share = (j: number): number => (weighted ? (squares[j] as number) / variance : 1 / outputs);
  return adjust(raw.reduce((mean, score, j) => mean + score * share(j), 0));
}
