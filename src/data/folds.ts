// Which rows are for training and which for testing: shares of classes, splits and folds, as lists of row numbers.

import { checkBoolean, checkInteger, checkOptions, describeValue, explain } from "../errors.js";
import { purposes, RandomStream, seedFrom } from "../random/philox.js";

/** Row numbers. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface KFoldOptions {
  /** The number of folds, at least 2; default 5. */
  folds?: number;
  /** Reorder the rows before; default false. */
  shuffle?: boolean;
  /** Of the shuffle: any integer; without one each call has another order. */
  seed?: number;
}

/** Random numbers for orders of rows. */
export function orderStream(seed: number | undefined): RandomStream {
  return new RandomStream(seedFrom(seed), purposes.general);
}

/**
 * `rows` row numbers cut into folds of (almost) equal size, each of which is the test part once. Follows
 * sklearn.model_selection.KFold: the first `rows % folds` folds have one row more.
 *
 * @throws RangeError for more folds than rows.
 * @example
 * data.kFold(10, { folds: 5 })[0].test; // Int32Array [0, 1]
 */
export function kFold(rows: number, options: KFoldOptions = {}): Fold[] {
  const where = "data.kFold";
  checkInteger(where, "rows", rows, 1);
  const { folds, random } = readOptions(where, options, rows);
  const order = random?.permutation(rows) ?? Int32Array.from({ length: rows }, (_, i) => i);
  const foldOf = new Int32Array(rows);
  let at = 0;
  for (let fold = 0; fold < folds; fold++) {
    const size = Math.floor(rows / folds) + (fold < rows % folds ? 1 : 0);
    for (let i = 0; i < size; i++) foldOf[order[at++] as number] = fold;
  }
  return toFolds(foldOf, folds);
}

/**
 * As `kFold`, with the share of each class in each fold that it has in all rows. `y` has a class for each row: numbers or texts.
 * Follows sklearn.model_selection.StratifiedKFold; without a shuffle the folds are the same.
 *
 * @throws RangeError when all classes have fewer rows than there are folds.
 * @example
 * data.stratifiedKFold(["a", "a", "b", "b"], { folds: 2 })[0].test; // Int32Array [0, 2]
 */
export function stratifiedKFold(y: ArrayLike<string | number>, options: KFoldOptions = {}): Fold[] {
  const where = "data.stratifiedKFold";
  const { numbers, counts } = countClasses(where, y);
  const { folds, random } = readOptions(where, options, numbers.length);
  const largest = counts.reduce((a, b) => Math.max(a, b));
  if (largest < folds) {
    const expectation = `folds must be at most the rows of the largest class, ${largest}`;
    throw new RangeError(explain(where, expectation, folds));
  }
  // Rows sorted by class, dealt out one by one, tell how many rows of each class a fold gets.
  const lists = counts.map((): number[] => []);
  let row = 0;
  for (const [group, count] of counts.entries()) {
    const shares = new Int32Array(folds);
    for (let i = 0; i < count; i++) shares[row % folds] = (shares[row++ % folds] as number) + 1;
    shares.forEach((share, fold) => {
      for (let i = 0; i < share; i++) lists[group]?.push(fold);
    });
  }
  if (random !== undefined) for (const list of lists) random.shuffle(list);
  const next = new Int32Array(counts.length);
  const foldOf = numbers.map((group) => {
    const at = next[group] as number;
    next[group] = at + 1;
    return lists[group]?.[at] as number;
  });
  return toFolds(foldOf, folds);
}

function readOptions(
  where: string,
  options: KFoldOptions,
  rows: number,
): { folds: number; random: RandomStream | undefined } {
  checkOptions(where, options, ["folds", "shuffle", "seed"]);
  const folds = checkInteger(where, "folds", options.folds ?? 5, 2);
  if (folds > rows) throw new RangeError(explain(where, `folds must be at most the number of rows, ${rows}`, folds));
  const shuffle = checkBoolean(where, "shuffle", options.shuffle ?? false);
  return { folds, random: shuffle ? orderStream(options.seed) : undefined };
}

function toFolds(foldOf: Int32Array, folds: number): Fold[] {
  return Array.from({ length: folds }, (_, fold) => {
    const rows = Int32Array.from(foldOf.keys());
    return { train: rows.filter((row) => foldOf[row] !== fold), test: rows.filter((row) => foldOf[row] === fold) };
  });
}

/** Class numbers in the order in which the classes appear, and how many rows each class has. */
export function countClasses(
  where: string,
  y: ArrayLike<string | number>,
): { numbers: Int32Array; counts: number[]; labels: (string | number)[] } {
  if (typeof y !== "object" || y === null || !("length" in y) || y.length === 0) {
    throw new TypeError(explain(where, "expected a class for each row", describeValue(y)));
  }
  const known = new Map<string | number, number>();
  const counts: number[] = [];
  const numbers = new Int32Array(y.length);
  for (let row = 0; row < y.length; row++) {
    const label = y[row];
    if (typeof label !== "string" && (typeof label !== "number" || Number.isNaN(label))) {
      throw new TypeError(explain(where, "classes must be numbers or texts", `${describeValue(label)} in row ${row}`));
    }
    let group = known.get(label);
    if (group === undefined) {
      group = known.size;
      known.set(label, group);
    }
    numbers[row] = group;
    counts[group] = (counts[group] ?? 0) + 1;
  }
  return { numbers, counts, labels: [...known.keys()] };
}

/**
 * `kept` rows shared out among groups of these sizes in proportion, by the method of the largest remainder.
 */
export function proportionalShares(counts: readonly number[], kept: number): number[] {
  const rows = counts.reduce((a, b) => a + b, 0);
  const exact = counts.map((count) => (count * kept) / rows);
  const shares = exact.map(Math.floor);
  const byRemainder = exact
    .map((share, group) => ({ group, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder);
  let left = kept - shares.reduce((a, b) => a + b, 0);
  for (const { group } of byRemainder) {
    if (left-- <= 0) break;
    shares[group] = (shares[group] as number) + 1;
  }
  return shares;
}

/** Both parts of a stratified split have rows of each class. */
export function checkRareClasses(where: string, { counts, labels }: ReturnType<typeof countClasses>): void {
  const rare = counts.indexOf(1);
  if (rare < 0) return;
  const received = `one of class ${describeValue(labels[rare])}`;
  throw new RangeError(explain(where, "stratify needs two or more rows of each class", received));
}

/** `kept` of the rows in the given order, and the others; with classes each has its share of the kept ones. */
export function divideRows(
  order: Int32Array,
  kept: number,
  classes: { readonly numbers: Int32Array; readonly counts: readonly number[] } | null,
): { kept: Int32Array; others: Int32Array } {
  if (classes === null) return { kept: order.slice(0, kept), others: order.slice(kept) };
  const shares = proportionalShares(classes.counts, kept);
  const first: number[] = [];
  const others: number[] = [];
  for (const row of order) {
    const group = classes.numbers[row] as number;
    const left = shares[group] as number;
    shares[group] = left - 1;
    (left > 0 ? first : others).push(row);
  }
  return { kept: Int32Array.from(first), others: Int32Array.from(others) };
}
