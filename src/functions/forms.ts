// The forms in which numbers come and go: a number, nested arrays, a typed array or a tensor. Results have the form of inputs.

import { Tensor, type TensorInput, toTensor } from "../tensor.js";

export type Form = "number" | "nested" | "typed" | "tensor";

/** What functions give back, in the form that they were given. */
export type Result<T> = T extends number | boolean
  ? number
  : T extends ArrayBufferView
    ? Float32Array
    : T extends readonly unknown[]
      ? Nested<T>
      : Tensor<Float32Array>;

type Nested<T extends readonly unknown[]> = T extends readonly (number | boolean)[]
  ? number[]
  : T extends readonly (infer U)[]
    ? Result<U>[]
    : never;

/** Numbers from outside, read once. `values` keeps doubles where they were given as such. */
export interface Given {
  readonly form: Form;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export function readInput(where: string, input: TensorInput): Given {
  if (typeof input === "number") return { form: "number", shape: [], values: [input] };
  const { shape, data } = toTensor(input, undefined, where);
  const form = Array.isArray(input) ? "nested" : ArrayBuffer.isView(input) ? "typed" : "tensor";
  return { form: shape.length === 0 ? "number" : form, shape, values: doubles(input) ?? data };
}

/** Gradient checks need all digits, which the float32 data of tensors do not have. */
function doubles(input: TensorInput): ArrayLike<number> | null {
  if (ArrayBuffer.isView(input)) {
    return Object.prototype.toString.call(input) === "[object Float64Array]" ? (input as Float64Array) : null;
  }
  if (!Array.isArray(input)) return null;
  const flat: unknown[] = (input as unknown[]).flat(Number.POSITIVE_INFINITY);
  return flat.every((value) => typeof value === "number") ? (flat as number[]) : null;
}

export function writeResult(data: Float32Array, shape: readonly number[], form: Form): unknown {
  if (shape.length === 0 || form === "number") return data.length === 1 ? data[0] : new Tensor(data, shape).toArray();
  if (form === "typed") return data;
  const result = new Tensor(data, Object.freeze([...shape]));
  return form === "nested" ? result.toArray() : result;
}

/** The form of results that belong to no input in particular: that of the first input which is no single number. */
export function commonForm(inputs: readonly Given[]): Form {
  return inputs.find(({ form }) => form !== "number")?.form ?? "nested";
}
