// True and predicted labels, side by side in arrays: the confusion matrix and the table of scores of each class.

import { checkInteger, checkOptions, describeValue, explain, ShapeError } from "../errors.js";
import { tellCall } from "../naming.js";
import { type MatrixPictureOptions, matrixPicture } from "./matrix-picture.js";
import { isTensorLike, type TensorInput, toTensor } from "../tensor.js";

/** Labels: numbers or texts in an array, a typed array or a tensor of shape [n] or [n, 1]. */
export type LabelInput = readonly (string | number)[] | TensorInput;

export type Label = string | number;

export interface ComparisonOptions {
  /** The labels and their order; others do not count. Default all that occur, sorted. */
  labels?: readonly Label[];
  /** How much each row counts; default 1. */
  sampleWeight?: ArrayLike<number>;
}

export interface ConfusionMatrix {
  readonly labels: readonly Label[];
  /** `matrix[i][j]`: how often label i was predicted as label j. */
  readonly matrix: number[][];
  /** A table. */
  toString(): string;
  /** A picture. */
  toSvg(options?: MatrixPictureOptions): string;
}

/** The implementation of `confusionMatrix` for arrays. */
export function compareLabels(
  where: string,
  yTrue: LabelInput,
  yPred: LabelInput,
  options: ComparisonOptions = {},
): ConfusionMatrix {
  checkOptions(where, options, ["labels", "sampleWeight"]);
  const truth = labelsOf(where, "yTrue", yTrue);
  const predicted = labelsOf(where, "yPred", yPred);
  if (truth.length !== predicted.length) {
    const expectation = "yTrue and yPred must have the same number of labels";
    throw new ShapeError(explain(where, expectation, `${truth.length} and ${predicted.length}`));
  }
  const { sampleWeight } = options;
  if (sampleWeight !== undefined && sampleWeight.length !== truth.length) {
    throw new ShapeError(explain(where, `sampleWeight must have ${truth.length} numbers`, sampleWeight.length));
  }
  const labels = options.labels === undefined ? sorted([...truth, ...predicted]) : [...options.labels];
  if (labels.length === 0) throw new RangeError(explain(where, "expected one or more labels", "none"));
  const places = new Map(labels.map((label, i) => [label, i]));
  const matrix = labels.map(() => labels.map(() => 0));
  for (const [row, label] of truth.entries()) {
    const [i, j] = [places.get(label), places.get(predicted[row] as Label)];
    const counts = i === undefined ? undefined : matrix[i];
    if (counts !== undefined && j !== undefined) counts[j] = (counts[j] as number) + (sampleWeight?.[row] ?? 1);
  }
  return {
    labels,
    matrix,
    toString: () => matrixText(labels, matrix),
    toSvg: (picture = {}) => matrixPicture(`${where}, toSvg`, labels.map(String), matrix, picture),
  };
}

/** Labels as a list; `name` is how errors call it. */
export function labelsOf(where: string, name: string, given: unknown): Label[] {
  if (Array.isArray(given) && given.every((label) => typeof label === "string" || typeof label === "number")) {
    return given;
  }
  if (Array.isArray(given) || ArrayBuffer.isView(given) || isTensorLike(given)) {
    const { data, shape } = toTensor(given, undefined, `${where}, ${name}`);
    if (shape.slice(1).every((size) => size === 1)) return Array.from(data);
    const remedy = "For predictions of classes take the places of the largest values.";
    throw new ShapeError(explain(where, `${name} must have one label a row`, `shape [${shape.join(", ")}]`, remedy));
  }
  throw new TypeError(explain(where, `${name} must be a list of labels`, describeValue(given)));
}

/** Numbers before texts, each in order. */
function sorted(labels: readonly Label[]): Label[] {
  const distinct = [...new Set(labels)];
  const numbers = distinct.filter((label) => typeof label === "number").sort((a, b) => a - b);
  return [...numbers, ...distinct.filter((label) => typeof label === "string").sort()];
}

function matrixText(labels: readonly Label[], matrix: readonly (readonly number[])[]): string {
  const table = [["true \\ predicted", ...labels.map(String)]];
  for (const [i, row] of matrix.entries()) table.push([String(labels[i]), ...row.map(numberText)]);
  return tableText(table);
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function tableText(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, j) => Math.max(...table.map((row) => (row[j] ?? "").length)));
  return table.map((row) => row.map((cell, j) => cell.padStart(widths[j] as number)).join("  ")).join("\n");
}

