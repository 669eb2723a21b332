// What defines softmax: rows sum to 1, a shift of a row changes nothing, and logSoftmax is its logarithm.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileFunction } from "../../src/grad.js";
import * as ops from "../../src/ops/index.js";
import { type Tensor, tensor } from "../../src/tensor.js";
import { testBackends } from "../backends.js";
import { anySeed, distance, numbersFrom, runs } from "./numbers.js";

const shape = [3, 7];

describe.each(testBackends)("softmax on $label", (backend) => {
  const softmax = compileFunction((x) => ops.softmax(x), { shapes: [shape] });
  const logSoftmax = compileFunction((x) => ops.logSoftmax(x), { shapes: [shape] });
  const rows = (values: Float32Array) => tensor(values, shape);
  beforeAll(() => backend.use());
  afterAll(() => {
    softmax.dispose();
    logSoftmax.dispose();
  });

  it("sums to 1 in each row, with nothing below 0", async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, fc.integer({ min: 0, max: 200 }), async (seed, scale) => {
        const { data } = await softmax<Tensor<Float32Array>>(rows(numbersFrom(seed, 21, -scale, scale)));
        expect(data.every((value) => value >= 0)).toBe(true);
        for (let row = 0; row < 3; row++) {
          const sum = Array.from(data.subarray(row * 7, row * 7 + 7)).reduce((a, b) => a + b, 0);
          expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
        }
      }),
      runs,
    );
  });

  it("does not change when a row is shifted", async () => {
    await fc.assert(
      // Multiples of 2^-10 below 2^10: sums of them are exact in float32.
      fc.asyncProperty(anySeed, fc.integer({ min: -1000, max: 1000 }), async (seed, shift) => {
        const x = numbersFrom(seed, 21, -8, 8).map((value) => Math.round(value * 1024) / 1024);
        const { data } = await softmax<Tensor<Float32Array>>(rows(x));
        const shifted = await softmax<Tensor<Float32Array>>(rows(x.map((value) => value + shift)));
        expect(distance(shifted.data, data)).toBe(0);
      }),
      runs,
    );
  });

  it("is the exponential of logSoftmax", async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, async (seed) => {
        const x = rows(numbersFrom(seed, 21, -20, 20));
        const { data } = await softmax<Tensor<Float32Array>>(x);
        const logs = await logSoftmax<Tensor<Float32Array>>(x);
        expect(distance(Array.from(logs.data, Math.exp), data)).toBeLessThan(2e-6);
      }),
      runs,
    );
  });
});
