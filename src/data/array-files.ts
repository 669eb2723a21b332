// Arrays from files of other libraries: NumPy's npy and npz, and safetensors.

import { readBytes } from "../files/bytes.js";
import { readNpy } from "../files/npy.js";
import { type ReadNpzOptions, readNpz } from "../files/npz.js";
import { readSafetensors } from "../files/safetensors.js";
import { storedFloats } from "../files/stored-floats.js";
import { Tensor } from "../tensor.js";

/**
 * Reads an array that `numpy.save` has written. float64 and float16 become float32, integers int32; booleans and bytes stay bytes.
 *
 * @throws FormatError for bytes that are no such file; RangeError for integers that int32 does not hold.
 * @example
 * const x = data.npy(bytes);
 */
export function npy(bytes: Uint8Array | ArrayBuffer): Tensor {
  return readNpy(readBytes("data.npy", bytes), "data.npy");
}

/**
 * Reads the arrays by name that `numpy.savez` or `numpy.savez_compressed` has written.
 *
 * @throws FormatError for a damaged archive, and for arrays of more than `maxBytes` (default 2^30) in all.
 * @example
 * const { x, y } = await data.npz(bytes);
 */
export async function npz(
  bytes: Uint8Array | ArrayBuffer,
  options: ReadNpzOptions = {},
): Promise<Record<string, Tensor>> {
  return await readNpz(readBytes("data.npz", bytes), options, "data.npz");
}

/**
 * Reads the tensors by name of a safetensors file: those of float types, as float32. float32 is not copied.
 *
 * @throws FormatError for bytes that are no such file, and for tensors of other types.
 * @example
 * const { x, y } = data.safetensors(bytes);
 */
export function safetensors(bytes: Uint8Array | ArrayBuffer): Record<string, Tensor<Float32Array>> {
  const where = "data.safetensors";
  const { tensors } = readSafetensors(readBytes(where, bytes), where);
  const read = [...tensors].map(
    ([name, stored]) => [name, new Tensor(storedFloats(where, name, stored), [...stored.shape])] as const,
  );
  return Object.fromEntries(read);
}
