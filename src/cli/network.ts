// The network that `feedforward train` makes for a table: scaled inputs, hidden layers, and the outputs of the task.

import type { CsvSchema, DataSet } from "../data/index.js";
import { type Layer, layers, losses, type Model, regularizers, sequential } from "../node.js";
import { mean } from "../data/mean.js";
import type { Task } from "./task.js";

export interface NetworkOptions {
  readonly hidden: readonly number[];
  readonly activation: string;
  readonly dropout: number;
  readonly l2: number;
  readonly optimizer: string;
  readonly learningRate: number | undefined;
  readonly seed: number;
}

/** The scaler is a layer, so that it is saved with the model; regression targets are scaled back by the last one. */
export async function buildNetwork(set: DataSet, task: Task, options: NetworkOptions): Promise<Model> {
  const { hidden, activation, dropout, l2, seed } = options;
  const scaler = layers.normalization({ inputShape: [set.x.shape[1] as number] });
  await scaler.adapt(set.x);
  const regularized = l2 > 0 ? { kernelRegularizer: regularizers.l2({ l2 }) } : {};
  const list: Layer[] = [scaler];
  for (const units of hidden) {
    list.push(layers.dense({ units, activation: activation as "relu", ...regularized }));
    if (dropout > 0) list.push(layers.dropout({ rate: dropout }));
  }
  const { outputs, activation: last } = outputsOf(set, task);
  list.push(layers.dense({ units: outputs, activation: last }));
  if (task === "regression") list.push(unscaler(set, outputs));
  return sequential(list, { seed });
}

/** How many outputs a task has, and what they are. */
export function outputsOf(set: Pick<DataSet, "classes" | "schema">, task: Task) {
  const targets = (set.schema as CsvSchema).targets.length;
  const classes = set.classes?.length ?? 2;
  if (task === "regression") return { outputs: targets, activation: "linear" } as const;
  if (task === "multilabel") return { outputs: targets, activation: "sigmoid" } as const;
  return classes <= 2
    ? ({ outputs: 1, activation: "sigmoid" } as const)
    : ({ outputs: classes, activation: "softmax" } as const);
}

export function compileNetwork(net: Model, outputs: number, task: Task, options: NetworkOptions): void {
  const optimizer = options.optimizer as "adam";
  if (task === "regression") net.compile({ optimizer, loss: losses.meanSquaredError(), metrics: ["mae"] });
  else if (outputs === 1 || task === "multilabel") {
    net.compile({ optimizer, loss: losses.binaryCrossentropy(), metrics: ["accuracy"] });
  } else net.compile({ optimizer, loss: losses.sparseCategoricalCrossentropy(), metrics: ["accuracy"] });
  if (options.learningRate !== undefined && net.optimizer !== null) net.optimizer.learningRate = options.learningRate;
}

function unscaler(set: DataSet, outputs: number): Layer {
  const y = set.y?.data ?? new Float32Array(0);
  const rows = y.length / outputs;
  const column = (j: number) => Array.from({ length: rows }, (_, i) => y[i * outputs + j] as number);
  const means = Array.from({ length: outputs }, (_, j) => mean(column(j)));
  const variances = means.map((center, j) => mean(column(j).map((value) => (value - center) ** 2)) || 1);
  return layers.normalization({ mean: means, variance: variances, invert: true });
}
