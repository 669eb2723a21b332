import { expect, it } from "vitest";
import { float16ToFloat32 } from "../../src/files/float16.js";

it("float16ToFloat32 gives normal and subnormal numbers, zeros, infinities and NaN", () => {
  const bits = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x0400, 0x7c00, 0xfc00, 0x7e00, 0x3555];
  const expected = [1, -2, 65504, 2 ** -24, -0, 2 ** -14, Infinity, -Infinity, NaN, 0.333251953125];
  expect(Array.from(float16ToFloat32(new Uint8Array(Uint16Array.from(bits).buffer)))).toEqual(expected);
});
