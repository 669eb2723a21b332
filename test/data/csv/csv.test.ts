import { mkdtempSync, writeFileSync } from "node:fs";
import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { data, FormatError } from "../../../src/node.js";

const people = `name,age,height,smoker,city,group
Ada,36,1.65,true,London,b
"Bob ""the"" Builder",41,1.8,false,"Berlin, Mitte",a
Cem,29,1.71,false,London,b
`;

const failure = (text: string, options?: data.CsvOptions) =>
  data.csv(text, options).then(
    () => "no error",
    (error: unknown) => String(error),
  );

const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
afterEach(() => warned.mockClear());

describe("data.csv", () => {
  it("reads numbers, booleans, categories, and a target by name", async () => {
    const set = await data.csv(people, { target: "group", features: ["age", "height", "smoker", "city"] });
    expect(set.featureNames).toEqual(["age", "height", "smoker", "city_Berlin, Mitte", "city_London"]);
    expect(set.x.shape).toEqual([3, 5]);
    expect([...set.x.data]).toEqual([36, 1.65, 1, 0, 1, 41, 1.8, 0, 1, 0, 29, 1.71, 0, 0, 1].map(Math.fround));
    expect(set.y?.data).toEqual(Int32Array.of(1, 0, 1));
    expect(set.classes).toEqual(["a", "b"]);
    expect(set.targetNames).toEqual(["group"]);
  });

  it("reads quotes, delimiters and line breaks within fields", async () => {
    const text = 'a,b\r\n"x\r\ny, ""z""",1\r\nw,2\r\n';
    const set = await data.csv(text, { target: "a" });
    expect(set.classes).toEqual(["w", 'x\r\ny, "z"']);
    expect(set.x.toArray()).toEqual([[1], [2]]);
  });

  it.each([
    ["semicolons", "a;b\n1;2\n3;4\n", {}],
    ["tabs", "a\tb\n1\t2\n3\t4\n", {}],
    ["bars", "a|b\n1|2\n3|4\n", {}],
    ["a given delimiter", "a:b\n1:2\n3:4\n", { delimiter: ":" }],
    ["decimal commas", "a;b\n1,0;2,0\n3;4\n", { decimal: "," as const }],
    ["line ends of Windows", "a,b\r\n1,2\r\n3,4\r\n", {}],
    ["line ends of old Macs", "a,b\r1,2\r3,4", {}],
    ["no line end at the end, and blank lines", "a,b\n\n1,2\n\n3,4", {}],
    ["a byte order mark", "\ufeffa,b\n1,2\n3,4\n", {}],
    ["spaces around numbers", "a,b\n 1, 2\n3 ,4\n", {}],
    ["no header", "1,2\n3,4\n", {}],
    ["quoted numbers", '"a","b"\n"1","2"\n"3","4"\n', {}],
  ])("reads %s", async (_, text, options) => {
    const set = await data.csv(text, options);
    expect(set.x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(set.y).toBeNull();
  });

  it("reads paths, URLs, bytes, blobs, streams of the web and of Node, and functions", async () => {
    const text = "a,b\n1,2\n3,4\n";
    const bytes = new TextEncoder().encode(text);
    const file = join(mkdtempSync(join(tmpdir(), "feedforward-csv-")), "numbers.csv");
    writeFileSync(file, text);
    const pieces = () => [bytes.subarray(0, 5), bytes.subarray(5, 6), bytes.subarray(6)];
    const sources: data.TextSource[] = [
      file,
      pathToFileURL(file),
      pathToFileURL(file).href,
      `data:text/csv,${encodeURIComponent(text)}`,
      bytes,
      bytes.buffer,
      new Blob([text]),
      new Blob([text]).stream(),
      createReadStream(file),
      pieces(),
      pieces,
      () => createReadStream(file, "utf8"),
    ];
    for (const source of sources) {
      const set = await data.csv(source, { target: 1 });
      expect([set.x.toArray(), [...(set.y?.data ?? [])]]).toEqual([
        [[1], [3]],
        [2, 4],
      ]);
    }
  });

  it("decodes other encodings", async () => {
    const latin1 = Uint8Array.from("é;b\n1;ä\n2;ö\n", (c) => c.charCodeAt(0));
    const set = await data.csv(latin1, { encoding: "windows-1252", target: "b" });
    expect([set.featureNames, set.classes]).toEqual([["é"], ["ä", "ö"]]);
  });

  it("does what is asked about missing values", async () => {
    const text = "a,c,y\n1,x,1\nNA,x,2\n4,?,3\n10,z,4\n1,x,5\n";
    const read = (missing: data.CsvOptions["missing"]) =>
      data.csv(text, {
        target: "y",
        naValues: ["?"],
        categories: "ordinal",
        ...(missing !== undefined && { missing }),
      });
    expect((await read("drop")).x.toArray()).toEqual([
      [1, 0],
      [10, 1],
      [1, 0],
    ]);
    const filled = async (missing: data.CsvOptions["missing"]) => {
      const { x } = await read(missing);
      return [x.data[2], x.data[5]];
    };
    expect(await filled("mean")).toEqual([4, 0]);
    expect(await filled("median")).toEqual([2.5, 0]);
    expect(await filled("mode")).toEqual([1, 0]);
    expect(await filled({ a: -1, c: "mode" })).toEqual([-1, 0]);
    expect(await failure(text, { missing: { a: "mean" }, naValues: ["?"] })).toBe(
      'FormatError: data.csv, the text, line 4, column "c": expected a value, received none. ' +
        'Set missing: "drop", "mean", "median", "mode" or a number.',
    );
    expect(await failure("a,y\n1,2\n2,\n", { target: "y", missing: "mean" })).toBe(
      'FormatError: data.csv, the text, line 3, column "y": expected a value, received none. Set missing: "drop".',
    );
  });

  it("takes several targets, converters and kinds of columns", async () => {
    const text = "when,code,u,v\n2024-01-02,1,5,6\n2024-01-04,2,7,8\n";
    const set = await data.csv(text, {
      target: ["v", "u"],
      converters: { when: (day) => Date.parse(day) / 86_400_000 - 19_723 },
      columns: { code: "category" },
    });
    expect(set.y?.toArray()).toEqual([
      [6, 5],
      [8, 7],
    ]);
    expect(set.featureNames).toEqual(["when", "code_1", "code_2"]);
    expect(set.x.toArray()).toEqual([
      [1, 1, 0],
      [3, 0, 1],
    ]);
  });

  it("reads another file by the schema of the first one, which JSON keeps", async () => {
    const first = await data.csv("a,c,y\n1,x,no\n3,z,yes\n", { target: "y", missing: "mean" });
    const schema = JSON.parse(JSON.stringify(first.schema)) as data.CsvSchema;
    const second = await data.csv("c,extra,a\nz,9,5\nx,9,\n", { schema, missing: "mean" });
    expect(second.x.toArray()).toEqual([
      [5, 0, 1],
      [2, 1, 0],
    ]);
    expect(second.y).toBeNull();
    expect(await failure("c,a\nq,1\n", { schema })).toBe(
      'FormatError: data.csv, the text, line 2, column "c": expected a known category, received "q". Known: "x", "z". ' +
        "Of a stream, the first inferRows records have them.",
    );
    expect(await failure("a\n1\n", { schema })).toBe(
      'RangeError: data.csv, the text, schema: expected a known name, received "c". Did you mean "a"? Known names: a.',
    );
  });

  it("reads columns whose names every object has", async () => {
    const set = await data.csv("constructor,__proto__,toString\n1,2,x\n3,4,y\n", { target: "toString" });
    expect(set.x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("reads lines whose ends are cut between pieces, and leaves lines of spaces out", async () => {
    const set = await data.csv(() => ["a,b\r", "\n1,2\r", "\n  \r\n3,4\r\n"]);
    expect(set.featureNames).toEqual(["a", "b"]);
    expect(set.x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("reads each line once whose end is a carriage return alone, whatever the pieces are", async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},${2 * i}`);
    const bytes = new TextEncoder().encode(`a,b\r${lines.join("\r")}\r`);
    const pieces = function* () {
      for (let at = 0; at < bytes.length; at += 50_001) yield bytes.subarray(at, at + 50_001);
    };
    for (const source of [pieces, bytes, new TextDecoder().decode(bytes)]) {
      const { x } = await data.csv(source);
      expect(x.shape).toEqual([30_000, 2]);
      expect(x.data.every((value, i) => value === (i % 2 === 0 ? i / 2 : i - 1))).toBe(true);
    }
    // In constant memory: what was read is handed out soon, not at the end of the file.
    let given = 0;
    const counted = function* () {
      yield "a,b\r";
      for (; given < 60; given++) yield "1,2\r".repeat(1000);
    };
    let [taken, held] = [0, 0];
    for await (const [x] of data.csvStream(counted, { batchSize: 100, inferRows: 10 })) {
      taken += (x as data.DataSet["x"]).shape[0] as number;
      held = Math.max(held, (given + 1) * 1000 - taken);
    }
    expect(taken).toBe(60_000);
    expect(held).toBeLessThan(5000);
    const ragged = `a,b\r${lines.join("\r")}\r7\r`;
    expect(await failure(ragged)).toContain("line 30002: expected 2 fields as in the first line, received 1.");
  });

  it("believes no schema", async () => {
    const { schema } = await data.csv("a,c\n1,x\n3,z\n");
    const [a, c] = (schema as data.CsvSchema).features;
    for (const wrong of [
      {},
      { ...schema, features: [] },
      { ...schema, features: [{ ...a, index: -1 }] },
      { ...schema, features: [{ ...c, categories: [] }] },
      { ...schema, features: [{ ...c, fill: 2 }] },
      { ...schema, decimal: ";" },
    ]) {
      expect(await failure("a,c\n1,x\n", { schema: wrong as data.CsvSchema })).toBe(
        "TypeError: data.csv: schema must be that of a data set, received an object.",
      );
    }
    expect(await failure("a,c\n1,x\n", { schema: schema as data.CsvSchema, target: "a" })).toBe(
      'TypeError: data.csv: expected no target beside schema, which has it, received "a".',
    );
    const places = await data.csv("1,2,3\n4,5,6\n", { target: 2 });
    const others = await data.csv("7,8\n", { schema: places.schema as data.CsvSchema });
    expect([others.x.toArray(), others.y]).toEqual([[[7, 8]], null]);
    expect(await failure("7\n", { schema: places.schema as data.CsvSchema })).toBe(
      "FormatError: data.csv, the text, schema: expected 2 fields or more, received 1.",
    );
  });

  it.each<[string, string, data.CsvOptions, string]>([
    [
      "a target of true alone",
      "a,y\n1,true\n2,true\n",
      { target: "y" },
      'RangeError: data.csv, the text, target "y": expected two or more classes, received "true" only.',
    ],
    [
      "a category without texts",
      "a,c\n1,\n2,\n",
      { columns: { c: "category" }, missing: "mode" },
      'FormatError: data.csv, the text, column "c": expected one or more texts, received none.',
    ],
    [
      "a rule for an unknown column",
      "age,b\n1,2\n",
      { missing: { aged: "drop" } },
      'RangeError: data.csv, the text, name of a column: expected a known name, received "aged". Did you mean "age"? Known names: age, b.',
    ],
    [
      "a feature twice",
      "a,b\n1,2\n",
      { features: ["b", 1] },
      'RangeError: data.csv, the text, features: expected each column once, received "b" twice.',
    ],
    [
      "a converter that throws",
      "a,b\n1,2\n",
      {
        converters: {
          b: () => {
            throw new Error("no date");
          },
        },
      },
      'TypeError: data.csv, the text, line 2, column "b": the converter must give a finite number, received Error: no date for "2".',
    ],
    ...["Jan 5, 2020", "5-Feb-20", "31 december 2020 10:00"].map((date): [string, string, data.CsvOptions, string] => [
      `the date ${date}`,
      `d,b\n"${date}",2\n`,
      {},
      `FormatError: data.csv, the text, column "d": expected numbers or categories, received a date, "${date}" in line 2. ` +
        "Leave the column out by features, or give converters: { name: (text) => Date.parse(text) / 86400000 }.",
    ]),
    [
      "a short record",
      "a,b\n1,2\n\n3\n",
      {},
      "FormatError: data.csv, the text, line 4: expected 2 fields as in the first line, received 1.",
    ],
    [
      "a long record behind a quoted line break",
      'a,b\n"x\ny",2\nz,3,4\n',
      {},
      "FormatError: data.csv, the text, line 4: expected 2 fields as in the first line, received 3. A field with a delimiter in it needs quotes.",
    ],
    [
      "an open quote",
      'a,b\n1,2\n3,"4\n5,6\n',
      {},
      'FormatError: data.csv, the text, line 3: expected the end of a quoted field, received none. A quote within a quoted field is written twice: "".',
    ],
    [
      "text behind a quote",
      'a,b\n1,2\n3,"4"x\n5,6\n',
      {},
      'FormatError: data.csv, the text, line 3: expected a delimiter or a line break behind a quoted field, received other text. A quote within a quoted field is written twice: "".',
    ],
    [
      "a header alone",
      "a,b\n",
      {},
      "FormatError: data.csv, the text: expected one or more rows, received a header alone.",
    ],
    [
      "one class",
      "a,y\n1,x\n2,x\n",
      { target: "y" },
      'RangeError: data.csv, the text, target "y": expected two or more classes, received "x" only.',
    ],
    [
      "an unknown target",
      "a,species\n1,x\n",
      { target: "specie" },
      'RangeError: data.csv, the text, target: expected a known name, received "specie". Did you mean "species"? Known names: a, species.',
    ],
    [
      "a target out of range",
      "a,b\n1,x\n",
      { target: 2 },
      "RangeError: data.csv, the text, target: columns are numbered 0 ... 1, received 2.",
    ],
    [
      "a date",
      "d,b\n2020-01-31,1\n",
      {},
      'FormatError: data.csv, the text, column "d": expected numbers or categories, received a date, "2020-01-31" in line 2. ' +
        "Leave the column out by features, or give converters: { name: (text) => Date.parse(text) / 86400000 }.",
    ],
    [
      "a text among numbers",
      "a,b\n1,1\n2,1\nx,1\n",
      {},
      'FormatError: data.csv, the text, column "a": expected numbers as in most rows, received "x" in line 4. ' +
        'Add it to naValues if it stands for a missing value, or set columns: { name: "category" }.',
    ],
    [
      "a name twice",
      "a,a\n1,2\n",
      {},
      'FormatError: data.csv, the text, line 1: expected a name of its own for each column, received "a" twice. ' +
        "If the first line has data, set header: false.",
    ],
    [
      "a number that is too large",
      "a\n1\n1e39\n",
      {},
      'FormatError: data.csv, the text, line 3, column "a": expected a number that float32 can hold, received "1e39". ' +
        'Add it to naValues if it stands for a missing value, or set columns: { name: "category" }.',
    ],
    [
      "too many categories",
      "a\nx\ny\nz\n",
      { maxCategories: 2 },
      'FormatError: data.csv, the text, line 4, column "a": expected at most 2 different texts, received "z". ' +
        "Leave the column out by features, or set maxCategories.",
    ],
    [
      "a misspelt option",
      "a\n1\n",
      { targets: "a" } as data.CsvOptions,
      'TypeError: data.csv: expected a known option, received "targets". Did you mean "target"? Options: target, features, header, delimiter, decimal, encoding, missing, naValues, columns, converters, categories, maxCategories, inferRows, schema.',
    ],
    [
      "a long delimiter",
      "a\n1\n",
      { delimiter: "::" },
      'TypeError: data.csv: delimiter must be one character, received "::".',
    ],
    [
      "an unknown encoding",
      "a\n1\n",
      { encoding: "latin9000" },
      'RangeError: data.csv: encoding must be one like "utf-8" or "windows-1252", received "latin9000". Use a label of the Encoding Standard.',
    ],
    [
      "an unknown rule",
      "a\n1\n",
      { missing: "average" as "mean" },
      'RangeError: data.csv, missing: expected a known name, received "average". Known names: error, drop, mean, median, mode.',
    ],
  ])("refuses %s", async (_, text, options, message) => {
    expect(await failure(text, options)).toBe(message);
  });

  it("refuses an empty file, bytes of another encoding, a file that is not there, and what is no source", async () => {
    await expect(data.csv(new Uint8Array())).rejects.toThrow(
      new FormatError("data.csv, the bytes: expected one or more rows, received an empty file."),
    );
    const bytes = new TextEncoder().encode(`a,b\n${"é,1\n".repeat(100_000)}ü,2\n`);
    bytes[bytes.length - 4] = 0xff;
    await expect(data.csv(bytes)).rejects.toThrow(
      'data.csv, the bytes, line 100002: expected utf-8, received other bytes. Name the file\'s encoding, for example encoding: "windows-1252" or "utf-16le".',
    );
    await expect(data.csv(bytes.subarray(0, 5))).rejects.toThrow("line 2: expected utf-8, received other bytes");
    await expect(data.csv("no-such-file.csv")).rejects.toThrow(
      /^data\.csv: expected a file that can be read at no-such-file\.csv, received ENOENT: /,
    );
    await expect(data.csv(5 as unknown as string)).rejects.toThrow(
      "data.csv: expected a path, a URL, a text with line breaks, bytes, a Blob or a stream, received 5.",
    );
  });

  it("tells constant columns on the console", async () => {
    await data.csv("a,b\n1,2\n1,3\n");
    expect(warned.mock.calls).toEqual([['data.csv, the text: the same value in all rows of "a".']]);
  });

  it("gives the same numbers however the text is cut", async () => {
    const field = fc.oneof(
      fc.double({ noNaN: true, min: -1e30, max: 1e30 }).map(String),
      fc
        .string({ unit: fc.constantFrom('"', ",", "\n", "\r\n", "x", "é") })
        .map((text) => `"q${text.replaceAll('"', '""')}"`),
    );
    const rows = fc.array(fc.tuple(field, fc.integer().map(String)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 7 }), async (list, step) => {
        const text = `n,i\n${list.map((row) => row.join(",")).join("\n")}\n`;
        const bytes = new TextEncoder().encode(text);
        const pieces = () =>
          Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) => bytes.subarray(i * step, (i + 1) * step));
        const options = { columns: { n: "category" as const }, target: "i" };
        const whole = await data.csv(text, options).catch(String);
        const cut = await data.csv(pieces, options).catch(String);
        if (typeof whole === "string") expect(cut).toBe(whole.replace("the text", "the stream"));
        else expect(cut).toEqual(whole);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it("meets damaged files with errors of its own, or reads them", async () => {
    const base = new TextEncoder().encode(people.repeat(3));
    let state = 12345;
    const next = (limit: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const interesting = [0, 10, 13, 34, 44, 0x80, 0xff, 0x30];
    for (let i = 0; i < 3000; i++) {
      const bytes = base.slice(0, 1 + next(base.length));
      for (let k = next(4); k >= 0; k--) bytes[next(bytes.length)] = interesting[next(interesting.length)] as number;
      try {
        await data.csv(bytes, { missing: "drop" });
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  });
});

describe("data.csvStream", () => {
  const many = `a,c,y\n${Array.from({ length: 1000 }, (_, i) => `${i},${"xyz"[i % 3]},${i % 2 === 0 ? "even" : "odd"}`).join("\n")}\n`;

  it("gives the batches of what data.csv reads, in each pass", async () => {
    const set = await data.csv(many, { target: "y" });
    const stream = data.csvStream(many, { target: "y", batchSize: 64 });
    for (let pass = 0; pass < 2; pass++) {
      let at = 0;
      for await (const [x, y] of stream) {
        const rows = (x as data.DataSet["x"]).shape[0] as number;
        expect(rows).toBe(Math.min(64, 1000 - at));
        expect(x).toEqual(set.skip(at).take(rows).x);
        expect(y).toEqual(set.skip(at).take(rows).y);
        at += rows;
      }
      expect(at).toBe(1000);
    }
  });

  it("reads a stream once", async () => {
    const stream = data.csvStream(new Blob([many]).stream(), { target: "y" });
    for await (const _ of stream.take(2)) {
    }
    const again = async () => {
      for await (const _ of stream) return;
    };
    await expect(again()).rejects.toThrow(
      "data.csvStream, the stream: expected a source that can be read again, received a stream that was read. " +
        "Give a function that returns a new stream.",
    );
  });

  it("refuses categories that come later", async () => {
    const all = async () => {
      for await (const _ of data.csvStream(`${many}5,w,odd\n`, { target: "y", inferRows: 100 })) {
      }
    };
    await expect(all()).rejects.toThrow(
      'line 1002, column "c": expected a known category, received "w". Known: "x", "y", "z".',
    );
  });
});
