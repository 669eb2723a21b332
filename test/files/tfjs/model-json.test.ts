// Layers models of TensorFlow.js: written ones are loaded there, those from there are read, damaged ones are refused.

import "@tensorflow/tfjs-backend-cpu";
import * as tfl from "@tensorflow/tfjs-layers";
import { io, setBackend as setTfBackend, tensor as tfTensor, type Tensor as TfTensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  FormatError,
  importTfjs,
  input,
  layers,
  model,
  ops,
  sequential,
  setBackend,
  tensor,
} from "../../../src/index.js";
import type { TfjsModel } from "../../../src/files/tfjs/model-json.js";
import { readTfjs } from "../../../src/files/tfjs/read.js";
import { expectClose } from "../../fixtures/fixture.js";
import { numbers } from "../../graph/random.js";
import { jsonMutations, mutations } from "../mutations.js";
import { scramble, tolerance } from "../onnx/runtime.js";

beforeAll(async () => {
  await setBackend("reference");
  await setTfBackend("cpu");
});

const networks = {
  dense: () => [
    layers.dense({ units: 5, activation: "tanh", inputShape: [4], name: "hidden" }),
    layers.dropout({ rate: 0.3 }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.leakyRelu(),
    layers.layerNormalization(),
    layers.elu(),
    layers.dense({ units: 3, useBias: false }),
    layers.softmax(),
  ],
  deep: () => [
    layers.reshape({ targetShape: [2, 2], inputShape: [4] }),
    layers.flatten(),
    layers.dense({ units: 2, activation: "silu" }),
    layers.activation("relu6"),
  ],
  embedding: () => [
    layers.embedding({ inputDim: 4, outputDim: 2, inputShape: [4] }),
    layers.flatten(),
    layers.dense({ units: 1 }),
  ],
  ...Object.fromEntries(
    (["relu", "sigmoid", "selu", "softplus", "softsign", "softmax", "mish", "elu"] as const).map((name) => {
      return [name, () => [layers.dense({ units: 3, activation: name, inputShape: [4] })]];
    }),
  ),
};

function rows(name: string): Float32Array {
  return Float32Array.from(name === "embedding" ? [0, 3, 1, 2, 2, 0, 3, 1] : numbers(3, 8));
}

/** As `io.fromMemory` wants it. */
function artifacts({ modelJson, weights }: TfjsModel): io.ModelArtifacts {
  const { weightsManifest, modelTopology } = modelJson as unknown as io.ModelJSON;
  return {
    modelTopology: modelTopology as object,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: weights.slice().buffer,
  };
}

/** The files that TensorFlow.js writes. */
async function savedThere(there: tfl.LayersModel): Promise<TfjsModel> {
  let saved: io.ModelArtifacts = {};
  await there.save(
    io.withSaveHandler(async (given) => {
      saved = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  const weightsManifest = [{ paths: ["w"], weights: saved.weightSpecs }];
  const text = JSON.stringify({ modelTopology: saved.modelTopology, weightsManifest });
  const weights = new Uint8Array(saved.weightData as ArrayBuffer);
  return { modelJson: JSON.parse(text) as TfjsModel["modelJson"], weights };
}

describe("TensorFlow.js", () => {
  it.each(Object.entries(networks))("loads what is written, and its files are read: %s", async (name, make) => {
    const net = sequential(make() as never, { seed: 1 });
    scramble(net);
    const x = rows(name);
    const expected = Array.from((await net.predict(tensor(x, [2, 4]))).data);
    const there = await tfl.loadLayersModel(io.fromMemory(artifacts(await net.exportTfjs())));
    const result = there.predict(tfTensor(x, [2, 4])) as TfTensor;
    expectClose(Array.from(await result.data()), expected, tolerance, "there");
    const back = await importTfjs(await savedThere(there));
    expectClose(Array.from((await back.predict(tensor(x, [2, 4]))).data), expected, tolerance, "back");
  });

  it("refuses what one of both does not have", async () => {
    const maxout = sequential([layers.maxout({ units: 2, inputShape: [2] })]);
    await expect(maxout.exportTfjs()).rejects.toThrow(
      /exportTfjs: expected layers that TensorFlow\.js has, received maxout "maxout"/,
    );
    const hard = sequential([layers.dense({ units: 2, activation: "hardSigmoid", inputShape: [2] })]);
    await expect(hard.exportTfjs()).rejects.toThrow(/expected an activation of dense "dense" that TensorFlow\.js has/);
    const weights = new Uint8Array(0);
    const topology = (entries: unknown, className = "Sequential") => ({
      modelTopology: { class_name: className, config: { layers: entries } },
      weightsManifest: [],
    });
    await expect(importTfjs({ modelJson: topology([], "Layer"), weights })).rejects.toThrow(
      'importTfjs: expected a Sequential, Model or Functional, received "Layer".',
    );
    await expect(importTfjs({ modelJson: topology([]), weights })).rejects.toThrow(
      "importTfjs: expected one or more layers, received none.",
    );
    const dense = { class_name: "Dense", config: { units: 2 ** 40, name: "d", batch_input_shape: [null, 8] } };
    await expect(importTfjs({ modelJson: topology([dense]), weights })).rejects.toThrow(FormatError);
    const lstm = { class_name: "LSTM", config: { batch_input_shape: [null, 8] } };
    await expect(importTfjs({ modelJson: topology([lstm]), weights })).rejects.toThrow(
      /layer 0: expected a known layer, received "LSTM"/,
    );
    const first = { class_name: "BatchNormalization", config: { axis: 1, batch_input_shape: [null, 2, 3] } };
    await expect(importTfjs({ modelJson: topology([first]), weights })).rejects.toThrow(
      "importTfjs, layer 0: axis must be the last one, received 1.",
    );
    await expect(importTfjs({ modelJson: [] as never, weights })).rejects.toThrow(
      "importTfjs, modelJson: expected an object, received an array of 0.",
    );
  });

  it("reads flatten, frozen layers and names as they are there, or refuses them", async () => {
    const read = (kind: string, config: object, shape: readonly (number | null)[], names: readonly string[] = []) => {
      const layer = { class_name: kind, config: { name: "l", batch_input_shape: shape, ...config } };
      const weights = names.map((name) => ({ name, shape: [2, 1], dtype: "float32" }));
      const modelTopology = { class_name: "Sequential", config: { layers: [layer] } };
      const modelJson = { modelTopology, weightsManifest: [{ paths: [], weights }] };
      return importTfjs({ modelJson, weights: new Uint8Array(8 * names.length) });
    };
    const first = { data_format: "channels_first" };
    await expect(read("Flatten", first, [null, 2, 2, 2])).rejects.toThrow(
      "importTfjs, layer 0: expected channels_last, received channels_first.",
    );
    expect((await (await read("Flatten", first, [null, 2])).predict([[1, 2]])).toArray()).toEqual([[1, 2]]);
    const dense = { units: 1, use_bias: false, trainable: false };
    const frozen = await read("Dense", dense, [null, 2], ["l/kernel"]);
    expect(frozen.layers.map(({ trainable }) => trainable)).toEqual([false]);
    await expect(read("Dense", dense, [null, 2], ["l/kernel", "l/kernel"])).rejects.toThrow(
      'importTfjs: expected each weight once, received "l/kernel" twice.',
    );
    await expect(read("Dense", dense, [null, 2], ["l/kernel", "m/kernel"])).rejects.toThrow(
      'importTfjs: expected weights of layers alone, received "m/kernel".',
    );
  });

  it("writes functional models that are loaded there, and reads those from there", async () => {
    const net = functional();
    scramble(net);
    const rows = { wide: numbers(5, 6), deep: numbers(6, 8) };
    const given = [tensor(rows.wide, [2, 3]), tensor(rows.deep, [2, 4])] as const;
    const expected = (await net.predict([...given])).map(({ data }) => Array.from(data));
    const there = await tfl.loadLayersModel(io.fromMemory(artifacts(await net.exportTfjs())));
    const results = there.predict([tfTensor(rows.wide, [2, 3]), tfTensor(rows.deep, [2, 4])]) as TfTensor[];
    for (const [i, result] of results.entries()) {
      expectClose(Array.from(await result.data()), expected[i] as number[], tolerance, `there, output ${i}`);
    }
    const back = await importTfjs(await savedThere(there));
    const again = (await back.predict([...given] as never)) as unknown as { data: Float32Array }[];
    expect(again).toHaveLength(2);
    for (const [i, { data }] of again.entries()) {
      expectClose(Array.from(data), expected[i] as number[], tolerance, `back, output ${i}`);
    }
    expect(back.inputs).toHaveLength(2);
    expect(back.getWeights().map(({ name }) => name)).toEqual(net.getWeights().map(({ name }) => name));
  });

  it("reads one input and one output as such, and keeps a layer apart from an input of its name", async () => {
    const x = input({ shape: [2] });
    const net = model({ inputs: x, outputs: layers.dense({ units: 1, name: "input" })(x) });
    const back = await importTfjs(await net.exportTfjs());
    expect((await back.predict([[1, 2]])).data).toEqual((await net.predict([[1, 2]])).data);
  });

  it("refuses graphs that cannot be computed, with what is wrong", async () => {
    const x = input({ shape: [2] });
    const product = model({ inputs: x, outputs: layers.dense({ units: 1 })(ops.mul(x, 2)) });
    await expect(product.exportTfjs()).rejects.toThrow(
      'model "model", exportTfjs: expected layers alone, received an operation "binary" between. Put ops.* into layers that TensorFlow.js has, or export to ONNX.',
    );
    const difference = model({ inputs: x, outputs: layers.subtract()([x, x]) });
    await expect(difference.exportTfjs()).rejects.toThrow(/expected layers that TensorFlow\.js has, received subtract/);
    const start = { name: "x", class_name: "InputLayer", config: { batch_input_shape: [null, 2] }, inbound_nodes: [] };
    const layer = (name: string, sources: unknown, kind = "Activation") => {
      return { name, class_name: kind, config: { activation: "relu" }, inbound_nodes: sources };
    };
    const read = (entries: unknown[], ends: unknown[] = [["a", 0, 0]]) => {
      const config = { layers: entries, input_layers: [["x", 0, 0]], output_layers: ends };
      const modelJson = { modelTopology: { class_name: "Model", config }, weightsManifest: [] };
      return importTfjs({ modelJson, weights: new Uint8Array(0) });
    };
    await expect(read([start, layer("a", [[["b", 0, 0]]]), layer("b", [[["a", 0, 0]]])])).rejects.toThrow(
      'importTfjs, output_layers: expected a result that can be computed, received "a", call 0.',
    );
    await expect(read([start, layer("a", [[["c", 0, 0]]])])).rejects.toThrow(
      'importTfjs, layer 1: expected a result of a layer, received "c", call 0.',
    );
    await expect(read([start, layer("a", [[["x", 0, 1]]])])).rejects.toThrow(
      "importTfjs, layer 1: expected a result as [layer, call, 0], received an array of 3.",
    );
    await expect(read([start, layer("x", [[["x", 0, 0]]])])).rejects.toThrow(
      'importTfjs, layer 1: expected a name of its own, received "x".',
    );
    const two = [
      ["x", 0, 0],
      ["x", 0, 0],
    ];
    await expect(read([start, layer("a", [two])])).rejects.toThrow(
      "importTfjs, layer 1: expected one input, received 2.",
    );
    await expect(read([start, layer("a", [[]], "Add")])).rejects.toThrow(
      "importTfjs, layer 1: expected a call on one or more results, received none.",
    );
  });

  it.each([
    [
      "a chain",
      () => sequential([layers.dense({ units: 1, inputShape: [2] }), layers.layerNormalization()], { seed: 1 }),
    ],
    ["a graph", small],
  ] as const)("50,000 damaged files of %s are read or refused", async (_, make) => {
    const { modelJson, weights } = await make().exportTfjs();
    let refused = 0;
    for (const damaged of jsonMutations({ modelJson, weights: 0 }, 50_000)) {
      try {
        readTfjs("file", { ...(damaged as TfjsModel), weights });
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(8_000);
    expect(refused).toBeLessThan(49_000);
  });

  it("20,000 damaged files of weights are read or refused", async () => {
    const { modelJson, weights } = await small().exportTfjs();
    let refused = 0;
    for (const damaged of mutations(weights, 20_000)) {
      try {
        readTfjs("file", { modelJson, weights: damaged });
        if (damaged.length !== weights.length) throw new Error(`read ${damaged.length} bytes`);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(5_000);
  });
});

/** As few layers as show what a graph has. */
function small() {
  const x = input({ shape: [2] });
  const shared = layers.dense({ units: 2, name: "shared" });
  const sum = layers.add()([x, shared(x)]);
  return model({ inputs: x, outputs: [layers.prelu()(shared(sum)), sum], seed: 1 });
}

/** Two inputs, two outputs, a layer that is used twice, and all layers that join. */
function functional() {
  const wide = input({ shape: [3], name: "wide" });
  const deep = input({ shape: [4], name: "deep" });
  const shared = layers.dense({ units: 4, activation: "tanh", name: "shared" });
  const a = layers.prelu()(layers.dense({ units: 4, name: "left" })(wide));
  const b = shared(deep);
  const c = shared(layers.add()([a, b]));
  const joined = layers.concatenate()([
    layers.multiply()([a, b]),
    layers.average()([a, b, c]),
    layers.maximum()([b, c]),
    layers.minimum()([a, c]),
    layers.dot()([a, b]),
    layers.dot({ axes: 1, normalize: true })([b, c]),
  ]);
  const first = layers.dense({ units: 2, activation: "softmax", name: "first" })(joined);
  return model({ inputs: [wide, deep], outputs: [first, layers.batchNormalization({ name: "second" })(c)], seed: 1 });
}
