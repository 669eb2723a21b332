// The multilayer perceptron that tells classes apart.

import { checkOptions, describeValue, explain } from "../errors.js";
import type { InputData } from "../models/data.js";
import type { TensorInput } from "../tensor.js";
import { Classes, type Label, type LabelInput, type ReadLabels, readLabels } from "./labels.js";
import { type FitSettings, MultilayerPerceptron, type Targets } from "./multilayer-perceptron.js";
import type { OutActivation } from "./network.js";
import { defaultParams, type MlpOptions } from "./options.js";
import { checkPairs, readWeights } from "./rows.js";
import { accuracyScore } from "./scores.js";

/** Options of `partialFit`. */
export interface PartialFitSettings extends FitSettings {
  /** All classes that will ever come; needed in the first call. */
  classes?: readonly Label[];
}

/** What `predict` gives for a row: a label, or with several labels a row of 0 and 1. */
export type LabelPrediction = Label | number[];

/** What the outputs end with, for each kind of labels. */
export const outActivations = { binary: "logistic", multilabel: "logistic", multiclass: "softmax" } as const;

/** Made by `estimators.mlpClassifier()`. */
export class MlpClassifier extends MultilayerPerceptron {
  /** Use `estimators.mlpClassifier()`. */
  constructor(options: MlpOptions) {
    super("mlpClassifier", options, defaultParams);
  }

  /** The classes in the order of the columns of `predictProba`: sorted; with several labels a row their numbers. */
  get classes(): readonly Label[] {
    return this.#known("classes").labels;
  }

  /**
   * Trains on rows x with labels y: texts, integers or booleans, or a matrix of 0 and 1 for several labels a row.
   * With `warmStart` it goes on with the weights that it finds, else it begins anew.
   *
   * @returns this estimator.
   * @throws ShapeError, RangeError and TypeError for x and y that do not fit, which leave the estimator as it was; RangeError
   * for a loss that becomes NaN; AbortError after `signal`.
   */
  async fit(x: InputData, y: LabelInput, settings: FitSettings = {}): Promise<this> {
    const where = this.where("fit");
    const goesOn = this.getParams().warmStart && this.isFitted;
    const rows = this.prepareRows("fit", x, goesOn);
    const labels = readLabels(where, y);
    checkPairs(where, rows.rows, labels.rows);
    const classes = Classes.of(where, labels);
    if (goesOn) this.#checkSameClasses(`${where}, y`, classes);
    await this.train("fit", rows, targetsOf(where, classes, labels), goesOn, settings);
    return this;
  }

  /**
   * One epoch on rows x with labels y, with the optimizer where the last call left it.
   *
   * @throws as `fit`; TypeError for the first call without `classes`, for solver "lbfgs" and for earlyStopping.
   */
  async partialFit(x: InputData, y: LabelInput, settings: PartialFitSettings = {}): Promise<this> {
    const where = this.where("partialFit");
    const { classes: given, ...rest } = settings;
    this.checkPartialFit(where);
    const rows = this.prepareRows("partialFit", x, true);
    const labels = readLabels(where, y);
    checkPairs(where, rows.rows, labels.rows);
    const classes = this.#classesFor(where, labels, given);
    await this.train("partialFit", rows, targetsOf(where, classes, labels), true, rest);
    return this;
  }

  /** The labels of rows x: the most likely class, or every label with a probability above 0.5 as 1. */
  async predict(x: InputData): Promise<LabelPrediction[]> {
    const classes = this.#known("predict");
    const numbers = decide(await this.outputsFor("predict", x), classes);
    if (classes.kind !== "multilabel") return numbers.map((number) => classes.labels[number] as Label);
    const width = classes.labels.length;
    return Array.from({ length: numbers.length / width }, (_, row) => numbers.slice(row * width, (row + 1) * width));
  }

  /** The probabilities of the classes for rows x, one row each, in the order of `classes`. */
  async predictProba(x: InputData): Promise<number[][]> {
    const logs = await this.#logProbabilities("predictProba", x);
    return logs.map((row) => row.map(Math.exp));
  }

  /** The logarithms of `predictProba`, also where a probability is too small for a number. */
  async predictLogProba(x: InputData): Promise<number[][]> {
    return await this.#logProbabilities("predictLogProba", x);
  }

  /**
   * The part of the rows whose prediction is right; with several labels all of a row must be. A class that was not trained
   * counts as wrong.
   *
   * @throws ShapeError and RangeError for labels of another type, or another number of them, than those of `fit`.
   */
  async score(x: InputData, y: LabelInput, options: { sampleWeight?: TensorInput } = {}): Promise<number> {
    const where = this.where("score");
    checkOptions(where, options, ["sampleWeight"]);
    const classes = this.#known("score");
    const labels = readLabels(where, y);
    classes.checkKind(where, labels);
    const predicted = decide(await this.outputsFor("score", x), classes);
    const width = classes.kind === "multilabel" ? classes.labels.length : 1;
    checkPairs(where, predicted.length / width, labels.rows);
    const weights = readWeights(where, options.sampleWeight, labels.rows);
    if (labels.kind === "single") {
      return accuracyScore(
        labels.values.map((label, row) => classes.labels[predicted[row] as number] === label),
        weights,
      );
    }
    return accuracyScore(equalRows(predicted, classes.encode(where, labels), width), weights);
  }

