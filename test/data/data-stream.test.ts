import { describe, expect, it } from "vitest";
import { data } from "../../src/index.js";

const count = 50;
let opened = 0;
/** Rows 0 ... 49, 7 at a time. */
const stream = data.fromGenerator(function* () {
  opened++;
  for (let at = 0; at < count; at += 7) {
    const rows = Array.from({ length: Math.min(7, count - at) }, (_, i) => at + i);
    yield [rows.map((row) => [row, row]), rows];
  }
});

async function batches(source: data.DataStream): Promise<number[][]> {
  const list: number[][] = [];
  for await (const [x, y] of source) {
    const rows = [...(y as data.DataSet["x"]).data];
    expect((x as data.DataSet["x"]).toArray()).toEqual(rows.map((row) => [row, row]));
    list.push(rows);
  }
  return list;
}

const all = [...Array(count).keys()];
const sorted = (list: number[][]) => list.flat().sort((a, b) => a - b);

describe("DataStream", () => {
  it("cuts batches anew", async () => {
    const sizes = async (source: data.DataStream) => (await batches(source)).map((rows) => rows.length);
    expect(await sizes(stream)).toEqual([7, 7, 7, 7, 7, 7, 7, 1]);
    expect(await sizes(stream.batch(20))).toEqual([20, 20, 10]);
    expect(await sizes(stream.batch(3, { dropRemainder: true }))).toEqual(new Array(16).fill(3));
    expect((await batches(stream.batch(20))).flat()).toEqual(all);
  });

  it.each([1, 10, 25, 1000])("shuffles with a buffer of %d rows", async (bufferSize) => {
    const shuffled = stream.shuffle(bufferSize, { seed: 1 });
    const first = await batches(shuffled);
    expect(first.map((rows) => rows.length)).toEqual([7, 7, 7, 7, 7, 7, 7, 1]);
    expect(sorted(first)).toEqual(all);
    expect(first.flat()).not.toEqual(all);
    expect(await batches(shuffled)).not.toEqual(first);
    expect(await batches(stream.shuffle(bufferSize, { seed: 1 }))).toEqual(first);
    const same = stream.shuffle(bufferSize, { seed: 1, reshuffleEachIteration: false });
    expect(await batches(same)).toEqual(await batches(same));
  });

  it("shuffles evenly", async () => {
    const first = new Float64Array(count);
    const shuffled = stream.shuffle(count, { seed: 3 });
    for (let i = 0; i < 2000; i++) {
      const { value } = await shuffled[Symbol.asyncIterator]().next();
      const row = ((value as data.DataBatch)[1] as data.DataSet["x"]).data[0] as number;
      first[row] = (first[row] as number) + 1;
    }
    // Chi squared with 49 degrees of freedom is below 94.6 in 99.99 % of the cases.
    expect(first.reduce((sum, n) => sum + (n - 40) ** 2 / 40, 0)).toBeLessThan(94.6);
  });

  it("takes, skips, repeats and prefetches", async () => {
    expect((await batches(stream.take(2))).flat()).toEqual(all.slice(0, 14));
    expect(await batches(stream.take(0))).toEqual([]);
    expect((await batches(stream.skip(6))).flat()).toEqual(all.slice(42));
    expect((await batches(stream.repeat(3))).flat()).toEqual([...all, ...all, ...all]);
    expect((await batches(stream.repeat().take(20))).length).toBe(20);
    expect(await batches(stream.take(0).repeat())).toEqual([]);
    const before = opened;
    expect((await batches(stream.prefetch(3))).flat()).toEqual(all);
    expect(opened).toBe(before + 1);
  });

  it("maps, and tells whose fault it is", async () => {
    const mapped = stream.map(async ([x, y], index) => [x, index === 1 ? [[1, 2]] : (y ?? [])]);
    await expect(batches(mapped)).rejects.toThrow(
      "DataStream, map, batch 1: all parts of a batch must have the same number of rows: expected 7, received 1 in one.",
    );
    await expect(batches(stream.map(() => 5 as never))).rejects.toThrow(
      "DataStream, map, batch 0: expected a batch as [x, y] or [x, y, sampleWeight], received 5. " +
        "A typed array or a tensor alone must be in an array, too: [x].",
    );
    const failing = stream.map(() => {
      throw new Error("mine");
    });
    await expect(batches(failing.prefetch())).rejects.toThrow("mine");
  });

  it("keeps lists and names of inputs", async () => {
    const named = data.fromGenerator(() => [
      [{ a: [[1], [2]], b: [[3], [4]] }, [1, 2]],
      [{ a: [[5]], b: [[6]] }, [3]],
    ]);
    const [x, y] = await named.batch(3).toBatch();
    expect(Object.entries(x).map(([name, part]) => [name, [...part.data]])).toEqual([
      ["a", [1, 2, 5]],
      ["b", [3, 4, 6]],
    ]);
    expect((y as data.DataSet["x"]).shape).toEqual([3]);
  });

  it("refuses wrong arguments", async () => {
    expect(() => stream.batch(0)).toThrow("DataStream, batch: size must be a positive integer, received 0.");
    expect(() => stream.map(5 as never)).toThrow("DataStream, map: expected a function, received 5.");
    expect(() => data.fromGenerator([] as never)).toThrow(
      "data.fromGenerator: expected a function, received an array of 0.",
    );
    await expect(batches(data.fromGenerator(() => 5 as never))).rejects.toThrow(
      "data.fromGenerator: the function must return an iterable of batches, received 5.",
    );
  });
});
