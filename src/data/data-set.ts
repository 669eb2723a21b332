// A data set in memory: inputs and targets with their names, and the ways to divide, reorder and batch its rows.

import { checkBoolean, checkInteger, checkNumber, checkOptions, describeValue, explain } from "../errors.js";
import { checkSameRows } from "../models/data.js";
import type { Tensor, TensorInput } from "../tensor.js";
import type { BatchOptions } from "./data-stream.js";
import { type BatchInput, type DataBatch, readDataBatch, sliceBatch } from "./batch.js";
import { balancedWeights } from "./class-weight.js";
import type { CsvSchema } from "./csv/schema.js";
import { checkFunction, DataStream } from "./data-stream.js";
import { checkRareClasses, countClasses, divideRows, type Fold, kFold, orderStream, stratifiedKFold } from "./folds.js";
import { gatherRows, readRowsOf, sliceRows } from "./rows.js";

/** What a data set knows besides its numbers. */
export interface DataSetNames {
  /** A name for each column of x. */
  readonly featureNames?: readonly string[];
  /** A name for each column of y. */
  readonly targetNames?: readonly string[];
  /** The class that each class number of y stands for. */
  readonly classes?: readonly string[] | null;
  /** How the columns of a CSV file became numbers. */
  readonly schema?: CsvSchema | null;
}

export interface SplitOptions {
  /** Reorder the rows before; default true. */
  shuffle?: boolean;
  /** Give each class of y the same share in both parts; default false. */
  stratify?: boolean;
  /** Any integer; without one each call gives other parts. */
  seed?: number;
}

export interface FoldOptions extends SplitOptions {
  /** The number of folds; default 5. */
  folds?: number;
}

export interface SetBatchOptions extends BatchOptions {
  /** Deal the rows out so that each batch has (almost) the classes of the whole set; default false. */
  stratify?: boolean;
  /** Another order in each pass: with `stratify` within each class. Default false. */
  shuffle?: boolean;
  /** Of the shuffle: any integer. */
  seed?: number;
}

/**
 * Rows of inputs x, targets y and weights in memory. Every method returns a new data set and leaves this one as it is. `fit`,
 * `evaluate` and `predict` take it in the place of x and y, and use its arrays as they are.
 *
 * @example
 * const set = await data.csv("iris.csv", { target: "species" });
 * const { train, test } = set.split(0.8, { seed: 1, stratify: true });
 * await net.fit(train, { epochs: 50 });
 */
export class DataSet {
  /** `[rows, features]`, or more axes. */
  readonly x: Tensor;
  /** `[rows]` or `[rows, targets]`; null without targets. */
  readonly y: Tensor | null;
  /** `[rows]`, or null when all rows count the same. */
  readonly sampleWeight: Tensor | null;
  readonly featureNames: readonly string[];
  readonly targetNames: readonly string[];
  readonly classes: readonly string[] | null;
  readonly schema: CsvSchema | null;

  /** Use `data.csv` or `data.fromArrays`. */
  constructor(x: Tensor, y: Tensor | null, sampleWeight: Tensor | null, names: DataSetNames = {}) {
    this.x = x;
    this.y = y;
    this.sampleWeight = sampleWeight;
    this.featureNames = names.featureNames ?? [];
    this.targetNames = names.targetNames ?? [];
    this.classes = names.classes ?? null;
    this.schema = names.schema ?? null;
  }

  /** The number of rows. */
  get rows(): number {
    return this.x.shape[0] as number;
  }

  /** Batches of 32 rows. */
  *[Symbol.iterator](): Iterator<DataBatch> {
    yield* this.#batches(32, false);
  }

