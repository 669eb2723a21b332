// What `compile` decides: the optimizer, and for each output its loss, the weight of the loss, and its metrics.

import { checkNumber, checkOptions, explain } from "../errors.js";
import type { Loss } from "../losses/loss.js";
import { resolveLoss } from "../losses/resolve.js";
import type { Metric } from "../metrics/metric.js";
import { resolveMetric } from "../metrics/resolve.js";
import { outputName } from "../naming.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { resolveOptimizer } from "../optimizers/resolve.js";
import type { CompileOptions } from "./options.js";
import { distribute, isByName, placeOfPort } from "./ports.js";

/** What is computed of one output. */
export interface OutputPlan {
  /** The name of the output. */
  readonly name: string;
  /** Null for an output that is not trained. */
  readonly loss: Loss | null;
  readonly lossWeight: number;
  readonly metrics: readonly Metric[];
}

export interface TrainingPlan {
  readonly optimizer: Optimizer;
  readonly outputs: readonly OutputPlan[];
  /** True when the losses of the outputs are reported besides their sum: there are two or more. */
  readonly separateLosses: boolean;
  /** The names of what is reported: the loss, the losses of the outputs, the metrics of the outputs. */
  readonly names: readonly string[];
}

/** Checks the options of `compile`. `names` are the names of the outputs. */
export function planTraining(where: string, options: CompileOptions, names: readonly string[]): TrainingPlan {
  checkOptions(where, options, ["optimizer", "loss", "lossWeights", "metrics"]);
  const optimizer = resolveOptimizer(`${where}, optimizer`, options.optimizer ?? "rmsprop");
  const losses = planLosses(where, options.loss, names);
  const weights = planLossWeights(where, options.lossWeights, names, losses);
  const metrics = planMetrics(where, options.metrics ?? [], names, losses);
  const outputs = names.map((name, i): OutputPlan => {
    return { name, loss: losses[i] ?? null, lossWeight: weights[i] ?? 1, metrics: metrics[i] ?? [] };
  });
  const separateLosses = losses.filter((loss) => loss !== null).length > 1;
  const reported = (output: OutputPlan, name: string) => (names.length === 1 ? name : outputName(output.name, name));
  const lossNames = outputs.flatMap((output) => (output.loss === null ? [] : [reported(output, "loss")]));
  const metricNames = outputs.flatMap((output) => output.metrics.map((metric) => reported(output, metric.name)));
  const all = ["loss", ...(separateLosses ? lossNames : []), ...metricNames];
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(explain(where, "metrics need names of their own", `"${twice}" twice`));
  return { optimizer, outputs, separateLosses, names: all };
}

/** One loss for all outputs, a list or an object; null for an output without loss. */
function planLosses(where: string, given: CompileOptions["loss"], names: readonly string[]): (Loss | null)[] {
  if (given === undefined || given === null) {
    const remedy = `For example compile({ loss: "meanSquaredError" }).`;
    throw new TypeError(explain(where, "expected a loss", "none", remedy));
  }
  const place = `${where}, loss`;
  const several = Array.isArray(given) || isByName(given);
  const list = several ? distribute(place, "losses", "output", names, unwrapped(given, names)) : names.map(() => given);
  const losses = list.map((loss, i) => {
    if (loss === undefined || loss === null) return null;
    return resolveLoss(`${where}, ${placeOfPort("loss", names, i)}`, loss);
  });
  if (losses.some((loss) => loss !== null)) return losses;
  throw new TypeError(explain(place, "expected a loss for one or more outputs", "none"));
}

function planLossWeights(
  where: string,
  given: CompileOptions["lossWeights"],
  names: readonly string[],
  losses: readonly (Loss | null)[],
): number[] {
  if (given === undefined) return names.map(() => 1);
  const list = distribute(`${where}, lossWeights`, "numbers", "output", names, unwrapped(given, names));
  return list.map((weight, i) => {
    if (weight === undefined) return 1;
    const place = placeOfPort("lossWeights", names, i);
    if (losses[i] !== null) return checkNumber(where, place, weight);
    const remedy = "Leave it out, or give the output a loss.";
    throw new TypeError(explain(`${where}, ${place}`, "expected an output with a loss", "one without", remedy));
  });
}

/** A list for a single output; for several outputs a list with an element for each output, or an object. */
function planMetrics(
  where: string,
  given: CompileOptions["metrics"],
  names: readonly string[],
  losses: readonly (Loss | null)[],
): Metric[][] {
  const place = `${where}, metrics`;
  if (!Array.isArray(given) && !isByName(given)) {
    throw new TypeError(explain(where, "metrics must be an array", typeof given));
  }
  if (names.length > 1 && Array.isArray(given) && given.length === 0) return names.map(() => []);
  const list = distribute(place, "lists of metrics", "output", names, given);
  return list.map((metrics, i) => {
    const metricsOf: unknown[] = metrics === undefined || metrics === null ? [] : [metrics].flat();
    return metricsOf.map((metric) =>
      resolveMetric(`${where}, ${placeOfPort("metrics", names, i)}`, metric, losses[i] ?? undefined),
    );
  });
}

/** For a single output a list of one element stands for the element. */
function unwrapped(given: unknown, names: readonly string[]): unknown {
  return names.length === 1 && Array.isArray(given) && given.length === 1 ? given[0] : given;
}
