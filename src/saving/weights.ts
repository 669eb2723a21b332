// The weights of a model out of the tensors of a file.

import { explain, FormatError, formatShape } from "../errors.js";
import { bytesOf, readSafetensors, type StoredTensor } from "../files/safetensors.js";
import { storedFloats } from "../files/stored-floats.js";
import type { Weight } from "../layers/weight.js";
import type { ModelCore } from "../models/core.js";
import { type FileSource, readFile } from "./places.js";

/** The tensors by name of a safetensors file, or of an .npz archive, which begins with PK. */
export async function readTensors(where: string, bytes: Uint8Array): Promise<ReadonlyMap<string, StoredTensor>> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b || bytes[2] !== 3 || bytes[3] !== 4) {
    return readSafetensors(bytes, where).tensors;
  }
  const { readNpz } = await import("../files/npz.js");
  const arrays = await readNpz(bytes, { maxBytes: Math.max(2 ** 30, bytes.length) }, where);
  const tensors = Object.entries(arrays).map(([name, { data, shape }]) => {
    return [name, { dtype: "F32", shape, bytes: bytesOf(Float32Array.from(data)) }] as const;
  });
  return new Map(tensors);
}

/** Takes over the weights of a file. */
export async function loadWeights(core: ModelCore, source: FileSource): Promise<void> {
  const where = core.where("loadWeights");
  core.topology("loadWeights");
  const tensors = await readTensors(where, await readFile(where, source));
  core.checkIdle("loadWeights");
  fillWeights(where, core, tensors);
}

/** Gives every weight its values, which stay a part of the file's bytes until a program takes them. */
export function fillWeights(where: string, core: ModelCore, tensors: ReadonlyMap<string, StoredTensor>): void {
  const values = core.weights.map(({ name, weight }) => {
    const stored = tensors.get(name);
    if (stored === undefined) throw new FormatError(explain(where, `expected weight "${name}"`, "none"));
    return weightValues(where, name, weight, stored);
  });
  core.weights.forEach(({ weight }, i) => {
    weight.hold(values[i] as Float32Array);
  });
}

/** The values of a tensor that must have the shape of a weight. */
export function weightValues(where: string, name: string, weight: Weight, stored: StoredTensor): Float32Array {
  const { shape } = weight.variable;
  if (formatShape(stored.shape) !== formatShape(shape)) {
    const expectation = `expected "${name}" of shape ${formatShape(shape)}`;
    throw new FormatError(explain(where, expectation, formatShape(stored.shape)));
  }
  return storedFloats(where, name, stored);
}
