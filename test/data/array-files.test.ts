import { describe, expect, it } from "vitest";
import { writeNpy } from "../../src/files/npy.js";
import { writeNpz } from "../../src/files/npz.js";
import { data, FormatError, tensor } from "../../src/index.js";

const x = tensor([
  [1, 2.5],
  [3, -4],
]);

describe("arrays of files", () => {
  it("come from npy and npz", async () => {
    expect(data.npy(writeNpy(x))).toEqual(x);
    expect(await data.npz(await writeNpz({ x, y: [1, 2] }, { compress: true }))).toEqual({ x, y: tensor([1, 2]) });
    expect(() => data.npy(new Uint8Array(5))).toThrow(FormatError);
    await expect(data.npz(new Uint8Array(5))).rejects.toThrow(FormatError);
    expect(() => data.npy("x" as never)).toThrow('data.npy: expected bytes, received "x".');
  });

  it("come from safetensors", () => {
    const header = new TextEncoder().encode('{"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}'.padEnd(64));
    const bytes = new Uint8Array(8 + header.length + 16);
    bytes[0] = header.length;
    bytes.set(header, 8);
    bytes.set(new Uint8Array(x.data.buffer), 8 + header.length);
    expect(data.safetensors(bytes)).toEqual({ x });
    expect(() => data.safetensors(bytes.subarray(0, 80))).toThrow(FormatError);
  });
});
