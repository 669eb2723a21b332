import { expect, it } from "vitest";
import { readBytes } from "../../src/files/bytes.js";
import { importOnnx, importTfjs, layers, sequential } from "../../src/index.js";

it("readBytes takes views and buffers without a copy", () => {
  const { buffer } = Uint8Array.of(1, 2, 3, 4);
  expect(readBytes("x", buffer)).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(readBytes("x", new DataView(buffer, 1, 2))).toEqual(Uint8Array.of(2, 3));
  expect(readBytes("x", new Uint16Array(buffer)).buffer).toBe(buffer);
});

it("readers refuse what holds no bytes", async () => {
  await expect(importOnnx("net.onnx" as never)).rejects.toThrow(
    new TypeError('importOnnx: expected bytes, received "net.onnx".'),
  );
  const net = sequential([layers.dense({ units: 1, inputShape: [1] })]);
  await expect(net.loadStateDict([1] as never)).rejects.toThrow(
    new TypeError('model "sequential", loadStateDict: expected bytes, received an array of 1.'),
  );
  await expect(importTfjs({ modelJson: {}, weights: null as never })).rejects.toThrow(
    new TypeError("importTfjs, weights: expected bytes, received null."),
  );
});
