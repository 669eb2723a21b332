// Exported ONNX files against onnxruntime: every layer, every activation, every operation of the core.

import { beforeAll, describe, expect, it } from "vitest";
import * as activations from "../../../src/activations/index.js";
import type { ActivationInput } from "../../../src/activations/resolve.js";
import { exporters } from "../../../src/files/onnx/operations.js";
import { input, layers, model, ops, sequential, setBackend } from "../../../src/index.js";
import type { Layer } from "../../../src/layers/index.js";
import { binaryNames, opNames, reductionNames, unaryNames } from "../../../src/program/ops.gen.js";
import * as build from "../../../src/graph/build.js";
import type { SymbolicTensor } from "../../../src/graph/node.js";
import type { AnyModel } from "../../../src/models/model.js";
import { expectClose } from "../../fixtures/fixture.js";
import { numbers } from "../../graph/random.js";
import { expectSame, runOnnx, scramble } from "./runtime.js";

beforeAll(async () => {
  await setBackend("reference");
});

async function exportAndCompare(net: AnyModel, options = {}, make?: (count: number) => number[]): Promise<void> {
  scramble(net);
  await expectSame(net, await net.exportOnnx(options), make);
}

type Shapes = readonly (readonly number[])[];

interface Case {
  readonly layer: () => Layer;
  readonly shapes?: Shapes;
  readonly integers?: number;
}

const flat: Shapes = [[6]];
const deep: Shapes = [[6], [2, 6]];
const joining = (layer: () => Layer, count = 3): Case[] => [{ layer: () => joined(layer(), count), shapes: [[4]] }];

/** A layer of several inputs, as one of a single input. */
function joined(layer: Layer, count: number): Layer {
  const x = input({ shape: [4] });
  const xs = [x, ops.sub(1, x), ops.tanh(ops.mul(x, 2))].slice(0, count);
  return model({ inputs: x, outputs: layer(xs) }).asLayer();
}

type Preprocessing = "hashing" | "integerLookup" | "stringLookup" | "input";

const plain = (layer: () => Layer, shapes: Shapes = flat): Case[] => [{ layer, shapes }];

const table: Readonly<Record<Exclude<keyof typeof layers, Preprocessing>, readonly Case[]>> = {
  activation: plain(() => layers.activation("tanh"), deep),
  activityRegularization: plain(() => layers.activityRegularization({ l1: 0.1 })),
  add: joining(() => layers.add()),
  alphaDropout: plain(() => layers.alphaDropout({ rate: 0.4 })),
  average: joining(() => layers.average()),
  batchNormalization: plain(() => layers.batchNormalization(), deep),
  bilinear: joining(() => layers.bilinear({ units: 3 }), 2),
  categoryEncoding: [{ layer: () => layers.categoryEncoding({ numTokens: 4 }), integers: 4 }],
  concatenate: joining(() => layers.concatenate()),
  custom: plain(() =>
    layers.custom({
      build: (shape, ctx) => ctx.variable("factor", [shape[1] as number]),
      call: (x, { variables: { factor = 1 } }) =>
        ops.softplus(ops.mul(ops.sub(x, ops.mean(x, 1, { keepDims: true })), factor)),
    }),
  ),
  dense: [
    ...plain(() => layers.dense({ units: 5, activation: "relu" })),
    ...plain(() => layers.dense({ units: 1, useBias: false })),
  ],
  discretization: plain(() => layers.discretization({ binBoundaries: [-0.5, 0.1, 1], outputMode: "oneHot" })),
  dot: joining(() => layers.dot({ normalize: true }), 2),
  dropout: plain(() => layers.dropout({ rate: 0.3 })),
  elu: plain(() => layers.elu({ alpha: 0.7 })),
  embedding: [{ layer: () => layers.embedding({ inputDim: 5, outputDim: 3 }), integers: 5 }],
  flatten: plain(() => layers.flatten(), [[6], [2, 3, 4]]),
  gaussianDropout: plain(() => layers.gaussianDropout({ rate: 0.3 })),
  gaussianNoise: plain(() => layers.gaussianNoise({ stddev: 0.3 })),
  glu: plain(() => layers.glu({ units: 3 })),
  groupNormalization: plain(() => layers.groupNormalization({ groups: 3 })),
  layerNormalization: plain(() => layers.layerNormalization(), deep),
  leakyRelu: plain(() => layers.leakyRelu(), deep),
  maximum: joining(() => layers.maximum()),
  maxout: plain(() => layers.maxout({ units: 3, pieces: 2 })),
  minimum: joining(() => layers.minimum()),
  multiply: joining(() => layers.multiply()),
  normalization: plain(() => layers.normalization({ mean: 0.5, variance: 2 }), deep),
  prelu: [
    ...plain(() => layers.prelu({ alphaInitializer: "ones" })),
    ...plain(() => layers.prelu({ sharedAxes: [1] }), [[2, 3]]),
  ],
  relu: plain(() => layers.relu({ negativeSlope: 0.1, maxValue: 1, threshold: 0.5 }), deep),
  rescaling: plain(() => layers.rescaling({ scale: -0.5, offset: 3 }), deep),
  reshape: plain(() => layers.reshape({ targetShape: [3, -1] })),
  rmsNormalization: plain(() => layers.rmsNormalization(), deep),
  softmax: plain(() => layers.softmax()),
  spectralNormalization: plain(() => layers.spectralNormalization({ layer: layers.dense({ units: 3 }) })),
  subtract: joining(() => layers.subtract(), 2),
  swiglu: plain(() => layers.swiglu({ units: 3 })),
  unitNormalization: plain(() => layers.unitNormalization(), deep),
};

