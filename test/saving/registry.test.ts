// Every thing that the package exports goes to JSON and comes back with the same options. The tables are complete by their types.

import { describe, expect, test } from "vitest";
import * as activations from "../../src/activations/index.js";
import * as constraints from "../../src/constraints/index.js";
import * as initializers from "../../src/initializers/index.js";
import * as layers from "../../src/layers/index.js";
import { type LayerCore, layerCore, savedLayer } from "../../src/layers/layer.js";
import * as losses from "../../src/losses/index.js";
import { type Metric, isMetric } from "../../src/metrics/metric.js";
import { metricFactories } from "../../src/metrics/resolve.js";
import { type Kind, type SavedThing, savedForm } from "../../src/naming.js";
import * as optimizers from "../../src/optimizers/index.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import * as regularizers from "../../src/regularizers/index.js";
import { fromJson, toJson } from "../../src/saving/json.js";
import { revive } from "../../src/saving/registry.js";
import * as schedules from "../../src/schedules/index.js";

type Factory = (options: never) => unknown;

/** The factories of a kind, with options other than the defaults. */
type Options<T> = { readonly [K in keyof T as T[K] extends Factory ? K : never]: object | null };

const weight = {
  kernelInitializer: initializers.randomNormal({ stddev: 0.2, seed: 3 }),
  kernelRegularizer: regularizers.l1l2({ l1: 0.1, l2: 0.2 }),
  kernelConstraint: "maxNorm",
  biasInitializer: "ones",
} as const;
const scaled = { epsilon: 0.1, center: false, gammaInitializer: initializers.constant({ value: 3 }) };

// Null: no layer of a model, but a thing of another kind.
const layerOptions: Options<typeof layers> = {
  activation: { activation: activations.leakyRelu({ negativeSlope: 0.4 }) },
  activityRegularization: { l1: 0.1, l2: 0.3 },
  add: {},
  alphaDropout: { rate: 0.3 },
  average: {},
  batchNormalization: { ...scaled, momentum: 0.7, movingMeanInitializer: "ones" },
  bilinear: { units: 3, ...weight },
  categoryEncoding: { numTokens: 4, outputMode: "count" },
  concatenate: { axis: -1 },
  custom: null,
  dense: { units: 4, activation: "relu", useBias: false, ...weight, activityRegularizer: "l2" },
  discretization: { binBoundaries: [-1, 0.5], outputMode: "oneHot" },
  dot: { normalize: true },
  dropout: { rate: 0.25 },
  elu: { alpha: 0.5 },
  embedding: { inputDim: 5, outputDim: 2, embeddingsInitializer: "normal" },
  flatten: {},
  gaussianDropout: { rate: 0.2 },
  gaussianNoise: { stddev: 0.2 },
  glu: { units: 3, activation: "tanh", ...weight },
  groupNormalization: { groups: 2, ...scaled },
  hashing: null,
  input: { shape: [3] },
  integerLookup: null,
  layerNormalization: scaled,
  leakyRelu: { negativeSlope: 0.2 },
  maximum: {},
  maxout: { units: 2, pieces: 3, ...weight },
  minimum: {},
  multiply: {},
  normalization: { axis: null, mean: 2, variance: 3, invert: true },
  prelu: { alphaInitializer: "ones" },
  relu: { maxValue: 6, threshold: 0.5 },
  rescaling: { scale: 0.5, offset: -1 },
  reshape: { targetShape: [2, -1] },
  rmsNormalization: { epsilon: 0.2 },
  softmax: {},
  spectralNormalization: { layer: layers.dense({ units: 3, activation: "tanh" }), powerIterations: 2 },
  stringLookup: null,
  subtract: {},
  swiglu: { units: 3, useBias: true, ...weight },
  unitNormalization: {},
};

const activationOptions: Partial<Options<typeof activations>> = {
  celu: { alpha: 0.5 },
  elu: { alpha: 0.5 },
  gelu: { approximate: true },
  leakyRelu: { negativeSlope: 0.3 },
  relu: { negativeSlope: 0.1, maxValue: 6, threshold: 1 },
  threshold: { threshold: 0.1, defaultValue: -1 },
};

