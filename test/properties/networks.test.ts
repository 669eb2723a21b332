// Symmetries of networks: hidden units have no order, and a network of relus without biases is homogeneous.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";
import { sequential } from "../../src/models/index.js";
import { tensor } from "../../src/tensor.js";
import { testBackends } from "../backends.js";
import { anySeed, distance, numbersFrom, orderFrom, runs } from "./numbers.js";

const [inputs, hidden, outputs] = [4, 9, 3];
const rows = 5;

/** The columns of a matrix in another order. */
function columns(values: Float32Array, order: readonly number[]): Float32Array {
  const width = order.length;
  return values.map((_, i) => values[i - (i % width) + (order[i % width] as number)] as number);
}

/** The rows of a matrix in another order. */
function rowsOf(values: Float32Array, order: readonly number[]): Float32Array {
  const width = values.length / order.length;
  return Float32Array.from(order.flatMap((row) => [...values.subarray(row * width, row * width + width)]));
}

describe.each(testBackends)("networks on $label", (backend) => {
  beforeAll(() => backend.use());

  it.each(["tanh", "relu", "gelu"] as const)(
    "do not change when hidden units of %s are renumbered",
    async (activation) => {
      const net = sequential([
        layers.dense({ units: hidden, activation, inputShape: [inputs] }),
        layers.dense({ units: outputs }),
      ]);
      await fc.assert(
        fc.asyncProperty(anySeed, async (seed) => {
          const kernel = numbersFrom(seed, inputs * hidden, -1, 1, 1);
          const bias = numbersFrom(seed, hidden, -1, 1, 2);
          const next = numbersFrom(seed, hidden * outputs, -1, 1, 3);
          const last = numbersFrom(seed, outputs, -1, 1, 4);
          const x = tensor(numbersFrom(seed, rows * inputs), [rows, inputs]);
          const predict = async (order: readonly number[]) => {
            net.setWeights([
              tensor(columns(kernel, order), [inputs, hidden]),
              tensor(columns(bias, order), [hidden]),
              tensor(rowsOf(next, order), [hidden, outputs]),
              tensor(last, [outputs]),
            ]);
            return (await net.predict(x)).data;
          };
          const expected = await predict(Array.from({ length: hidden }, (_, i) => i));
          expect(distance(await predict(orderFrom(seed, hidden)), expected)).toBeLessThan(2e-6);
        }),
        runs,
      );
      net.dispose();
    },
  );

  it.each(["relu", "leakyRelu", "linear"] as const)(
    "of %s without biases grow with their input",
    async (activation) => {
      const net = sequential([
        layers.dense({ units: hidden, activation, useBias: false, inputShape: [inputs] }),
        layers.dense({ units: outputs, useBias: false }),
      ]);
      await fc.assert(
        // Powers of two scale without rounding: the results are equal to the last bit.
        fc.asyncProperty(anySeed, fc.integer({ min: -20, max: 20 }), async (seed, exponent) => {
          const x = numbersFrom(seed, rows * inputs);
          const scale = 2 ** exponent;
          const plain = (await net.predict(tensor(x, [rows, inputs]))).data.map((value) => value * scale);
          const scaled = (
            await net.predict(
              tensor(
                x.map((value) => value * scale),
                [rows, inputs],
              ),
            )
          ).data;
          expect([...scaled]).toEqual([...plain]);
        }),
        runs,
      );
      net.dispose();
    },
  );
});
