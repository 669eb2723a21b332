// The gradients of every layer, with respect to input and weights, against central differences in double precision.
// The table has an entry for each factory: a layer without a check does not compile.

import { describe, expect, it } from "vitest";
import type { SymbolicTensor } from "../../src/graph/node.js";
import type { Layer } from "../../src/layers/index.js";
import * as layers from "../../src/layers/index.js";
import { layerCore } from "../../src/layers/layer.js";
import { Pass } from "../../src/layers/pass.js";
import * as ops from "../../src/ops/index.js";
import { numbers, sizes } from "../graph/random.js";
import { LayerRun } from "./run-layer.js";

interface Case {
  readonly layer: () => Layer;
  readonly shape: readonly number[];
  readonly training?: boolean;
  /** Inputs stay so far away from 0, for layers with a kink there. */
  readonly gap?: number;
  /** Inputs are integers below it, which have no gradient. */
  readonly integers?: number;
  /** For a layer of several inputs: how they are made of one. */
  readonly inputs?: (x: SymbolicTensor) => readonly SymbolicTensor[];
}

type Cases = (rows: number, columns: number) => readonly Case[];

const plain =
  (...factories: (() => Layer)[]): Cases =>
  (rows, columns) =>
    factories.flatMap((layer) => [{ layer, shape: [rows, columns] }]);

/** Also with an axis between batch and features. */
const anyRank =
  (...factories: (() => Layer)[]): Cases =>
  (rows, columns) =>
    factories.flatMap((layer) => [
      { layer, shape: [rows, columns] },
      { layer, shape: [rows, 2, columns] },
    ]);

/** Layers of several inputs, which are made of the one that is checked. */
const joining =
  (factory: () => Layer, count = 3): Cases =>
  (rows, columns) => {
    const layer = () =>
      layers.custom({
        call: (x) => {
          const xs = [x, ops.sub(1, x), ops.tanh(ops.mul(x, 2))].slice(0, count);
          return layerCore(factory())?.call(xs, new Pass(false)) as SymbolicTensor;
        },
      });
    return [{ layer, shape: [rows, columns] }];
  };

const training = (rows: number, columns: number) => ({ shape: [rows, columns], training: true });

/** What is applied to arrays before a model, and has no gradient. */
type Preprocessing = "hashing" | "integerLookup" | "stringLookup";

const table: Readonly<Record<Exclude<keyof typeof layers, Preprocessing>, Cases>> = {
  add: joining(() => layers.add()),
  average: joining(() => layers.average()),
  activation: plain(() => layers.activation("tanh")),
  activityRegularization: plain(() => layers.activityRegularization({ l1: 0.5 })),
  alphaDropout: (...size) => [{ layer: () => layers.alphaDropout({ rate: 0.3 }), ...training(...size) }],
  batchNormalization: (rows, columns) =>
    [
      [rows, columns],
      [rows, 2, columns],
    ].flatMap((shape) => [
      { layer: () => layers.batchNormalization(), shape, training: true },
      { layer: () => layers.batchNormalization({ scale: false, epsilon: 0.1 }), shape },
      { layer: () => layers.batchNormalization({ trainable: false }), shape, training: true },
    ]),
  bilinear: (rows, columns) =>
    [layers.bilinear({ units: 2 }), layers.bilinear({ units: 1, useBias: false })].map((layer) => ({
      layer: () => layer,
      shape: [rows, columns],
      inputs: (x) => [ops.tanh(x), ops.concatenate([x, ops.mul(x, 2)])],
    })),
  categoryEncoding: plain(() => layers.categoryEncoding({ numTokens: 3 })),
  concatenate: joining(() => layers.concatenate()),
  custom: plain(() =>
    layers.custom({
      build: (shape, ctx) => ctx.variable("factor", [shape[1] as number]),
      call: (x, { variables: { factor = 1 } }) => ops.tanh(ops.mul(x, factor)),
    }),
  ),
  dense: plain(
    () => layers.dense({ units: 1, useBias: false }),
    () => layers.dense({ units: 5, activation: "sigmoid" }),
  ),
  dot: (rows, columns) => [
    ...joining(() => layers.dot(), 2)(rows, columns),
    ...joining(() => layers.dot({ normalize: true }), 2)(rows, columns),
  ],
  discretization: plain(() => layers.discretization({ binBoundaries: [-0.5, 1] })),
  dropout: (rows, columns) => [
    { layer: () => layers.dropout({ rate: 0.4 }), shape: [rows, columns], training: true },
    { layer: () => layers.dropout({ rate: 0.4 }), shape: [rows, columns] },
  ],
  elu: (rows, columns) => [{ layer: () => layers.elu({ alpha: 0.5 }), shape: [rows, columns], gap: 0.01 }],
  embedding: (rows, columns) => [
    { layer: () => layers.embedding({ inputDim: 5, outputDim: 3 }), shape: [rows, columns], integers: 5 },
    { layer: () => layers.embedding({ inputDim: 1, outputDim: 1 }), shape: [rows, columns], integers: 1 },
  ],
  flatten: anyRank(() => layers.flatten()),
  gaussianDropout: (...size) => [{ layer: () => layers.gaussianDropout({ rate: 0.3 }), ...training(...size) }],
  gaussianNoise: (...size) => [{ layer: () => layers.gaussianNoise({ stddev: 0.3 }), ...training(...size) }],
  glu: plain(
    () => layers.glu({ units: 3 }),
    () => layers.glu({ units: 1, useBias: false, activation: "tanh" }),
  ),
  groupNormalization: plain(
    () => layers.groupNormalization({ groups: 1 }),
    () => layers.groupNormalization({ groups: -1 }),
  ),
  input: (rows, columns) => [{ layer: () => layers.input({ shape: [columns] }), shape: [rows, columns] }],
  layerNormalization: anyRank(() => layers.layerNormalization()),
  leakyRelu: (rows, columns) => [{ layer: () => layers.leakyRelu(), shape: [rows, columns], gap: 0.01 }],
  maxout: plain(
    () => layers.maxout({ units: 3 }),
    () => layers.maxout({ units: 1, pieces: 1, useBias: false }),
  ),
  normalization: anyRank(
    () => layers.normalization({ mean: 0.5, variance: 2 }),
    () => layers.normalization({ mean: 0.5, variance: 2, invert: true }),
    () => layers.normalization({ axis: null }),
    () => layers.normalization(),
  ),
  maximum: joining(() => layers.maximum()),
  minimum: joining(() => layers.minimum()),
  multiply: joining(() => layers.multiply()),
  prelu: (rows, columns) => [
    { layer: () => layers.prelu({ alphaInitializer: "glorotUniform" }), shape: [rows, columns], gap: 0.01 },
    { layer: () => layers.prelu({ alphaInitializer: "ones", sharedAxes: [1] }), shape: [rows, 2, columns], gap: 0.01 },
  ],
  relu: (rows, columns) => [
    { layer: () => layers.relu(), shape: [rows, columns], gap: 0.01 },
    { layer: () => layers.relu({ negativeSlope: 0.1, maxValue: 1, threshold: 0.5 }), shape: [rows, columns] },
  ],
  rescaling: anyRank(() => layers.rescaling({ scale: -0.5, offset: 3 })),
  reshape: anyRank(() => layers.reshape({ targetShape: [1, -1] })),
  rmsNormalization: anyRank(() => layers.rmsNormalization()),
  subtract: joining(() => layers.subtract(), 2),
  softmax: anyRank(() => layers.softmax()),
  // The vectors count as constants, which is right once they are singular vectors.
  spectralNormalization: plain(
    () => layers.spectralNormalization({ layer: layers.dense({ units: 1 }), powerIterations: 2 }),
    () => layers.spectralNormalization({ layer: layers.dense({ units: 2 }), powerIterations: 100 }),
  ),
  swiglu: plain(() => layers.swiglu({ units: 3 })),
  unitNormalization: anyRank(() => layers.unitNormalization()),
};

