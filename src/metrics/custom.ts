// A metric that a user writes as sums over rows.

import { checkOptions, describeValue, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { tellCall } from "../naming.js";
import { checkMeasured, type Metric, type MetricResult, sumsMetric } from "./metric.js";

export interface CustomMetricOptions {
  /** The key in logs and in the history. */
  name: string;
  /**
   * From targets and predictions to what is added up over the rows: tensors of shape [batch, n] (rows are weighed in
   * `weightedMetrics`), or sums over the batch of shape [1, n], [n] or [] (for these, `weights` of shape [batch, 1] are there).
   */
  sums(
    yTrue: SymbolicTensor,
    yPred: SymbolicTensor,
    weights: SymbolicTensor | null,
  ): SymbolicTensor | readonly SymbolicTensor[];
  /** From the sums over all rows, one tensor's behind the other's, to one number or several. */
  result(sums: Float64Array): MetricResult;
}

/**
 * A metric of your own that is no mean of rows. Parts of it run in the core: `sums` is built once from `ops.*`; `result` is
 * called at the end of an epoch.
 *
 * @throws TypeError for options that are missing; what `sums` returns is checked when the program is built.
 * @example
 * const relative = metrics.custom({
 *   name: "relativeError",
 *   sums: (yTrue, yPred) => [ops.abs(ops.sub(yTrue, yPred)), ops.abs(yTrue)],
 *   result: ([error = 0, size = 0]) => error / size,
 * });
 */
export function custom(options: CustomMetricOptions): Metric {
  const where = "metrics.custom";
  checkOptions(where, options, ["name", "sums", "result"]);
  const { name, sums, result } = options;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(explain(where, "name must be a text", describeValue(name)));
  }
  for (const [key, value] of Object.entries({ sums, result })) {
    if (typeof value !== "function")
      throw new TypeError(explain(where, `${key} must be a function`, describeValue(value)));
  }
  const metric = sumsMetric(
    name,
    {},
    {},
    {
      sums(yTrue, yPred, { weights }) {
        const found = sums(yTrue, yPred, weights);
        const list: readonly unknown[] = Array.isArray(found) ? found : [found];
        return list.map((tensor) => checkMeasured(`metric "${name}", sums`, tensor, yTrue, yPred));
      },
      result: (values) => checkResult(`metric "${name}", result`, result(values)),
    },
  );
  return { ...metric, type: "custom" };
}

function checkResult(where: string, result: unknown): MetricResult {
  if (result === null || typeof result === "number") return result;
  if (Array.isArray(result) && result.every((value) => typeof value === "number")) return result;
  throw new TypeError(explain(where, "the function must return numbers", describeValue(result)));
}

tellCall(custom, "Call it: metrics.custom({ name, sums, result }).");
