// What `compile` was given, as data and back.

import { Lbfgs } from "../optimizers/lbfgs.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { ModelCore } from "../models/core.js";
import type { NamedMetric, TrainingPlan } from "../models/training-plan.js";
import { isOfUser, type SavedThing, savedForm } from "../naming.js";
import { savedRate } from "../schedules/schedule.js";
import { type Fields, fields, finite, flag, list } from "../files/fields.js";
import { type CustomObjects, revive } from "./registry.js";

export interface SavedPlan {
  readonly optimizer: SavedThing;
  readonly learningRate: number | SavedThing;
  readonly outputs: readonly {
    readonly loss: SavedThing | null;
    readonly lossWeight: number;
    readonly metrics: readonly SavedMetric[];
  }[];
}

interface SavedMetric {
  readonly metric: SavedThing;
  readonly weighted: boolean;
}

/** The optimizer, losses and metrics as data. */
export function savedPlan({ optimizer, outputs }: TrainingPlan): SavedPlan {
  return {
    optimizer: savedForm("optimizer", optimizer),
    learningRate: savedRate(optimizer.learningRate),
    outputs: outputs.map(({ loss, lossWeight, metrics }) => ({
      loss: loss === null ? null : savedForm("loss", loss),
      lossWeight,
      metrics: metrics.map(savedMetric),
    })),
  };
}

function savedMetric({ metric, weighted }: NamedMetric): SavedMetric {
  const { type, name, config } = metric;
  if (type === "custom") return { metric: { kind: "metric", name, custom: true }, weighted };
  // A loss as a metric has the name of the loss, or the shortcut by which it was chosen.
  const own = type.startsWith("losses.") ? config : { ...config, name };
  return { metric: { kind: "metric", name: type, config: own }, weighted };
}

/** The options of `compile` for a model with these outputs. */
export function compileOptions(where: string, saved: Fields, core: ModelCore, customObjects: CustomObjects): object {
  const outputs = list(`${where}, outputs`, saved.outputs).map((output, i) => fields(`${where}, output ${i}`, output));
  const single = outputs.length === 1;
  const each = <T>(read: (output: Fields, place: string) => T): T | T[] => {
    const all = outputs.map((output, i) => read(output, `${where}, output ${i}`));
    return single ? (all[0] as T) : all;
  };
  const loss = each((output, place) => (output.loss === null ? null : revive(place, output.loss, customObjects)));
  const metrics = (weighted: boolean) =>
    each((output, place) =>
      list(`${place}, metrics`, output.metrics).flatMap((entry) => {
        const metric = fields(`${place}, metrics`, entry);
        if (flag(`${place}, weighted`, metric.weighted) !== weighted) return [];
        return [revive(place, metric.metric, customObjects)];
      }),
    );
  // Without a loss there is no weight.
  const weights = outputs.map((output, i) =>
    output.loss === null ? undefined : finite(`${where}, output ${i}, lossWeight`, output.lossWeight),
  );
  return {
    optimizer: reviveOptimizer(where, saved, customObjects),
    loss,
    metrics: metrics(false),
    weightedMetrics: metrics(true),
    lossWeights: Object.fromEntries(
      core.outputNames.flatMap((name, i) => (weights[i] === undefined ? [] : [[name, weights[i]]])),
    ),
  };
}

function reviveOptimizer(where: string, saved: Fields, customObjects: CustomObjects): Optimizer {
  const { learningRate } = saved;
  const rate = typeof learningRate === "number" ? learningRate : revive(where, learningRate, customObjects);
  const { name } = fields(`${where}, optimizer`, saved.optimizer);
  const searches = name === "lbfgs";
  const more = searches ? {} : { learningRate: rate };
  const optimizer = revive(where, saved.optimizer, customObjects, more) as Optimizer;
  if (isOfUser(optimizer) && !(optimizer instanceof Lbfgs)) optimizer.learningRate = rate as Optimizer["learningRate"];
  return optimizer;
}
