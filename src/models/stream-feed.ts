// The feed of a training on batches that come from an iterator: while the core works on a chunk of them, the next one is read.

import { internalError } from "../errors.js";
import type { BatchReader } from "./batch-reader.js";
import { type Chunk, rowsInOrder } from "./chunk.js";
import type { Dataset } from "./data.js";
import type { Portion, TrainingFeed } from "./feed.js";
import { sampleRows } from "./sample.js";
import { finish, type Procedure, type Started, start } from "./task.js";

export class StreamFeed implements TrainingFeed {
  readonly stepsPerEpoch: number | null;
  readonly joinable = false;
  readonly #reader: BatchReader;
  #chunk: Chunk | null = null;
  /** Steps of the chunk that were handed out. */
  #used = 0;
  #next: Started<Chunk | null> | null = null;
  /** Batches that may still be read, so that a generator that goes on elsewhere misses none. */
  #budget: number;
  #offset = 0;
  /** How many steps were asked for last. */
  #most = 1;

  /** `epochs` is the number of epochs to come. */
  constructor(reader: BatchReader, stepsPerEpoch: number | null, epochs: number) {
    this.#reader = reader;
    this.stepsPerEpoch = stepsPerEpoch;
    this.#budget = (stepsPerEpoch ?? Number.POSITIVE_INFINITY) * epochs;
  }

  get batchRows(): number {
    return this.#chunk?.batchRows ?? 1;
  }

  /** With `stepsPerEpoch` an epoch goes on where the last one ended, as in Keras; at the end of the data it begins anew. */
  *beginEpoch(): Procedure<boolean> {
    if (yield* this.more()) return true;
    if (this.#budget <= 0) return false;
    this.#reader.open();
    this.#offset = 0;
    this.#next = null;
    return yield* this.more();
  }

  *next(most: number): Procedure<Portion> {
    this.#most = most;
    if (this.#chunk === null) throw internalError("steps without a batch");
    const { data, batchRows } = this.#chunk;
    // Read ahead as soon as the last chunk is out of use, beside the steps that follow.
    if (this.#next === null && this.#budget > 0) this.#next = yield* start(this.#gather());
    const begin = this.#used;
    this.#used = Math.min(begin + most, Math.ceil(data.rows / batchRows));
    const order = rowsInOrder(data.rows).subarray(begin * batchRows, this.#used * batchRows);
    return { data, batchRows, order };
  }

  *endEpoch(): Procedure<void> {
    if (this.stepsPerEpoch !== null) return;
    yield* this.#drop();
  }

  count(steps: number): void {
    this.#offset += steps;
  }

  get offset(): number {
    return this.#offset;
  }

  *skip(steps: number): Procedure<void> {
    for (let left = steps; left > 0 && (yield* this.more()); ) {
      const { order, batchRows } = yield* this.next(left);
      left -= Math.ceil(order.length / batchRows);
    }
    this.#offset = steps;
  }

  *close(): Procedure<void> {
    yield* this.#drop();
  }

  sample(count: number): Dataset | null {
    return this.#chunk === null ? null : sampleRows(this.#chunk.data, this.#chunk.data.rows, count);
  }

  /** True when there are steps to hand out, if need be after reading more. */
  *more(): Procedure<boolean> {
    if (this.#chunk !== null && this.#used * this.#chunk.batchRows < this.#chunk.data.rows) return true;
    const coming = this.#next;
    this.#next = null;
    this.#chunk = yield* coming === null ? this.#gather() : finish(coming);
    this.#used = 0;
    return this.#chunk !== null;
  }

  *#gather(): Procedure<Chunk | null> {
    const chunk = yield* this.#reader.gather(Math.min(this.#most, this.#budget));
    if (chunk !== null) this.#budget -= Math.ceil(chunk.data.rows / chunk.batchRows);
    return chunk;
  }

  *#drop(): Procedure<void> {
    this.#offset = 0;
    this.#chunk = null;
    this.#next = null;
    yield* this.#reader.close();
  }
}
