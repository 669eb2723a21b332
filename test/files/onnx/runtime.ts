// onnxruntime, as an independent judge of exported files.

import { env, InferenceSession, Tensor as OrtTensor } from "onnxruntime-web";
import type { AnyModel } from "../../../src/models/model.js";
import { Tensor } from "../../../src/tensor.js";
import { numbers } from "../../graph/random.js";
import { expectClose, type Tolerance } from "../../fixtures/fixture.js";

env.wasm.numThreads = 1;
env.logLevel = "error";

/** Of the issue: 1e-5. */
export const tolerance: Tolerance = { relative: 1e-5, absolute: 1e-5 };

/** The outputs of a file for inputs in order, by name. */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: readonly { readonly data: Float32Array; readonly shape: readonly number[] }[],
): Promise<Readonly<Record<string, { data: Float32Array; dims: readonly number[] }>>> {
  const session = await InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const feeds = session.inputNames.map((name, i) => {
    const { data, shape } = inputs[i] as (typeof inputs)[number];
    return [name, new OrtTensor("float32", data, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }]),
  );
}

/** Weights that are no zeros and ones; variances stay positive. */
export function scramble(net: AnyModel): void {
  net.setWeights(
    net.getWeights().map((weight, i) => {
      const values = numbers(100 + i, weight.data.length);
      const positive = /ariance$/.test(weight.name);
      return { ...weight, data: Float32Array.from(values, (value) => (positive ? Math.abs(value) + 0.5 : value / 2)) };
    }),
  );
}

/** The file computes what the model predicts, for several numbers of rows. */
export async function expectSame(
  net: AnyModel,
  bytes: Uint8Array,
  make: (count: number) => number[] = (count) => numbers(7, count).map((value) => 1.5 * value),
): Promise<void> {
  for (const rows of [3, 1]) {
    const inputs = (net.inputs as readonly { readonly shape: readonly (number | null)[] }[]).map(({ shape }) => {
      const sizes = [rows, ...(shape.slice(1) as number[])];
      return new Tensor(Float32Array.from(make(sizes.reduce((a, b) => a * b, 1))), sizes);
    });
    const given = inputs.length === 1 ? inputs[0] : inputs;
    const predicted = (await net.predict(given as never)) as Tensor | readonly Tensor[];
    const expected = [predicted].flat() as Tensor[];
    const found = Object.values(await runOnnx(bytes, inputs as never));
    if (found.length !== expected.length) throw new Error(`${found.length} outputs instead of ${expected.length}`);
    for (const [i, { data, shape }] of expected.entries()) {
      const { data: values, dims } = found[i] as { data: Float32Array; dims: readonly number[] };
      if (dims.join() !== shape.join()) throw new Error(`output ${i} has shape [${dims}] instead of [${shape}]`);
      expectClose(Array.from(values), Array.from(data), tolerance, `output ${i}`);
    }
  }
}
