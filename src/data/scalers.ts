// Scaling of columns outside of a model, with scikit-learn's names. `layers.normalization` does it within.

import { checkBoolean, checkNumber, checkOptions, describeValue, explain, ShapeError } from "../errors.js";
import { formatShape } from "../errors.js";
import { Tensor, type TensorInput, toTensor } from "../tensor.js";
import { DataSet } from "./data-set.js";
import { mean } from "./mean.js";

/** What a scaler has learnt: `y = (x - offset) / scale`, one of each for each column. */
export interface ScalerState {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

/** Scales the columns of `[rows, features]`. Made by `data.standardScaler`, `data.minMaxScaler` and `data.robustScaler`. */
export class Scaler {
  readonly #where: string;
  readonly #learn: (column: Float64Array) => readonly [offset: number, scale: number];
  readonly #change: (value: number) => number;
  #state: ScalerState | null = null;

  constructor(
    where: string,
    learn: (column: Float64Array) => readonly [offset: number, scale: number],
    change: (value: number) => number = (value) => value,
  ) {
    this.#where = where;
    this.#learn = learn;
    this.#change = change;
  }

  /** What `fit` has found; null before. It is plain data. */
  get state(): ScalerState | null {
    return this.#state;
  }

  /** Takes over what another scaler of this kind has found; TypeError for anything else. */
  set state(state: ScalerState | null) {
    if (state !== null) checkState(`${this.#where}, state`, state);
    this.#state = state;
  }

  /**
   * Learns from rows, of a data set from those of x. A column with one value only is moved and not scaled.
   *
   * @throws ShapeError unless there are rows of numbers; RangeError for numbers that are not finite.
   */
  fit(x: TensorInput | DataSet): this {
    const { data, shape } = this.#read("fit", x);
    const [rows = 0, width = 0] = shape;
    const offset: number[] = [];
    const scale: number[] = [];
    const column = new Float64Array(rows);
    for (let c = 0; c < width; c++) {
      for (let i = 0; i < rows; i++) column[i] = data[i * width + c] as number;
      const [center, spread] = this.#learn(column);
      offset.push(center);
      scale.push(spread);
    }
    this.#state = { offset, scale };
    return this;
  }

  /** The scaled rows; of a data set another one with scaled x. */
  transform(x: DataSet): DataSet;
  transform(x: TensorInput): Tensor<Float32Array>;
  transform(x: TensorInput | DataSet): Tensor<Float32Array> | DataSet {
    return this.#apply("transform", x, (value, offset, scale) => this.#change((value - offset) / scale));
  }

  fitTransform(x: DataSet): DataSet;
  fitTransform(x: TensorInput): Tensor<Float32Array>;
  fitTransform(x: TensorInput | DataSet): Tensor<Float32Array> | DataSet {
    return this.fit(x).transform(x as TensorInput);
  }

  /** The rows that were scaled. */
  inverseTransform(x: DataSet): DataSet;
  inverseTransform(x: TensorInput): Tensor<Float32Array>;
  inverseTransform(x: TensorInput | DataSet): Tensor<Float32Array> | DataSet {
    return this.#apply("inverseTransform", x, (value, offset, scale) => value * scale + offset);
  }

  #apply(
    method: string,
    x: TensorInput | DataSet,
    change: (value: number, offset: number, scale: number) => number,
  ): Tensor<Float32Array> | DataSet {
    const where = `${this.#where}, ${method}`;
    if (this.#state === null)
      throw new TypeError(explain(where, "expected a scaler that knows data", "none", "Call fit before."));
    const { offset, scale } = this.#state;
    const { data, shape } = this.#read(method, x);
    const [, width = 0] = shape;
    if (width !== offset.length) {
      throw new ShapeError(explain(where, `expected rows of ${offset.length} numbers as in fit`, String(width)));
    }
    const out = new Float32Array(data.length);
    for (let i = 0; i < out.length; i++) {
      const c = i % width;
      out[i] = change(data[i] as number, offset[c] as number, scale[c] as number);
    }
    const tensor = new Tensor(out, shape);
    return isSet(x) ? new DataSet(tensor, x.y, x.sampleWeight, x) : tensor;
  }

  #read(method: string, x: TensorInput | DataSet): Tensor {
    const where = `${this.#where}, ${method}`;
    const tensor = isSet(x) ? x.x : toTensor(x, undefined, where);
    const { data, shape } = tensor;
    if (shape.length !== 2 || data.length === 0) {
      throw new ShapeError(explain(where, "expected shape [rows, features]", formatShape(shape)));
    }
    const bad = data.findIndex((value: number) => !Number.isFinite(value));
    if (bad < 0) return tensor;
    const width = shape[1] as number;
    const place = `${describeValue(data[bad])} in row ${Math.floor(bad / width)}, column ${bad % width}`;
    throw new RangeError(explain(where, "expected finite numbers", place, "Replace or remove missing values."));
  }
}