const initializerOptions: Partial<Options<typeof initializers>> = {
  constant: { value: -0.5 },
  sparse: { sparsity: 0.5 },
  varianceScaling: { scale: 2, mode: "fanAvg", distribution: "uniform", seed: 4 },
};

const regularizerOptions: Partial<Options<typeof regularizers>> = { l1l2: { l1: 0.1, l2: 0.2 }, l2: { l2: 0.3 } };
const constraintOptions: Partial<Options<typeof constraints>> = { minMaxNorm: { minValue: 0.5, maxValue: 2 } };

const lossOptions: Partial<Options<typeof losses>> = {
  binaryCrossentropy: { fromLogits: true, posWeight: [1, 2], reduction: "sum" },
  gaussianNll: { full: true },
  huber: { delta: 2 },
  quantile: { quantile: 0.9 },
  sparseCategoricalCrossentropy: { fromLogits: true, ignoreClass: 0 },
};

const metricOptions: Partial<Options<typeof metricFactories>> = {
  auc: { numThresholds: 10, curve: "PR", name: "area" },
  f1Score: { average: "macro" },
  fBetaScore: { beta: 2 },
  brierScore: { fromLogits: true },
  cohenKappa: { weights: "linear" },
  precision: { topK: 2, classId: 1, fromLogits: true },
  recall: { thresholds: [0.3, 0.6] },
  topKCategoricalAccuracy: { k: 3 },
};

const common = { clipNorm: 1, useEma: true, gradientAccumulationSteps: 2, excludeFromWeightDecay: ["bias"] };

const optimizerOptions: Options<typeof optimizers> = {
  adadelta: { ...common, rho: 0.9 },
  adagrad: { ...common },
  adam: { ...common, beta1: 0.8, amsgrad: true },
  adamax: { ...common },
  adamw: { ...common, weightDecay: 0.1 },
  custom: null,
  ftrl: { ...common, l1RegularizationStrength: 0.1 },
  gradientDescent: { ...common, weightDecay: 0.1 },
  lamb: { ...common },
  lbfgs: { historySize: 4 },
  lion: { ...common },
  momentum: { ...common, momentum: 0.5 },
  muon: { ...common },
  nadam: { ...common },
  nesterov: { ...common, momentum: 0.5 },
  radam: { ...common },
  rmsprop: { ...common, centered: true, momentum: 0.3 },
  rprop: { etas: [0.4, 1.3] },
  scheduleFreeAdamW: { ...common },
  sgd: { ...common, momentum: 0.9, nesterov: true },
};

const rate = { initialLearningRate: 1 };
/** By name: the namespaces themselves are for static access. */
const layerFactories: Readonly<Record<string, Factory>> = { ...layers };
const scheduleFactories: Readonly<Record<string, Factory>> = { ...schedules };

const scheduleOptions: Options<typeof schedules> = {
  constant: { learningRate: 0.1 },
  cosine: { ...rate, decaySteps: 10, warmupTarget: 2, warmupSteps: 3 },
  cosineRestarts: { ...rate, firstDecaySteps: 5 },
  cyclic: { baseLearningRate: 0.1, maxLearningRate: 1, stepSizeUp: 4 },
  exponential: { ...rate, decaySteps: 3, decayRate: 0.5, staircase: true },
  inverseTime: { ...rate, decaySteps: 3, decayRate: 0.5 },
  linear: { ...rate, endLearningRate: 0, decaySteps: 5 },
  multiStep: { ...rate, milestones: [3, 6] },
  oneCycle: { maxLearningRate: 1, totalSteps: 20 },
  piecewise: { boundaries: [3], values: [1, 0.1] },
  polynomial: { ...rate, decaySteps: 4, power: 2, cycle: true },
  sequential: { schedules: [schedules.constant({ learningRate: 1 }), 0.5], milestones: [4] },
  step: { ...rate, stepSize: 3 },
};

