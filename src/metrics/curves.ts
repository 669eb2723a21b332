// Curves over all thresholds of scores: receiver operating characteristic, precision over recall.

import { checkBoolean, checkOptions, describeValue, explain, ShapeError } from "../errors.js";
import { lineChart, type LineChart } from "../plots/line-chart.js";
import { svgDocument } from "../plots/svg.js";
import { type TensorInput, toTensor } from "../tensor.js";
import { type Label, type LabelInput, labelsOf } from "./comparison.js";

export interface ScoreCurveOptions {
  /** The label that high scores stand for; default 1. */
  positiveLabel?: Label;
  /** How much each row counts; default 1. */
  sampleWeight?: ArrayLike<number>;
  /** Leave out points in the middle of straight pieces; default true for the ROC curve, false for precision and recall. */
  dropIntermediate?: boolean;
}

export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
  /** Falling; rows with a score of at least this are taken as positive. The first one, Infinity, takes none. */
  readonly thresholds: readonly number[];
  /** The exact area under the curve, by trapezes. */
  readonly auc: number;
  /** The curve as SVG. */
  toSvg(): string;
}

export interface PrecisionRecallCurve {
  /** One value more than thresholds: the last one is 1, at recall 0. */
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  /** Rising. */
  readonly thresholds: readonly number[];
  /** Mean precision, each one weighed by the recall that it adds. */
  readonly averagePrecision: number;
  /** The curve as SVG. */
  toSvg(): string;
}

/** Sums at each distinct score, from the highest down. */
interface Cumulative {
  readonly thresholds: number[];
  readonly truePositives: number[];
  readonly falsePositives: number[];
}

const optionNames = ["positiveLabel", "sampleWeight", "dropIntermediate"];

/**
 * The receiver operating characteristic of scores for two classes. Follows sklearn.metrics.roc_curve and roc_auc_score.
 *
 * @throws ShapeError for lists of different lengths; RangeError for scores that are not finite or labels of one class only.
 * @example
 * metrics.rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).auc; // 0.75
 */
export function rocCurve(yTrue: LabelInput, yScore: TensorInput, options: ScoreCurveOptions = {}): RocCurve {
  const where = "metrics.rocCurve";
  const sums = cumulative(where, yTrue, yScore, options);
  const drop = checkBoolean(where, "dropIntermediate", options.dropIntermediate ?? true);
  const [positives, negatives] = [last(sums.truePositives), last(sums.falsePositives)];
  if (positives === 0 || negatives === 0) {
    const received = positives === 0 ? "no positive one" : "positive ones only";
    throw new RangeError(
      explain(where, "expected rows of both classes", received, "positiveLabel says which is positive."),
    );
  }
  const kept = sums.thresholds.map((_, i) => i).filter((i) => !drop || isCorner(sums, i));
  const thresholds = [Number.POSITIVE_INFINITY, ...kept.map((i) => sums.thresholds[i] as number)];
  const truePositiveRate = [0, ...kept.map((i) => (sums.truePositives[i] as number) / positives)];
  const falsePositiveRate = [0, ...kept.map((i) => (sums.falsePositives[i] as number) / negatives)];
  let auc = 0;
  for (let i = 1; i < thresholds.length; i++) {
    const width = (falsePositiveRate[i] as number) - (falsePositiveRate[i - 1] as number);
    auc += (width * ((truePositiveRate[i] as number) + (truePositiveRate[i - 1] as number))) / 2;
  }
  const toSvg = () =>
    curveSvg({
      title: `ROC curve, area ${auc.toFixed(4)}`,
      xLabel: "false positive rate",
      yLabel: "true positive rate",
      series: [{ name: "ROC", x: falsePositiveRate, y: truePositiveRate }],
      reference: [
        [0, 0],
        [1, 1],
      ],
    });
  return { falsePositiveRate, truePositiveRate, thresholds, auc, toSvg };
}

/**
 * Precision over recall at all thresholds. Follows sklearn.metrics.precision_recall_curve and average_precision_score.
 *
 * @throws ShapeError for lists of different lengths; RangeError for scores that are not finite or no positive row.
 * @example
 * metrics.precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).averagePrecision; // 0.8333...
 */
