// Where a training gets its steps from: the feed of arrays is here, that of batches in stream-feed.ts.

import { fillInOrder, fillShuffled } from "./batches.js";
import type { Chunk } from "./chunk.js";
import type { ModelCore } from "./core.js";
import type { Dataset } from "./data.js";
import { sampleRows } from "./sample.js";
import { type Procedure, settle } from "./task.js";

/** Some steps: step s takes `batchRows` rows from `order[s * batchRows]` on, the last one what is left. */
export interface Portion extends Chunk {
  readonly order: Int32Array;
}

export interface TrainingFeed {
  /** Null when only the end of the data tells. */
  readonly stepsPerEpoch: number | null;
  /** Rows of a step, as far as known before the first one. */
  readonly batchRows: number;
  /** True when steps of several epochs may be asked for at once. */
  readonly joinable: boolean;
  /** False when there are no more rows. */
  beginEpoch(): Procedure<boolean>;
  /** Within an epoch: false at the end of the data. */
  more(): Procedure<boolean>;
  /** One to `most` steps; there are more. */
  next(most: number): Procedure<Portion>;
  /** The next epoch goes on with other rows, if need be from the beginning. */
  endEpoch(): Procedure<void>;
  /** So many of the steps were done. */
  count(steps: number): void;
  close(): Procedure<void>;
  /** Steps that were done since the data began anew. */
  readonly offset: number;
  /** Before the first step: leaves out so many steps, which an interrupted training has done. */
  skip(steps: number): Procedure<void>;
  /** Copies of some rows; null when none are known. */
  sample(rows: number): Dataset | null;
}

/** What a feed of arrays is made of. */
export interface ArrayPlan {
  readonly data: Dataset;
  /** The training rows are the first ones of `data`. */
  readonly rows: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** Null for all rows. */
  readonly stepsPerEpoch: number | null;
}

/** Goes over arrays again and again, each time in another order. */
export class ArrayFeed implements TrainingFeed {
  readonly plan: ArrayPlan;
  readonly stepsPerEpoch: number;
  readonly batchRows: number;
  readonly joinable: boolean;
  readonly #core: ModelCore;
  readonly #stepsPerPass: number;
  #order: Int32Array = new Int32Array(0);
  /** The number of the first pass's shuffle; null before the training has begun. */
  #firstShuffle: number | null = null;
  #pass = 0;
  /** Steps of this pass that were handed out. */
  #position = 0;
  /** Steps done in this training. */
  #steps = 0;

  constructor(core: ModelCore, plan: ArrayPlan) {
    this.#core = core;
    this.plan = plan;
    this.batchRows = plan.batchSize;
    this.#stepsPerPass = Math.ceil(plan.rows / plan.batchSize);
    this.stepsPerEpoch = plan.stepsPerEpoch ?? this.#stepsPerPass;
    this.joinable = plan.stepsPerEpoch === null && plan.rows % plan.batchSize === 0;
  }

  beginEpoch(): Procedure<boolean> {
    return ready(true);
  }

  more(): Procedure<boolean> {
    return ready(this.#position < this.#stepsPerPass);
  }

  next(most: number): Procedure<Portion> {
    return ready(this.#portion(most));
  }

  endEpoch(): Procedure<void> {
    return ready(this.#endPass());
  }

  /** The next `fit` goes on with the next shuffle; a pass of which no step was done does not count. */
  count(steps: number): void {
    this.#steps += steps;
    if (this.plan.shuffle) {
      this.#core.shuffledEpochs = this.#first() + Math.ceil(this.#steps / this.#stepsPerPass);
    }
  }

  close(): Procedure<void> {
    return ready(undefined);
  }

  get offset(): number {
    return this.#steps % this.#stepsPerPass;
  }

  skip(steps: number): Procedure<void> {
    // The pass that goes on has been counted among the shuffles.
    this.#firstShuffle = this.#core.shuffledEpochs - (this.plan.shuffle ? 1 : 0);
    this.#steps = steps % this.#stepsPerPass;
    this.#position = this.#steps;
    this.#makeOrder();
    return ready(undefined);
  }

  sample(count: number): Dataset {
    return sampleRows(this.plan.data, this.plan.rows, count);
  }

  #portion(most: number): Portion {
    const { data, batchSize, rows } = this.plan;
    // Steps beyond one epoch are asked for only when epochs are joined; each of them is a pass then.
    if (most > this.#stepsPerPass - this.#position && this.joinable) {
      return { data, batchRows: batchSize, order: this.#joined(most) };
    }
    if (this.#position === 0) this.#makeOrder();
    const end = Math.min(this.#position + most, this.#stepsPerPass);
    const order = this.#order.subarray(this.#position * batchSize, Math.min(end * batchSize, rows));
    this.#position = end;
    if (this.joinable) this.#endPass();
    return { data, batchRows: batchSize, order };
  }

  /** Rows of several passes. */
  #joined(steps: number): Int32Array {
    const { batchSize, rows } = this.plan;
    const order = new Int32Array(steps * batchSize);
    for (let filled = 0; filled < order.length; this.#endPass()) {
      const begin = this.#position * batchSize;
      const count = Math.min(rows - begin, order.length - filled);
      if (count === rows) this.#writePass(order, filled);
      else {
        // A part of a pass, at the beginning or the end of the call: the whole order is made, and a part of it used.
        if (begin === 0) this.#makeOrder();
        order.set(this.#order.subarray(begin, begin + count), filled);
      }
      filled += count;
      this.#position += count / batchSize;
    }
    return order;
  }

  #endPass(): void {
    if (this.#position < this.#stepsPerPass) return;
    this.#position = 0;
    this.#pass++;
  }

  #makeOrder(): void {
    this.#order = new Int32Array(this.plan.rows);
    this.#writePass(this.#order, 0);
  }

  #writePass(order: Int32Array, offset: number): void {
    const { rows, shuffle } = this.plan;
    if (shuffle) fillShuffled(order, offset, rows, this.#core.seed, this.#first() + this.#pass);
    else fillInOrder(order, offset, 0, rows);
  }

  /** A callback may have set the model back to an earlier state when the training began. */
  #first(): number {
    this.#firstShuffle ??= this.#core.shuffledEpochs;
    return this.#firstShuffle;
  }
}

/** What needs no waiting. */
function ready<T>(value: T): Procedure<T> {
  return settle(value, "data");
}
