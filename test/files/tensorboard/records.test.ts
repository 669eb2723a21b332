import { describe, expect, it } from "vitest";
import { frameRecord, maskedChecksum } from "../../../src/files/tensorboard/records.js";

describe("records", () => {
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
