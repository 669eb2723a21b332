// Formats of others, as users see them. The code of each is loaded when it is used.

import type { Model } from "../models/model.js";
import type { ImportOnnxOptions } from "./onnx/import.js";

export type { ImportOnnxOptions } from "./onnx/import.js";

/**
 * A model from the bytes of an ONNX file, such as `torch.onnx.export` writes. The first axis of inputs and outputs is the batch.
 * Weights of Gemm, MatMul, BatchNormalization, LayerNormalization, PRelu and Gather can be trained further after `compile`.
 *
 * @throws FormatError for a damaged file, and for operations or uses of them that cannot be had here: it names them.
 * @example
 * const net = await importOnnx(await readFile("model.onnx"));
 * await net.predict(x);
 */
export async function importOnnx(bytes: Uint8Array, options: ImportOnnxOptions = {}): Promise<Model> {
  const { readOnnx } = await import("./onnx/import.js");
  return await readOnnx("importOnnx", bytes, options);
}
