// TFRecord framing: each record has its length and checksums, so that a reader knows a file that is still being written.

import { crc32c } from "../checksum.js";

/** A record: length, checksum of the length, data, checksum of the data; numbers are little-endian. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}

/** The CRC-32C of the bytes, rotated and shifted, as TFRecord has it: a checksum over data with checksums stays one. */
export function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
