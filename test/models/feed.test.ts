// Steps over arrays: every row once in each pass, in the order of the shuffle of that pass, whatever is asked for at a time.

import { describe, expect, it } from "vitest";
import { fillShuffled } from "../../src/models/batches.js";
import type { ModelCore } from "../../src/models/core.js";
import type { Dataset } from "../../src/models/data.js";
import { ArrayFeed, type ArrayPlan } from "../../src/models/feed.js";
import { runAsync, Turnstile } from "../../src/models/task.js";

function datasetOf(rows: number): Dataset {
  return {
    rows,
    inputs: [{ data: Float32Array.from({ length: rows }, (_, i) => i), rows, width: 1 }],
    targets: [],
    weights: [],
  };
}

function feedOf(plan: Partial<ArrayPlan> & { rows: number }): { feed: ArrayFeed; core: { shuffledEpochs: number } } {
  const core = { shuffledEpochs: 0, seed: [5, 6] };
  const whole = { data: datasetOf(plan.rows), batchSize: 2, shuffle: true, stepsPerEpoch: null, ...plan };
  return { feed: new ArrayFeed(core as unknown as ModelCore, whole), core };
}

/** The rows of an epoch, asked for `most` steps at a time. */
async function epoch(feed: ArrayFeed, most: number, steps = feed.stepsPerEpoch): Promise<number[]> {
  const turnstile = new Turnstile(() => {});
  const rows: number[] = [];
  await runAsync(feed.beginEpoch(), turnstile);
  for (let left = steps; left > 0 && (await runAsync(feed.more(), turnstile)); ) {
    const { order, batchRows } = await runAsync(feed.next(Math.min(most, left)), turnstile);
    const done = Math.ceil(order.length / batchRows);
    feed.count(done);
    left -= done;
    rows.push(...order);
  }
  await runAsync(feed.endEpoch(), turnstile);
  return rows;
}

function shuffled(rows: number, pass: number): number[] {
  const order = new Int32Array(rows);
  fillShuffled(order, 0, rows, [5, 6], pass);
  return [...order];
}

describe("ArrayFeed", () => {
  it.each([1, 2, 3, 100])("gives each pass its shuffle, %i steps at a time", async (most) => {
    const { feed, core } = feedOf({ rows: 7 });
    expect([feed.stepsPerEpoch, feed.batchRows, feed.joinable]).toEqual([4, 2, false]);
    for (let pass = 0; pass < 3; pass++) expect(await epoch(feed, most)).toEqual(shuffled(7, pass));
    expect([core.shuffledEpochs, feed.offset]).toEqual([3, 0]);
  });

  it("gives rows in order without a shuffle, and counts none", async () => {
    const { feed, core } = feedOf({ rows: 5, shuffle: false });
    expect(await epoch(feed, 2)).toEqual([0, 1, 2, 3, 4]);
    expect(core.shuffledEpochs).toBe(0);
  });

  it("joins passes of whole batches", async () => {
    const { feed, core } = feedOf({ rows: 6 });
    expect(feed.joinable).toBe(true);
    const turnstile = new Turnstile(() => {});
    const first = await runAsync(feed.next(2), turnstile);
    feed.count(2);
    const { order } = await runAsync(feed.next(5), turnstile);
    feed.count(5);
    const all = [...shuffled(6, 0), ...shuffled(6, 1), ...shuffled(6, 2)];
    expect([...first.order, ...order]).toEqual(all.slice(0, 14));
    expect([core.shuffledEpochs, feed.offset]).toEqual([3, 1]);
    const { order: rest } = await runAsync(feed.next(2), turnstile);
    expect([...rest]).toEqual(all.slice(14));
  });

  it("goes on within a pass when an epoch has its own number of steps", async () => {
    const { feed } = feedOf({ rows: 6, stepsPerEpoch: 2 });
    expect(feed.joinable).toBe(false);
    const rows = [...(await epoch(feed, 1)), ...(await epoch(feed, 5, 1))];
    expect(rows).toEqual(shuffled(6, 0));
    expect(await epoch(feed, 2)).toEqual(shuffled(6, 1).slice(0, 4));
  });

  it("leaves out the steps of an interrupted training", async () => {
    const { feed, core } = feedOf({ rows: 7 });
    // Two passes have begun; the second one goes on.
    core.shuffledEpochs = 2;
    const turnstile = new Turnstile(() => {});
    await runAsync(feed.skip(3), turnstile);
    expect(feed.offset).toBe(3);
    const { order } = await runAsync(feed.next(10), turnstile);
    expect([...order]).toEqual(shuffled(7, 1).slice(6));
    feed.count(1);
    expect(core.shuffledEpochs).toBe(2);
  });

  it("samples rows evenly", () => {
    const { feed } = feedOf({ rows: 8 });
    expect(feed.sample(4).inputs[0]?.data).toEqual(Float32Array.of(0, 2, 4, 6));
    expect(feed.sample(100).rows).toBe(8);
  });
});
