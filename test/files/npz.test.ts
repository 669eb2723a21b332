// Archives of NumPy's arrays: those of NumPy, hostile ones, damaged ones.

import { readFileSync } from "node:fs";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readNpz, writeNpz } from "../../src/files/npz.js";
import { writeNpy } from "../../src/files/npy.js";
import { layers, sequential, setBackend, tensor } from "../../src/index.js";
import { mutations } from "./mutations.js";

const fixture = JSON.parse(readFileSync(new URL("numpy.json", import.meta.url), "utf8")) as Record<string, string>;
const decode = (text = "") => new Uint8Array(Buffer.from(text, "base64"));

describe("readNpz", () => {
  it.each(["npz", "compressed"])("reads what NumPy has written: %s", async (name) => {
    const { x, labels, one, ...others } = await readNpz(decode(fixture[name]));
    expect(others).toEqual({});
    expect(x?.shape).toEqual([2, 3, 4]);
    expect(Array.from(x?.data ?? [])).toEqual(Array.from({ length: 24 }, (_, i) => i - 6));
    expect(labels).toEqual(tensor(Int32Array.of(0, 1, 2)));
    expect(one).toEqual(tensor(2.5));
  });

  it("refuses bombs before they are unpacked", async () => {
    const bytes = zipSync({ "x.npy": new Uint8Array(5_000_000) }, { level: 9 });
    await expect(readNpz(bytes, { maxBytes: 1_000_000 }, "x.npz")).rejects.toThrow(
      'x.npz, "x.npy": expected at most 1000000 bytes, received 5000000 bytes. Set maxBytes if the file is to be trusted.',
    );
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    let entry = bytes.length;
    while (view.getUint32(--entry - 3, true) !== 0x02014b50);
    // The size when it is unpacked, as the directory tells it.
    view.setUint32(entry - 3 + 24, 0x3fffffff, true);
    await expect(readNpz(bytes)).rejects.toThrow(/"x\.npy": expected at most \d+ bytes, received 1073741823 bytes/);
    const many = zipSync({ "a.npy": new Uint8Array(600), "b.npy": new Uint8Array(600) });
    await expect(readNpz(many, { maxBytes: 1000 })).rejects.toThrow(/"b\.npy": expected arrays of at most 1000 bytes/);
  });

  it("tells what is wrong with other files", async () => {
    await expect(readNpz(new Uint8Array(10))).rejects.toThrow(
      "npz: expected a ZIP archive with an end record, received none. The file is cut off, or is no .npz file.",
    );
    await expect(readNpz(zipSync({ "readme.txt": new Uint8Array(1) }))).rejects.toThrow(
      'npz: expected an archive of .npy files, received "readme.txt".',
    );
    await expect(readNpz(zipSync({ "x.npy": new Uint8Array(12) }))).rejects.toThrow(
      /npz, "x\.npy": expected an \.npy file/,
    );
    await expect(readNpz(new Uint8Array(0), { maxBytes: -1 })).rejects.toThrow(
      /maxBytes must be an integer of at least 0/,
    );
  });

  it("refuses contents with another checksum", async () => {
    const bytes = await writeNpz({ a: [1], x: [1, 2, 3] });
    expect(Object.keys(await readNpz(bytes))).toEqual(["a", "x"]);
    const place = bytes.findIndex(
      (_, i) =>
        new DataView(bytes.buffer, bytes.byteOffset).getUint32(Math.min(i, bytes.length - 4), true) === 0x40400000,
    );
    bytes[place + 1] = 1;
    await expect(readNpz(bytes)).rejects.toThrow(
      'npz, "x.npy": expected contents with the checksum of the archive, received others.',
    );
  });

  it("100,000 damaged files are read or refused", async () => {
    const sound = [
      await writeNpz({ x: [[1, 2]], y: [3] }),
      await writeNpz({ x: [[1, 2]], y: [3] }, { compress: true }),
    ];
    const known = new Set(["FormatError", "RangeError"]);
    let refused = 0;
    for (const [i, bytes] of sound.entries()) {
      for (const damaged of mutations(bytes, 50_000, i + 1)) {
        try {
          await readNpz(damaged, { maxBytes: 100_000 });
        } catch (error) {
          if (!known.has((error as Error).name)) throw error;
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(30_000);
  });
});

describe("writeNpz", () => {
  it.each([true, false])("writes what it reads, compressed: %s", async (compress) => {
    const arrays = {
      x: tensor([[1.5, -2]]),
      "hidden/kernel": tensor(new Float32Array(400), [20, 20]),
      __proto__x: tensor([1]),
    };
    const bytes = await writeNpz(arrays, { compress });
    expect(await readNpz(bytes)).toEqual(arrays);
    expect(await writeNpz(arrays, { compress })).toEqual(bytes);
    expect(bytes.length < writeNpy(arrays["hidden/kernel"]).length).toBe(compress);
  });

  it("refuses what is no object of arrays", async () => {
    await expect(writeNpz([1] as never)).rejects.toThrow(
      "npz: expected an object of arrays by name, received an array of 1.",
    );
    await expect(writeNpz({ x: "a" as never })).rejects.toThrow(/npz, "x": expected a number/);
  });
});

describe("exportNpz", () => {
  it("writes the weights under their names", async () => {
    await setBackend("reference");
    const net = sequential([layers.dense({ units: 3, inputShape: [2], name: "hidden" }), layers.batchNormalization()]);
    const arrays = await readNpz(await net.exportNpz({ compress: true }));
    const weights = net.getWeights().map(({ name, shape, data }) => [name, tensor(data, shape)] as const);
    expect(arrays).toEqual(Object.fromEntries(weights));
    expect(Object.keys(arrays)[0]).toBe("hidden/kernel");
    await expect(net.exportNpz({ level: 9 } as never)).rejects.toThrow(/exportNpz: .*"level"/);
    await expect(sequential([layers.dense({ units: 1 })]).exportNpz()).rejects.toThrow(TypeError);
  });
});
