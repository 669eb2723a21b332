// Reads batches from an iterator, checks them, and puts as many together as come within a moment.

import { describeValue, explain } from "../errors.js";
import { type Chunk, ChunkBuffer } from "./chunk.js";
import type { Dataset } from "./data.js";
import { type BatchParts, type Batches, readBatch } from "./stream.js";
import { type Procedure, pause, settle } from "./task.js";

/** What a reader needs to know of its caller. */
export interface ReaderContext {
  /** How errors begin. */
  readonly where: string;
  /** Checks a batch; `place` names it in errors. */
  readonly convert: (batch: BatchParts, place: string) => Procedure<Dataset>;
  readonly signal: AbortSignal | undefined;
  /** The error for an aborted signal. */
  readonly aborted: () => Error;
}

type BatchIterator = Iterator<unknown> | AsyncIterator<unknown>;

// Milliseconds. A slow source is not waited for longer, so that the core has something to do meanwhile.
const gathering = 50;

export class BatchReader {
  readonly #batches: Batches;
  readonly #context: ReaderContext;
  /** Two, since the next chunk is made while the core works on the last one. */
  readonly #buffers = [new ChunkBuffer(), new ChunkBuffer()] as const;
  #turn = 0;
  #iterator: BatchIterator | null = null;
  /** A batch that did not fit into the chunk before. */
  #held: Dataset | null = null;
  /** Batches of this pass. */
  #count = 0;
  #reading = false;
  #ended = true;

  constructor(batches: Batches, context: ReaderContext) {
    this.#batches = batches;
    this.#context = context;
  }

  /** True when the iterator has no more batches, or there is none yet. */
  get ended(): boolean {
    return this.#ended && this.#held === null;
  }

  /** Begins a pass. */
  open(): void {
    this.#iterator = iteratorOf(this.#context.where, this.#batches);
    this.#count = 0;
    this.#ended = false;
  }

  /** Up to `most` batches as one chunk; null at the end of the pass. */
  *gather(most: number): Procedure<Chunk | null> {
    const first = this.#held ?? (yield* this.#read());
    this.#held = null;
    if (first === null) return null;
    const buffer = this.#buffers[this.#turn++ % 2] as ChunkBuffer;
    buffer.begin(first, most);
    const began = performance.now();
    while (!buffer.full && performance.now() - began < gathering) {
      const batch = yield* this.#read();
      if (batch === null) break;
      if (buffer.add(batch)) continue;
      this.#held = batch;
      break;
    }
    return buffer.chunk();
  }

  /** Ends the pass. An iterator that is the user's own stays open: another call may go on with it. */
  *close(): Procedure<void> {
    const iterator = this.#iterator;
    const open = iterator !== null && !this.#ended && iterator !== (this.#batches as unknown);
    this.#iterator = null;
    this.#held = null;
    this.#ended = true;
    if (!open) return;
    const closing: unknown = iterator.return?.();
    // Behind a batch that never comes, the end never comes either.
    if (this.#reading) Promise.resolve(closing).catch(() => {});
    else yield* settle(closing, "data");
  }

  *#read(): Procedure<Dataset | null> {
    if (this.#ended || this.#iterator === null) return null;
    const { where, convert, signal, aborted } = this.#context;
    // Between two batches other work may get its turn.
    yield* pause();
    if (signal?.aborted === true) throw aborted();
    let next: unknown;
    this.#reading = true;
    try {
      next = yield* settle(untilAborted(this.#iterator.next(), signal), "data");
      this.#reading = next === stopped;
    } catch (error) {
      this.#reading = false;
      // As in a for loop: an iterator that failed is not closed.
      this.#ended = true;
      throw error;
    }
    if (next === stopped) throw aborted();
    if (typeof next !== "object" || next === null) {
      throw new TypeError(explain(where, "an iterator must give { value, done }", describeValue(next)));
    }
    const { done, value } = next as IteratorResult<unknown>;
    if (done === true) {
      this.#ended = true;
      return null;
    }
    const place = `, batch ${++this.#count}`;
    return yield* convert(readBatch(`${where}${place}`, value), place);
  }
}

function iteratorOf(where: string, batches: Batches): BatchIterator {
  const source = batches as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  const iterator: unknown = source[Symbol.iterator]?.() ?? source[Symbol.asyncIterator]?.();
  if (typeof iterator === "object" && iterator !== null && "next" in iterator) return iterator as BatchIterator;
  throw new TypeError(explain(where, "expected an iterable of batches", "one whose iterator has no next method"));
}

/** Stands for a batch that was not waited for. */
const stopped = Symbol("stopped");

/** What `value` resolves to, or `stopped` when the signal is aborted before. */
function untilAborted(value: unknown, signal: AbortSignal | undefined): unknown {
  if (signal === undefined || typeof value !== "object" || value === null || !("then" in value)) return value;
  return new Promise<unknown>((resolve, reject) => {
    const stop = () => resolve(stopped);
    signal.addEventListener("abort", stop, { once: true });
    Promise.resolve(value)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}