interface Thing {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

function through(saved: SavedThing, more = {}): unknown {
  return revive("file", fromJson("file", toJson(saved)), {}, more);
}

function factoriesOf(table: object): [string, Factory][] {
  return Object.entries(table).filter((entry): entry is [string, Factory] => typeof entry[1] === "function");
}

/** With no options and with those of the table, if there are any. */
function cases(table: object, options: Readonly<Record<string, object | null | undefined>>): [string, () => unknown][] {
  return factoriesOf(table).flatMap(([name, factory]): [string, () => unknown][] => {
    const given = options[name];
    if (given === null) return [];
    const needs = name in options && ["threshold", "sparse", "quantile"].includes(name);
    const standard: [string, () => unknown][] = needs ? [] : [[name, () => factory(undefined as never)]];
    if (given === undefined) return standard;
    return [...standard, [`${name} with options`, () => factory(given as never)]];
  });
}

describe.each<[Kind, object, Readonly<Record<string, object | null | undefined>>]>([
  ["activation", activations, activationOptions],
  ["initializer", initializers, initializerOptions],
  ["regularizer", regularizers, regularizerOptions],
  ["constraint", constraints, constraintOptions],
  ["loss", losses, lossOptions],
])("%s", (kind, table, options) => {
  test.each(cases(table, options))("%s", (_, make) => {
    const thing = make() as Thing;
    const again = through(savedForm(kind, thing)) as Thing;
    expect(again.name).toBe(thing.name);
    expect(again.config).toEqual(thing.config);
  });

  const given = Object.entries(options) as [string, object][];
  test.each(given)("%s keeps every option", (name, chosen) => {
    const thing = (table as Readonly<Record<string, Factory>>)[name]?.(chosen as never) as Thing;
    expect(Object.keys(thing.config)).toEqual(expect.arrayContaining(Object.keys(chosen)));
  });
});

describe("layer", () => {
  const list = Object.entries(layerOptions).filter(([, options]) => options !== null);
  test.each(list)("%s", (name, options) => {
    const factory = layerFactories[name] as Factory;
    const core = layerCore(factory(options as never)) as LayerCore;
    const again = layerCore(through(savedLayer(core))) as LayerCore;
    expect(again.type).toBe(name);
    expect(toJson(again.config)).toBe(toJson(core.config));
    // Every option of the table is among the saved ones.
    expect(Object.keys(core.config)).toEqual(expect.arrayContaining(Object.keys(options ?? {})));
  });
});

describe("metric", () => {
  test.each(cases(metricFactories, metricOptions))("%s", (_, make) => {
    const metric = make() as Metric;
    const again = through({ kind: "metric", name: metric.type, config: { ...metric.config, name: metric.name } });
    expect(isMetric(again)).toBe(true);
    const { name, type, config } = again as Metric;
    expect({ name, type, config }).toEqual({ name: metric.name, type: metric.type, config: metric.config });
  });
});

describe("optimizer", () => {
  const list = cases(optimizers, optimizerOptions).filter(([name]) => !name.startsWith("custom"));
  test.each(list)("%s", (_, make) => {
    const optimizer = make() as Optimizer;
    const again = through(savedForm("optimizer", optimizer)) as Optimizer;
    expect(again.name).toBe(optimizer.name);
    expect(again.config).toEqual(optimizer.config);
    expect(again.common.clip).toEqual(optimizer.common.clip);
    expect(again.fullBatch).toBe(optimizer.fullBatch);
    if ("parameters" in optimizer.rule) expect(again.rule).toEqual(optimizer.rule);
  });
});

describe("schedule", () => {
  test.each(Object.entries(scheduleOptions))("%s", (name, options) => {
    const schedule = (scheduleFactories[name] as Factory)(options as never) as Thing & ((step: number) => number);
    const again = through(savedForm("schedule", schedule)) as typeof schedule;
    for (let step = 0; step < 20; step++) expect(again(step)).toBe(schedule(step));
  });
});
