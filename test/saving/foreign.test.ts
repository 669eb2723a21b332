// What `loadModel` and `loadWeights` take besides files that `save` wrote.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.js";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { loadModel, setBackend } from "../../src/node.js";
import { expectClose } from "../fixtures/fixture.js";
import { xorNetwork } from "../models/networks.js";

const x = [
  [0.5, -1],
  [2, 0.25],
];
let folder = "";

beforeAll(async () => {
  await setBackend("reference");
  folder = await mkdtemp(join(tmpdir(), "feedforward-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("loadModel", () => {
  test("names the address that gives no answer", async () => {
    const url = "http://127.0.0.1:1/net.safetensors";
    await expect(loadModel(url)).rejects.toThrow(`loadModel: expected an answer of ${url}, received TypeError: `);
  });

  test("takes ONNX files by their content", async () => {
    const net = xorNetwork(1);
    const bytes = await net.exportOnnx();
    const path = join(folder, "net.model");
    await writeFile(path, bytes);
    const { data } = await net.predict(x);
    for (const source of [bytes, path, new Blob([bytes as Uint8Array<ArrayBuffer>])]) {
      const loaded = await loadModel(source);
      expectClose(
        Array.from((await loaded.predict(x)).data),
        Array.from(data),
        { relative: 1e-6, absolute: 1e-6 },
        "y",
      );
      expect(loaded.optimizer).toBe(null);
    }
    await expect(loadModel(bytes.subarray(0, 40))).rejects.toThrow(FormatError);
  });

  test("takes layers models of TensorFlow.js with the weights beside model.json", async () => {
    const net = xorNetwork(1);
    const { modelJson, weights } = await net.exportTfjs();
    const path = join(folder, "model.json");
    await writeFile(path, JSON.stringify(modelJson));
    const { data } = await net.predict(x);
    await expect(loadModel(path)).rejects.toThrow(/weights\.bin", received no such file or folder/);
    await writeFile(join(folder, "weights.bin"), weights);
    for (const source of [{ modelJson, weights }, path, pathToFileURL(path)]) {
      expect((await (await loadModel(source)).predict(x)).data).toEqual(data);
    }
    for (const before of ["\n\t ", "\ufeff\n"]) {
      await writeFile(path, before + JSON.stringify(modelJson));
      expect((await (await loadModel(path)).predict(x)).data).toEqual(data);
    }
    await expect(loadModel(await readFile(path))).rejects.toThrow(
      "loadModel: expected a place beside which the weights lie, received bytes alone. Give a path or a URL, or { modelJson, weights }.",
    );
    await expect(loadModel({ modelJson, weights: weights.subarray(4) })).rejects.toThrow(FormatError);
  });

  test.each(["../weights.bin", "/etc/hostname", "a/../../b", "file:///a", "C:\\a", "", "%2e%2e/a", 3, null])(
    "reads nothing elsewhere for a hostile model.json: %s",
    async (path) => {
      const file = join(folder, "hostile.json");
      await writeFile(file, JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: [path], weights: [] }] }));
      await expect(loadModel(file)).rejects.toThrow(/: paths of weights must be names beside model\.json, received /);
    },
  );

  test.each([
    ["PK\x03\x04", "loadModel: expected a model, received a ZIP archive. model.loadWeights takes weights from .npz; "],
    ["\x89HDF\r\n", "loadModel: expected a model, received an HDF5 file. Make an ONNX file "],
    ["\x93NUMPY", "loadModel: expected a model, received an array of NumPy. data.npy reads it."],
    ["hello, world", "loadModel: expected a model, received 12 bytes of another kind. Give what save, "],
    ["", "loadModel: expected a model, received 0 bytes of another kind."],
    ["{", "loadModel: expected JSON, received "],
    ['{"a":1}', "loadModel: expected a model.json of TensorFlow.js, received JSON without modelTopology."],
  ])("tells what a file is that has no model: %j", async (text, message) => {
    const failure: unknown = await loadModel(Uint8Array.from(text, (sign) => sign.charCodeAt(0))).catch((e) => e);
    expect(failure).toBeInstanceOf(FormatError);
    expect((failure as Error).message).toContain(message);
  });
});

describe("loadWeights", () => {
  test("takes what NumPy has saved, and gives NumPy's results", async () => {
    const fixture = JSON.parse(await readFile(new URL("npz.json", import.meta.url), "utf8")) as {
      readonly npz: string;
      readonly compressed: string;
      readonly x: number[][];
      readonly y: number[][];
    };
    for (const text of [fixture.npz, fixture.compressed]) {
      const net = sequential([
        layers.dense({ units: 4, activation: "tanh", inputShape: [3], name: "hidden" }),
        layers.dense({ units: 2, useBias: false, name: "out" }),
      ]);
      await net.loadWeights(new Uint8Array(Buffer.from(text, "base64")));
      const { data } = await net.predict(fixture.x);
      expectClose(Array.from(data), fixture.y.flat(), { relative: 1e-5, absolute: 1e-6 }, "y");
    }
  });

  test("takes what exportNpz wrote; nothing is changed by another network's", async () => {
    const [net, other] = [xorNetwork(1), xorNetwork(2)];
    await other.loadWeights(await net.exportNpz({ compress: true }));
    expect(other.getWeights()).toEqual(net.getWeights());
    const strange = await sequential([layers.dense({ units: 1, inputShape: [2] })]).exportNpz();
    await expect(other.loadWeights(strange)).rejects.toThrow(
      'model "xor", loadWeights: expected weight "hidden/kernel", received none.',
    );
    expect(other.getWeights()).toEqual(net.getWeights());
  });
});
