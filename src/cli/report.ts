// How good a model is on a table: numbers for the terminal and for JSON, pictures for the HTML report.

import { type Model, metrics } from "../node.js";
import type { DataSet } from "../data/index.js";
import { digits, table } from "./console.js";
import { predictedClasses, type Preprocessing } from "./preprocessing.js";

/** What is told of a model's predictions. */
export interface Quality {
  /** For machines. */
  readonly scores: Readonly<Record<string, unknown>>;
  /** For people. */
  readonly text: string;
  readonly pictures: readonly string[];
}

/** Compares predictions with the targets of the set. */
export async function judge(net: Model, set: DataSet, preprocessing: Preprocessing): Promise<Quality> {
  const outputs = (await net.predict(set.x, { batchSize: 1024 })).data as Float32Array;
  if (preprocessing.task === "regression") return judgeNumbers(outputs, set, preprocessing);
  if (preprocessing.task === "multilabel") return judgeLabels(outputs, set, preprocessing);
  return judgeClasses(outputs, set, preprocessing);
}

function judgeClasses(outputs: Float32Array, set: DataSet, { classes }: Preprocessing): Quality {
  const numbers = Array.from(set.y?.data ?? []);
  const truth = numbers.map((number) => classes[number] as string);
  const predicted = predictedClasses(outputs, classes.length).map((number) => classes[number] as string);
  const confusion = metrics.confusionMatrix(truth, predicted, { labels: classes });
  const report = metrics.classificationReport(truth, predicted, { labels: classes });
  const curve = classes.length === 2 && new Set(numbers).size === 2 ? metrics.rocCurve(numbers, outputs) : null;
  const lines = [
    String(report),
    ...(curve === null ? [] : ["", `Area under the ROC curve: ${digits(curve.auc)}`]),
    "",
    "Confusion matrix",
    String(confusion),
  ];
  const { classes: perClass, accuracy, macroAverage, weightedAverage } = report;
  return {
    scores: {
      ...{ accuracy, classes: perClass, macroAverage, weightedAverage, confusionMatrix: confusion.matrix },
      ...(curve !== null && { rocAuc: curve.auc }),
    },
    text: lines.join("\n"),
    pictures: [confusion.toSvg(), ...(curve === null ? [] : [curve.toSvg()])],
  };
}

/** R2, mean absolute and root mean squared error of each target. */
function judgeNumbers(outputs: Float32Array, set: DataSet, { schema }: Preprocessing): Quality {
  const names = schema.targets.map(({ name }) => name);
  const y = set.y?.data ?? new Float32Array(0);
  const scores = Object.fromEntries(names.map((name, j) => [name, numberScores(y, outputs, j, names.length)]));
  const rows = Object.entries(scores).map(([name, { r2, mae, rmse }]) => [name, digits(r2), digits(mae), digits(rmse)]);
  return { scores: { targets: scores }, text: table([["target", "R2", "MAE", "RMSE"], ...rows]), pictures: [] };
}

function numberScores(truth: ArrayLike<number>, predicted: ArrayLike<number>, column: number, columns: number) {
  const rows = truth.length / columns;
  const at = (values: ArrayLike<number>, i: number) => values[i * columns + column] as number;
  let [sum, absolute, squared, spread] = [0, 0, 0, 0];
  for (let i = 0; i < rows; i++) sum += at(truth, i);
  for (let i = 0; i < rows; i++) {
    const error = at(predicted, i) - at(truth, i);
    absolute += Math.abs(error);
    squared += error ** 2;
    spread += (at(truth, i) - sum / rows) ** 2;
  }
  return { r2: 1 - squared / spread, mae: absolute / rows, rmse: Math.sqrt(squared / rows) };
}

function judgeLabels(outputs: Float32Array, set: DataSet, { schema }: Preprocessing): Quality {
  const names = schema.targets.map(({ name }) => name);
  const y = set.y?.data ?? new Float32Array(0);
  const column = (values: ArrayLike<number>, j: number) =>
    Array.from({ length: values.length / names.length }, (_, i) => values[i * names.length + j] as number);
  const labels = names.map((_, j) => {
    const [truth, chances] = [column(y, j), column(outputs, j)];
    const predicted = chances.map((chance) => (chance > 0.5 ? 1 : 0));
    return metrics.classificationReport(truth, predicted, { labels: [0, 1] });
  });
  const scores = Object.fromEntries(
    labels.map((report, j) => [names[j] as string, { accuracy: report.accuracy, ...report.classes["1"] }]),
  );
  const rows = labels.map(({ accuracy, classes: { "1": yes } }, j) => {
    return [
      names[j] as string,
      ...[accuracy, yes?.precision, yes?.recall, yes?.f1Score].map((score) => digits(score ?? 0)),
    ];
  });
  const text = table([["label", "accuracy", "precision", "recall", "F1"], ...rows]);
  return { scores: { labels: scores }, text, pictures: [] };
}
