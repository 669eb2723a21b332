import { describe, expect, it } from "vitest";
import * as browser from "../src/index.js";
import * as node from "../src/node.js";

describe("the entries", () => {
  it("export the names of the documentation", () => {
    const functions = [
      "backendInfo",
      "compileFunction",
      "grad",
      "gradientCheck",
      "importOnnx",
      "input",
      "model",
      "perceptron",
      "ready",
      "sequential",
      "setBackend",
      "tensor",
      "valueAndGrad",
    ];
    const classes = ["AbortError", "BackendError", "FormatError", "History", "Model", "ShapeError", "Tensor"];
    const lists = [
      "activations",
      "callbacks",
      "constraints",
      "data",
      "estimators",
      "initializers",
      "layers",
      "losses",
      "metrics",
      "ops",
      "optimizers",
      "plots",
      "regularizers",
      "schedules",
    ];
    expect(Object.keys(browser).sort()).toEqual([...functions, ...classes, ...lists, "version"].sort());
    expect(Object.keys(node).sort()).toEqual(Object.keys(browser).sort());
  });

  it("name things as the documentation does", () => {
    expect(Object.keys(browser.layers).sort()).toEqual([
      "activation",
      "activityRegularization",
      "add",
      "alphaDropout",
      "average",
      "batchNormalization",
      "bilinear",
      "categoryEncoding",
      "concatenate",
      "custom",
      "dense",
      "discretization",
      "dot",
      "dropout",
      "elu",
      "embedding",
      "flatten",
      "gaussianDropout",
      "gaussianNoise",
      "glu",
      "groupNormalization",
      "hashing",
      "input",
      "integerLookup",
      "layerNormalization",
      "leakyRelu",
      "maximum",
      "maxout",
      "minimum",
      "multiply",
      "normalization",
      "prelu",
      "relu",
      "rescaling",
      "reshape",
      "rmsNormalization",
      "softmax",
      "spectralNormalization",
      "stringLookup",
      "subtract",
      "swiglu",
      "unitNormalization",
    ]);
    expect(Object.keys(browser.estimators).sort()).toEqual(["mlpClassifier", "mlpRegressor"]);
    expect(Object.keys(browser.optimizers).sort()).toEqual([
      "adadelta",
      "adagrad",
      "adam",
      "adamax",
      "adamw",
      "custom",
      "ftrl",
      "gradientDescent",
      "lamb",
      "lbfgs",
      "lion",
      "momentum",
      "muon",
      "nadam",
      "nesterov",
      "radam",
      "rmsprop",
      "rprop",
      "scheduleFreeAdamW",
      "sgd",
    ]);
    expect(Object.keys(browser.losses).sort()).toEqual([
      "binaryCrossentropy",
      "binaryFocalCrossentropy",
      "categoricalCrossentropy",
      "categoricalFocalCrossentropy",
      "categoricalGeneralizedCrossentropy",
      "categoricalHinge",
      "cosineSimilarity",
      "dice",
      "gaussianNll",
      "hinge",
      "huber",
      "klDivergence",
      "logCosh",
      "meanAbsoluteError",
      "meanAbsolutePercentageError",
      "meanSquaredError",
      "meanSquaredLogarithmicError",
      "poisson",
      "quantile",
      "sparseCategoricalCrossentropy",
      "squaredHinge",
      "tversky",
    ]);
    expect(Object.keys(browser.metrics).sort()).toEqual([
      "accuracy",
      "auc",
      "binaryAccuracy",
      "binaryCrossentropy",
      "brierScore",
      "categoricalAccuracy",
      "categoricalCrossentropy",
      "categoricalHinge",
      "classificationReport",
      "cohenKappa",
      "confusionMatrix",
      "cosineSimilarity",
      "custom",
      "f1",
      "f1Score",
      "fBeta",
      "fBetaScore",
      "falseNegatives",
      "falsePositives",
      "hinge",
      "klDivergence",
      "logCoshError",
      "logLoss",
      "mae",
      "matthewsCorrelation",
      "meanAbsoluteError",
      "meanAbsolutePercentageError",
      "meanSquaredError",
      "meanSquaredLogarithmicError",
      "mse",
      "poisson",
      "precision",
      "precisionRecallCurve",
      "r2",
      "r2Score",
      "recall",
      "rmse",
      "rocCurve",
      "rootMeanSquaredError",
      "sparseCategoricalAccuracy",
      "sparseCategoricalCrossentropy",
      "sparseTopKCategoricalAccuracy",
      "squaredHinge",
      "topKCategoricalAccuracy",
      "trueNegatives",
      "truePositives",
    ]);
    expect(Object.keys(browser.callbacks).sort()).toEqual(["earlyStopping", "lambda"]);
  });

  it("trains by the README's way", async () => {
    const { layers, losses, optimizers, sequential } = node;
    const net = sequential(
      [layers.dense({ units: 8, activation: "tanh", inputShape: [2] }), layers.dense({ units: 2 })],
      { seed: 42 },
    );
    net.compile({
      optimizer: optimizers.adam({ learningRate: 0.05 }),
      loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
      metrics: ["accuracy"],
    });
    const x = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const { history } = await net.fit(x, new Uint8Array([0, 1, 1, 0]), { epochs: 200, verbose: 0 });
    expect(history.accuracy?.at(-1)).toBe(1);
    expect(node.backendInfo().version).toBe(node.version);
  });
});
