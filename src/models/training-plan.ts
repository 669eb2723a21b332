// What `compile` decides: the optimizer, and for each output its loss, the weight of the loss, and its metrics.

import { checkNumber, checkOptions, describeValue, explain } from "../errors.js";
import type { Loss } from "../losses/loss.js";
import { resolveLoss } from "../losses/resolve.js";
import type { Metric } from "../metrics/metric.js";
import { resolveMetric } from "../metrics/resolve.js";
import { joinedName, outputName, validationName } from "../naming.js";
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
  readonly metrics: readonly NamedMetric[];
}

/** A metric of an output. */
export interface NamedMetric {
  /** The name in the results. */
  readonly name: string;
  readonly metric: Metric;
  /** True when it looks at the weights of rows. */
  readonly weighted: boolean;
}

export interface TrainingPlan {
  readonly optimizer: Optimizer;
  readonly outputs: readonly OutputPlan[];
  /** True when the losses of the outputs are reported besides their sum: there are two or more. */
  readonly separateLosses: boolean;
}

/** Checks the options of `compile`. `names` are the names of the outputs. */
export function planTraining(where: string, options: CompileOptions, names: readonly string[]): TrainingPlan {
  checkOptions(where, options, ["optimizer", "loss", "lossWeights", "metrics", "weightedMetrics"]);
  const optimizer = resolveOptimizer(`${where}, optimizer`, options.optimizer ?? "rmsprop");
  const losses = planLosses(where, options.loss, names);
  const weights = planLossWeights(where, options.lossWeights, names, losses);
  const plain = planMetrics(where, "metrics", options.metrics ?? [], names);
  const weighted = planMetrics(where, "weightedMetrics", options.weightedMetrics ?? [], names);
  const outputs = names.map((name, i): OutputPlan => {
    const metrics = nameMetrics(plain[i] ?? [], weighted[i] ?? [], names.length === 1 ? "" : name);
    return { name, loss: losses[i] ?? null, lossWeight: weights[i] ?? 1, metrics };
  });
  const separateLosses = losses.filter((loss) => loss !== null).length > 1;
  const lossNames = outputs.flatMap(({ name, loss }) => (loss === null ? [] : [outputName(name, "loss")]));
  const metricNames = outputs.flatMap(({ metrics }) => metrics.map(({ name }) => name));
  const all = ["loss", ...(separateLosses ? lossNames : []), ...metricNames];
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(explain(where, "metrics need names of their own", `"${twice}" twice`));
  const validation = all.find((name) => all.some((other) => validationName(other) === name));
  if (validation === undefined) return { optimizer, outputs, separateLosses };
  const expectation = "metrics and outputs must not be named like results of the validation";
  throw new RangeError(explain(where, expectation, `"${validation}"`, "Choose another name."));
}

/** As in Keras, a weighted metric whose name is taken already gets "weighted" before it. */
function nameMetrics(plain: readonly Metric[], weighted: readonly Metric[], output: string): NamedMetric[] {
  const taken = plain.map(({ name }) => name);
  const reported = (name: string) => (output === "" ? name : outputName(output, name));
  return [
    ...plain.map((metric) => ({ name: reported(metric.name), metric, weighted: false })),
    ...weighted.map((metric) => {
      const name = taken.includes(metric.name) ? joinedName("weighted", metric.name) : metric.name;
      return { name: reported(name), metric, weighted: true };
    }),
  ];
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
  option: "metrics" | "weightedMetrics",
  given: CompileOptions["metrics"],
  names: readonly string[],
): Metric[][] {
  if (!Array.isArray(given) && !isByName(given)) {
    const remedy = `For example ${option}: [${typeof given === "string" ? JSON.stringify(given) : '"accuracy"'}].`;
    throw new TypeError(explain(where, `${option} must be an array`, describeValue(given), remedy));
  }
  if (names.length > 1 && Array.isArray(given) && given.length === 0) return names.map(() => []);
  const list = distribute(`${where}, ${option}`, "lists of metrics", "output", names, given);
  return list.map((metrics, i) => {
    const metricsOf: unknown[] = metrics === undefined || metrics === null ? [] : [metrics].flat();
    return metricsOf.map((metric) => resolveMetric(`${where}, ${placeOfPort(option, names, i)}`, metric));
  });
}

/** For a single output a list of one element stands for the element. */
function unwrapped(given: unknown, names: readonly string[]): unknown {
  return names.length === 1 && Array.isArray(given) && given.length === 1 ? given[0] : given;
}
