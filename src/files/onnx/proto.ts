// The part of an ONNX file that models of this package need, as plain objects: see onnx.proto3 of the ONNX project.
// What they mean is in operations.ts and nodes.ts; how they lie in bytes in encode.ts and decode.ts.

/** `TensorProto.DataType`, as far as it is used. */
export const dataTypes = {
  float: 1,
  uint8: 2,
  int8: 3,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
} as const;

/** Numbers with a shape; `bytes` are little-endian. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly bytes: Uint8Array;
}

/** Integers are those whose field is `i` or `ints`; on writing the kind of the value decides. */
export type OnnxAttribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "tensor"; readonly value: OnnxTensor };

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  /** An empty name is an operand that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** An input or an output; a size is a number, or the name of one that is known at run time only. Without a shape: null. */
export interface OnnxPort {
  readonly name: string;
  readonly elementType: number;
  readonly shape: readonly (number | string)[] | null;
}

export interface OnnxModel {
  readonly opset: number;
  readonly name: string;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly initializers: readonly OnnxTensor[];
  readonly nodes: readonly OnnxNode[];
}
