// Metrics in a graph: the tensors of one row that a step reports, and how the reports of steps become results.

import { explain, formatShape, ShapeError } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { toMatrix } from "../graph/shapes.js";
import { batchMean, rowValues } from "../losses/reduction.js";
import * as ops from "../ops/index.js";
import type { Metric, MetricContext, MetricResult } from "./metric.js";

/** What steps report under one name. */
export interface Report {
  readonly name: string;
  /** True for means over the rows of a batch, which count as often as the batch has rows; else the values are added. */
  readonly mean: boolean;
  /** From what was added up over so many rows. */
  readonly result: (sums: Float64Array, rows: number) => MetricResult;
  readonly add?: ((sums: Float64Array, values: Float32Array, offset: number) => void) | undefined;
  /** Fixed tensors of one row. */
  readonly tensors: readonly SymbolicTensor[];
}

/** A scalar of a batch, for example the loss. */
export function reportMean(name: string, mean: SymbolicTensor): Report {
  return { name, mean: true, result: (sums, rows) => (sums[0] as number) / rows, tensors: [mean] };
}

/** The report of a metric. `where` begins errors. */
export function reportMetric(
  where: string,
  name: string,
  metric: Metric,
  yTrue: SymbolicTensor,
  yPred: SymbolicTensor,
  context: MetricContext,
): Report {
  const { weights } = context;
  if (metric.kind === "sums") {
    const tensors = metric.sums(yTrue, yPred, context).map((tensor) => batchSum(where, tensor, weights));
    return { name, mean: false, result: (sums) => metric.result(sums), add: metric.add, tensors };
  }
  const values = metric.values(yTrue, yPred, context);
  if (weights === null) {
    const result = (sums: Float64Array, rows: number): number => metric.result((sums[0] as number) / rows);
    return { name, mean: true, result, tensors: [batchMean(where, values)] };
  }
  // As in Keras, weighted means are divided by the sum of the weights.
  const tensors = [ops.sum(ops.mul(rowValues(where, values), weights)), ops.sum(weights)];
  const result = ([sum = 0, total = 0]: Float64Array): number => metric.result(total === 0 ? 0 : sum / total);
  return { name, mean: false, result, tensors };
}

function batchSum(where: string, tensor: SymbolicTensor, weights: SymbolicTensor | null): SymbolicTensor {
  const { rows } = toMatrix(tensor.shape);
  if (rows === null) {
    const matrix = ops.flatten(tensor);
    return ops.sum(weights === null ? matrix : ops.mul(matrix, weights), 0);
  }
  if (rows === 1) return tensor;
  const expectation = "expected what is summed to have shape [batch, n], [1, n], [n] or []";
  throw new ShapeError(explain(where, expectation, formatShape(tensor.shape)));
}