  protected scoreOutputs(outputs: Float32Array, targets: Targets): number {
    const predicted = decide(outputs, targets.classes as Classes);
    return accuracyScore(equalRows(predicted, targets.data, targets.width), targets.weights);
  }

  #known(method: string): Classes {
    return this.fitted(method).classes as Classes;
  }

  #checkSameClasses(where: string, classes: Classes): void {
    const known = this.#known("fit");
    if (!known.equals(classes)) throw wrongClasses(where, known, classes);
  }

  /** The classes of a `partialFit`: known ones, or those of its first call. */
  #classesFor(where: string, labels: ReadLabels, given: readonly Label[] | undefined): Classes {
    if (given !== undefined) {
      const place = `${where}, classes`;
      const told = Classes.of(place, readLabels(place, given));
      const classes = labels.kind === "multilabel" ? Classes.of(where, labels) : told;
      checkClasses(place, classes, told);
      if (this.isFitted) this.#checkSameClasses(place, classes);
      return classes;
    }
    if (this.isFitted) return this.#known("partialFit");
    if (labels.kind === "multilabel") return Classes.of(where, labels);
    throw new TypeError(
      explain(where, "expected all classes in the first call", "none", 'For example { classes: ["no", "yes"] }.'),
    );
  }

  async #logProbabilities(method: string, x: InputData): Promise<number[][]> {
    const { kind, outputs: width } = this.#known(method);
    const outputs = await this.outputsFor(method, x);
    return Array.from({ length: outputs.length / width }, (_, r) => {
      const row = [...outputs.subarray(r * width, (r + 1) * width)];
      if (kind === "multiclass") return logSoftmax(row);
      if (kind === "multilabel") return row.map(logSigmoid);
      return [logSigmoid(-(row[0] as number)), logSigmoid(row[0] as number)];
    });
  }
}

/**
 * A multilayer perceptron for classes, with the options, defaults and rules of scikit-learn's MLPClassifier. It minimizes the
 * cross-entropy plus `alpha / 2 * sum of squared weights / rows of the batch`; two classes share one logistic output, more
 * have a softmax, several labels a row a logistic output each.
 *
 * Where it differs: numbers are float32 (scikit-learn: float64), random numbers are others, y needs two classes or more, and
 * `predictLogProba` does not become -Infinity. Follows sklearn.neural_network.MLPClassifier.
 *
 * @throws TypeError and RangeError for unknown options and values out of range.
 * @example
 * const clf = estimators.mlpClassifier({ hiddenLayerSizes: [100], randomState: 0 });
 * await clf.fit([[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]);
 * await clf.predict([[0, 1]]);
 */
export function mlpClassifier(options: MlpOptions = {}): MlpClassifier {
  return new MlpClassifier(options);
}

/** The classes that were told, against those of the labels: with several labels a row, the numbers of the columns. */
function checkClasses(where: string, classes: Classes, told: Classes): void {
  const same =
    classes.labels.length === told.labels.length && classes.labels.every((label, i) => label === told.labels[i]);
  if (!same) throw wrongClasses(where, classes, told);
}

function wrongClasses(where: string, expected: Classes, received: Classes): RangeError {
  const list = ({ labels }: Classes) => labels.map(describeValue).join(", ");
  return new RangeError(explain(where, `expected the classes ${list(expected)}`, list(received)));
}

function targetsOf(where: string, classes: Classes, labels: ReadLabels): Omit<Targets, "weights"> {
  const data = classes.encode(where, labels);
  const outActivation: OutActivation = outActivations[classes.kind];
  return {
    data,
    rows: labels.rows,
    width: data.length / labels.rows,
    outputs: classes.outputs,
    outActivation,
    groups: classes.kind === "multilabel" ? null : data,
    classes,
  };
}

/** Class numbers; with several labels 0 or 1 for each, row by row. */
function decide(outputs: Float32Array, { kind, outputs: width }: Classes): number[] {
  if (kind !== "multiclass") return Array.from(outputs, (logit) => (logit > 0 ? 1 : 0));
  return Array.from({ length: outputs.length / width }, (_, row) => {
    let best = 0;
    for (let j = 1; j < width; j++) {
      if ((outputs[row * width + j] as number) > (outputs[row * width + best] as number)) best = j;
    }
    return best;
  });
}

function equalRows(a: ArrayLike<number>, b: ArrayLike<number>, width: number): boolean[] {
  return Array.from({ length: a.length / width }, (_, row) => {
    for (let j = row * width; j < (row + 1) * width; j++) if (a[j] !== b[j]) return false;
    return true;
  });
}

/** log(1 / (1 + exp(-z))) */
function logSigmoid(z: number): number {
  return Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));
}

function logSoftmax(row: readonly number[]): number[] {
  const largest = Math.max(...row);
  const log = Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0));
  return row.map((z) => z - largest - log);
}
