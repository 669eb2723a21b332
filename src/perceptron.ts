// The perceptron of 1957: one neuron with a step, and Rosenblatt's learning rule. Plain numbers, no backend.

import { checkInteger, checkNumber, checkOptions, describeValue, explain, ShapeError } from "./errors.js";
import { type TensorInput, toTensor } from "./tensor.js";

export interface PerceptronOptions {
  /** The number of inputs, at least 1. */
  inputs: number;
  /** It fires when the net input reaches this; default 0. */
  threshold?: number;
  /** What it gives when the net input is the threshold exactly: 1 (default) or 0. */
  atThreshold?: 0 | 1;
  /** How far a mistake moves the weights, above 0; default 1. */
  learningRate?: number;
  /** The weights to begin with; default all 0. */
  weights?: readonly number[];
  /** The bias to begin with; default 0. */
  bias?: number;
}

export interface PerceptronFitOptions {
  /** The most passes over the rows, at least 1; default 100. */
  epochs?: number;
}

/** What Rosenblatt's rule came to. */
export interface PerceptronFit {
  /** A pass over all rows made no mistake. Without it the rows may not be linearly separable, like XOR. */
  readonly converged: boolean;
  /** Passes made, the one without a mistake included. */
  readonly epochs: number;
  /** The number of mistakes in each pass. */
  readonly errors: readonly number[];
  /**
   * Novikoff's bound on all mistakes of a perceptron that begins with zeros, `(R / margin)²`: R is the length of the longest
   * row, margin its smallest distance from the boundary that was found, both with the bias as a weight of a constant input 1.
   * Null without convergence, and with a threshold other than 0, for which the rule moves another boundary.
   */
  readonly mistakeBound: number | null;
}

/** One neuron: `step(weights . x + bias)`, where the step is 1 from the threshold on. */
export interface Perceptron {
  /** May be set, to a list of as many finite numbers as there are inputs. */
  weights: number[];
  bias: number;
  readonly threshold: number;
  readonly atThreshold: 0 | 1;
  readonly learningRate: number;
  /** The net input `weights . x + bias` of one row. */
  net(x: ArrayLike<number>): number;
  /** 0 or 1 for one row; a list of them for a list of rows. */
  predict(x: ArrayLike<number>): 0 | 1;
  predict(x: readonly ArrayLike<number>[]): (0 | 1)[];
  /**
   * Learns rows with targets 0 and 1, in their order, until a pass makes no mistake:
   * `weights += learningRate (target - output) x`, `bias += learningRate (target - output)`.
   */
  fit(xs: TensorInput, ys: ArrayLike<number>, options?: PerceptronFitOptions): PerceptronFit;
}

/**
 * A perceptron. Follows F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the
 * brain", Psychological Review 65 (1958); the bound is A. Novikoff's, "On convergence proofs for perceptrons" (1962).
 *
 * @throws RangeError or TypeError for options out of range; ShapeError for rows of another length; RangeError for targets
 * other than 0 and 1.
 * @example
 * const and = perceptron({ inputs: 2 });
 * and.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]).converged; // true
 * and.predict([1, 1]); // 1
 */
export function perceptron(options: PerceptronOptions): Perceptron {
  return new Neuron(options);
}

class Neuron implements Perceptron {
  readonly threshold: number;
  readonly atThreshold: 0 | 1;
  readonly learningRate: number;
  #weights: number[];
  #bias: number;

  constructor(options: PerceptronOptions) {
    const where = "perceptron";
    checkOptions(where, options, ["inputs", "threshold", "atThreshold", "learningRate", "weights", "bias"]);
    const inputs = checkInteger(where, "inputs", options.inputs, 1, 2 ** 24);
    this.threshold = checkNumber(where, "threshold", options.threshold ?? 0);
    const { atThreshold = 1 } = options;
    if (atThreshold !== 0 && atThreshold !== 1) {
      throw new RangeError(explain(where, "atThreshold must be 0 or 1", describeValue(atThreshold)));
    }
    this.atThreshold = atThreshold;
    this.learningRate = checkNumber(where, "learningRate", options.learningRate ?? 1, Number.MIN_VALUE);
    this.#weights = new Array(inputs).fill(0);
    if (options.weights !== undefined) this.weights = [...options.weights];
    this.#bias = checkNumber(where, "bias", options.bias ?? 0);
  }

  get weights(): number[] {
    return this.#weights;
  }

  set weights(values: number[]) {
    const where = "perceptron, weights";
    if (!Array.isArray(values) || values.length !== this.#weights.length) {
      throw new RangeError(explain(where, `expected a list of ${this.#weights.length} numbers`, describeValue(values)));
    }
    values.forEach((value, i) => {
      checkNumber(where, `weights[${i}]`, value);
    });
    this.#weights = [...values];
  }

