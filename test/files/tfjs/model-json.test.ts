// Layers models of TensorFlow.js: written ones are loaded there, those from there are read, damaged ones are refused.

import "@tensorflow/tfjs-backend-cpu";
import * as tfl from "@tensorflow/tfjs-layers";
import { io, setBackend as setTfBackend, tensor as tfTensor, type Tensor as TfTensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { FormatError, importTfjs, layers, sequential, setBackend, tensor } from "../../../src/index.js";
import type { TfjsModel } from "../../../src/files/tfjs/model-json.js";
import { expectClose } from "../../fixtures/fixture.js";
import { numbers } from "../../graph/random.js";
import { mutations } from "../mutations.js";
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

describe("TensorFlow.js", () => {
  it.each(Object.entries(networks))("loads what is written, and its files are read: %s", async (name, make) => {
    const net = sequential(make() as never, { seed: 1 });
    scramble(net);
    const x = rows(name);
    const expected = Array.from((await net.predict(tensor(x, [2, 4]))).data);
    const there = await tfl.loadLayersModel(io.fromMemory(artifacts(await net.exportTfjs())));
    const result = there.predict(tfTensor(x, [2, 4])) as TfTensor;
    expectClose(Array.from(await result.data()), expected, tolerance, "there");
    let saved: io.ModelArtifacts = {};
    await there.save(
      io.withSaveHandler(async (given) => {
        saved = given;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    const modelJson = JSON.parse(
      JSON.stringify({
        modelTopology: saved.modelTopology,
        weightsManifest: [{ paths: ["w"], weights: saved.weightSpecs }],
      }),
    ) as TfjsModel["modelJson"];
    const back = await importTfjs({ modelJson, weights: new Uint8Array(saved.weightData as ArrayBuffer) });
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
    await expect(importTfjs({ modelJson: topology([], "Model"), weights })).rejects.toThrow(
      'importTfjs: expected a Sequential, received "Model".',
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
      "importTfjs: modelJson must be an object, received an array of 0.",
    );
  });

  it("100,000 damaged files are read or refused", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] }), layers.layerNormalization()], { seed: 1 });
    const { modelJson, weights } = await net.exportTfjs();
    const sound = new TextEncoder().encode(JSON.stringify(modelJson));
    let refused = 0;
    let parsed = 0;
    for (const damaged of mutations(sound, 100_000)) {
      let given: TfjsModel["modelJson"];
      try {
        given = JSON.parse(new TextDecoder().decode(damaged)) as TfjsModel["modelJson"];
      } catch {
        continue;
      }
      parsed++;
      try {
        await importTfjs({ modelJson: given, weights });
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(5_000);
    expect(parsed).toBeGreaterThan(refused);
    await expect(importTfjs({ modelJson, weights: weights.subarray(4) })).rejects.toThrow(FormatError);
  });
});
