// Numbers of 16 bits, which JavaScript has no array for everywhere.

/** IEEE 754 half precision, little-endian, as float32: every one of them has an exact place there. */
export function float16ToFloat32(bytes: Uint8Array): Float32Array {
  const result = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < result.length; i++) {
    const bits = (bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8);
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) result[i] = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else if (exponent === 0) result[i] = sign * fraction * 2 ** -24;
    else result[i] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  return result;
}