  get bias(): number {
    return this.#bias;
  }

  set bias(value: number) {
    this.#bias = checkNumber("perceptron", "bias", value);
  }

  net(x: ArrayLike<number>): number {
    return this.#netOf(this.#row("perceptron.net", x));
  }

  predict(x: ArrayLike<number>): 0 | 1;
  predict(x: readonly ArrayLike<number>[]): (0 | 1)[];
  predict(x: ArrayLike<number> | readonly ArrayLike<number>[]): 0 | 1 | (0 | 1)[] {
    const where = "perceptron.predict";
    const rows = Array.isArray(x) && (x.length === 0 || typeof x[0] === "object");
    if (!rows) return this.#step(this.#netOf(this.#row(where, x as ArrayLike<number>)));
    return (x as ArrayLike<number>[]).map((row, i) => this.#step(this.#netOf(this.#row(`${where}, row ${i}`, row))));
  }

  fit(xs: TensorInput, ys: ArrayLike<number>, options: PerceptronFitOptions = {}): PerceptronFit {
    const where = "perceptron.fit";
    checkOptions(where, options, ["epochs"]);
    const epochs = checkInteger(where, "epochs", options.epochs ?? 100, 1);
    const rows = this.#rows(where, xs);
    const targets = checkTargets(where, ys, rows.length);
    const errors: number[] = [];
    do errors.push(this.#pass(rows, targets));
    while (errors.at(-1) !== 0 && errors.length < epochs);
    const converged = errors.at(-1) === 0;
    const mistakeBound = converged && this.threshold === 0 ? this.#mistakeBound(rows) : null;
    return { converged, epochs: errors.length, errors, mistakeBound };
  }

  /** One pass over all rows; gives the number of mistakes. */
  #pass(rows: readonly ArrayLike<number>[], targets: readonly number[]): number {
    let mistakes = 0;
    for (const [i, x] of rows.entries()) {
      const error = (targets[i] as number) - this.#step(this.#netOf(x));
      if (error === 0) continue;
      mistakes++;
      for (let j = 0; j < x.length; j++) {
        this.#weights[j] = (this.#weights[j] as number) + this.learningRate * error * (x[j] as number);
      }
      this.#bias += this.learningRate * error;
    }
    return mistakes;
  }

  #mistakeBound(rows: readonly ArrayLike<number>[]): number {
    let [longest, closest] = [0, Number.POSITIVE_INFINITY];
    for (const x of rows) {
      longest = Math.max(longest, 1 + squares(x));
      closest = Math.min(closest, Math.abs(this.#netOf(x)));
    }
    // A row on the boundary itself: this boundary bounds nothing.
    return closest === 0
      ? Number.POSITIVE_INFINITY
      : (longest * (squares(this.#weights) + this.#bias ** 2)) / closest ** 2;
  }

  #netOf(x: ArrayLike<number>): number {
    let sum = this.#bias;
    for (let j = 0; j < x.length; j++) sum += (this.#weights[j] as number) * (x[j] as number);
    return sum;
  }

  #step(net: number): 0 | 1 {
    if (net === this.threshold) return this.atThreshold;
    return net > this.threshold ? 1 : 0;
  }

  #row(where: string, x: ArrayLike<number>): ArrayLike<number> {
    const inputs = this.#weights.length;
    if (x?.length !== inputs || typeof x === "string") {
      throw new ShapeError(explain(where, `expected a row of ${inputs} numbers`, describeValue(x)));
    }
    for (let j = 0; j < inputs; j++) checkNumber(where, `value ${j}`, x[j]);
    return x;
  }

  #rows(where: string, xs: TensorInput): ArrayLike<number>[] {
    // Lists keep the digits that float32 would round.
    if (Array.isArray(xs)) return xs.map((x, i) => this.#row(`${where}, row ${i}`, x));
    const { data, shape } = toTensor(xs, undefined, `${where}, xs`);
    const inputs = this.#weights.length;
    if (shape.length !== 2 || shape[1] !== inputs) {
      throw new ShapeError(explain(where, `expected rows of ${inputs} numbers`, `shape [${shape.join(", ")}]`));
    }
    return Array.from({ length: shape[0] as number }, (_, i) =>
      this.#row(`${where}, row ${i}`, Array.from(data.subarray(i * inputs, (i + 1) * inputs))),
    );
  }
}

function squares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return sum;
}

function checkTargets(where: string, ys: ArrayLike<number>, rows: number): number[] {
  if (typeof ys !== "object" || ys === null || ys.length !== rows) {
    throw new ShapeError(explain(where, `expected a target for each of the ${rows} rows`, describeValue(ys)));
  }
  return Array.from(ys, (value, i) => {
    if (value === 0 || value === 1) return value;
    throw new RangeError(explain(where, `target ${i} must be 0 or 1`, describeValue(value)));
  });
}
