import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.js";
import {
  bytesOf,
  type Dtype,
  type NamedTensor,
  readSafetensors,
  writeSafetensors,
} from "../../src/files/safetensors.js";
import { storedFloats } from "../../src/files/stored-floats.js";
import { RandomStream } from "../../src/random/philox.js";

interface Fixture {
  readonly file: string;
  readonly tensors: Record<string, { shape: number[]; dtype: string; values: string[] }>;
}

const fixture = JSON.parse(readFileSync("test/fixtures/safetensors.json", "utf8")) as Fixture;
const pythonFile = new Uint8Array(Buffer.from(fixture.file, "base64"));

/** A file with this header and so many bytes of values. */
function fileWith(header: string | Uint8Array, values = 0, length?: number | bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + values);
  new DataView(file.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  file.set(text, 8);
  return file;
}

const entry = (shape: string, offsets: string, dtype = "F32") =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

describe("the library of the format", () => {
  test("wrote a file that is read with its values", () => {
    const { tensors, metadata } = readSafetensors(pythonFile, "file");
    expect(Object.fromEntries(metadata)).toEqual({ format: "np", text: 'quotes " and \\ and ü' });
    expect([...tensors.keys()].sort()).toEqual(Object.keys(fixture.tensors).sort());
    for (const [name, { shape, dtype, values }] of Object.entries(fixture.tensors)) {
      const stored = tensors.get(name);
      if (stored === undefined) throw new Error(`no tensor ${name}`);
      expect(stored.shape).toEqual(shape);
      if (!dtype.startsWith("float")) continue;
      const expected = Float32Array.from(values, (text) => Number(text.replace("inf", "Infinity")));
      expect(storedFloats("file", name, stored)).toEqual(expected);
    }
    expect(tensors.get('größe "x"')?.bytes).toEqual(new Uint8Array([0, 1, 2]));
  });

  test("writes the same bytes as we do", () => {
    const { tensors, metadata } = readSafetensors(pythonFile, "file");
    const list = [...tensors].map(([name, stored]) => ({ name, ...stored }));
    expect(Buffer.from(writeSafetensors(list, metadata)).equals(pythonFile)).toBe(true);
  });
});

