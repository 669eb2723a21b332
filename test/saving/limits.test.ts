// A small file cannot ask for a graph, a tensor or a table beyond reason.

import { expect, test } from "vitest";
import { FormatError } from "../../src/errors.js";
import { readSafetensors, writeSafetensors } from "../../src/files/safetensors.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { toJson } from "../../src/saving/json.js";
import { loadModel } from "../../src/saving/load.js";
import { xorNetwork } from "../models/networks.js";

type Json = Record<string, unknown>;

/** A file without weights whose architecture is this one. */
async function load(architecture: unknown): Promise<unknown> {
  const metadata = new Map([
    ["format", "feedforward"],
    ["version", "1"],
    ["architecture", toJson(architecture)],
  ]);
  return await loadModel(writeSafetensors([], metadata));
}

function modelOf(kind: string, nodes: readonly Json[], shape: readonly (number | null)[] = [null, 2]): Json {
  const inputs = [{ name: "x", shape }];
  const outputs = [{ name: "y", tensor: nodes.length }];
  return { kind, seed: [1, 0], inputs, inputForm: "one", nodes, outputs, outputForm: "one" };
}

const call = (layer: number, inputs: number) => ({ layer, inputs, outputs: 1 });
const linear = { name: "a", thing: { kind: "layer", name: "activation", config: { activation: "relu" } } };

test("nested models that call each other twice", async () => {
  const nested = Array.from({ length: 40 }, (_, i) => {
    return { name: `n${i}`, thing: modelOf("sequential", [call(i, 0), call(i, 1)]) };
  });
  await expect(load({ layers: [linear, ...nested], model: modelOf("model", [call(40, 0)]) })).rejects.toThrow(
    new FormatError(
      "loadModel, architecture: expected at most 1,000,000 calls of layers and operations, received more.",
    ),
  );
});

test("models in models", async () => {
  const nested = Array.from({ length: 100 }, (_, i) => {
    return { name: `n${i}`, thing: modelOf("sequential", [call(i, 0)]) };
  });
  await expect(load({ layers: [linear, ...nested], model: modelOf("model", [call(100, 0)]) })).rejects.toThrow(
    new FormatError("loadModel, architecture: expected at most 64 models in each other, received more."),
  );
});

test("too many layers", async () => {
  const many = Array.from({ length: 10_001 }, () => linear);
  await expect(load({ layers: many, model: modelOf("model", []) })).rejects.toThrow(
    new FormatError("loadModel, architecture: expected at most 10,000 layers, received 10001."),
  );
});

test("inputs and outputs of layers that no machine holds", async () => {
  await expect(load({ layers: [], model: modelOf("model", [], [null, 2 ** 20, 2 ** 20]) })).rejects.toThrow(
    new FormatError(
      "loadModel, model, input: expected at most 2,147,483,648 numbers in a row of a tensor, received 1099511627776.",
    ),
  );
  const joined = { name: "j", thing: { kind: "layer", name: "concatenate", config: { axis: -1 } } };
  const thrice = { layer: 0, inputs: [0, 0, 0], outputs: 1 };
  await expect(load({ layers: [joined], model: modelOf("model", [thrice], [null, 2 ** 30]) })).rejects.toThrow(
    new FormatError(
      "loadModel, model, node 0: expected at most 2,147,483,648 numbers in a row of a tensor, received 3221225472.",
    ),
  );
});

test("options that would make tables and graphs without end", async () => {
  const net = sequential([
    layers.spectralNormalization({ layer: layers.dense({ units: 3 }), powerIterations: 7, inputShape: [2] }),
  ]);
  const dense = { net, from: '"powerIterations":7', to: '"powerIterations":1e12' };
  const areas = xorNetwork(1, { metrics: ["auc"] });
  const auc = { net: areas, from: '"numThresholds":200', to: '"numThresholds":1e12' };
  for (const { net: model, from, to } of [dense, auc]) {
    const { tensors, metadata } = readSafetensors(await model.save(), "file");
    const changed = new Map([...metadata].map(([key, value]) => [key, value.replace(from, to)]));
    expect(changed).not.toEqual(metadata);
    const file = writeSafetensors(
      [...tensors].map(([name, stored]) => ({ name, ...stored })),
      changed,
    );
    await expect(loadModel(file)).rejects.toThrow(/^loadModel.*: expected a \w+ of at most 1000/);
  }
});
