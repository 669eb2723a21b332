// Cyclic redundancy checks of 32 bits, with the bits of each byte in reversed order.

/** A function for the checksum with a polynomial, whose bits are reversed, too. */
function checksum(polynomial: number): (bytes: Uint8Array) => number {
  let table: Uint32Array | null = null;
  return (bytes) => {
    table ??= Uint32Array.from({ length: 256 }, (_, n) => {
      let remainder = n;
      for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
      return remainder;
    });
    let crc = 0xffffffff;
    for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] as number);
    return (crc ^ 0xffffffff) >>> 0;
  };
}

/** CRC-32 of ZIP archives. */
export const crc32 = checksum(0xedb88320);

/** CRC-32C, with Castagnoli's polynomial (RFC 3720). */
export const crc32c = checksum(0x82f63b78);