describe("ONNX export", () => {
  it.each(Object.entries(table))("layer %s", async (name, cases) => {
    expect(Object.hasOwn(layers, name)).toBe(true);
    for (const { layer, shapes = flat, integers } of cases) {
      for (const shape of shapes) {
        const net = sequential([layers.input({ shape }), layer()], { seed: 1 });
        const whole = (count: number) => Array.from({ length: count }, (_, i) => (i * 7) % (integers ?? 1));
        await exportAndCompare(net, {}, integers === undefined ? undefined : whole);
      }
    }
  });

  it("has a test for every layer", () => {
    const elsewhere: Preprocessing[] = ["hashing", "integerLookup", "stringLookup", "input"];
    expect([...Object.keys(table), ...elsewhere].sort()).toEqual(Object.keys(layers).sort());
  });

  /** Those that are made with options; the others are activations themselves. */
  const optional = { threshold: activations.threshold({ threshold: 0.2, defaultValue: -1 }) };

  it.each(Object.keys(activations).filter((name) => !/oftmax$/.test(name)))("activation %s", async (name) => {
    const apply = Object.hasOwn(optional, name) ? optional[name as keyof typeof optional] : name;
    const layer = layers.activation(apply as ActivationInput);
    await exportAndCompare(sequential([layers.dense({ units: 6, inputShape: [6] }), layer]));
  });

  it("activations over rows, also of matrices", async () => {
    for (const name of ["softmax", "logSoftmax"] as const) {
      await exportAndCompare(sequential([layers.dense({ units: 4, activation: name, inputShape: [3] })]));
    }
  });

  it.each(unaryNames)("function %s", async (name) => {
    const x = input({ shape: [8] });
    const positive = ["log", "log1p", "sqrt", "rsqrt"].includes(name);
    const make = (count: number) => numbers(5, count).map((v) => (positive ? Math.abs(v) + 0.1 : 3 * v + 0.01));
    for (const alpha of [0.75, 4])
      await exportAndCompare(model({ inputs: x, outputs: build.unary(name, x, alpha) }), {}, make);
  });

  it.each(["expm1", "log1p"] as const)("%s keeps its digits near 0", async (name) => {
    const values = [1e-7, -3e-6, 2e-4, -0.01, 0.3, -0.6, 5, 40, 0];
    const x = input({ shape: [9] });
    const net = model({ inputs: x, outputs: ops[name](x) });
    const { output } = await runOnnx(await net.exportOnnx(), [{ data: Float32Array.from(values), shape: [1, 9] }]);
    const exact = values.map((value) => Math[name](Math.fround(value)));
    expectClose(Array.from(output?.data ?? []), exact, { relative: 1e-6, absolute: 0 }, name);
  });

  it.each(binaryNames)("function %s", async (name) => {
    const x = input({ shape: [4] });
    const row = build.scalar(2);
    const y = ops.round(x);
    const base = name === "power" ? ops.abs(x) : x;
    const outputs = [
      build.binary(name, base, y),
      build.binary(name, base, row),
      build.binary(name, y, ops.sum(y, 1, { keepDims: true })),
    ];
    const make = (count: number) =>
      numbers(5, count).map((v, i) => (i % 3 === 0 ? Math.round(3 * v) || 1 : 3 * v + 0.6));
    const safe = name === "power" ? [outputs[0], outputs[1]] : outputs;
    await exportAndCompare(model({ inputs: x, outputs: safe as SymbolicTensor[] }), {}, make);
  });

  it.each(reductionNames)("reduction %s, with each way to write axes", async (name) => {
    const x = input({ shape: [6] });
    const whole = (axis: 0 | 2) => ops.add(x, build.reduce(name, x, axis));
    const outputs = [build.reduce(name, x, 1), build.reduce(name, x, 1, 3), whole(0), whole(2)];
    for (const opset of [13, 17, 18, 21]) await exportAndCompare(model({ inputs: x, outputs }), { opset });
  });

  it("operations on columns, tables and constants", async () => {
    const x = input({ shape: [4] });
    const fixed = build.matmul(x, build.fill(0.5, [3, 4]), false, true);
    const spread = build.expand(build.reduce("sum", x, 1, 2), 1, [null, 6]);
    const outputs = [
      build.slice(x, 1, [null, 2]),
      build.pad(x, 2, [null, 7]),
      ops.where(ops.greater(x, 0), x, -1),
      build.add(x, build.expand(build.reduce("mean", x, 0), 0, [null, 4])),
      fixed,
      spread,
      ops.add(x, build.fill(2, [null, 4])),
      ops.reshape(ops.mul(ops.reshape(x, [null, 2, 2]), ops.reshape(x, [null, 2, 2])), [null, 4]),
      build.matmul(x, build.matmul(x, x, true)),
    ];
    await exportAndCompare(model({ inputs: x, outputs }));
  });

  it("numbers that name no row of a table are NaN", async () => {
    const net = sequential([layers.embedding({ inputDim: 3, outputDim: 2, inputShape: [4] })], { seed: 1 });
    const found = await runOnnx(await net.exportOnnx(), [{ data: Float32Array.of(2, 3, -1, 0.5), shape: [1, 4] }]);
    const [row] = net.getWeights()[0]?.data.slice(4) ?? [];
    const { data } = Object.values(found)[0] as { data: Float32Array };
    expect(data[0]).toBe(row);
    expect(Array.from(data.slice(2))).toEqual(new Array(6).fill(Number.NaN));
  });

  it("functional models: several inputs and outputs, shared and nested layers, names", async () => {
    const [a, b] = [input({ shape: [3], name: "a" }), input({ shape: [2, 2], name: "b" })];
    const shared = layers.dense({ units: 4, activation: "tanh", name: "shared" });
    const encoder = sequential([layers.dense({ units: 4, name: "code", inputShape: [4] })], { name: "encoder" });
    const h = layers.concatenate()([shared(layers.dense({ units: 3, name: "first" })(a)), shared(a)]);
    const code = encoder.call(layers.flatten()(b));
    const net = model({
      inputs: { a, b },
      outputs: { risk: layers.dense({ units: 1, name: "out" })(h), code, same: a },
      seed: 3,
    });
    scramble(net);
    const bytes = await net.exportOnnx();
    const [x, y] = [Float32Array.from(numbers(1, 6)), Float32Array.from(numbers(2, 8))];
    const found = await runOnnx(bytes, [
      { data: x, shape: [2, 3] },
      { data: y, shape: [2, 2, 2] },
    ]);
    expect(Object.keys(found)).toEqual(["risk", "code", "same"]);
    const predicted = await net.predict({ a: { data: x, shape: [2, 3] }, b: { data: y, shape: [2, 2, 2] } });
    for (const name of ["risk", "code", "same"] as const) {
      const { data, shape } = predicted[name];
      expect(found[name]?.dims).toEqual(shape);
      expect(Array.from(found[name]?.data ?? []).map((v) => v.toFixed(5))).toEqual(
        Array.from(data).map((v) => v.toFixed(5)),
      );
    }
    const text = new TextDecoder("latin1").decode(bytes);
    for (const { name } of net.getWeights()) expect(text).toContain(name);
  });

  it("a fixed number of rows, and a name", async () => {
    const net = sequential([layers.dense({ units: 2, inputShape: [3] })], { seed: 1 });
    const bytes = await net.exportOnnx({ batchSize: 2, name: "mine" });
    expect(new TextDecoder("latin1").decode(bytes)).toContain("mine");
    const rows = (count: number) => runOnnx(bytes, [{ data: new Float32Array(3 * count), shape: [count, 3] }]);
    expect(Object.values(await rows(2))[0]?.dims).toEqual([2, 2]);
    await expect(rows(3)).rejects.toThrow();
  });

  it("refuses what it cannot express, by name", async () => {
    const x = input({ shape: [3] });
    const noisy = model({
      inputs: x,
      outputs: layers.custom({ name: "noisy", call: (h) => ops.add(h, ops.randomNormal(h)) })(x),
    });
    await expect(noisy.exportOnnx()).rejects.toThrow(
      new TypeError(
        'model "model", exportOnnx, layer "noisy": expected what an ONNX model can compute, received random numbers in predictions.',
      ),
    );
    const net = sequential([layers.dense({ units: 1 })]);
    await expect(net.exportOnnx()).rejects.toThrow(/expected a model that knows its input shape/);
    const known = sequential([layers.dense({ units: 1, inputShape: [1] })]);
    await expect(known.exportOnnx({ opset: 12 })).rejects.toThrow(
      new RangeError('model "sequential", exportOnnx: opset must be an integer of at least 13, received 12.'),
    );
    await expect(known.exportOnnx({ opset: 22 })).rejects.toThrow(/an integer of at most 21, received 22/);
    await expect(known.exportOnnx({ batch: 1 } as never)).rejects.toThrow(/expected a known option, received "batch"/);
  });

  it("refuses the operations of training alone", () => {
    const refused = opNames.filter((name) => "refused" in exporters[name]);
    const training = opNames.filter((name) => /Grad$/.test(name));
    expect(refused.sort()).toEqual([...training, "dropout", "loss", "random", "stepValue", "update"].sort());
  });
});
