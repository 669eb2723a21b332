// The steps of a DataStream: generators of batches over generators of batches.

import { turnIfDue } from "../backends/time-slice.js";
import type { Tensor } from "../tensor.js";
import {
  type BatchInput,
  batchRows,
  type DataBatch,
  joinBatches,
  readDataBatch,
  sliceBatch,
  tensorsOf,
  withTensors,
} from "./batch.js";
import { gatherRows } from "./rows.js";

type Source = AsyncIterable<DataBatch>;
type Steps = AsyncGenerator<DataBatch, void>;

export async function* mapped(
  source: Source,
  fn: (batch: DataBatch, index: number) => BatchInput | Promise<BatchInput>,
): Steps {
  let index = 0;
  for await (const batch of source) {
    yield readDataBatch(`DataStream, map, batch ${index}`, await fn(batch, index));
    index++;
  }
}

export async function* taken(source: Source, count: number): Steps {
  if (count === 0) return;
  let left = count;
  for await (const batch of source) {
    yield batch;
    if (--left === 0) return;
  }
}

export async function* skipped(source: Source, count: number): Steps {
  let left = count;
  for await (const batch of source) if (left-- <= 0) yield batch;
}

export async function* repeated(source: Source, count: number): Steps {
  for (let pass = 0; pass < count; pass++) {
    let any = false;
    for await (const batch of source) {
      any = true;
      yield batch;
    }
    if (!any) return;
  }
}

export async function* rebatched(source: Source, size: number, dropRemainder: boolean): Steps {
  let parts: DataBatch[] = [];
  let held = 0;
  for await (const batch of source) {
    const rows = batchRows(batch);
    let at = 0;
    while (held + rows - at >= size) {
      const end = at + size - held;
      parts.push(sliceBatch(batch, at, end));
      yield joinBatches("DataStream, batch", parts);
      parts = [];
      held = 0;
      at = end;
    }
    if (at === rows) continue;
    parts.push(at === 0 ? batch : sliceBatch(batch, at, rows));
    held += rows - at;
  }
  if (held > 0 && !dropRemainder) yield joinBatches("DataStream, batch", parts);
}

/** Rows are drawn many at a time, from twice the buffer down to the buffer, so that each is copied a few times only. */
export async function* shuffled(source: Source, bufferSize: number, random: { integer(limit: number): number }): Steps {
  let parts: DataBatch[] = [];
  let held = 0;
  const sizes: number[] = [];
  function* draw(most: number): Generator<DataBatch, void> {
    let fits = 0;
    let count = 0;
    while (count < sizes.length && fits + (sizes[count] as number) <= most) fits += sizes[count++] as number;
    const all = joinBatches("DataStream, shuffle", parts);
    const order = Int32Array.from({ length: held }, (_, i) => i);
    // Fisher and Yates' shuffle as far as it is needed: the drawn rows come to the end.
    for (let i = held - 1; i >= held - fits; i--) swap(order, i, random.integer(i + 1));
    const drawn = choose(all, order.subarray(held - fits));
    parts = fits === held ? [] : [choose(all, order.subarray(0, held - fits))];
    held -= fits;
    let at = 0;
    for (const size of sizes.splice(0, count)) {
      yield sliceBatch(drawn, at, at + size);
      at += size;
    }
  }
  for await (const batch of source) {
    const rows = batchRows(batch);
    parts.push(batch);
    sizes.push(rows);
    held += rows;
    if (held >= 2 * bufferSize) yield* draw(held - bufferSize);
    await turnIfDue();
  }
  if (held > 0) yield* draw(held);
}

function swap(list: Int32Array, i: number, j: number): void {
  const held = list[i] as number;
  list[i] = list[j] as number;
  list[j] = held;
}

function choose(batch: DataBatch, rows: Int32Array): DataBatch {
  return withTensors(
    batch,
    tensorsOf(batch).map((tensor: Tensor) => gatherRows(tensor, rows)),
  );
}

export async function* prefetched(source: Source, count: number): Steps {
  const iterator = source[Symbol.asyncIterator]();
  const waiting: Promise<IteratorResult<DataBatch>>[] = [];
  const ask = () => {
    const next = iterator.next();
    // An error waits for its turn; without a handler it would count as unhandled meanwhile.
    next.catch(() => {});
    waiting.push(next);
  };
  try {
    for (let i = 0; i < count; i++) ask();
    for (;;) {
      const { done, value } = await (waiting.shift() as Promise<IteratorResult<DataBatch>>);
      if (done === true) return;
      ask();
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
