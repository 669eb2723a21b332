// Bytes to pieces of text: cut behind lines, whatever the pieces of the source are.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpenableText } from "../../../src/data/csv/source.js";
import { decodeText, type TextPiece } from "../../../src/data/csv/text.js";

const encode = (text: string) => new TextEncoder().encode(text);

async function pieces(given: readonly (string | Uint8Array)[], encoding = "utf-8"): Promise<TextPiece[]> {
  const source: OpenableText = {
    ...{ name: "the text", again: true },
    async *open() {
      yield* given;
    },
  };
  const list: TextPiece[] = [];
  for await (const piece of decodeText("here", source, encoding)) list.push(piece);
  return list;
}

const texts = (list: readonly TextPiece[]) => list.map(({ text }) => text);

describe("decodeText", () => {
  it("cuts UTF-8 behind lines, and gives bytes of whole lines alone", async () => {
    const list = await pieces([encode("a,b\n1"), encode(",2\n3,"), encode("4\n5,6")]);
    expect(texts(list)).toEqual(["a,b\n", "1,2\n", "3,4\n", "5,6"]);
    expect(list.map(({ bytes }) => bytes)).toEqual([encode("a,b\n"), encode("1,2\n"), encode("3,4\n"), null]);
    expect(list.map(({ lines }) => lines)).toEqual([1, 1, 1, 0]);
  });

  it("leaves out a mark at the beginning, and no other one", async () => {
    const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
    const marked = await pieces([mark, encode("a\n"), mark, encode("b\n")]);
    expect(texts(marked)).toEqual(["a\n", "\ufeffb\n"]);
    expect(marked[0]?.bytes).toEqual(encode("a\n"));
    expect(texts(await pieces(["\ufeffa", "\ufeffb"]))).toEqual(["a", "\ufeffb"]);
    expect(texts(await pieces([Uint8Array.of(0xff, 0xfe, 97, 0)], "utf-16le"))).toEqual(["a"]);
  });

  it("gives the text of any pieces", async () => {
    const lines = fc.array(fc.string({ unit: "grapheme" })).map((list) => list.join("\n"));
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 }), async (text, sizes) => {
        const bytes = encode(text);
        const cut: Uint8Array[] = [];
        let at = 0;
        for (const size of [...sizes, bytes.length]) {
          cut.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(texts(await pieces(cut)).join("")).toBe(text.replace(/^\ufeff/, ""));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("does not hold the memory of a stream, nor a line without an end", async () => {
    const shared = encode("1\n2");
    const list: TextPiece[] = [];
    const source: OpenableText = {
      ...{ name: "the text", again: true },
      async *open() {
        yield shared;
        shared.fill(57);
        yield encode("\n");
      },
    };
    for await (const piece of decodeText("here", source, "utf-8")) list.push(piece);
    expect(texts(list)).toEqual(["1\n", "2\n"]);
    const long = Array.from({ length: 5 }, () => new Uint8Array(2 ** 19).fill(97));
    const sizes = texts(await pieces(long)).map(({ length }) => length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((a, b) => a + b)).toBe(5 * 2 ** 19);
  });

  it("takes texts behind bytes", async () => {
    expect(texts(await pieces([encode("a\nb"), "c\n", encode("é\n")])).join("")).toBe("a\nbc\né\n");
  });

  it("names the line of bytes that are no text, when somebody asks for it", async () => {
    const bad = Uint8Array.of(...encode("a\nb\n"), 0xe9, 10);
    const list = await pieces([encode("x\n"), bad]);
    expect(() => list[1]?.text).toThrow("here, line 4: expected utf-8, received other bytes.");
    await expect(pieces([encode("a\n"), Uint8Array.of(0xc3)])).rejects.toThrow("here, line 2: expected utf-8");
    await expect(pieces([Uint8Array.of(0xd8), Uint8Array.of(0)], "utf-16be")).rejects.toThrow("here, line 1");
  });
});