/** The largest relative error over all inputs and weights, and where it is. */
function worstError({ layer, shape, training = false, gap = 0, integers, inputs }: Case): {
  error: number;
  place: string;
} {
  const count = shape.reduce((a, b) => a * b, 1);
  const reals = numbers(1, count).map((value) => (Math.abs(value) < gap ? gap : value));
  const x = integers === undefined ? reals : reals.map((value) => Math.floor(((value + 2) / 4) * integers));
  const dy = (of: readonly (number | null)[]) =>
    numbers(
      2,
      of.reduce<number>((a, b) => a * (b ?? shape[0] ?? 1), 1),
    );
  const run = new LayerRun(layer(), { shape, x, dy, training, ...(inputs && { inputs }) });
  let worst = { error: 0, place: "" };
  const compare = (name: string, gradient: readonly number[], values: readonly number[], at: LossAt) => {
    for (const [i, g] of gradient.entries()) {
      const h = 1e-5;
      const moved = (by: number) => at(values.map((value, k) => (k === i ? value + by : value)));
      const difference = (moved(h) - moved(-h)) / (2 * h);
      const error = Math.abs(g - difference) / Math.max(Math.abs(g), Math.abs(difference), 1e-3);
      // Written such that NaN counts as the worst.
      if (!(error <= worst.error)) worst = { error, place: `${name}[${i}]: ${g} instead of ${difference}` };
    }
  };
  const { dx, gradients } = run;
  if (integers === undefined) compare("x", dx, x, (values) => run.lossAt(values));
  run.lossAt(x);
  for (const [name, gradient] of Object.entries(gradients)) {
    const values = run.values(name);
    compare(name, gradient, values, (moved) => run.lossWith(name, moved));
    run.lossWith(name, values);
  }
  run.dispose();
  return worst;
}

type LossAt = (values: readonly number[]) => number;

describe("gradients of layers", () => {
  it.each(Object.entries(table))("%s", (name, casesOf) => {
    expect(Object.hasOwn(layers, name)).toBe(true);
    for (const [rows, columns] of sizes) {
      for (const layer of casesOf(rows, columns)) {
        const { error, place } = worstError(layer);
        expect(error, `${JSON.stringify(layer.shape)} ${place}`).toBeLessThan(1e-6);
      }
    }
  });

  it("are refused when they are wrong", () => {
    // No gradient flows through the factor, although the result depends on it.
    const call = (x: SymbolicTensor) => ops.mul(x, ops.stopGradient(x));
    expect(worstError({ layer: () => layers.custom({ call }), shape: [3, 5] }).error).toBeGreaterThan(0.1);
  });

  it("all layers are in the table", () => {
    const preprocessing: Preprocessing[] = ["hashing", "integerLookup", "stringLookup"];
    expect([...Object.keys(table), ...preprocessing].sort()).toEqual(Object.keys(layers).sort());
  });
});