export function precisionRecallCurve(
  yTrue: LabelInput,
  yScore: TensorInput,
  options: ScoreCurveOptions = {},
): PrecisionRecallCurve {
  const where = "metrics.precisionRecallCurve";
  const sums = cumulative(where, yTrue, yScore, options);
  const drop = checkBoolean(where, "dropIntermediate", options.dropIntermediate ?? false);
  const positives = last(sums.truePositives);
  if (positives === 0) {
    throw new RangeError(explain(where, "expected positive rows", "none", "positiveLabel says which is positive."));
  }
  let averagePrecision = 0;
  const precisionAt = (i: number) => {
    const right = sums.truePositives[i] as number;
    return right / (right + (sums.falsePositives[i] as number));
  };
  for (const i of sums.thresholds.keys()) {
    const added = (sums.truePositives[i] as number) - (sums.truePositives[i - 1] ?? 0);
    averagePrecision += (added / positives) * precisionAt(i);
  }
  // With a constant number of true positives only the first and the last point make the curve.
  const all = sums.thresholds.map((_, i) => i);
  const same = (i: number, j: number) => sums.truePositives[i] === sums.truePositives[j];
  const kept = all.filter((i) => !drop || !same(i, i - 1) || !same(i, i + 1)).reverse();
  const thresholds = kept.map((i) => sums.thresholds[i] as number);
  const precision = [...kept.map(precisionAt), 1];
  const recall = [...kept.map((i) => (sums.truePositives[i] as number) / positives), 0];
  const toSvg = () =>
    curveSvg({
      title: `Precision over recall, average ${averagePrecision.toFixed(4)}`,
      xLabel: "recall",
      yLabel: "precision",
      series: [{ name: "precision", x: recall, y: precision }],
    });
  return { precision, recall, thresholds, averagePrecision, toSvg };
}

function curveSvg(chart: LineChart): string {
  const drawing = lineChart({ ...chart, width: 420, height: 380, yRange: [0, 1] });
  return svgDocument(chart.title ?? "", drawing);
}

function cumulative(where: string, yTrue: LabelInput, yScore: TensorInput, options: ScoreCurveOptions): Cumulative {
  checkOptions(where, options, optionNames);
  const { positiveLabel = 1, sampleWeight } = options;
  const truth = labelsOf(where, "yTrue", yTrue);
  const { data: scores, shape } = toTensor(yScore, undefined, `${where}, yScore`);
  if (scores.length !== truth.length) {
    const received = `${truth.length} labels and scores of shape [${shape.join(", ")}]`;
    throw new ShapeError(explain(where, "expected one score for each label", received));
  }
  const strange = scores.findIndex((score) => !Number.isFinite(score));
  if (strange >= 0) throw new RangeError(explain(where, `yScore[${strange}] must be finite`, String(scores[strange])));
  if (sampleWeight !== undefined && sampleWeight?.length !== truth.length) {
    throw new ShapeError(explain(where, `sampleWeight must have ${truth.length} numbers`, describeValue(sampleWeight)));
  }
  const bad = Array.from(sampleWeight ?? []).findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (bad >= 0) {
    throw new RangeError(
      explain(where, `sampleWeight[${bad}] must be a number of at least 0`, String(sampleWeight?.[bad])),
    );
  }
  const labels = [...new Set(truth)];
  if (labels.length > 2) {
    const remedy = "Compare one class with the others: a curve for each.";
    throw new RangeError(explain(where, "expected labels of two classes", String(labels.length), remedy));
  }
  const order = Array.from(scores, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const sums: Cumulative = { thresholds: [], truePositives: [], falsePositives: [] };
  let [right, wrong] = [0, 0];
  for (const [place, i] of order.entries()) {
    const weight = sampleWeight?.[i] ?? 1;
    if (truth[i] === positiveLabel) right += weight;
    else wrong += weight;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[i]) continue;
    sums.thresholds.push(scores[i] as number);
    sums.truePositives.push(right);
    sums.falsePositives.push(wrong);
  }
  return sums;
}

/** The first and the last point, and those at which the direction changes. */
function isCorner({ thresholds, truePositives, falsePositives }: Cumulative, i: number): boolean {
  if (i === 0 || i === thresholds.length - 1) return true;
  const step = (values: readonly number[], from: number) => (values[from + 1] as number) - (values[from] as number);
  return [truePositives, falsePositives].some((values) => step(values, i - 1) !== step(values, i));
}

function last(values: readonly number[]): number {
  return values.at(-1) ?? 0;
}
