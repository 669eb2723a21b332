// The options of the multilayer perceptrons with scikit-learn's defaults, and their checks.

import { belowOne, checkInteger, checkNumber, checkOptions, describeValue, explain, unknownName } from "../errors.js";

/** Options of `mlpClassifier` and `mlpRegressor`: those of scikit-learn in camelCase. */
export interface MlpOptions {
  /** Units of each hidden layer; default [100]. One number is one layer, [] a linear model. */
  hiddenLayerSizes?: number | readonly number[];
  /** Of the hidden layers; default "relu". */
  activation?: "identity" | "logistic" | "tanh" | "relu";
  /** Default "adam"; "lbfgs" is for small data. */
  solver?: "adam" | "sgd" | "lbfgs";
  /** Strength of the L2 penalty `alpha / 2 * sum of squared weights / rows of the batch`, biases left out; default 1e-4. */
  alpha?: number;
  /** Rows of a step; default "auto", min(200, rows). Clipped to the rows. Not for "lbfgs". */
  batchSize?: number | "auto";
  /**
   * How "sgd" moves its learning rate: "constant" (default); "invscaling", `learningRateInit / (rows seen + 1)^powerT`;
   * "adaptive", divided by 5 whenever training would stop, and stopped at 1e-6.
   */
  learningRate?: "constant" | "invscaling" | "adaptive";
  /** Above 0; default 0.001. Not for "lbfgs". */
  learningRateInit?: number;
  /** Exponent of "invscaling"; default 0.5. */
  powerT?: number;
  /** Most epochs, or iterations of "lbfgs"; default 200. */
  maxIter?: number;
  /** Reorder the rows in each epoch; default true. Not for "lbfgs". */
  shuffle?: boolean;
  /** Decides initial weights, shuffles and the validation rows; any integer. Default null: others each time. */
  randomState?: number | null;
  /** Smallest improvement of loss or score that counts, and gradient tolerance of "lbfgs"; default 1e-4. */
  tol?: number;
  /** Print a line an epoch; default false. */
  verbose?: boolean;
  /** `fit` goes on with the weights that it finds; default false. */
  warmStart?: boolean;
  /** Of "sgd", in [0, 1]; default 0.9. */
  momentum?: number;
  /** Nesterov's momentum for "sgd"; default true. */
  nesterovsMomentum?: boolean;
  /** Stop by the score on rows that are kept out of training, and go back to the best weights; default false. */
  earlyStopping?: boolean;
  /** The part that `earlyStopping` keeps, in [0, 1); default 0.1. Stratified by class in a classifier. */
  validationFraction?: number;
  /** Of "adam", in [0, 1); default 0.9. */
  beta1?: number;
  /** Of "adam", in [0, 1); default 0.999. */
  beta2?: number;
  /** Of "adam", above 0; default 1e-8. */
  epsilon?: number;
  /** Stop when more epochs in a row than this did not improve by `tol`; default 10. May be Infinity. */
  nIterNoChange?: number;
  /** Most evaluations of the loss by "lbfgs"; default 15000. */
  maxFun?: number;
}

/** What a regressor minimizes: half the squared error, or half the Poisson deviance of numbers of at least 0. */
export type RegressorLoss = "squaredError" | "poisson";

/** Options of `mlpRegressor`. */
export interface MlpRegressorOptions extends MlpOptions {
  /** Default "squaredError". "poisson" is for counts and rates; predictions are then `exp` of the network's outputs. */
  loss?: RegressorLoss;
}

/** All options with their values. */
export type MlpParams = Readonly<Required<MlpOptions>> & { readonly loss?: RegressorLoss };

export const defaultParams: MlpParams = Object.freeze({
  hiddenLayerSizes: Object.freeze([100]),
  activation: "relu",
  solver: "adam",
  alpha: 1e-4,
  batchSize: "auto",
  learningRate: "constant",
  learningRateInit: 1e-3,
  powerT: 0.5,
  maxIter: 200,
  shuffle: true,
  randomState: null,
  tol: 1e-4,
  verbose: false,
  warmStart: false,
  momentum: 0.9,
  nesterovsMomentum: true,
  earlyStopping: false,
  validationFraction: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  nIterNoChange: 10,
  maxFun: 15000,
});

const choices = {
  activation: ["identity", "logistic", "tanh", "relu"],
  solver: ["adam", "sgd", "lbfgs"],
  learningRate: ["constant", "invscaling", "adaptive"],
  loss: ["squaredError", "poisson"],
} as const;

const aboveZero = Number.MIN_VALUE;

/** Lowest and highest value of the numbers. */
const ranges = {
  alpha: [0, Number.POSITIVE_INFINITY],
  learningRateInit: [aboveZero, Number.POSITIVE_INFINITY],
  powerT: [0, Number.POSITIVE_INFINITY],
  tol: [0, Number.POSITIVE_INFINITY],
  momentum: [0, 1],
  validationFraction: [0, belowOne],
  beta1: [0, belowOne],
  beta2: [0, belowOne],
  epsilon: [aboveZero, Number.POSITIVE_INFINITY],
} as const;

/** `options` over `base`, checked; known are the options of the base. */
export function completeParams(where: string, options: MlpRegressorOptions, base: MlpParams): MlpParams {
  checkOptions(where, options, Object.keys(base));
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as MlpOptions;
  const params: MlpParams = { ...base, ...given, hiddenLayerSizes: hiddenSizes(where, given, base) };
  for (const [name, known] of Object.entries(choices)) {
    const value = params[name as keyof typeof choices];
    if (value !== undefined && !(known as readonly string[]).includes(value))
      throw unknownName(`${where}, ${name}`, value, known);
  }
  for (const [name, [low, high]] of Object.entries(ranges)) {
    checkNumber(where, name, params[name as keyof typeof ranges], low, high);
  }
  for (const name of ["shuffle", "verbose", "warmStart", "nesterovsMomentum", "earlyStopping"] as const) {
    const value: unknown = params[name];
    if (typeof value !== "boolean")
      throw new TypeError(explain(where, `${name} must be true or false`, describeValue(value)));
  }
  if (params.batchSize !== "auto") checkInteger(where, "batchSize", params.batchSize, 1);
  if (params.randomState !== null && !Number.isSafeInteger(params.randomState)) {
    throw new RangeError(explain(where, "randomState must be an integer or null", describeValue(params.randomState)));
  }
  if (params.nIterNoChange !== Number.POSITIVE_INFINITY) checkInteger(where, "nIterNoChange", params.nIterNoChange, 1);
  checkInteger(where, "maxIter", params.maxIter, 1);
  checkInteger(where, "maxFun", params.maxFun, 1);
  return Object.freeze(params);
}

function hiddenSizes(where: string, given: MlpOptions, base: MlpParams): readonly number[] {
  const sizes = given.hiddenLayerSizes ?? base.hiddenLayerSizes;
  const list = Array.isArray(sizes) ? sizes : [sizes];
  return Object.freeze(list.map((units, i) => checkInteger(where, `hiddenLayerSizes[${i}]`, units, 1)));
}
