// What metrics of classes read from targets and predictions.

import { oneHot } from "../graph/loss-formulas.js";
import type { SymbolicTensor } from "../graph/node.js";
import { checkShapes, type TargetKind } from "../losses/loss.js";
import * as ops from "../ops/index.js";
import { checkMetricOptions, type MeanMetric, type MetricContext, type MetricOptions } from "./metric.js";
import { checkBoolean } from "../errors.js";

/** The option of metrics that look at probabilities. */
export interface FromLogitsOptions extends MetricOptions {
  /** True when predictions are logits, which then become probabilities; default as the loss has it. */
  fromLogits?: boolean;
}

export function checkFromLogits(name: string, options: FromLogitsOptions, known: readonly string[]): void {
  checkMetricOptions(name, options, ["fromLogits", ...known]);
  const { fromLogits } = options;
  if (fromLogits !== undefined) checkBoolean(`metrics.${name}`, "fromLogits", fromLogits);
}

/** A function of targets and predictions that looks at their shapes first. */
export function checked(name: string, targets: TargetKind, values: MeanMetric["values"]): MeanMetric["values"] {
  return (yTrue, yPred, context) => {
    checkShapes(`metrics.${name}`, targets, yTrue, yPred);
    return values(yTrue, yPred, context);
  };
}

/** The place of the largest value of each row, shape [batch, 1]; of equal ones the first. */
export function place(rows: SymbolicTensor): SymbolicTensor {
  return ops.argmax(rows, 1, { keepDims: true });
}

/** One column for each class: class numbers become rows with a single 1. `where` begins errors. */
export function indicators(where: string, yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor {
  const [truth, columns] = [ops.flatten(yTrue), ops.flatten(yPred).shape[1] as number];
  if (truth.shape[1] === 1 && columns > 1) return oneHot(truth, columns);
  checkShapes(where, "values", yTrue, yPred);
  return truth;
}

/** Predictions as probabilities, [batch, n]. */
export function probabilities(
  yPred: SymbolicTensor,
  fromLogits: boolean | undefined,
  { loss }: MetricContext,
): SymbolicTensor {
  const matrix = ops.flatten(yPred);
  if (!(fromLogits ?? loss?.fromLogits ?? false)) return matrix;
  const exclusive = matrix.shape[1] !== 1 && loss?.targets !== "binary";
  return exclusive ? ops.softmax(matrix) : ops.sigmoid(matrix);
}
