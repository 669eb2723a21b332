// Arrays in two parts, with scikit-learn's names.

import { checkBoolean, checkNumber, checkOptions, explain } from "../errors.js";
import { checkSameRows } from "../models/data.js";
import type { Tensor, TensorInput } from "../tensor.js";
import { checkRareClasses, countClasses, divideRows, orderStream } from "./folds.js";
import { gatherRows, readRowsOf } from "./rows.js";

export interface TrainTestSplitOptions {
  /** The part of the rows to test on, in (0, 1), or their number; default 0.25, or what `trainSize` leaves. */
  testSize?: number;
  /** The part of the rows to train on, in (0, 1), or their number; default what `testSize` leaves. */
  trainSize?: number;
  /** Reorder the rows before; default true. */
  shuffle?: boolean;
  /** A class for each row: both parts get the same share of each. */
  stratify?: ArrayLike<string | number>;
  /** Any integer; without one each call gives other parts. */
  seed?: number;
}

export interface TrainTestSplit {
  readonly xTrain: Tensor;
  readonly xTest: Tensor;
  readonly yTrain: Tensor;
  readonly yTest: Tensor;
}

/**
 * Rows to train on and rows to test on, copied. A part of the rows is rounded up for the test and down for the training.
 * Follows sklearn.model_selection.train_test_split, whose random order differs.
 *
 * @throws RangeError when a part would be empty, or both have more rows than there are, and for a class with one row in `stratify`; ShapeError when x and y differ in rows.
 * @example
 * const { xTrain, xTest, yTrain, yTest } = data.trainTestSplit(x, y, { testSize: 0.2, seed: 1 });
 */
export function trainTestSplit(x: TensorInput, y: TensorInput, options: TrainTestSplitOptions = {}): TrainTestSplit {
  const where = "data.trainTestSplit";
  checkOptions(where, options, ["testSize", "trainSize", "shuffle", "stratify", "seed"]);
  const inputs = readRowsOf(`${where}, x`, x);
  const targets = readRowsOf(`${where}, y`, y);
  const rows = inputs.shape[0] as number;
  checkSameRows(where, "x and y must have the same number of rows", rows, targets.shape[0] as number, "y");
  const { train, test } = sizes(where, rows, options);
  const shuffle = checkBoolean(where, "shuffle", options.shuffle ?? true);
  if (!shuffle && options.stratify !== undefined) {
    throw new TypeError(explain(where, "stratify needs shuffle", "shuffle: false"));
  }
  const classes = options.stratify === undefined ? null : countClasses(`${where}, stratify`, options.stratify);
  if (classes !== null) {
    checkSameRows(where, "stratify must have a class for each row", rows, classes.numbers.length, "stratify");
    checkRareClasses(where, classes);
  }
  const order = shuffle ? orderStream(options.seed).permutation(rows) : Int32Array.from({ length: rows }, (_, i) => i);
  // As in scikit-learn, rows in order are the first ones to train on.
  const { kept, others } = divideRows(order, train, classes);
  const rest = others.subarray(0, test);
  return {
    xTrain: gatherRows(inputs, kept),
    xTest: gatherRows(inputs, rest),
    yTrain: gatherRows(targets, kept),
    yTest: gatherRows(targets, rest),
  };
}

function sizes(where: string, rows: number, options: TrainTestSplitOptions): { train: number; test: number } {
  const count = (name: string, given: number, round: (size: number) => number): number => {
    checkNumber(where, name, given, Number.MIN_VALUE, rows);
    return given < 1 ? round(given * rows) : Math.floor(given);
  };
  const { testSize, trainSize } = options;
  const given = {
    test: testSize === undefined ? null : count("testSize", testSize, Math.ceil),
    train: trainSize === undefined ? null : count("trainSize", trainSize, Math.floor),
  };
  const test = given.test ?? (given.train === null ? Math.ceil(0.25 * rows) : rows - given.train);
  const train = given.train ?? rows - test;
  if (train > 0 && test > 0 && train + test <= rows) return { train, test };
  throw new RangeError(
    explain(where, "both parts must have rows, together at most all", `${train} and ${test} of ${rows}`),
  );
}
