// How good a model is on a table: numbers for the terminal and for JSON, pictures for the HTML report.

import { type Model, metrics } from "../node.js";
import type { DataSet } from "../data/index.js";
import { mean } from "../data/mean.js";
import { r2Score } from "../estimators/scores.js";
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

/** Column `column` of rows of `width` numbers. */
function columnOf(values: ArrayLike<number>, column: number, width: number): number[] {
  return Array.from({ length: values.length / width }, (_, i) => values[i * width + column] as number);
}

function numberScores(truth: ArrayLike<number>, predicted: ArrayLike<number>, column: number, columns: number) {
  const [wanted, found] = [columnOf(truth, column, columns), columnOf(predicted, column, columns)];
  const errors = wanted.map((value, i) => (found[i] as number) - value);
  return {
    r2: r2Score(wanted, found, 1, null),
    mae: mean(errors.map(Math.abs)),
    rmse: Math.sqrt(mean(errors.map((error) => error ** 2))),
  };
}

function judgeLabels(outputs: Float32Array, set: DataSet, { schema }: Preprocessing): Quality {
  const names = schema.targets.map(({ name }) => name);
  const y = set.y?.data ?? new Float32Array(0);
  const labels = names.map((_, j) => {
    const [truth, chances] = [columnOf(y, j, names.length), columnOf(outputs, j, names.length)];
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
