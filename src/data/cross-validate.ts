// Training and testing on several divisions of the same data.

import type { Logs } from "../callbacks/callback.js";
import { checkInteger, checkOptions, describeValue, explain } from "../errors.js";
import type { FitOptions } from "../models/options.js";
import type { TensorInput } from "../tensor.js";
import { DataSet, type FoldOptions, fromArrays } from "./data-set.js";
import { mean } from "./mean.js";

/** What is needed of a model: those of `sequential` and `model` have it. */
export interface CrossValidated {
  fit(set: DataSet, options?: FitOptions): Promise<unknown>;
  evaluate(set: DataSet, options?: { batchSize?: number }): Promise<Logs>;
  dispose?(): void;
}

export interface CrossValidateOptions extends FoldOptions {
  /** What `fit` is given for each fold, for example `{ epochs: 20, verbose: 0 }`. */
  fit?: FitOptions;
  /** Rows of a step of the evaluations; default 32. */
  batchSize?: number;
}

export interface CrossValidation {
  /** Loss and metrics over the test rows of each fold. */
  readonly folds: readonly Logs[];
  /** Their means over the folds. */
  readonly mean: Logs;
  /** Their standard deviations over the folds (biased, as numpy's). */
  readonly std: Logs;
}

/**
 * Trains a new model on all folds but one, and evaluates it on that one, for each fold. Folds are shuffled, unless `shuffle` is
 * false. Follows sklearn.model_selection.cross_validate.
 *
 * @param makeModel Called with the training rows of each fold: it returns a new compiled model, and may adapt layers to them,
 * so that nothing is learnt from the rows that are tested on.
 * @throws what `fit` and `evaluate` throw.
 * @example
 * const { mean } = await data.crossValidate(() => makeModel(), set, { folds: 5, stratify: true, fit: { epochs: 20 } });
 * mean.accuracy;
 */
export async function crossValidate(
  makeModel: (train: DataSet, fold: number) => CrossValidated | Promise<CrossValidated>,
  set: DataSet,
  options?: CrossValidateOptions,
): Promise<CrossValidation>;
export async function crossValidate(
  makeModel: (train: DataSet, fold: number) => CrossValidated | Promise<CrossValidated>,
  x: TensorInput,
  y: TensorInput,
  options?: CrossValidateOptions,
): Promise<CrossValidation>;
export async function crossValidate(
  makeModel: (train: DataSet, fold: number) => CrossValidated | Promise<CrossValidated>,
  x: DataSet | TensorInput,
  y?: CrossValidateOptions | TensorInput,
  more?: CrossValidateOptions,
): Promise<CrossValidation> {
  const where = "data.crossValidate";
  if (typeof makeModel !== "function") {
    throw new TypeError(explain(where, "expected a function that makes a model", describeValue(makeModel)));
  }
  const given = x instanceof DataSet;
  const set = given ? x : fromArrays(x, y as TensorInput);
  const options = (given ? (y as CrossValidateOptions | undefined) : more) ?? {};
  checkOptions(where, options, ["folds", "shuffle", "stratify", "seed", "fit", "batchSize"]);
  const { fit, batchSize, ...how } = options;
  if (batchSize !== undefined) checkInteger(where, "batchSize", batchSize, 1);
  const folds: Logs[] = [];
  for (const [fold, { train, test }] of set.kFold(how).entries()) {
    const model = await makeModel(train, fold);
    try {
      await model.fit(train, { verbose: 0, ...fit });
      folds.push(await model.evaluate(test, { batchSize: Math.min(batchSize ?? 32, test.rows) }));
    } finally {
      model.dispose?.();
    }
  }
  const over = (statistic: (values: readonly number[]) => number): Logs => {
    const names = Object.keys(folds[0] ?? {});
    return Object.fromEntries(names.map((name) => [name, statistic(folds.map((logs) => logs[name] as number))]));
  };
  return {
    folds,
    mean: over(mean),
    std: over((values) => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)))),
  };
}
