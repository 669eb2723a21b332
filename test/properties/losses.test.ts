// Losses are means over rows: the order of the rows and the cut into batches change nothing, and weights act as repetition.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { type Model, sequential } from "../../src/models/index.js";
import { tensor } from "../../src/tensor.js";
import { testBackends } from "../backends.js";
import { anySeed, numbersFrom, orderFrom, runs } from "./numbers.js";

const rows = 12;
const width = 3;
const names = [
  "meanSquaredError",
  "meanAbsoluteError",
  "huber",
  "binaryCrossentropy",
  "categoricalCrossentropy",
] as const;

/** A model that gives its input, so that `evaluate` is the loss of what it is given. */
function identity(loss: (typeof names)[number]): Model {
  const net = sequential([layers.activation({ activation: "linear", inputShape: [width] })]);
  net.compile({ optimizer: "sgd", loss });
  return net;
}

function data(seed: number): { x: Float32Array; y: Float32Array } {
  return { x: numbersFrom(seed, rows * width, 0.05, 0.95), y: numbersFrom(seed, rows * width, 0, 1, 1) };
}

const table = (values: Float32Array) => tensor(values, [values.length / width, width]);
const reordered = (values: Float32Array, order: readonly number[]) =>
  Float32Array.from(order.flatMap((row) => [...values.subarray(row * width, row * width + width)]));
const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(b)));

describe.each(testBackends)("losses on $label", (backend) => {
  beforeAll(() => backend.use());

  describe.each(names)("%s", (name) => {
    it("does not depend on the order of the rows, nor on the batches", async () => {
      const net = identity(name);
      await fc.assert(
        fc.asyncProperty(anySeed, fc.integer({ min: 1, max: rows }), async (seed, batchSize) => {
          const { x, y } = data(seed);
          const order = orderFrom(seed, rows);
          const whole = await net.evaluate(table(x), table(y), { batchSize: rows });
          const cut = await net.evaluate(table(reordered(x, order)), table(reordered(y, order)), { batchSize });
          near(cut.loss as number, whole.loss as number);
        }),
        runs,
      );
      net.dispose();
    });

    it("of joined data is the mean of the parts' losses, weighed by their rows", async () => {
      const net = identity(name);
      await fc.assert(
        fc.asyncProperty(anySeed, fc.integer({ min: 1, max: rows - 1 }), async (seed, cut) => {
          const { x, y } = data(seed);
          const part = async (from: number, to: number) => {
            const [a, b] = [x.subarray(from * width, to * width), y.subarray(from * width, to * width)];
            return (await net.evaluate(table(a), table(b))).loss as number;
          };
          const joined = (cut * (await part(0, cut)) + (rows - cut) * (await part(cut, rows))) / rows;
          near(joined, await part(0, rows));
        }),
        runs,
      );
      net.dispose();
    });
  });
});
