// Models in files of others that `loadModel` takes, told by what is in them: ONNX, and model.json of TensorFlow.js with its weights.

import { describeValue, explain, FormatError } from "../errors.js";
import { joinBytes } from "../files/safetensors.js";
import type { TfjsModel } from "../files/tfjs/model-json.js";
import type { Model } from "../models/model.js";
import { fields, isFields, list } from "../files/fields.js";
import { type FileSource, readFile } from "./places.js";

/** True for `{ modelJson, weights }`, as `exportTfjs` gives it. */
export function isTfjs(source: unknown): source is TfjsModel {
  return isFields(source) && Object.hasOwn(source, "modelJson");
}

/** The model of a layers model of TensorFlow.js. */
export async function loadTfjs(where: string, source: TfjsModel): Promise<Model> {
  const { readTfjs } = await import("../files/tfjs/read.js");
  return readTfjs(where, source);
}

/** The model in a file of another kind than `save` writes; null for one of these, which may be damaged. */
export async function loadForeign(where: string, bytes: Uint8Array, source: FileSource): Promise<Model | null> {
  const [first = 0, second = 0] = bytes;
  const start = first === 0xef ? 3 : 0;
  // Far enough for any white space that somebody writes by hand.
  const text = String.fromCharCode(...bytes.subarray(start, start + 100)).trimStart();
  // The length of a header comes first, then the header, which is JSON.
  if (bytes[8] === letter("{")) return null;
  if (text.startsWith("{")) return await loadJson(where, bytes, source);
  // The first field of an ONNX file is the version of its format, a small number.
  if (first === 8 && second > 0 && second < 32) {
    const { readOnnx } = await import("../files/onnx/import.js");
    return await readOnnx(where, bytes, {});
  }
  const known = strangers.find(([start]) => [...start].every((sign, i) => bytes[i] === letter(sign)));
  const [, received, remedy] = known ?? [
    "",
    `${bytes.length} bytes of another kind`,
    "Give what save, exportOnnx or exportTfjs wrote.",
  ];
  throw new FormatError(explain(where, "expected a model", received, remedy));
}

/** What files begin with that have no model for us, and what helps. */
const strangers: readonly (readonly [start: string, received: string, remedy: string])[] = [
  ["PK\x03\x04", "a ZIP archive", "model.loadWeights takes weights from .npz; of a .keras file make an ONNX file."],
  ["\x89HDF", "an HDF5 file", "Make an ONNX file or a layers model of TensorFlow.js of it."],
  ["\x93NUMPY", "an array of NumPy", "data.npy reads it."],
];

function letter(sign: string): number {
  return sign.charCodeAt(0);
}

/** The files with the weights lie beside a model.json, and have the names that it tells. */
async function loadJson(where: string, bytes: Uint8Array, source: FileSource): Promise<Model> {
  const modelJson = fields(where, parse(where, bytes));
  if (modelJson.modelTopology === undefined) {
    throw new FormatError(explain(where, "expected a model.json of TensorFlow.js", "JSON without modelTopology"));
  }
  const place = typeof source === "string" || source instanceof URL ? String(source) : null;
  if (place === null) {
    const remedy = "Give a path or a URL, or { modelJson, weights }.";
    throw new FormatError(explain(where, "expected a place beside which the weights lie", "bytes alone", remedy));
  }
  const paths = list(`${where}, weightsManifest`, modelJson.weightsManifest).flatMap((group) => {
    return list(`${where}, paths`, fields(`${where}, weightsManifest`, group).paths);
  });
  const parts: Uint8Array[] = [];
  for (const path of paths) parts.push(await readFile(where, beside(where, place, path)));
  return await loadTfjs(where, { modelJson, weights: joinBytes(parts) });
}

function parse(where: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    throw new FormatError(explain(where, "expected JSON", reason), { cause: error });
  }
}

/** A file that is named by another one lies in the same folder or below: nothing else can be read by a hostile file. */
function beside(where: string, place: string, path: unknown): string {
  const plain = typeof path === "string" && /^[^/\\:%?#]+(\/[^/\\:%?#]+)*$/.test(path);
  if (!plain || path.split("/").includes("..")) {
    const expectation = "paths of weights must be names beside model.json";
    throw new FormatError(explain(where, expectation, describeValue(path)));
  }
  if (/^[a-z]+:\/\//.test(place)) return new URL(path, place).href;
  return place.replace(/[^/\\]*$/, "") + path;
}
