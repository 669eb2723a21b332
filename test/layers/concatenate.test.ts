import { beforeAll, describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import { model } from "../../src/models/index.js";
import * as optimizers from "../../src/optimizers/index.js";
import { testBackends } from "../backends.js";

describe.each(testBackends)("concatenate on $label", (backend) => {
  beforeAll(() => backend.use());

  it("puts its inputs side by side", async () => {
    const inputs = [1, 2, 3].map((width, i) => input({ shape: [width], name: `x${i}` }));
    const net = model({ inputs, outputs: [layers.concatenate()(inputs)] });
    const rows = [
      [[1], [2]],
      [
        [3, 4],
        [5, 6],
      ],
      [
        [7, 8, 9],
        [10, 11, 12],
      ],
    ];
    expect((await net.predict(rows)).toArray()).toEqual([
      [1, 3, 4, 7, 8, 9],
      [2, 5, 6, 10, 11, 12],
    ]);
    const [a, b] = [input({ shape: [1, 2], name: "a" }), input({ shape: [2, 2], name: "b" })];
    const tall = model({ inputs: [a, b], outputs: layers.concatenate({ axis: 1 })([a, b]) });
    expect(
      (
        await tall.predict([
          [[[1, 2]]],
          [
            [
              [3, 4],
              [5, 6],
            ],
          ],
        ])
      ).toArray(),
    ).toEqual([
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ]);
  });

  it("hands each input its part of the gradient", async () => {
    const [a, b] = [input({ shape: [1], name: "a" }), input({ shape: [2], name: "b" })];
    const left = layers.dense({ units: 1, name: "left", kernelInitializer: "ones" })(a);
    const right = layers.dense({ units: 2, name: "right", kernelInitializer: "identity" })(b);
    const net = model({ inputs: [a, b], outputs: layers.concatenate()([left, right]) });
    net.compile({ loss: "mse", optimizer: optimizers.sgd({ learningRate: 3 }) });
    // Predictions 1, 2, 3 with errors 1, 2, 0; the derivative of the loss is 2/3 of them.
    await net.trainOnBatch([[[1]], [[2, 3]]], [[0, 0, 3]]);
    const weights = Object.fromEntries(net.getWeights().map(({ name, data }) => [name, [...data].map(Math.round)]));
    expect(weights).toEqual({
      "left/kernel": [-1],
      "left/bias": [-2],
      "right/kernel": [-7, 0, -12, 1],
      "right/bias": [-4, 0],
    });
  });
});

describe("concatenate", () => {
  it("tells which inputs it cannot join", () => {
    const [a, b] = [input({ shape: [2, 3] }), input({ shape: [4, 3] })];
    expect(layers.concatenate({ axis: 1 })([a, b]).shape).toEqual([null, 6, 3]);
    expect(layers.concatenate({ axis: -2 })([a, b]).shape).toEqual([null, 6, 3]);
    expect(() => layers.concatenate({ name: "c" })([a, b])).toThrow(
      new ShapeError(
        'concatenate "c": expected shapes that differ along axis -1 only, received [batch, 2, 3] and [batch, 4, 3].',
      ),
    );
    expect(() => layers.concatenate({ axis: 3 })([a, b])).toThrow(
      new RangeError("concatenate: axis must be in [1, 2] or [-2, -1], received 3."),
    );
    expect(() => layers.concatenate({ axis: -3 })([a, b])).toThrow("received -3.");
    expect(() => layers.concatenate()([a, a])).toThrow(
      'layer "concatenate", ops.concatenate: expected the axis behind the batch, received axis 2 of [batch, 2, 3]. ' +
        "Reshape to [batch, n] first.",
    );
    expect(() => layers.concatenate({ axis: 0 })).toThrow(
      new RangeError("concatenate: axis must be an integer other than 0, which is the batch, received 0."),
    );
    expect(() => layers.concatenate({ axis: "1" as never })).toThrow('received "1".');
    expect(() => layers.concatenate()(a)).toThrow("concatenate: expected an array of symbolic tensors, received one.");
  });
});
