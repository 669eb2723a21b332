// What can be wrong with a file of a model, and what is missing.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.js";
import { bytesOf, readSafetensors, writeSafetensors } from "../../src/files/safetensors.js";
import * as layers from "../../src/layers/index.js";
import { type Model, sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import { RandomStream } from "../../src/random/philox.js";
import { loadModel, modelOfFile } from "../../src/saving/load.js";
import { allWeights, xorNetwork } from "../models/networks.js";

/** The file with its metadata changed. */
async function changed(net: Model, change: (metadata: Map<string, string>) => void): Promise<Uint8Array> {
  const { tensors, metadata } = readSafetensors(await net.save(), "file");
  const copy = new Map(metadata);
  change(copy);
  return writeSafetensors(
    [...tensors].map(([name, stored]) => ({ name, ...stored })),
    copy,
  );
}

describe("loadModel", () => {
  test("reads bytes, a Blob and a buffer, and keeps metadata", async () => {
    const net = xorNetwork(1);
    net.metadata = { classes: ["no", "yes"], scale: [Number.NaN, -0] };
    const bytes = await net.save();
    for (const source of [bytes, new Blob([bytes]), bytes.buffer]) {
      const loaded = await loadModel(source);
      expect(allWeights(loaded)).toEqual(allWeights(net));
      expect(loaded.metadata).toEqual(net.metadata);
      expect(loaded.optimizer?.config).toEqual(net.optimizer?.config);
    }
    // The bytes stay those of the caller.
    const loaded = await loadModel(bytes);
    bytes.fill(255);
    expect(allWeights(loaded)).toEqual(allWeights(net));
  });

  test("leaves out what compile was given when it is told so", async () => {
    const loaded = await loadModel(await xorNetwork(1).save(), { compile: false });
    expect(loaded.optimizer).toBe(null);
  });

  test("names all objects of users that are missing", async () => {
    const net = sequential([layers.custom({ name: "twice", call: (x) => ops.mul(x, 2) }), layers.dense({ units: 1 })]);
    const own = sequential([layers.dense({ units: 1, inputShape: [2] }), net]);
    own.compile({ loss: function mine(a, b) { return ops.square(ops.sub(a, b)); } }); // biome-ignore format: short
    const file = await own.save();
    await expect(loadModel(file)).rejects.toThrow(
      new TypeError(
        'loadModel: the model needs customObjects: layer "twice", loss "mine", received none of these names. Functions are ' +
          'not saved. Give what was saved: loadModel(source, { customObjects: { "twice": ... } }).',
      ),
    );
  });

  test("refuses other safetensors files, later versions, and weights that are missing or of another shape", async () => {
    const net = xorNetwork(1);
    await expect(loadModel(writeSafetensors([]))).rejects.toThrow(
      new FormatError(
        'loadModel: expected a file with a model, metadata format "feedforward", received undefined. ' +
          "Only files that save wrote have a model.",
      ),
    );
    await expect(loadModel(await net.saveWeights())).rejects.toThrow("Use model.loadWeights for it.");
    const newer = await changed(net, (metadata) => metadata.set("version", "2"));
    await expect(loadModel(newer)).rejects.toThrow(
      new FormatError(
        'loadModel: expected a version of the format from 1 to 1, received "2". Newer files need a newer feedforward.',
      ),
    );
    const { metadata } = readSafetensors(await net.save(), "file");
    await expect(loadModel(writeSafetensors([], metadata))).rejects.toThrow(
      new FormatError('loadModel: expected weight "hidden/kernel", received none.'),
    );
    const deep = await changed(net, (map) => map.set("architecture", "[".repeat(100_000)));
    await expect(loadModel(deep)).rejects.toThrow(
      new FormatError("loadModel, architecture: expected JSON of at most 64 levels, received more."),
    );
    const units = await changed(net, (map) => {
      map.set("architecture", (map.get("architecture") as string).replace('"units":8', '"units":-1'));
    });
    await expect(loadModel(units)).rejects.toThrow(
      new FormatError(
        "loadModel: the file describes no model that can be made: dense: units must be a positive integer, received -1.",
      ),
    );
  });

  test("refuses what is no source", async () => {
    await expect(loadModel(3 as never)).rejects.toThrow(
      new TypeError('loadModel: expected a file, received 3. Give bytes, a path, a URL, "indexeddb://name" or a Blob.'),
    );
  });
});

describe("loadWeights", () => {
  test("takes the weights by their names, and all or none", async () => {
    const [net, other] = [xorNetwork(1), xorNetwork(2)];
    await other.loadWeights(await net.saveWeights());
    expect(allWeights(other)).toEqual(allWeights(net));
    const kernel = {
      name: "hidden/kernel",
      dtype: "F32",
      shape: [2, 8],
      bytes: bytesOf(new Float32Array(16)),
    } as const;
    await expect(other.loadWeights(writeSafetensors([kernel]))).rejects.toThrow(
      new FormatError('model "xor", loadWeights: expected weight "hidden/bias", received none.'),
    );
    expect(allWeights(other)).toEqual(allWeights(net));
  });
});

// 100,000 of them were tried with several seeds; here are some for every run.
test.each(["chain", "functional", "nested"])(
  "2,000 random changes of %s give a model or a FormatError",
  (name) => {
    const bytes = readFileSync(new URL(`../fixtures/version-1/${name}.safetensors`, import.meta.url));
    const { tensors, metadata } = readSafetensors(bytes, name);
    const seed = 5;
    const random = new RandomStream([seed, 0]);
    const one = <T>(list: readonly T[]) => list[random.integer(list.length)] as T;
    const pieces = [
      '"',
      "0",
      "-1",
      "1e999",
      "null",
      "[]",
      "{}",
      "[",
      "}",
      "custom",
      "relu",
      "__proto__",
      "dense",
      "3.5",
    ];
    const values = ["0", "1", "-1", "0.5", "1e12", "65536", "null", "[1]", "true", '"x"'];
    /** Some characters by others, or a number or a text by another one. */
    const change = (text: string) => {
      const tokens = [...text.matchAll(random.integer(2) === 0 ? /-?\d+(\.\d+)?(e-?\d+)?/g : /"[^"]*"/g)];
      const token = one(tokens);
      if (random.integer(3) === 0) {
        const at = random.integer(text.length);
        return text.slice(0, at) + one(pieces) + text.slice(at + random.integer(4));
      }
      const other = random.integer(2) === 0 ? one(values) : one(tokens)[0];
      return text.slice(0, token.index) + other + text.slice(token.index + token[0].length);
    };
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const key = i % 2 === 0 ? "architecture" : "training";
      const changed = new Map(metadata).set(key, change(metadata.get(key) as string));
      try {
        modelOfFile("file", { tensors, metadata: changed }, true, {}).dispose();
      } catch (error) {
        if (!(error instanceof FormatError)) throw new Error(`seed ${seed}, change ${i}`, { cause: error });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  },
  60_000,
);