  /**
   * Two parts: `floor(fraction * rows)` rows to train on, and the others. Follows sklearn.model_selection.train_test_split with
   * `train_size`; a stratified split shares out by the largest remainder.
   *
   * @throws RangeError when a part would be empty, and for a class with one row when it is stratified.
   */
  split(fraction: number, options: SplitOptions = {}): { train: DataSet; test: DataSet } {
    const where = "DataSet, split";
    checkNumber(where, "fraction", fraction, 0, 1);
    const { shuffle, stratify } = readSplit(where, options, ["shuffle", "stratify", "seed"]);
    const kept = Math.floor(fraction * this.rows);
    if (kept === 0 || kept === this.rows) {
      const parts = `${kept} and ${this.rows - kept} of ${this.rows}`;
      throw new RangeError(explain(where, "both parts must have rows", parts));
    }
    const classes = stratify ? countClasses(`${where}, y`, this.#labels(where)) : null;
    if (classes !== null) checkRareClasses(where, classes);
    const order = shuffle
      ? orderStream(options.seed).permutation(this.rows)
      : Int32Array.from({ length: this.rows }, (_, i) => i);
    const { kept: train, others } = divideRows(order, kept, classes);
    return { train: this.select(train), test: this.select(others) };
  }

  /** Pairs of parts, in which each row is in the test part once: `data.kFold`, or with `stratify` `data.stratifiedKFold`. */
  kFold(options: FoldOptions = {}): { train: DataSet; test: DataSet }[] {
    const where = "DataSet, kFold";
    const { stratify, shuffle } = readSplit(where, options, ["folds", "shuffle", "stratify", "seed"]);
    const { folds, seed } = options;
    const how = { shuffle, ...(folds !== undefined && { folds }), ...(seed !== undefined && { seed }) };
    const lists: Fold[] = stratify ? stratifiedKFold(this.#labels(where), how) : kFold(this.rows, how);
    return lists.map(({ train, test }) => ({ train: this.select(train), test: this.select(test) }));
  }

  /** The rows with these numbers, in this order, copied. */
  select(rows: ArrayLike<number>): DataSet {
    if (rows.length === 0) throw new RangeError(explain("DataSet, select", "expected one or more rows", "none"));
    for (let i = 0; i < rows.length; i++) checkInteger("DataSet, select", "row", rows[i], 0, this.rows - 1);
    return this.#with((tensor) => gatherRows(tensor, rows));
  }

  /** All rows in random order, copied. `fit` reorders the rows in each epoch by itself. */
  shuffle(options: { seed?: number } = {}): DataSet {
    checkOptions("DataSet, shuffle", options, ["seed"]);
    return this.select(orderStream(options.seed).permutation(this.rows));
  }

  /** The first `count` rows, without a copy. */
  take(count: number): DataSet {
    checkInteger("DataSet, take", "count", count, 1);
    return this.#with((tensor) => sliceRows(tensor, 0, Math.min(count, this.rows)));
  }

  /** All but the first `count` rows, without a copy. */
  skip(count: number): DataSet {
    checkInteger("DataSet, skip", "count", count, 0, this.rows - 1);
    return this.#with((tensor) => sliceRows(tensor, count, this.rows));
  }

  /**
   * What `fn` makes of the whole set `[x, y, sampleWeight]`, once: tensors with as many rows as it likes. For random changes in
   * each epoch use `set.batch(n).map(fn)`.
   */
  map(fn: (batch: DataBatch) => BatchInput): DataSet {
    checkFunction("DataSet, map", fn);
    const [x, y, sampleWeight] = readDataBatch("DataSet, map", fn(this.#batch()));
    const same = this.x.shape.slice(1).join() === (x as Tensor).shape.slice(1).join();
    return new DataSet(x as Tensor, (y as Tensor | undefined) ?? null, sampleWeight ?? null, {
      ...this,
      featureNames: same ? this.featureNames : [],
    });
  }

  /** Batches of `size` rows in order, as a stream: for maps that change in each epoch, and for loops of your own. */
  batch(size: number, options: SetBatchOptions = {}): DataStream {
    const where = "DataSet, batch";
    checkInteger(where, "size", size, 1);
    const { shuffle, stratify } = readSplit(where, { shuffle: false, ...options }, [
      "dropRemainder",
      "stratify",
      "shuffle",
      "seed",
    ]);
    const dropRemainder = checkBoolean(where, "dropRemainder", options.dropRemainder ?? false);
    const classes = stratify ? countClasses(`${where}, y`, this.#labels(where)) : null;
    const random = shuffle ? orderStream(options.seed) : null;
    const pass = (): DataSet => {
      if (classes === null) return random === null ? this : this.select(random.permutation(this.rows));
      const order = random?.permutation(this.rows) ?? Int32Array.from({ length: this.rows }, (_, i) => i);
      return this.select(spreadClasses(order, classes.numbers, classes.counts));
    };
    return new DataStream(async function* () {
      yield* pass().#batches(size, dropRemainder);
    });
  }

  /** `set.batch(32).repeat(count)`. */
  repeat(count?: number): DataStream {
    return this.batch(32).repeat(count);
  }

  /** `set.batch(32).prefetch(count)`. */
  prefetch(count?: number): DataStream {
    return this.batch(32).prefetch(count);
  }

  /** `data.classWeight("balanced", y)`: what `fit` takes as `classWeight`. */
  classWeight(): Record<number, number> {
    return balancedWeights("DataSet, classWeight", this.#labels("DataSet, classWeight"));
  }

  *#batches(size: number, dropRemainder: boolean): Generator<DataBatch, void> {
    const all = this.#batch();
    for (let at = 0; at < this.rows; at += size) {
      const end = Math.min(at + size, this.rows);
      if (end - at === size || !dropRemainder) yield sliceBatch(all, at, end);
    }
  }

  #batch(): DataBatch {
    if (this.y === null) return [this.x];
    return this.sampleWeight === null ? [this.x, this.y] : [this.x, this.y, this.sampleWeight];
  }

  #with(change: (tensor: Tensor) => Tensor): DataSet {
    const { y, sampleWeight } = this;
    return new DataSet(change(this.x), y && change(y), sampleWeight && change(sampleWeight), this);
  }

  /** The class number of each row, also from one-hot rows. */
  #labels(where: string): ArrayLike<number> {
    const { y } = this;
    if (y === null) throw new TypeError(explain(where, "expected a data set with y", "one without"));
    const width = y.size / this.rows;
    if (width === 1) return y.data;
    return Int32Array.from({ length: this.rows }, (_, row) => {
      const values = y.data.subarray(row * width, (row + 1) * width);
      const number = values.indexOf(1);
      const oneHot = number >= 0 && values.every((value, i) => value === (i === number ? 1 : 0));
      if (oneHot) return number;
      throw new RangeError(explain(`${where}, y`, "expected one class a row", `other numbers in row ${row}`));
    });
  }
}

function readSplit(where: string, options: SplitOptions, known: string[]): { shuffle: boolean; stratify: boolean } {
  checkOptions(where, options, known);
  return {
    shuffle: checkBoolean(where, "shuffle", options.shuffle ?? true),
    stratify: checkBoolean(where, "stratify", options.stratify ?? false),
  };
}

/** An order in which the rows of each class are spread evenly: row i of n of a class goes to the place `(i + 1/2) / n`. */
function spreadClasses(order: Int32Array, numbers: Int32Array, counts: readonly number[]): Int32Array {
  const next = new Float64Array(counts.length);
  const places = new Float64Array(order.length);
  for (const row of order) {
    const group = numbers[row] as number;
    places[row] = ((next[group] as number) + 0.5) / (counts[group] as number);
    next[group] = (next[group] as number) + 1;
  }
  return order.slice().sort((a, b) => (places[a] as number) - (places[b] as number));
}

/**
 * A data set from arrays: x, y and weights as `fit` takes them.
 *
 * @throws ShapeError when the numbers of rows differ.
 * @example
 * const set = data.fromArrays([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]);
 */
export function fromArrays(x: TensorInput, y?: TensorInput, options: FromArraysOptions = {}): DataSet {
  const where = "data.fromArrays";
  checkOptions(where, options, ["sampleWeight", "featureNames", "targetNames", "classes"]);
  const inputs = readRowsOf(`${where}, x`, x);
  const targets = y === undefined ? null : readRowsOf(`${where}, y`, y);
  const { sampleWeight } = options;
  const weights = sampleWeight === undefined ? null : readRowsOf(`${where}, sampleWeight`, sampleWeight);
  const rows = inputs.shape[0] as number;
  for (const [name, tensor] of Object.entries({ y: targets, sampleWeight: weights })) {
    if (tensor === null) continue;
    checkSameRows(where, `x and ${name} must have the same number of rows`, rows, tensor.shape[0] as number, name);
  }
  if (weights !== null && targets === null) {
    throw new TypeError(explain(where, "sampleWeight needs y", "none"));
  }
  const count = (tensor: Tensor | null) => (tensor?.shape.length === 1 ? 1 : tensor?.shape[1]);
  checkNames(where, "featureNames", options.featureNames, count(inputs));
  checkNames(where, "targetNames", options.targetNames, count(targets));
  checkNames(where, "classes", options.classes ?? undefined);
  return new DataSet(inputs, targets, weights, options);
}

/** A name for each of `count` columns. */
function checkNames(where: string, name: string, names: unknown, count?: number): void {
  if (names === undefined) return;
  if (!Array.isArray(names) || !names.every((text) => typeof text === "string")) {
    throw new TypeError(explain(where, `${name} must be a list of texts`, describeValue(names)));
  }
  if (count === undefined || names.length === count) return;
  throw new RangeError(explain(where, `${name} must be ${count}, one for each column`, names.length));
}

export interface FromArraysOptions extends DataSetNames {
  sampleWeight?: TensorInput;
}

/**
 * A stream over what a function gives: it is called anew in each pass, and returns an iterable (or an async one) of batches
 * `[x, y]`, for example as a generator function. Follows tf.data.Dataset.from_generator.
 *
 * @throws TypeError when `generator` is no function, or gives something else (in the pass).
 * @example
 * const stream = data.fromGenerator(function* () {
 *   for (let i = 0; i < 100; i++) yield [[[i]], [[2 * i]]];
 * });
 * await net.fit(stream.batch(10), { epochs: 5 });
 */
export function fromGenerator(generator: () => Iterable<BatchInput> | AsyncIterable<BatchInput>): DataStream {
  const where = "data.fromGenerator";
  checkFunction(where, generator);
  return new DataStream(async function* () {
    let index = 0;
    const batches: unknown = generator();
    if (
      typeof batches !== "object" ||
      batches === null ||
      !(Symbol.iterator in batches || Symbol.asyncIterator in batches)
    ) {
      throw new TypeError(explain(where, "the function must return an iterable of batches", describeValue(batches)));
    }
    for await (const batch of batches as AsyncIterable<BatchInput>)
      yield readDataBatch(`${where}, batch ${index++}`, batch);
  });
}
