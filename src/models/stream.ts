// Data that comes batch by batch: what counts as such, and what a batch is.

import { describeValue, explain } from "../errors.js";
import { isTensorLike } from "../tensor.js";
import type { InputData, TargetData } from "./data.js";
import type { SampleWeight } from "./row-weights.js";

/** Some rows: inputs, targets and weights of the rows, each as `fit` takes them. */
export type Batch<X = InputData, Y = TargetData> =
  | readonly [x: X]
  | readonly [x: X, y: Y]
  | readonly [x: X, y: Y, sampleWeight: SampleWeight];

/**
 * Batches one after the other. Each pass over the data asks for a new iterator, so that an array-like data set begins anew in
 * each epoch; a generator object has one pass only. What has both kinds of iterators is read by the one that does not wait.
 */
export type Batches<X = InputData, Y = TargetData> = Iterable<Batch<X, Y>> | AsyncIterable<Batch<X, Y>>;

/** True for batches, false for what is a tensor: arrays and typed arrays can be iterated over, too. */
export function isBatches(value: unknown): value is Batches {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || ArrayBuffer.isView(value) || isTensorLike(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

/** The parts of a batch. */
export interface BatchParts {
  readonly x: InputData;
  readonly y: TargetData | undefined;
  readonly sampleWeight: SampleWeight | undefined;
}

export function readBatch(where: string, batch: unknown): BatchParts {
  if (Array.isArray(batch) && batch.length >= 1 && batch.length <= 3) {
    const [x, y, sampleWeight] = batch as [InputData, TargetData?, SampleWeight?];
    return { x, y, sampleWeight };
  }
  const remedy = "The iterable must give one such array for each batch.";
  throw new TypeError(
    explain(where, "expected a batch as [x, y] or [x, y, sampleWeight]", describeValue(batch), remedy),
  );
}
