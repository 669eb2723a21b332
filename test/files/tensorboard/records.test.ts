import { describe, expect, it } from "vitest";
import { crc32c, frameRecord, maskedChecksum } from "../../../src/files/tensorboard/records.js";

describe("records", () => {
  // The test vectors of RFC 3720, appendix B.4.
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(255), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    [new TextEncoder().encode("123456789"), 0xe3069283],
    [new Uint8Array(0), 0],
  ])("have CRC-32C as checksum: %#", (bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it("mask it as TensorFlow does", () => {
    const crc = 0xe3069283n;
    const rotated = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
    expect(BigInt(maskedChecksum(new TextEncoder().encode("123456789")))).toBe((rotated + 0xa282ead8n) & 0xffffffffn);
  });

  it("frame the data", () => {
    const record = frameRecord(new Uint8Array([1, 2, 3]));
    expect([...record.subarray(0, 8)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
    expect([...record.subarray(12, 15)]).toEqual([1, 2, 3]);
    expect(record.length).toBe(19);
  });
});
