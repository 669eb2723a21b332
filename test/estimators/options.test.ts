import { describe, expect, it } from "vitest";
import { completeParams, defaultParams } from "../../src/estimators/options.js";

const complete = (options: object) => completeParams("estimators.mlpClassifier", options, defaultParams);

describe("completeParams", () => {
  it("has scikit-learn's defaults", () => {
    expect(complete({})).toEqual({
      hiddenLayerSizes: [100],
      activation: "relu",
      solver: "adam",
      alpha: 0.0001,
      batchSize: "auto",
      learningRate: "constant",
      learningRateInit: 0.001,
      powerT: 0.5,
      maxIter: 200,
      shuffle: true,
      randomState: null,
      tol: 0.0001,
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
  });

  it("takes one number for one layer, Infinity for nIterNoChange, and leaves what is undefined", () => {
    const options = { hiddenLayerSizes: 8, nIterNoChange: Number.POSITIVE_INFINITY, alpha: undefined };
    expect(complete(options)).toMatchObject({
      hiddenLayerSizes: [8],
      nIterNoChange: Number.POSITIVE_INFINITY,
      alpha: 1e-4,
    });
  });

  it.each([
    [{ hiddenLayerSizes: [8, 0] }, RangeError, "hiddenLayerSizes[1] must be a positive integer, received 0."],
    [{ hiddenLayerSizes: "8" }, TypeError, 'hiddenLayerSizes[0] must be a positive integer, received "8".'],
    [{ alpha: -1 }, RangeError, "alpha must be a finite number of at least 0, received -1."],
    [{ batchSize: 0 }, RangeError, "batchSize must be a positive integer, received 0."],
    [{ learningRateInit: 0 }, RangeError, "learningRateInit must be a positive number, received 0."],
    [{ epsilon: -1e-8 }, RangeError, "epsilon must be a positive number, received -1e-8."],
    [{ momentum: 1.5 }, RangeError, "momentum must be a number in [0, 1], received 1.5."],
    [{ beta1: 1 }, RangeError, "beta1 must be a number in [0, 1), received 1."],
    [{ beta2: "0.9" }, TypeError, 'beta2 must be a number in [0, 1), received "0.9".'],
    [{ validationFraction: 1 }, RangeError, "validationFraction must be a number in [0, 1), received 1."],
    [{ maxIter: 2.5 }, RangeError, "maxIter must be a positive integer, received 2.5."],
    [{ maxFun: 0 }, RangeError, "maxFun must be a positive integer, received 0."],
    [{ nIterNoChange: 0 }, RangeError, "nIterNoChange must be a positive integer, received 0."],
    [{ randomState: 0.5 }, RangeError, "randomState must be an integer or null, received 0.5."],
    [{ shuffle: 1 }, TypeError, "shuffle must be true or false, received 1."],
  ])("refuses %o", (options, kind, message) => {
    expect(() => complete(options)).toThrow(new kind(`estimators.mlpClassifier: ${message}`));
  });

  it("refuses unknown names with the nearest known one", () => {
    expect(() => complete({ activation: "rleu" })).toThrow(
      'estimators.mlpClassifier, activation: expected a known name, received "rleu". Did you mean "relu"? Known names: identity, logistic, tanh, relu.',
    );
    expect(() => complete({ solver: "lbfg" })).toThrow(
      'received "lbfg". Did you mean "lbfgs"? Known names: adam, sgd, lbfgs.',
    );
    expect(() => complete({ hiddenLayerSize: [8] })).toThrow(
      /^estimators\.mlpClassifier: expected a known option, received "hiddenLayerSize"\. Did you mean "hiddenLayerSizes"\?/,
    );
  });
});