describe("values", () => {
  test("are views of the file, and a copy where they are not aligned", () => {
    const bytes = writeSafetensors([{ name: "x", dtype: "F32", shape: [2], bytes: bytesOf(new Float32Array([1, 2])) }]);
    const stored = readSafetensors(bytes, "file").tensors.get("x");
    if (stored === undefined) throw new Error("no tensor x");
    expect(storedFloats("file", "x", stored).buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const moved = readSafetensors(shifted.subarray(1), "file").tensors.get("x");
    if (moved === undefined) throw new Error("no tensor x");
    expect(storedFloats("file", "x", moved)).toEqual(new Float32Array([1, 2]));
  });

  test("of bfloat16 and of small and special halves are exact", () => {
    const bf16 = { dtype: "BF16", shape: [3], bytes: bytesOf(new Uint16Array([0x3f80, 0xc049, 0x7f80])) } as const;
    expect([...storedFloats("file", "x", bf16)]).toEqual([1, -3.140625, Number.POSITIVE_INFINITY]);
    const f16 = {
      dtype: "F16",
      shape: [4],
      bytes: bytesOf(new Uint16Array([0x8001, 0x0400, 0xfc00, 0x7e00])),
    } as const;
    expect([...storedFloats("file", "x", f16)]).toEqual([-(2 ** -24), 2 ** -14, Number.NEGATIVE_INFINITY, Number.NaN]);
  });

  test("of integers are no floats", () => {
    const stored = { dtype: "I32", shape: [1], bytes: new Uint8Array(4) } as const;
    expect(() => storedFloats("file", "x", stored)).toThrow(
      new FormatError('file: tensor "x" must be of type F32, F64, F16 or BF16, received I32.'),
    );
  });
});

describe("writing", () => {
  const tensor = (name: string, dtype: Dtype = "U8", size = 1): NamedTensor => {
    return { name, dtype, shape: [1], bytes: new Uint8Array(size) };
  };

  test("aligns every tensor to its elements", () => {
    const list = [tensor("a"), tensor("b", "F32", 4), tensor("c", "F64", 8), tensor("d", "F16", 2)];
    const { tensors } = readSafetensors(writeSafetensors(list), "file");
    for (const [name, size] of [["b", 4], ["c", 8], ["d", 2]] as const) // biome-ignore format: a table
      expect((tensors.get(name)?.bytes.byteOffset ?? 1) % size).toBe(0);
  });

  test("refuses names that are given twice or reserved, and wrong sizes", () => {
    expect(() => writeSafetensors([tensor("a"), tensor("a")])).toThrow(
      new RangeError('safetensors: expected names of their own, received "a" twice.'),
    );
    expect(() => writeSafetensors([tensor("__metadata__")])).toThrow('received "__metadata__" twice.');
    expect(() => writeSafetensors([tensor("a", "F32", 3)])).toThrow(
      new RangeError('safetensors: tensor "a" of type F32 and shape [1] needs 4 bytes, received 3.'),
    );
  });
});

describe("a damaged file is refused:", () => {
  const cases: [string, Uint8Array, string][] = [
    ["empty", new Uint8Array(0), "file: expected a safetensors file of 8 bytes or more, received 0 bytes."],
    [
      "header past the end",
      fileWith("{}", 0, 3),
      "file: expected a header of at most 2 bytes at byte 8, received a length of 3. The file is cut off, or is no safetensors file.",
    ],
    [
      "huge header",
      fileWith("{}", 0, 2n ** 64n - 1n),
      "file: expected a header of at most 2 bytes at byte 8, received a length of 18446744073709551615. " +
        "The file is cut off, or is no safetensors file.",
    ],
    [
      "not UTF-8",
      fileWith(new Uint8Array([123, 34, 255, 34])),
      "file: expected a header in UTF-8, received other bytes.",
    ],
    [
      "no object",
      fileWith(" {}"),
      'file, header: expected "{" at the beginning, received " {}". At character 0 of the header.',
    ],
    [
      "deep JSON",
      fileWith(`{"a":${"[".repeat(1_000_000)}`),
      'file, header: expected "{", received "[[[[[[[[[[[[[[[[[[[[". At character 5 of the header.',
    ],
    [
      "deep JSON in a shape",
      fileWith(`{"a":{"shape":${"[".repeat(1_000_000)}`),
      'file, header: expected an integer of at least 0, received "[[[[[[[[[[[[[[[[[[[[". At character 15 of the header.',
    ],
    [
      "a string without end",
      fileWith(`{"a\\"`),
      'file, header: expected the end of a string, received "\\"a\\\\\\"". At character 1 of the header.',
    ],
    [
      "names twice",
      fileWith(`{"a":${entry("[1]", "[0,4]")},"\\u0061":${entry("[1]", "[0,4]")}}`, 4),
      'file, header: expected each name once, "a" stands there again, received "{\\"dtype\\":\\"F32\\",\\"shap". At character 63 of the header.',
    ],
    [
      "metadata twice",
      fileWith('{"__metadata__":{},"__metadata__":{}}'),
      'file, header: expected each name once, "__metadata__" stands there again, received "{}}". At character 34 of the header.',
    ],
    [
      "metadata that is no text",
      fileWith('{"__metadata__":{"a":1}}'),
      'file, header: expected a string, received "1}}". At character 21 of the header.',
    ],
    [
      "a NaN",
      fileWith(`{"a":${entry("[NaN]", "[0,4]")}}`, 4),
      'file, header: expected an integer of at least 0, received "NaN],\\"data_offsets\\":". At character 29 of the header.',
    ],
    [
      "a negative size",
      fileWith(`{"a":${entry("[-1]", "[0,4]")}}`, 4),
      'file, header: expected an integer of at least 0, received "-1],\\"data_offsets\\":[". At character 29 of the header.',
    ],
    [
      "a fraction",
      fileWith(`{"a":${entry("[1.5]", "[0,4]")}}`, 4),
      'file, header: expected an integer of at least 0, received "1.5],\\"data_offsets\\":". At character 29 of the header.',
    ],
    [
      "a number beyond 2^53",
      fileWith(`{"a":${entry("[9999999999999999]", "[0,4]")}}`, 4),
      'file, header: expected an integer of at least 0, received "],\\"data_offsets\\":[0,". At character 45 of the header.',
    ],
    [
      "one offset",
      fileWith(`{"a":${entry("[1]", "[0]")}}`, 4),
      'file, header: expected dtype, shape and two data_offsets of tensor "a", received "}". At character 51 of the header.',
    ],
    [
      "an unknown field",
      fileWith('{"a":{"type":1}}'),
      'file, header: expected dtype, shape and data_offsets once each, not "type", received "1}}". At character 13 of the header.',
    ],
    [
      "text behind the header",
      fileWith("{} x"),
      'file, header: expected nothing behind the last brace, received "x". At character 3 of the header.',
    ],
    [
      "an unknown type",
      fileWith(`{"a":${entry("[1]", "[0,4]", "toString")}}`, 4),
      'file: tensor "a" must be of a known type, received "toString". Known types: BOOL, U8, I8, F8_E4M3, F8_E5M2, ' +
        "F8_E8M0, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64, C64.",
    ],
    [
      "a range past the end",
      fileWith(`{"a":${entry("[2]", "[0,8]")}}`, 4),
      'file: tensor "a" must lie in the 4 bytes of the values, received data_offsets [0, 8].',
    ],
    [
      "a range backwards",
      fileWith(`{"a":${entry("[1]", "[4,0]")}}`, 4),
      'file: tensor "a" must lie in the 4 bytes of the values, received data_offsets [4, 0].',
    ],
    [
      "a shape that does not fit",
      fileWith(`{"a":${entry("[4294967296,4294967296]", "[0,4]")}}`, 4),
      'file: tensor "a" of type F32 and shape [4294967296, 4294967296] must have 73786976294838210000 bytes, received 4.',
    ],
    [
      "an overlap",
      fileWith(`{"a":${entry("[2]", "[0,8]")},"b":${entry("[2]", "[4,12]")}}`, 12),
      'file: tensor "b" must begin at 8, where the one before it ends, received 4.',
    ],
    [
      "a hole",
      fileWith(`{"a":${entry("[1]", "[0,4]")},"b":${entry("[1]", "[8,12]")}}`, 12),
      'file: tensor "b" must begin at 4, where the one before it ends, received 8.',
    ],
    [
      "bytes behind the values",
      fileWith(`{"a":${entry("[1]", "[0,4]")}}`, 5),
      "file: expected 4 bytes of values, received 5.",
    ],
  ];
  test.each(cases)("%s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes, "file")).toThrow(new FormatError(message));
  });

  test("a long string is read without a stack", () => {
    const text = "x\\n".repeat(2_000_000);
    const { metadata } = readSafetensors(fileWith(`{"__metadata__":{"a":"${text}"}}`), "file");
    expect(metadata.get("a")?.length).toBe(4_000_000);
  });
});

