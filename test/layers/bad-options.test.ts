// What users get wrong about layers: where, expected, received, remedy. Every option has its exact message.

import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import type { Layer } from "../../src/layers/index.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import { sequential } from "../../src/models/index.js";

type Mistake = readonly [message: string, action: () => unknown, kind?: new (...args: never[]) => Error];

/** Builds the layer on rows of this shape. */
const on = (shape: readonly number[], layer: Layer) => () => sequential([layers.input({ shape }), layer]);

/** Options as plain JavaScript gives them. */
const wrong = (options: object) => options as never;

const lastAxis = "Reshape the input such that this axis is the last one.";

const mistakes: Readonly<Record<string, readonly Mistake[]>> = {
  batchNormalization: [
    [
      "batchNormalization: momentum must be a number in [0, 1], received 1.1.",
      () => layers.batchNormalization({ momentum: 1.1 }),
    ],
    [
      'batchNormalization "b": momentum must be a number in [0, 1], received -0.1.',
      () => layers.batchNormalization({ momentum: -0.1, name: "b" }),
    ],
    [
      "batchNormalization: epsilon must be a positive number, received 0.",
      () => layers.batchNormalization({ epsilon: 0 }),
    ],
    [
      `batchNormalization: axis must be -1 or 2, the last axis, received 1. ${lastAxis}`,
      on([2, 6], layers.batchNormalization({ axis: 1 })),
    ],
    [
      'batchNormalization: expected a known option, received "synchronized".',
      () => layers.batchNormalization(wrong({ synchronized: true })),
      TypeError,
    ],
    [
      "batchNormalization, movingMeanInitializer: expected an initializer",
      () => layers.batchNormalization(wrong({ movingMeanInitializer: 3 })),
      TypeError,
    ],
  ],
  layerNormalization: [
    [
      "layerNormalization: epsilon must be a positive number, received 0.",
      () => layers.layerNormalization({ epsilon: 0 }),
    ],
    [
      'layerNormalization: epsilon must be a positive number, received "0.1".',
      () => layers.layerNormalization(wrong({ epsilon: "0.1" })),
      TypeError,
    ],
    [
      "layerNormalization: center must be true or false, received 1.",
      () => layers.layerNormalization(wrong({ center: 1 })),
      TypeError,
    ],
    [
      'layerNormalization: scale must be true or false, received "yes".',
      () => layers.layerNormalization(wrong({ scale: "yes" })),
      TypeError,
    ],
    ["layerNormalization: axis must be an integer, received 0.5.", () => layers.layerNormalization({ axis: 0.5 })],
    [
      'layerNormalization, gammaInitializer: expected a known name, received "one". Did you mean "ones"?',
      () => layers.layerNormalization(wrong({ gammaInitializer: "one" })),
    ],
    [
      'layerNormalization: expected a known option, received "epsilonn". Did you mean "epsilon"?',
      () => layers.layerNormalization(wrong({ epsilonn: 1 })),
      TypeError,
    ],
    [
      `layerNormalization "n": axis must be -1 or 2, the last axis, received 1. ${lastAxis}`,
      on([2, 6], layers.layerNormalization({ axis: 1, name: "n" })),
    ],
  ],
  rmsNormalization: [
    [
      "rmsNormalization: epsilon must be a positive number, received -1.",
      () => layers.rmsNormalization({ epsilon: -1 }),
    ],
    [
      `rmsNormalization: axis must be -1 or 1, the last axis, received 0. ${lastAxis}`,
      on([6], layers.rmsNormalization({ axis: 0 })),
    ],
  ],
  groupNormalization: [
    [
      "groupNormalization: groups must be a positive integer, received 0.",
      () => layers.groupNormalization({ groups: 0 }),
    ],
    [
      "groupNormalization: groups must divide the number of features, 6, received 4.",
      on([6], layers.groupNormalization({ groups: 4 })),
    ],
    [
      "groupNormalization: epsilon must be a positive number, received 0.",
      () => layers.groupNormalization({ epsilon: 0 }),
    ],
    [
      `groupNormalization: axis must be -1 or 1, the last axis, received 0. ${lastAxis}`,
      on([6], layers.groupNormalization({ groups: 1, axis: 0 })),
    ],
    [
      "groupNormalization: expected input of shape [batch, inputs], received [batch, 2, 6]. Put layers.flatten() before it.",
      on([2, 6], layers.groupNormalization({ groups: 1 })),
      ShapeError,
    ],
  ],
  unitNormalization: [
    [
      `unitNormalization: axis must be -1 or 1, the last axis, received -2. ${lastAxis}`,
      on([6], layers.unitNormalization({ axis: -2 })),
    ],
    [
      'unitNormalization: axis must be an integer, received "1".',
      () => layers.unitNormalization(wrong({ axis: "1" })),
      TypeError,
    ],
  ],
  normalization: [
    ["normalization: axis must be -1 or null, received 0.5.", () => layers.normalization({ axis: 0.5 }), TypeError],
    [
      `normalization: axis must be -1 or 2, the last axis, received 1. ${lastAxis}`,
      on([2, 3], layers.normalization({ axis: 1 })),
    ],
    [
      "normalization: expected both of mean and variance, or none, received mean alone.",
      () => layers.normalization({ mean: 1 }),
      TypeError,
    ],
    [
      "normalization: expected both of mean and variance, or none, received variance alone.",
      () => layers.normalization({ variance: [1, 2] }),
      TypeError,
    ],
    [
      "normalization: mean and variance must have the same shape, received [2] and [].",
      () => layers.normalization({ mean: [1, 2], variance: 3 }),
      ShapeError,
    ],
    [
      "normalization: mean must be a number, received shape [2].",
      () => layers.normalization({ mean: [1, 2], variance: [1, 1], axis: null }),
      ShapeError,
    ],
    [
      "normalization: variance must be a finite number of at least 0, received -1.",
      () => layers.normalization({ mean: 0, variance: -1 }),
    ],
    [
      "normalization: expected mean and variance of shape [3] or [], received [2].",
      on([3], layers.normalization({ mean: [1, 2], variance: [1, 1] })),
      ShapeError,
    ],
    [
      "normalization: invert must be true or false, received 1.",
      () => layers.normalization(wrong({ invert: 1 })),
      TypeError,
    ],
  ],
  reshape: [
    [
      "reshape: targetShape must be an array of integers, received 3.",
      () => layers.reshape(wrong({ targetShape: 3 })),
      TypeError,
    ],
    [
      "reshape: each size of targetShape must be a positive integer, received 0.",
      () => layers.reshape({ targetShape: [0] }),
    ],
    [
      "reshape: targetShape may have one -1, received [-1, -1].",
      () => layers.reshape({ targetShape: [-1, -1] }),
      ShapeError,
    ],
    [
      "reshape: targetShape must hold the 6 elements of [batch, 6], received [4].",
      on([6], layers.reshape({ targetShape: [4] })),
      ShapeError,
    ],
    [
      'reshape "r": targetShape must hold the 6 elements of [batch, 2, 3], received [4, -1].',
      on([2, 3], layers.reshape({ targetShape: [4, -1], name: "r" })),
      ShapeError,
    ],
  ],
  rescaling: [
    ["rescaling: scale must be a finite number, received undefined.", () => layers.rescaling(wrong({})), TypeError],
    [
      "rescaling: offset must be a finite number, received NaN.",
      () => layers.rescaling({ scale: 1, offset: Number.NaN }),
    ],
  ],
  prelu: [
    [
      "prelu: sharedAxes must be an array of axes, received 1.",
      () => layers.prelu(wrong({ sharedAxes: 1 })),
      TypeError,
    ],
    ["prelu: sharedAxes must be 1, received 2.", on([6], layers.prelu({ sharedAxes: [2] }))],
    ["prelu: sharedAxes must be integers in [1, 2], received 0.", on([2, 3], layers.prelu({ sharedAxes: [0] }))],
    [
      'prelu, alphaInitializer: expected a known name, received "zero". Did you mean "zeros"?',
      () => layers.prelu(wrong({ alphaInitializer: "zero" })),
    ],
  ],
  dense: [
    ["dense: units must be a positive integer, received 0.", () => layers.dense({ units: 0 })],
    [
      "dense: useBias must be true or false, received 0.",
      () => layers.dense(wrong({ units: 1, useBias: 0 })),
      TypeError,
    ],
  ],
  glu: [
    ["glu: units must be a positive integer, received 1.5.", () => layers.glu({ units: 1.5 })],
    [
      'swiglu: expected a known option, received "activation". Options: units, useBias, kernelInitializer, ',
      () => layers.swiglu(wrong({ units: 1, activation: "relu" })),
      TypeError,
    ],
    [
      "swiglu: expected input of shape [batch, inputs], received [batch, 2, 3]. Put layers.flatten() before it.",
      on([2, 3], layers.swiglu({ units: 1 })),
      ShapeError,
    ],
  ],
  "layers of activations": [
    ["relu: maxValue must be a finite number of at least 0, received -1.", () => layers.relu({ maxValue: -1 })],
    [
      'relu "r": negativeSlope must be a finite number of at least 0, received -0.5.',
      () => layers.relu({ negativeSlope: -0.5, name: "r" }),
    ],
    ["relu: threshold must be a finite number of at least 0, received -1.", () => layers.relu({ threshold: -1 })],
    [
      "leakyRelu: negativeSlope must be a finite number of at least 0, received -1.",
      () => layers.leakyRelu({ negativeSlope: -1 }),
    ],
    ['leakyRelu: expected a known option, received "alpha".', () => layers.leakyRelu(wrong({ alpha: 0.1 })), TypeError],
    ["elu: alpha must be a finite number of at least 0, received -1.", () => layers.elu({ alpha: -1 })],
    [`softmax: axis must be -1 or 1, the last axis, received 0. ${lastAxis}`, on([3], layers.softmax({ axis: 0 }))],
  ],
  bilinear: [
    ["bilinear: units must be a positive integer, received 0.", () => layers.bilinear({ units: 0 })],
    [
      "bilinear: expected an array of symbolic tensors, received one. Call it on [a, b].",
      on([2], layers.bilinear({ units: 1 })),
      TypeError,
    ],
    [
      "bilinear: expected two inputs, received 1. Call it on [a, b].",
      () => layers.bilinear({ units: 1 })([input({ shape: [2] })]),
      ShapeError,
    ],
    [
      "bilinear: expected input of shape [batch, inputs], received [batch, 2, 3]. Put layers.flatten() before it.",
      () => layers.bilinear({ units: 1 })([input({ shape: [2] }), input({ shape: [2, 3] })]),
      ShapeError,
    ],
  ],
  spectralNormalization: [
    [
      "spectralNormalization: powerIterations must be a positive integer, received 0.",
      () => layers.spectralNormalization({ layer: layers.dense({ units: 1 }), powerIterations: 0 }),
    ],
    [
      'spectralNormalization: layer must be a layer, received "dense".',
      () => layers.spectralNormalization(wrong({ layer: "dense" })),
      TypeError,
    ],
    [
      "spectralNormalization: expected a layer with a matrix kernel or embeddings, received prelu.",
      on([2], layers.spectralNormalization({ layer: layers.prelu() })),
      TypeError,
    ],
  ],
  maxout: [
    ["maxout: units must be a positive integer, received 0.", () => layers.maxout({ units: 0 })],
    ["maxout: pieces must be a positive integer, received 0.", () => layers.maxout({ units: 1, pieces: 0 })],
  ],
  embedding: [
    [
      "embedding: inputDim must be a positive integer, received 0.",
      () => layers.embedding({ inputDim: 0, outputDim: 1 }),
    ],
    [
      'embedding "e": outputDim must be a positive integer, received 1.5.',
      () => layers.embedding({ inputDim: 3, outputDim: 1.5, name: "e" }),
    ],
    [
      "embedding: inputDim must be at most 16777216, received 16777217.",
      () => layers.embedding({ inputDim: 2 ** 24 + 1, outputDim: 1 }),
    ],
    [
      'embedding: expected a known option, received "maskZero".',
      () => layers.embedding(wrong({ inputDim: 3, outputDim: 1, maskZero: true })),
      TypeError,
    ],
  ],
  categoryEncoding: [
    [
      "categoryEncoding: numTokens must be a positive integer, received undefined.",
      () => layers.categoryEncoding(wrong({})),
      TypeError,
    ],
    [
      'categoryEncoding, outputMode: expected a known name, received "one_hot". Did you mean "oneHot"?',
      () => layers.categoryEncoding(wrong({ numTokens: 3, outputMode: "one_hot" })),
    ],
  ],
  discretization: [
    [
      "discretization: expected one of binBoundaries and numBins, received none.",
      () => layers.discretization({}),
      TypeError,
    ],
    [
      "discretization: expected one of binBoundaries and numBins, received both.",
      () => layers.discretization({ binBoundaries: [1], numBins: 2 }),
      TypeError,
    ],
    [
      "discretization: binBoundaries must rise, received 1, 1.",
      () => layers.discretization({ binBoundaries: [0, 1, 1] }),
    ],
    [
      "discretization: binBoundaries[1] must be a finite number, received NaN.",
      () => layers.discretization({ binBoundaries: [0, Number.NaN] }),
    ],
    [
      "discretization: binBoundaries must be an array of one or more numbers, received an array of 0.",
      () => layers.discretization({ binBoundaries: [] }),
      TypeError,
    ],
    [
      "discretization: numBins must be an integer of at least 2, received 1.",
      () => layers.discretization({ numBins: 1 }),
    ],
    [
      'discretization, outputMode: expected a known name, received "counts". Did you mean "count"?',
      () => layers.discretization(wrong({ numBins: 2, outputMode: "counts" })),
    ],
  ],
  "layers of noise": [
    ["gaussianNoise: stddev must be a number in [0, 1], received 1.5.", () => layers.gaussianNoise({ stddev: 1.5 })],
    ["gaussianDropout: rate must be below 1, received 1.", () => layers.gaussianDropout({ rate: 1 })],
    ["gaussianDropout: rate must be a number in [0, 1], received -0.1.", () => layers.gaussianDropout({ rate: -0.1 })],
    ['alphaDropout "a": rate must be below 1, received 1.', () => layers.alphaDropout({ rate: 1, name: "a" })],
    [
      "alphaDropout: rate must be a number in [0, 1], received undefined.",
      () => layers.alphaDropout(wrong({})),
      TypeError,
    ],
    [
      'alphaDropout: expected a known option, received "noiseShape".',
      () => layers.alphaDropout(wrong({ rate: 0.5, noiseShape: [1] })),
      TypeError,
    ],
  ],
  dropout: [
    [
      'dropout: expected a known option, received "noiseShape".',
      () => layers.dropout(wrong({ rate: 0.5, noiseShape: [1, 3] })),
      TypeError,
    ],
    ["dropout: rate must be a number in [0, 1], received 1.5.", () => layers.dropout({ rate: 1.5 })],
    [
      'dropout: rate must be a number in [0, 1], received "0.5".',
      () => layers.dropout(wrong({ rate: "0.5" })),
      TypeError,
    ],
  ],
};

describe.each(Object.entries(mistakes))("mistakes with %s", (_name, list) => {
  it.each(list)("%s", (message, action, kind = RangeError) => {
    expect(action).toThrow(message);
    expect(action).toThrow(kind);
  });
});
