// Tests of the values of functions of ops on every backend.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import { compileFunction } from "../../src/grad.js";
import type { Shape, SymbolicTensor } from "../../src/graph/node.js";
import { type Tensor, type TensorInput, tensor } from "../../src/tensor.js";
import { testBackends } from "../backends.js";

/** Inputs, the function, and its result with its shape. */
export type ValueCase = readonly [
  inputs: readonly TensorInput[],
  f: (...x: SymbolicTensor[]) => SymbolicTensor,
  data: readonly number[],
  shape: Shape,
];

/** Declares one test for each case and backend. */
export function testValues(cases: Readonly<Record<string, ValueCase>>): void {
  describe.each(testBackends.map((backend) => [backend.label, backend] as const))("%s", (_, backend) => {
    beforeAll(() => backend.use());
    afterAll(() => setBackend("reference"));

    test.each(Object.entries(cases))("%s", async (_name, [inputs, f, data, shape]) => {
      const shapes = inputs.map((input) => tensor(input).shape);
      const compiled = compileFunction(f, { shapes });
      expect(compiled.outputShapes).toEqual([shape]);
      const result = await compiled<number | Tensor<Float32Array>>(...inputs.map((input) => tensor(input)));
      const actual = [...tensor(result).data];
      expect(actual.length).toBe(data.length);
      actual.forEach((value, i) => {
        if (Number.isFinite(data[i])) expect(value).toBeCloseTo(data[i] as number, 5);
        else expect(value).toBe(data[i]);
      });
      compiled.dispose();
    });
  });
}
