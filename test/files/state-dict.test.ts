// PyTorch's state_dict: one that PyTorch has, the names that are written, and files that do not fit.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { readSafetensors } from "../../src/files/safetensors.js";
import { FormatError, input, layers, model, sequential, setBackend } from "../../src/index.js";
import { expectClose } from "../fixtures/fixture.js";
import { mutations } from "./mutations.js";

const fixture = JSON.parse(readFileSync(new URL("state-dict.json", import.meta.url), "utf8")) as {
  readonly bytes: string;
  readonly shapes: Readonly<Record<string, number[]>>;
  readonly x: number[][];
  readonly y: number[][];
};
const bytes = new Uint8Array(Buffer.from(fixture.bytes, "base64"));

beforeAll(async () => {
  await setBackend("reference");
});

function network() {
  return sequential([
    layers.dense({ units: 5, activation: "tanh", inputShape: [3] }),
    layers.batchNormalization({ epsilon: 1e-5 }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: 4 }),
    layers.layerNormalization({ epsilon: 1e-5 }),
    layers.prelu(),
    layers.dense({ units: 2, name: "out" }),
  ]);
}

describe("state_dict", () => {
  it("is read as PyTorch has it, and predicts the same", async () => {
    const net = network();
    await net.loadStateDict(bytes);
    expectClose(
      Array.from((await net.predict(fixture.x)).data),
      fixture.y.flat(),
      { relative: 1e-5, absolute: 1e-5 },
      "y",
    );
  });

  it("is written as PyTorch reads it", async () => {
    const net = network();
    await net.loadStateDict(bytes);
    const { tensors } = readSafetensors(await net.exportStateDict(), "written");
    const given = readSafetensors(bytes, "given").tensors;
    const names = Object.keys(fixture.shapes).filter((name) => !name.endsWith("num_batches_tracked"));
    expect([...tensors.keys()].sort()).toEqual(names.sort());
    for (const name of names) {
      expect(tensors.get(name)?.shape).toEqual(fixture.shapes[name]);
      expect(Array.from(tensors.get(name)?.bytes ?? [])).toEqual(Array.from(given.get(name)?.bytes ?? [0]));
    }
  });

  it("takes the names of layers, or those that are given", async () => {
    const x = input({ shape: [2] });
    const net = model({
      inputs: x,
      outputs: layers.dense({ units: 1, name: "fc" })(layers.dense({ units: 2, name: "hidden" })(x)),
    });
    const keys = async (names = {}) =>
      [...readSafetensors(await net.exportStateDict({ names }), "x").tensors.keys()].sort();
    expect(await keys()).toEqual(["fc.bias", "fc.weight", "hidden.bias", "hidden.weight"]);
    expect(await keys({ fc: "" })).toEqual(["bias", "hidden.bias", "hidden.weight", "weight"]);
    await expect(net.exportStateDict({ names: { fx: "a" } })).rejects.toThrow(
      /names: expected a known name, received "fx"\. Did you mean "fc"/,
    );
  });

  it("refuses what does not fit, and changes nothing", async () => {
    const net = network();
    const before = net.getWeights();
    const other = sequential([layers.dense({ units: 3, inputShape: [3] })]);
    await expect(net.loadStateDict(await other.exportStateDict())).rejects.toThrow(
      'model "sequential", loadStateDict, tensor "0.weight": expected shape [5, 3], received [3, 3].',
    );
    await expect(other.loadStateDict(bytes)).rejects.toThrow(
      /expected tensors of the model's weights alone, received "2\.bias"/,
    );
    await expect(other.loadStateDict(bytes, { strict: false })).rejects.toThrow(
      /expected shape \[3, 3\], received \[5, 3\]/,
    );
    await expect(net.loadStateDict(bytes, { names: { out: "head" }, strict: false })).rejects.toThrow(
      /expected a tensor "head\.weight", received none/,
    );
    await expect(net.loadStateDict(bytes.subarray(0, 100))).rejects.toThrow(FormatError);
    expect(net.getWeights()).toEqual(before);
    const glu = sequential([layers.glu({ units: 2, inputShape: [2] })]);
    await expect(glu.exportStateDict()).rejects.toThrow(/expected layers that PyTorch has, received glu "glu"/);
  });

  it("100,000 damaged files are read or refused", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2] })], { seed: 1 });
    const sound = await net.exportStateDict();
    let refused = 0;
    for (const damaged of mutations(sound, 100_000)) {
      try {
        await net.loadStateDict(damaged);
      } catch (error) {
        // Numbers that are not finite are refused as setWeights refuses them.
        if (!(error instanceof FormatError) && !(error instanceof RangeError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(30_000);
  });
});
