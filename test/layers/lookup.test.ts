import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import * as layers from "../../src/layers/index.js";

describe("stringLookup", () => {
  it("numbers texts as Keras does: missing, unknown, vocabulary", () => {
    const lookup = layers.stringLookup({ vocabulary: ["a", "b", "c"], maskToken: "" });
    expect(lookup.apply(["c", "", "x", "a"]).toArray()).toEqual([4, 0, 1, 2]);
    expect(lookup.apply([["b"], ["a"]])).toMatchObject({ shape: [2, 1], data: Int32Array.of(3, 2) });
    expect(lookup.vocabularySize).toBe(5);
    expect(lookup.getVocabulary()).toEqual(["", "[UNK]", "a", "b", "c"]);
    expect(lookup.getVocabulary({ includeSpecialTokens: false })).toEqual(["a", "b", "c"]);
    expect(
      lookup.invert([
        [2, 1],
        [0, 9],
      ]),
    ).toEqual([
      ["a", "[UNK]"],
      ["", "[UNK]"],
    ]);
    expect(lookup.invert(lookup.apply(["b", "c"]))).toEqual(["b", "c"]);
  });

  it("encodes, leaving out what is missing", () => {
    const encode = (outputMode: "oneHot" | "multiHot" | "count") =>
      layers.stringLookup({ vocabulary: ["a", "b"], maskToken: "", outputMode });
    expect(encode("oneHot").apply(["b", "x", ""]).toArray()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expect(encode("oneHot").apply([["b", "x"]])).toMatchObject({ shape: [1, 2, 3] });
    expect(
      encode("multiHot")
        .apply([["b", "b", "a"], []])
        .toArray(),
    ).toEqual([
      [0, 1, 1],
      [0, 0, 0],
    ]);
    expect(
      encode("count")
        .apply([["b", "b", "", "x"]])
        .toArray(),
    ).toEqual([[1, 0, 2]]);
    expect(encode("count").getVocabulary()).toEqual(["[UNK]", "a", "b"]);
  });

  it("learns the most frequent texts first, of equals the larger first, up to a limit", async () => {
    const lookup = layers.stringLookup();
    await lookup.adapt(["d", "a", "c", "c", "d", "b", "[UNK]"]);
    expect(lookup.getVocabulary()).toEqual(["[UNK]", "d", "c", "b", "a"]);
    const limited = layers.stringLookup({ maxTokens: 3, maskToken: "a" });
    await limited.adapt(
      (async function* () {
        yield [["d", "a"], ["c"]];
        yield ["c"];
      })(),
    );
    expect(limited.getVocabulary()).toEqual(["a", "[UNK]", "c"]);
  });

  it("spreads unknown texts over several numbers", () => {
    const lookup = layers.stringLookup({ vocabulary: ["a"], numOovIndices: 4 });
    const words = Array.from({ length: 4000 }, (_, i) => `word ${i}`);
    const numbers = [...lookup.apply(words).data];
    const counts = [0, 1, 2, 3].map((bucket) => numbers.filter((number) => number === bucket).length);
    // 1000 each, with a standard deviation of 27.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
    expect(counts.reduce((a, b) => a + b)).toBe(4000);
    expect(lookup.apply(["a"]).toArray()).toEqual([4]);
  });

  it("refuses what it does not know or understand, and stays as it was", async () => {
    const lookup = layers.stringLookup({ vocabulary: ["a", "b"], numOovIndices: 0 });
    expect(() => lookup.apply(["x"])).toThrow(
      'stringLookup, apply: expected tokens of the vocabulary, received "x". Use numOovIndices: 1 for unknown tokens.',
    );
    expect(() => lookup.apply([["a", 3]] as never)).toThrow(
      "stringLookup, apply: expected a string in row 0, place 1, received 3.",
    );
    expect(() => lookup.apply(["a", null] as never)).toThrow(
      "stringLookup, apply: expected a string in row 1, received null.",
    );
    expect(() => lookup.apply("a" as never)).toThrow(
      'stringLookup, apply: expected an array of strings, received "a".',
    );
    expect(() => lookup.apply([["a"], "a"] as never)).toThrow(
      'stringLookup, apply: expected an array in row 1, received "a".',
    );
    expect(() => lookup.apply([["a", "b"], ["a"]])).toThrow(
      new ShapeError(
        "stringLookup, apply: expected 2 tokens in row 1, received 1. Every row must have the length of row 0.",
      ),
    );
    await expect(lookup.adapt(["c", 1] as never)).rejects.toThrow(
      "stringLookup, adapt: expected a string in row 1, received 1.",
    );
    expect(lookup.getVocabulary()).toEqual(["a", "b"]);
    expect(() => layers.stringLookup().apply(["a"])).toThrow(
      "stringLookup, apply: expected a vocabulary, received none. Give it a vocabulary or call adapt(values) first.",
    );
  });

  it("refuses wrong options", () => {
    const make = (options: object) => () => layers.stringLookup(options as never);
    expect(make({ vocabulary: ["a", "a"] })).toThrow(
      'stringLookup, vocabulary: expected each token once, received "a".',
    );
    expect(make({ vocabulary: ["[UNK]"] })).toThrow(
      'stringLookup, vocabulary: expected tokens besides the special ones, received "[UNK]".',
    );
    expect(make({ vocabulary: [1] })).toThrow("stringLookup, vocabulary: expected a string in row 0, received 1.");
    expect(make({ numOovIndices: -1 })).toThrow(
      "stringLookup: numOovIndices must be an integer of at least 0, received -1.",
    );
    expect(make({ maxTokens: 1 })).toThrow("stringLookup: maxTokens must be an integer of at least 2, received 1.");
    expect(make({ outputMode: "onehot" })).toThrow(
      'stringLookup, outputMode: expected a known name, received "onehot". Did you mean "oneHot"?',
    );
    expect(make({ invert: true })).toThrow('stringLookup: expected a known option, received "invert".');
    expect(make({ maskToken: 0 })).toThrow("stringLookup, maskToken: expected a string in row 0, received 0.");
  });
});

describe("integerLookup", () => {
  it("numbers integers, unknown ones by their remainder", () => {
    const lookup = layers.integerLookup({ vocabulary: [12, 36, 1138, 42] });
    expect(
      lookup
        .apply([
          [12, 1138, 42],
          [42, 1000, 36],
        ])
        .toArray(),
    ).toEqual([
      [1, 3, 4],
      [4, 0, 2],
    ]);
    expect(lookup.invert([0, 3])).toEqual([-1, 1138]);
    expect(
      layers
        .integerLookup({ vocabulary: [12], numOovIndices: 3 })
        .apply([7, -1, 12])
        .toArray(),
    ).toEqual([1, 2, 3]);
    expect(() => lookup.apply([1.5])).toThrow("integerLookup, apply: expected an integer in row 0, received 1.5.");
  });
});

describe("hashing", () => {
  it("gives a token always the same number, and spreads tokens evenly", () => {
    const layer = layers.hashing({ numBins: 10 });
    const words = Array.from({ length: 10_000 }, (_, i) => String(i));
    const numbers = layer.apply(words).data;
    expect(layer.apply(words).data).toEqual(numbers);
    const counts = new Array<number>(10).fill(0);
    for (const number of numbers) counts[number] = (counts[number] as number) + 1;
    // Chi-square with 9 degrees of freedom: 27.9 is exceeded once in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9);
    expect(layers.hashing({ numBins: 10, salt: 1 }).apply(words).data).not.toEqual(numbers);
    expect(layer.apply(words.map(Number)).data).toEqual(numbers);
  });

  it("keeps number 0 for missing values, and encodes", () => {
    const layer = layers.hashing({ numBins: 3, maskValue: "", outputMode: "oneHot" });
    const rows = layer.apply(["", "a"]).toArray<number[][]>();
    expect(rows[0]).toEqual([1, 0, 0]);
    expect(rows[1]?.[0]).toBe(0);
    expect(() => layers.hashing({ numBins: 1, maskValue: "" })).toThrow(
      "hashing: numBins must be an integer of at least 2, received 1.",
    );
    expect(() => layers.hashing({ numBins: 0 })).toThrow("hashing: numBins must be a positive integer, received 0.");
    expect(() => layer.apply(["a", 1] as never)).toThrow("hashing, apply: expected a string in row 1, received 1.");
  });
});
