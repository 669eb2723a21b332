// What a metric is: like a loss, a function over `ops.*` of targets and predictions; it is reported, not minimised.

import { describeValue, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { named } from "../naming.js";
import { isSymbolic } from "../ops/operand.js";

/** A metric of users: `(yTrue, yPred)`; the result has one value a row (shape [batch, 1]) or is a scalar. */
export type MetricFunction = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => SymbolicTensor;

/** A metric with its options. Its `name` is the key in logs and in the history. */
export interface Metric {
  (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export function createMetric(name: string, config: Readonly<Record<string, unknown>>, apply: MetricFunction): Metric {
  return named((yTrue: SymbolicTensor, yPred: SymbolicTensor) => apply(yTrue, yPred), name, { config }) as Metric;
}

/** Wraps a function of users and checks what it returns. */
export function customMetric(apply: MetricFunction): Metric {
  const name = apply.name === "" ? "metric" : apply.name;
  return createMetric(name, {}, (yTrue, yPred) => {
    const result = apply(yTrue, yPred);
    if (isSymbolic(result)) return result;
    const text = explain(`metric "${name}"`, "the function must return a result of ops.*", describeValue(result));
    throw new TypeError(text);
  });
}
