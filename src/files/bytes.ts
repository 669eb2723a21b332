// Bytes that users give.

import { describeValue, explain } from "../errors.js";

/** The bytes of a typed array or a buffer, also of another realm; not copied. */
export function readBytes(where: string, bytes: unknown): Uint8Array {
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = Object.prototype.toString.call(bytes).slice(8, -1);
  if (kind === "ArrayBuffer" || kind === "SharedArrayBuffer") return new Uint8Array(bytes as ArrayBuffer);
  throw new TypeError(explain(where, "expected bytes", describeValue(bytes)));
}
