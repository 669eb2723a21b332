// Data that is read batch by batch, in constant memory: a chain of steps over a source that begins anew in each epoch.

import { checkBoolean, checkInteger, checkOptions, describeValue, explain } from "../errors.js";
import { type BatchInput, type DataBatch, joinBatches } from "./batch.js";
import { orderStream } from "./folds.js";
import { mapped, prefetched, rebatched, repeated, shuffled, skipped, taken } from "./stream-steps.js";

export interface BatchOptions {
  /** Leave out a last batch that is smaller; default false. */
  dropRemainder?: boolean;
}

export interface StreamShuffleOptions {
  /** Any integer; without one each stream has another order. */
  seed?: number;
  /** Another order in each pass; default true. */
  reshuffleEachIteration?: boolean;
}

/**
 * Batches one after the other, made when they are asked for. Each pass (`for await`, an epoch of `fit`) begins anew. Every
 * method returns a new stream and leaves this one as it is. Follows tf.data.Dataset behind its `batch`.
 *
 * @example
 * const stream = data.fromGenerator(function* () {
 *   for (let i = 0; i < 10; i++) yield [[[i, 1]], [[2 * i]]];
 * }).batch(5);
 */
export class DataStream {
  readonly #open: () => AsyncIterable<DataBatch>;

  /** Use `data.fromGenerator`, `data.csvStream` or `set.batch(n)`. */
  constructor(open: () => AsyncIterable<DataBatch>) {
    this.#open = open;
  }

  [Symbol.asyncIterator](): AsyncIterator<DataBatch> {
    return this.#open()[Symbol.asyncIterator]();
  }

  /** The same rows in batches of `size`. */
  batch(size: number, options: BatchOptions = {}): DataStream {
    const where = "DataStream, batch";
    checkInteger(where, "size", size, 1);
    checkOptions(where, options, ["dropRemainder"]);
    const dropRemainder = checkBoolean(where, "dropRemainder", options.dropRemainder ?? false);
    return new DataStream(() => rebatched(this, size, dropRemainder));
  }

  /**
   * What `fn` makes of each batch `[x, y, sampleWeight]`: another batch, or a promise of one. It is called anew in each pass, so
   * that random changes differ from epoch to epoch.
   *
   * @throws TypeError when `fn` is no function, or gives something else (in the pass).
   */
  map(fn: (batch: DataBatch, index: number) => BatchInput | Promise<BatchInput>): DataStream {
    checkFunction("DataStream, map", fn);
    return new DataStream(() => mapped(this, fn));
  }

  /**
   * Rows in random order: each row that is handed out is drawn from `bufferSize` or more rows, up to twice as many, that are
   * held in memory. The order is perfectly random when they are all rows. Batches keep their sizes.
   */
  shuffle(bufferSize: number, options: StreamShuffleOptions = {}): DataStream {
    const where = "DataStream, shuffle";
    checkInteger(where, "bufferSize", bufferSize, 1);
    checkOptions(where, options, ["seed", "reshuffleEachIteration"]);
    const again = checkBoolean(where, "reshuffleEachIteration", options.reshuffleEachIteration ?? true);
    // One stream of random numbers for all passes, or the same one for each.
    const random = orderStream(options.seed);
    const seed = random.next();
    const shared = orderStream(seed);
    return new DataStream(() => shuffled(this, bufferSize, again ? shared : orderStream(seed)));
  }

  /** The first `count` batches. */
  take(count: number): DataStream {
    checkInteger("DataStream, take", "count", count, 0);
    return new DataStream(() => taken(this, count));
  }

  /** All but the first `count` batches. */
  skip(count: number): DataStream {
    checkInteger("DataStream, skip", "count", count, 0);
    return new DataStream(() => skipped(this, count));
  }

  /** All batches `count` times, or without an end; `fit` needs `stepsPerEpoch` then. An empty stream ends all the same. */
  repeat(count = Number.POSITIVE_INFINITY): DataStream {
    if (count !== Number.POSITIVE_INFINITY) checkInteger("DataStream, repeat", "count", count, 0);
    return new DataStream(() => repeated(this, count));
  }

  /** Asks for up to `count` batches in advance, so that slow sources work while the core trains. `fit` asks for some by itself. */
  prefetch(count = 2): DataStream {
    checkInteger("DataStream, prefetch", "count", count, 1);
    return new DataStream(() => prefetched(this, count));
  }

  /** All rows in memory: one batch. */
  async toBatch(): Promise<DataBatch> {
    const batches: DataBatch[] = [];
    for await (const batch of this) batches.push(batch);
    if (batches.length === 0) throw new RangeError(explain("DataStream", "expected one or more rows", "none"));
    return joinBatches("DataStream", batches);
  }
}

export function checkFunction(where: string, fn: unknown): void {
  if (typeof fn !== "function") throw new TypeError(explain(where, "expected a function", describeValue(fn)));
}