function checkState(where: string, state: ScalerState): void {
  const { offset, scale } = (typeof state === "object" ? state : {}) as Partial<ScalerState>;
  const numbers = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite);
  if (numbers(offset) && numbers(scale) && offset.length === scale.length && !scale.includes(0)) return;
  const expectation = "expected { offset, scale } with a number for each column, no scale of 0";
  throw new TypeError(explain(where, expectation, describeValue(state)));
}

function isSet(x: unknown): x is DataSet {
  return typeof x === "object" && x !== null && "x" in x && "y" in x;
}

/** Then rounding alone would decide about the spread. */
function isConstant(column: Float64Array): boolean {
  return column.every((value) => value === column[0]);
}

export interface StandardScalerOptions {
  /** Subtract the mean; default true. */
  withMean?: boolean;
  /** Divide by the standard deviation; default true. */
  withStd?: boolean;
}

/**
 * Mean 0 and variance 1 for each column: `(x - mean) / sqrt(variance)` with the biased variance, in double precision.
 * Follows sklearn.preprocessing.StandardScaler.
 *
 * @example
 * const scaler = data.standardScaler();
 * const scaled = scaler.fitTransform(train);
 * const others = scaler.transform(test);
 */
export function standardScaler(options: StandardScalerOptions = {}): Scaler {
  const where = "data.standardScaler";
  checkOptions(where, options, ["withMean", "withStd"]);
  const withMean = checkBoolean(where, "withMean", options.withMean ?? true);
  const withStd = checkBoolean(where, "withStd", options.withStd ?? true);
  return new Scaler(where, (column) => {
    const center = mean(column);
    const variance = mean(column.map((value) => (value - center) ** 2));
    return [withMean ? center : 0, withStd && !isConstant(column) ? Math.sqrt(variance) : 1];
  });
}

export interface MinMaxScalerOptions {
  /** Of the smallest and the largest value; default [0, 1]. */
  featureRange?: readonly [minimum: number, maximum: number];
  /** Cut off what is out of the range when other data is scaled; default false. */
  clip?: boolean;
}

/**
 * Each column from its smallest and largest value to a range: `(x - min) / (max - min) * (b - a) + a`.
 * Follows sklearn.preprocessing.MinMaxScaler.
 *
 * @throws RangeError for a range whose ends do not rise.
 * @example
 * data.minMaxScaler().fitTransform([[1], [3], [2]]).toArray(); // [[0], [1], [0.5]]
 */
export function minMaxScaler(options: MinMaxScalerOptions = {}): Scaler {
  const where = "data.minMaxScaler";
  checkOptions(where, options, ["featureRange", "clip"]);
  const [low, high] = checkPair(where, "featureRange", options.featureRange ?? [0, 1]);
  const clip = checkBoolean(where, "clip", options.clip ?? false);
  return new Scaler(
    where,
    (column) => {
      const minimum = column.reduce((a, b) => Math.min(a, b));
      const maximum = column.reduce((a, b) => Math.max(a, b));
      // A constant column goes to the lower end.
      const scale = (maximum === minimum ? 1 : maximum - minimum) / (high - low);
      return [minimum - low * scale, scale];
    },
    clip ? (value) => Math.min(high, Math.max(low, value)) : undefined,
  );
}

export interface RobustScalerOptions {
  /** Subtract the median; default true. */
  withCentering?: boolean;
  /** Divide by the range of the quantiles; default true. */
  withScaling?: boolean;
  /** In percent; default [25, 75]. */
  quantileRange?: readonly [lower: number, upper: number];
}

/**
 * Median 0 and interquartile range 1 for each column, which a few extreme values do not change:
 * `(x - median) / (q75 - q25)`, quantiles linear between values. Follows sklearn.preprocessing.RobustScaler.
 *
 * @example
 * data.robustScaler().fitTransform([[1], [2], [3], [1000]]);
 */
export function robustScaler(options: RobustScalerOptions = {}): Scaler {
  const where = "data.robustScaler";
  checkOptions(where, options, ["withCentering", "withScaling", "quantileRange"]);
  const withCentering = checkBoolean(where, "withCentering", options.withCentering ?? true);
  const withScaling = checkBoolean(where, "withScaling", options.withScaling ?? true);
  const [lower, upper] = checkPair(where, "quantileRange", options.quantileRange ?? [25, 75], 0, 100);
  return new Scaler(where, (column) => {
    const sorted = column.sort();
    const range = quantile(sorted, upper / 100) - quantile(sorted, lower / 100);
    return [withCentering ? quantile(sorted, 0.5) : 0, withScaling && range > 0 ? range : 1];
  });
}

function quantile(sorted: Float64Array, part: number): number {
  const place = part * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

function checkPair(
  where: string,
  name: string,
  pair: unknown,
  minimum?: number,
  maximum?: number,
): readonly [number, number] {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new TypeError(explain(where, `${name} must be two numbers`, describeValue(pair)));
  }
  const [low, high] = pair.map((value) => checkNumber(where, name, value, minimum, maximum)) as [number, number];
  if (low < high) return [low, high];
  throw new RangeError(explain(where, `${name} must rise`, `[${low}, ${high}]`));
}
