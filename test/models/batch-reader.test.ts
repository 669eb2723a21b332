// Batches from iterators: how many are put together, what is closed, and what errors say.

import { describe, expect, it } from "vitest";
import { BatchReader, type ReaderContext } from "../../src/models/batch-reader.js";
import type { Chunk } from "../../src/models/chunk.js";
import type { Dataset } from "../../src/models/data.js";
import type { Batches } from "../../src/models/stream.js";
import { type Procedure, runAsync, settle, Turnstile } from "../../src/models/task.js";

/** A batch of so many rows, all with the same number. */
function datasetOf(rows: number, value: number): Dataset {
  return { rows, inputs: [{ data: new Float32Array(rows).fill(value), rows, width: 1 }], targets: [], weights: [] };
}

const context = (more: Partial<ReaderContext> = {}): ReaderContext => ({
  ...{ where: "here", signal: undefined, aborted: () => new Error("stopped") },
  convert({ x }) {
    const [rows, value] = x as unknown as [number, number];
    return settle(datasetOf(rows, value), "data");
  },
  ...more,
});

const run = <T>(procedure: Procedure<T>) => runAsync(procedure, new Turnstile(() => {}));

/** Sizes of batches as an iterable whose end is told. */
function batches(sizes: readonly number[], log: string[] = []): Batches {
  return {
    *[Symbol.iterator]() {
      try {
        for (const [i, size] of sizes.entries()) yield [[size, i]] as never;
        log.push("end");
      } finally {
        log.push("closed");
      }
    },
  };
}

const valuesOf = (chunk: Chunk | null) => (chunk === null ? null : [...(chunk.data.inputs[0]?.data ?? [])]);

describe("BatchReader", () => {
  it("puts batches of one size together, and the smaller last one", async () => {
    const reader = new BatchReader(batches([2, 2, 2, 1]), context());
    expect(reader.ended).toBe(true);
    reader.open();
    expect(valuesOf(await run(reader.gather(2)))).toEqual([0, 0, 1, 1]);
    expect(reader.ended).toBe(false);
    const rest = await run(reader.gather(10));
    expect([valuesOf(rest), rest?.batchRows]).toEqual([[2, 2, 3], 2]);
    expect(await run(reader.gather(1))).toBeNull();
    expect(reader.ended).toBe(true);
  });

  it("keeps a batch that does not fit for the next chunk", async () => {
    const reader = new BatchReader(batches([1, 3, 3]), context());
    reader.open();
    expect(valuesOf(await run(reader.gather(10)))).toEqual([0]);
    expect(reader.ended).toBe(false);
    expect(valuesOf(await run(reader.gather(10)))).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it("leaves a chunk alone while the next one is read", async () => {
    const reader = new BatchReader(batches([2, 2, 2]), context());
    reader.open();
    const first = await run(reader.gather(1));
    await run(reader.gather(1));
    expect(valuesOf(first)).toEqual([0, 0]);
  });

  it("closes what it has opened, begins anew, and leaves an iterator of the user open", async () => {
    const log: string[] = [];
    const reader = new BatchReader(batches([2, 2], log), context());
    for (let pass = 0; pass < 2; pass++) {
      reader.open();
      expect(valuesOf(await run(reader.gather(1)))).toEqual([0, 0]);
      await run(reader.close());
    }
    await run(reader.close());
    expect(log).toEqual(["closed", "closed"]);
    const own = batches([1, 2], log)[Symbol.iterator as never] as unknown as () => Iterator<never> & Batches;
    const iterator = own();
    const user = new BatchReader(iterator, context());
    user.open();
    await run(user.gather(1));
    await run(user.close());
    expect(log).toHaveLength(2);
    expect(iterator.next().done).toBe(false);
  });

  it("does not close an iterator that failed, and tells its error", async () => {
    let closed = false;
    const failing: Batches = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error("net down")),
        return: () => {
          closed = true;
          return Promise.resolve({ done: true as const, value: undefined });
        },
      }),
    };
    const reader = new BatchReader(failing, context());
    reader.open();
    await expect(run(reader.gather(1))).rejects.toThrow("net down");
    await run(reader.close());
    expect([closed, reader.ended]).toEqual([false, true]);
  });

  it("stops waiting when the signal is aborted", async () => {
    const controller = new AbortController();
    const never: Batches = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
    const reader = new BatchReader(never, context({ signal: controller.signal }));
    reader.open();
    const reading = run(reader.gather(1));
    controller.abort();
    await expect(reading).rejects.toThrow("stopped");
    await run(reader.close());
  });

  it("names the batch in what is wrong with it", async () => {
    const places: string[] = [];
    const reader = new BatchReader(
      batches([1, 1]),
      context({
        convert(_, place) {
          places.push(place);
          return settle(datasetOf(1, 0), "data");
        },
      }),
    );
    reader.open();
    await run(reader.gather(5));
    expect(places).toEqual([", batch 1", ", batch 2"]);
    const wrong = new BatchReader(new Set([5]) as never, context());
    wrong.open();
    await expect(run(wrong.gather(1))).rejects.toThrow("here, batch 1: expected a batch as [x, y]");
    const strange = new BatchReader({ [Symbol.iterator]: () => ({ next: () => 5 }) } as never, context());
    strange.open();
    await expect(run(strange.gather(1))).rejects.toThrow("here: an iterator must give { value, done }, received 5.");
    const none = new BatchReader({ [Symbol.iterator]: () => ({}) } as never, context());
    expect(() => none.open()).toThrow("here: expected an iterable of batches, received one whose iterator has no next");
  });
});