test("120,000 random changes of a file give the tensors of a valid one or a FormatError", () => {
  const seed = 20;
  const random = new RandomStream([seed, 0]);
  const below = (n: number) => Math.min(n - 1, Math.floor(random.uniform(0, n)));
  const header = 8 + Number(new DataView(pythonFile.buffer, pythonFile.byteOffset).getBigUint64(0, true));
  const pieces = ['"', "{", "}", "[", "]", ",", ":", "0", "9", "-1", "1e9", "null", "NaN", "\\", "\\u0000", "F64"];
  let refused = 0;
  for (let i = 0; i < 120_000; i++) {
    let file = pythonFile.slice();
    for (let changes = 1 + below(3); changes > 0; changes--) {
      const at = below(Math.min(file.length, i % 4 === 0 ? file.length : header));
      const kind = below(4);
      if (kind === 0) file[at] = (file[at] ?? 0) ^ (1 << below(8));
      else if (kind === 1) file = file.slice(0, at);
      else if (kind === 2) {
        const piece = new TextEncoder().encode(pieces[below(pieces.length)]);
        file = new Uint8Array([...file.subarray(0, at), ...piece, ...file.subarray(at + below(3))]);
      } else file[at] = below(256);
    }
    try {
      for (const { bytes } of readSafetensors(file, "file").tensors.values())
        if (bytes.buffer !== file.buffer) throw new Error(`seed ${seed}, change ${i}: values that are not in the file`);
    } catch (error) {
      if (!(error instanceof FormatError)) throw new Error(`seed ${seed}, change ${i}`, { cause: error });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(60_000);
  expect(refused).toBeLessThan(120_000);
}, 60_000);
