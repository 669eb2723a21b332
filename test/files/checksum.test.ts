import { expect, it } from "vitest";
import { crc32, crc32c } from "../../src/files/checksum.js";

// The test vectors of RFC 3720, appendix B.4.
it.each([
  [new Uint8Array(32), 0x8a9136aa],
  [new Uint8Array(32).fill(255), 0x62a8ab43],
  [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  [Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  [new TextEncoder().encode("123456789"), 0xe3069283],
  [new Uint8Array(0), 0],
])("crc32c: %#", (bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

it.each([
  ["123456789", 0xcbf43926],
  ["The quick brown fox jumps over the lazy dog", 0x414fa339],
  ["", 0],
])("crc32: %s", (text, expected) => {
  expect(crc32(new TextEncoder().encode(text))).toBe(expected);
});
