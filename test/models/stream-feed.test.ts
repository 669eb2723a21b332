// Steps over batches of an iterator: which come in which epoch, and how far ahead is read.

import { describe, expect, it } from "vitest";
import { BatchReader } from "../../src/models/batch-reader.js";
import type { Dataset } from "../../src/models/data.js";
import type { Batches } from "../../src/models/stream.js";
import { StreamFeed } from "../../src/models/stream-feed.js";
import { runAsync, settle, Turnstile } from "../../src/models/task.js";

const turnstile = new Turnstile(() => {});

/** Batches of two rows with their number, `count` in a pass; `read` has those that were asked for. */
function numbered(count: number): { batches: Batches; read: number[] } {
  const read: number[] = [];
  const batches: Batches = {
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) {
        read.push(i);
        yield [[i]] as never;
      }
    },
  };
  return { batches, read };
}

function feedOf(batches: Batches, stepsPerEpoch: number | null, epochs: number): StreamFeed {
  const reader = new BatchReader(batches, {
    ...{ where: "here", signal: undefined, aborted: () => new Error("stopped") },
    convert({ x }) {
      const data = new Float32Array(2).fill((x as unknown as number[])[0] as number);
      const batch: Dataset = { rows: 2, inputs: [{ data, rows: 2, width: 1 }], targets: [], weights: [] };
      return settle(batch, "data");
    },
  });
  return new StreamFeed(reader, stepsPerEpoch, epochs);
}

/** The numbers of an epoch's batches; null when there is no epoch. */
async function epoch(feed: StreamFeed, most: number, steps = Number.POSITIVE_INFINITY): Promise<number[] | null> {
  if (!(await runAsync(feed.beginEpoch(), turnstile))) return null;
  const numbers: number[] = [];
  for (let left = steps; left > 0 && (await runAsync(feed.more(), turnstile)); ) {
    const { data, order, batchRows } = await runAsync(feed.next(Math.min(most, left)), turnstile);
    for (let i = 0; i < order.length; i += batchRows) numbers.push(data.inputs[0]?.data[order[i] as number] as number);
    const done = Math.ceil(order.length / batchRows);
    feed.count(done);
    left -= done;
  }
  await runAsync(feed.endEpoch(), turnstile);
  return numbers;
}

describe("StreamFeed", () => {
  it.each([1, 2, 3, 100])("gives all batches in each epoch, %i steps at a time", async (most) => {
    const feed = feedOf(numbered(5).batches, null, 2);
    for (let pass = 0; pass < 2; pass++) expect(await epoch(feed, most)).toEqual([0, 1, 2, 3, 4]);
    await runAsync(feed.close(), turnstile);
  });

  it("goes on where an epoch of so many steps ended, and begins anew at the end", async () => {
    const feed = feedOf(numbered(5).batches, 3, 3);
    expect(await epoch(feed, 2, 3)).toEqual([0, 1, 2]);
    expect(feed.offset).toBe(3);
    expect(await epoch(feed, 2, 3)).toEqual([3, 4]);
    expect(await epoch(feed, 2, 3)).toEqual([0, 1, 2]);
    await runAsync(feed.close(), turnstile);
  });

  it("reads no batch too many", async () => {
    const { batches, read } = numbered(100);
    const feed = feedOf(batches, 2, 2);
    expect([await epoch(feed, 10, 2), await epoch(feed, 10, 2)]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    await runAsync(feed.close(), turnstile);
    expect(read).toEqual([0, 1, 2, 3]);
    expect(await epoch(feed, 10, 2)).toBeNull();
  });

  it("reads the next batches while the last ones are in use", async () => {
    const { batches, read } = numbered(3);
    const feed = feedOf(batches, null, 1);
    await runAsync(feed.beginEpoch(), turnstile);
    expect(read).toEqual([0]);
    await runAsync(feed.next(1), turnstile);
    expect(read).toEqual([0, 1]);
    await runAsync(feed.close(), turnstile);
  });

  it("has no epoch without batches", async () => {
    expect(await epoch(feedOf([] as never, null, 1), 1)).toBeNull();
  });

  it("leaves out the steps of an interrupted training", async () => {
    const feed = feedOf(numbered(5).batches, null, 1);
    await runAsync(feed.beginEpoch(), turnstile);
    await runAsync(feed.skip(3), turnstile);
    expect(feed.offset).toBe(3);
    expect(await epoch(feed, 2)).toEqual([3, 4]);
  });
});
