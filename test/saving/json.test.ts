// Metadata of users come back as they were given, or are refused before there is a file.

import { describe, expect, test } from "vitest";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { loadModel } from "../../src/saving/load.js";
import { allWeights, xorNetwork } from "../models/networks.js";

describe("metadata", () => {
  test("may have any keys", async () => {
    const net = xorNetwork(1);
    const house = { street: "x", number: "12a" };
    net.metadata = { number: "12a", house, list: [house, { number: "NaN", more: null }, { number: 3 }, Number.NaN] };
    expect((await loadModel(await net.save())).metadata).toEqual(net.metadata);
    net.metadata = { number: "12a" };
    expect((await loadModel(await net.save())).metadata).toEqual(net.metadata);
  });

  test("are plain data", async () => {
    const net = xorNetwork(1);
    const loop: { again?: unknown } = {};
    loop.again = loop;
    let deep: unknown = 1;
    for (let level = 0; level < 55; level++) deep = { deep };
    const remedy = "Only plain data are saved.";
    for (const [value, message] of [
      [{ a: [1, () => 1] }, `model "xor", save, metadata.a[1]: expected plain data, received a function. ${remedy}`],
      [{ a: 10n }, `.a: expected plain data, received 10n. ${remedy}`],
      [{ a: new Map() }, `.a: expected plain data, received Map. ${remedy}`],
      [{ a: new Date(0) }, `.a: expected plain data, received Date. ${remedy}`],
      [
        { a: { number: "NaN" } },
        `.a: expected no object that stands for a number, received {"number":"NaN"}. ${remedy}`,
      ],
      [loop, `.again: expected at most 55 levels, received more. ${remedy}`],
      [{ deep }, `.deep: expected at most 55 levels, received more. ${remedy}`],
    ] as const) {
      net.metadata = value as never;
      await expect(net.save()).rejects.toThrow(TypeError);
      await expect(net.save()).rejects.toThrow(message);
    }
    let high: unknown = 1;
    for (let level = 0; level < 54; level++) high = { high };
    net.metadata = { high };
    expect((await loadModel(await net.save())).metadata).toEqual(net.metadata);
  });

  test("a layer may have the name that stands before the optimizer's arrays", async () => {
    const net = sequential([layers.dense({ units: 1, inputShape: [2], name: "__optimizer__" })], { seed: 1 });
    net.compile({ optimizer: "adam", loss: "meanSquaredError" });
    await net.fit([[1, 2]], [[1]], { verbose: 0 });
    const loaded = await loadModel(await net.save());
    for (const one of [net, loaded]) await one.fit([[1, 2]], [[1]], { verbose: 0 });
    expect(allWeights(loaded)).toEqual(allWeights(net));
  });
});
