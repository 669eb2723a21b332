// What a metric is: it is reported, not minimised. Either a mean of values of rows, or a function of sums over the rows, which the
// core computes for each batch and the books of `fit` and `evaluate` add up.

import { checkOptions, describeValue, explain } from "../errors.js";
import { dependsOnAny } from "../graph/dependence.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { Loss } from "../losses/loss.js";
import { isSymbolic } from "../ops/operand.js";

/** A metric of users: `(yTrue, yPred)`; the result has one value a row (shape [batch, 1]) or is a scalar. */
export type MetricFunction = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => SymbolicTensor;

/** What a metric finds besides targets and predictions. */
export interface MetricContext {
  /** The loss of the output, which tells how targets and predictions are written. */
  readonly loss: Loss | null;
  /** Shape [batch, 1], in `weightedMetrics` alone. */
  readonly weights: SymbolicTensor | null;
}

/** A number; several become results of their own, with their places behind the name; null is not reported. */
export type MetricResult = number | readonly number[] | null;

/** The option that all metrics have. */
export interface MetricOptions {
  /** The key in logs and in the history; default the name of the metric. */
  name?: string;
}

interface MetricBase {
  /** The key in logs and in the history. */
  readonly name: string;
  /** The name in `metrics`, behind "losses." for a loss. */
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A mean over rows. */
export interface MeanMetric extends MetricBase {
  readonly kind: "mean";
  /** One value a row, several to be averaged first, or a scalar for the batch. */
  values(yTrue: SymbolicTensor, yPred: SymbolicTensor, context: MetricContext): SymbolicTensor;
  /** The number from the mean. */
  result(mean: number): number;
}

/** A function of sums over rows. */
export interface SumsMetric extends MetricBase {
  readonly kind: "sums";
  /**
   * What is to be added up: tensors [batch, n], whose rows are weighed and added, or [1, n], [n] or [], which already are the
   * sums of the batch.
   */
  sums(yTrue: SymbolicTensor, yPred: SymbolicTensor, context: MetricContext): readonly SymbolicTensor[];
  /** The results from the sums over all rows, those of each tensor behind those of the one before. */
  result(sums: Float64Array): MetricResult;
  /** Adds the values of a batch, from `offset` on, where that takes more than a sum. */
  add?(sums: Float64Array, values: Float32Array, offset: number): void;
}

/** A metric with its options, as `metrics.*` makes it. */
export type Metric = MeanMetric | SumsMetric;

const identity = (mean: number): number => mean;

/** A metric that is a mean. */
export function meanMetric(
  name: string,
  options: MetricOptions,
  config: Readonly<Record<string, unknown>>,
  values: MeanMetric["values"],
  result: MeanMetric["result"] = identity,
): MeanMetric {
  return { kind: "mean", type: name, name: options.name ?? name, config: complete(options, config), values, result };
}

/** A metric from sums. */
export function sumsMetric(
  name: string,
  options: MetricOptions,
  config: Readonly<Record<string, unknown>>,
  rule: Pick<SumsMetric, "sums" | "result" | "add">,
): SumsMetric {
  return { kind: "sums", type: name, name: options.name ?? name, config: complete(options, config), ...rule };
}

/** With the option of all metrics that look at probabilities, if it was given. */
function complete(
  { fromLogits }: MetricOptions & { readonly fromLogits?: boolean },
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return fromLogits === undefined ? config : { ...config, fromLogits };
}

/** Refuses misspelt options; all metrics have `name`. */
export function checkMetricOptions(name: string, options: MetricOptions, known: readonly string[] = []): void {
  const where = `metrics.${name}`;
  if (Array.isArray(options) || ArrayBuffer.isView(options) || isSymbolic(options)) {
    const remedy = `Metrics are computed by evaluate: compile({ loss, metrics: [${where}()] }).`;
    throw new TypeError(explain(where, "expected an object of options", describeValue(options), remedy));
  }
  checkOptions(where, options, [...known, "name"]);
  const given: unknown = options.name;
  if (given === undefined || (typeof given === "string" && given !== "")) return;
  throw new TypeError(explain(where, "name must be a text", describeValue(given)));
}

/** True for what `metrics.*` makes. */
export function isMetric(value: unknown): value is Metric {
  return typeof value === "object" && value !== null && "kind" in value && "result" in value && "config" in value;
}

/** Wraps a function of users and checks what it returns. */
export function customMetric(apply: MetricFunction): MeanMetric {
  const name = apply.name === "" ? "metric" : apply.name;
  const measured: MeanMetric["values"] = (yTrue, yPred) =>
    checkMeasured(`metric "${name}"`, apply(yTrue, yPred), yTrue, yPred);
  return { ...meanMetric(name, {}, {}, measured), type: "custom" };
}

/** Throws unless a function of users gave a tensor that depends on targets or predictions. */
export function checkMeasured(
  where: string,
  result: unknown,
  yTrue: SymbolicTensor,
  yPred: SymbolicTensor,
): SymbolicTensor {
  if (!isSymbolic(result)) {
    throw new TypeError(explain(where, "the function must return a result of ops.*", describeValue(result)));
  }
  if (dependsOnAny(result, [yTrue, yPred])) return result;
  const remedy = "Compute it from yTrue and yPred.";
  throw new TypeError(explain(where, "the result must depend on targets or predictions", "a constant", remedy));
}