/** The scores of one label, or their average. */
export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1Score: number;
  /** How often the label is true. */
  readonly support: number;
}

export interface ClassificationReport {
  /** The scores of each label, by its name. */
  readonly classes: Readonly<Record<string, ClassScores>>;
  /** The part of the rows that are predicted right. */
  readonly accuracy: number;
  readonly macroAverage: ClassScores;
  readonly weightedAverage: ClassScores;
  /** A table. */
  toString(): string;
}

export interface ReportOptions extends ComparisonOptions {
  /** Names of the labels, in their order; default the labels themselves. */
  targetNames?: readonly string[];
  /** Digits behind the point in the table; default 2. */
  digits?: number;
}

/**
 * Precision, recall and F1 score of each label, with averages: an object, and as a text a table. Scores without anything to
 * divide by are 0. Follows sklearn.metrics.classification_report.
 *
 * @throws ShapeError or TypeError for labels of different lengths; RangeError for names that are not as many as the labels.
 * @example
 * console.log(String(metrics.classificationReport(["cat", "dog", "dog"], ["cat", "cat", "dog"])));
 */
export function classificationReport(
  yTrue: LabelInput,
  yPred: LabelInput,
  options: ReportOptions = {},
): ClassificationReport {
  const where = "metrics.classificationReport";
  const { targetNames, digits = 2, ...comparison } = options;
  checkInteger(where, "digits", digits, 0);
  const truth = labelsOf(where, "yTrue", yTrue);
  const predicted = labelsOf(where, "yPred", yPred);
  const labels = options.labels ?? sorted([...truth, ...predicted]);
  // Rows whose other label is none of `labels` count as wrong: all labels are compared, some are reported.
  const everything = sorted([...labels, ...truth, ...predicted]);
  const { matrix } = compareLabels(where, truth, predicted, { ...comparison, labels: everything });
  if (targetNames !== undefined && targetNames.length !== labels.length) {
    throw new RangeError(explain(where, `targetNames must have ${labels.length} names`, targetNames.length));
  }
  const scores = labels.map((label) => scoresOf(matrix, everything.indexOf(label)));
  const names = targetNames ?? labels.map(String);
  const total = matrix.flat().reduce((sum, count) => sum + count, 0);
  const right = matrix.reduce((sum, row, i) => sum + (row[i] as number), 0);
  const support = scores.reduce((sum, score) => sum + score.support, 0);
  const report = {
    classes: Object.fromEntries(scores.map((score, i) => [names[i] as string, score])),
    accuracy: divide(right, total),
    macroAverage: average(scores, () => 1 / scores.length, support),
    weightedAverage: average(scores, (score) => divide(score.support, support), support),
  };
  return { ...report, toString: () => reportText(report, digits) };
}

function scoresOf(matrix: readonly (readonly number[])[], i: number): ClassScores {
  const hits = matrix[i]?.[i] ?? 0;
  const support = (matrix[i] ?? []).reduce((sum, count) => sum + count, 0);
  const chosen = matrix.reduce((sum, row) => sum + (row[i] as number), 0);
  const f1Score = divide(2 * hits, support + chosen);
  return { precision: divide(hits, chosen), recall: divide(hits, support), f1Score, support };
}

function divide(x: number, y: number): number {
  return y === 0 ? 0 : x / y;
}

function average(scores: readonly ClassScores[], share: (score: ClassScores) => number, support: number): ClassScores {
  const mean = (key: keyof ClassScores): number => scores.reduce((sum, score) => sum + score[key] * share(score), 0);
  return { precision: mean("precision"), recall: mean("recall"), f1Score: mean("f1Score"), support };
}

function reportText(report: Omit<ClassificationReport, "toString">, digits: number): string {
  const line = (name: string, scores: ClassScores): string[] => {
    const { precision, recall, f1Score, support } = scores;
    return [name, ...[precision, recall, f1Score].map((value) => value.toFixed(digits)), numberText(support)];
  };
  const { accuracy, macroAverage, weightedAverage } = report;
  return tableText([
    ["", "precision", "recall", "f1Score", "support"],
    ...Object.entries(report.classes).map(([name, scores]) => line(name, scores)),
    ["accuracy", "", "", accuracy.toFixed(digits), numberText(weightedAverage.support)],
    line("macro average", macroAverage),
    line("weighted average", weightedAverage),
  ]);
}

tellCall(classificationReport, "It compares arrays: metrics.classificationReport(yTrue, yPred).");
