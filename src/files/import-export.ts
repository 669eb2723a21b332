// Formats of others, as users see them. The code of each is loaded when it is used.

import type { Model } from "../models/model.js";
import { readBytes } from "./bytes.js";
import type { ImportOnnxOptions } from "./onnx/import.js";
import type { TfjsModel } from "./tfjs/model-json.js";

export type { ImportOnnxOptions } from "./onnx/import.js";
export type { TfjsModel } from "./tfjs/model-json.js";

/**
 * A model from the bytes of an ONNX file, such as `torch.onnx.export` writes. The first axis of inputs and outputs is the batch.
 * Weights of Gemm, MatMul, BatchNormalization, LayerNormalization, PRelu and Gather can be trained further after `compile`.
 *
 * @throws FormatError for a damaged file, and for operations or uses of them that cannot be had here: it names them.
 * @example
 * const net = await importOnnx(await readFile("model.onnx"));
 * await net.predict(x);
 */
export async function importOnnx(bytes: Uint8Array | ArrayBuffer, options: ImportOnnxOptions = {}): Promise<Model> {
  const { readOnnx } = await import("./onnx/import.js");
  return await readOnnx("importOnnx", readBytes("importOnnx", bytes), options);
}

/**
 * A model from a layers model of TensorFlow.js: what is in model.json, and the bytes of its weight files, one behind the other.
 * For sequential and functional models of layers that both have.
 *
 * @throws FormatError for anything else, with what is wrong and where.
 * @example
 * const net = await importTfjs({ modelJson: JSON.parse(text), weights });
 */
export async function importTfjs(source: TfjsModel): Promise<Model> {
  const { readTfjs } = await import("./tfjs/read.js");
  return readTfjs("importTfjs", source);
}
