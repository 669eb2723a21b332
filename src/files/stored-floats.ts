// The numbers of a stored tensor as float32, whatever float type they were written in.

import { explain, FormatError } from "../errors.js";
import { float16ToFloat32 } from "./float16.js";
import type { StoredTensor } from "./safetensors.js";

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * The values as float32: a view of the file's bytes where they are aligned float32, otherwise a copy. F16 and BF16 are exact,
 * F64 is rounded.
 *
 * @throws FormatError for types that are no floats.
 */
export function storedFloats(where: string, name: string, { dtype, bytes }: StoredTensor): Float32Array {
  if (dtype === "F32" && littleEndian) {
    if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    return new Float32Array(bytes.slice().buffer);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (dtype) {
    case "F32":
      return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
    case "F64":
      return Float32Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
    case "BF16": {
      const bits = Uint32Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true) << 16);
      return new Float32Array(bits.buffer);
    }
    case "F16":
      return float16ToFloat32(bytes);
    default: {
      const expectation = `tensor "${name}" must be of type F32, F64, F16 or BF16`;
      throw new FormatError(explain(where, expectation, dtype));
    }
  }
}
