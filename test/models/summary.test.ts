import { describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import { model, sequential } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";

describe("summary", () => {
  it("tells with what the layers are connected, when they are no chain", () => {
    const [a, b] = [input({ shape: [2], name: "a" }), input({ shape: [2], name: "b" })];
    const encoder = sequential([layers.dense({ units: 3, inputShape: [2] })], { name: "encoder" });
    const [u, v] = [encoder.call(a), encoder.call(b)];
    const sum = layers.add({ name: "sum" })([u, ops.mul(v, ops.add(u, 1))]);
    const frozen = layers.dense({ units: 1, name: "out", trainable: false });
    const net = model({ inputs: [a, b], outputs: [frozen(sum), u], name: "both" });
    const table = [
      'Model "both"',
      "----------------------------------------------------------",
      "Layer (type)          Output shape  Param #  Connected to",
      "----------------------------------------------------------",
      "a (input)             [batch, 2]          0  -",
      "b (input)             [batch, 2]          0  -",
      "encoder (sequential)  [batch, 3]          9  a",
      "encoder (sequential)  [batch, 3]     shared  b",
      "sum (add)             [batch, 3]          0  encoder",
      "out (dense)           [batch, 1]          4  sum",
      "----------------------------------------------------------",
      "Total params: 13 (52 B)",
      "Trainable params: 9",
      "Non-trainable params: 4",
    ];
    expect(net.summary()).toBe(table.join("\n").replaceAll("-".repeat(58), "-".repeat(57)));
    net.compile({ loss: "mse", optimizer: "adam" });
    expect(net.summary().split("\n").at(-1)).toBe("Optimizer params: 18");
  });

  it("of a chain has no such column, also when it is made of functions", () => {
    const x = input({ shape: [2], name: "x" });
    const net = model({ inputs: x, outputs: layers.dense({ units: 1 })(layers.dense({ units: 4 })(x)) });
    expect(net.summary().split("\n")[2]).toBe("Layer (type)     Output shape  Param #");
    const skip = model({ inputs: x, outputs: ops.add(x, layers.dense({ units: 2 })(x)) });
    expect(skip.summary().split("\n")[2]).toBe("Layer (type)   Output shape  Param #  Connected to");
  });

  it("shows all results of a model that is used as a layer", () => {
    const x = input({ shape: [2], name: "x" });
    const inner = model({ inputs: x, outputs: [ops.mul(x, 2), layers.dense({ units: 1 })(x)], name: "inner" });
    const [u, v] = inner.call(x);
    expect(model({ inputs: x, outputs: [u, v] }).summary()).toContain(
      "inner (model)  [batch, 2], [batch, 1]        3  x",
    );
  });
});
