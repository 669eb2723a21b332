// The multilayer perceptron that predicts numbers.

import { checkOptions, explain, formatShape, ShapeError } from "../errors.js";
import type { InputData } from "../models/data.js";
import { type TensorInput, toTensor } from "../tensor.js";
import { type FitSettings, MultilayerPerceptron, type Targets } from "./multilayer-perceptron.js";
import type { Rows } from "./network.js";
import { defaultParams, type MlpRegressorOptions } from "./options.js";
import { checkFiniteRows, checkPairs, readWeights } from "./rows.js";
import { r2Score } from "./scores.js";

/** Made by `estimators.mlpRegressor()`. */
export class MlpRegressor extends MultilayerPerceptron {
  /** Use `estimators.mlpRegressor()`. */
  constructor(options: MlpRegressorOptions) {
    super("mlpRegressor", options, { ...defaultParams, loss: "squaredError" });
  }

  /**
   * Trains on rows x with numbers y, one a row or rows of several. With `warmStart` it goes on with the weights that it finds,
   * else it begins anew.
   *
   * @returns this estimator.
   * @throws ShapeError, RangeError and TypeError for x and y that do not fit, which leave the estimator as it was; RangeError
   * for a loss that becomes NaN; AbortError after `signal`.
   */
  async fit(x: InputData, y: TensorInput, settings: FitSettings = {}): Promise<this> {
    await this.#learn("fit", x, y, settings);
    return this;
  }

  /**
   * One epoch on rows x with numbers y, with the optimizer where the last call left it.
   *
   * @throws as `fit`; TypeError for solver "lbfgs" and for earlyStopping.
   */
  async partialFit(x: InputData, y: TensorInput, settings: FitSettings = {}): Promise<this> {
    this.checkPartialFit(this.where("partialFit"));
    await this.#learn("partialFit", x, y, settings);
    return this;
  }

  /** Numbers for rows x: one a row, or rows of several. */
  async predict(x: InputData): Promise<number[] | number[][]> {
    const { outputs: width } = this.fitted("predict").network;
    const values = [...this.#activate(await this.outputsFor("predict", x))];
    if (width === 1) return values;
    return Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
  }

  /** R2, the coefficient of determination, averaged over the outputs: 1 is perfect, 0 is as good as the mean. */
  async score(x: InputData, y: TensorInput, options: { sampleWeight?: TensorInput } = {}): Promise<number> {
    const where = this.where("score");
    checkOptions(where, options, ["sampleWeight"]);
    const { outputs: width } = this.fitted("score").network;
    const truth = readNumbers(where, y);
    const predicted = this.#activate(await this.outputsFor("score", x));
    checkPairs(where, predicted.length / width, truth.rows);
    checkWidth(where, width, truth);
    return r2Score(truth.data, predicted, width, readWeights(where, options.sampleWeight, truth.rows));
  }

  protected scoreOutputs(outputs: Float32Array, { data, width, weights }: Targets): number {
    return r2Score(data, this.#activate(outputs), width, weights);
  }

  #activate(outputs: Float32Array): Float64Array {
    const { outActivation } = this;
    return Float64Array.from(outputs, (value) => (outActivation === "exp" ? Math.exp(value) : value));
  }

  async #learn(method: "fit" | "partialFit", x: InputData, y: TensorInput, settings: FitSettings): Promise<void> {
    const where = this.where(method);
    const goesOn = this.isFitted && (method === "partialFit" || this.getParams().warmStart);
    const rows = this.prepareRows(method, x, goesOn);
    const outActivation = this.getParams().loss === "poisson" ? "exp" : "identity";
    const targets = { ...readNumbers(where, y), outActivation } as const;
    checkPairs(where, rows.rows, targets.rows);
    if (outActivation === "exp") checkCounts(`${where}, y`, targets);
    if (goesOn && this.outActivation !== outActivation) {
      const expectation = "a network that goes on must keep its loss: expected out activation";
      throw new RangeError(explain(where, `${expectation} ${this.outActivation}`, outActivation));
    }
    if (goesOn) checkWidth(where, this.fitted(method).network.outputs, targets);
    await this.train(method, rows, targets, goesOn, settings);
  }
}

/**
 * A multilayer perceptron for numbers, with the options, defaults and rules of scikit-learn's MLPRegressor. It minimizes half
 * the squared error, summed over the outputs, plus `alpha / 2 * sum of squared weights / rows of the batch`. As there, the
 * reported loss has the mean over the outputs instead of the sum.
 *
 * Where it differs: numbers are float32 (scikit-learn: float64), random numbers are others, and "lbfgs" with several outputs
 * minimizes that sum (scikit-learn pairs the value of the mean with the gradient of the sum).
 * With `loss: "poisson"` it minimizes half the Poisson deviance instead. Follows sklearn.neural_network.MLPRegressor.
 *
 * @throws TypeError and RangeError for unknown options and values out of range.
 * @example
 * const regressor = estimators.mlpRegressor({ solver: "lbfgs", randomState: 0 });
 * await regressor.fit([[0], [1], [2], [3]], [0, 1, 4, 9]);
 * await regressor.predict([[1.5]]);
 */
export function mlpRegressor(options: MlpRegressorOptions = {}): MlpRegressor {
  return new MlpRegressor(options);
}

function readNumbers(where: string, y: TensorInput): Omit<Targets, "weights"> {
  const place = `${where}, y`;
  const { data, shape } = toTensor(y, undefined, place);
  const [rows = 0, width = 1] = shape;
  if (shape.length < 1 || shape.length > 2 || data.length === 0) {
    throw new ShapeError(explain(place, "expected shape [rows] or [rows, outputs]", formatShape(shape)));
  }
  const targets = { data: Float32Array.from(data), rows, width };
  checkFiniteRows(place, targets);
  return { ...targets, outputs: width, outActivation: "identity", groups: null, classes: null };
}

/** Poisson's deviance is for numbers of at least 0. */
function checkCounts(where: string, { data, width }: Rows): void {
  const i = data.findIndex((value) => value < 0);
  if (i < 0) return;
  const received = `${data[i]} in row ${Math.floor(i / width)}, column ${i % width}`;
  throw new RangeError(explain(where, `loss "poisson" needs numbers of at least 0`, received));
}

function checkWidth(where: string, expected: number, { rows, width }: Omit<Targets, "weights">): void {
  if (width === expected) return;
  throw new ShapeError(
    explain(
      `${where}, y`,
      `expected ${expected} ${expected === 1 ? "number" : "numbers"} a row`,
      formatShape([rows, width]),
    ),
  );
}
