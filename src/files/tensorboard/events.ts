// The events of TensorBoard as protocol buffers. Field numbers are those of event.proto, summary.proto and histogram.proto.

import { PbfWriter } from "pbf";
import { frameRecord } from "./records.js";

/** How often values occur: bucket i holds those from the limit before it up to `limits[i]`. */
export interface EventHistogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly limits: readonly number[];
  readonly buckets: readonly number[];
}

export interface EventValue {
  readonly tag: string;
  readonly value: number | EventHistogram;
}

/** What every file begins with. `time` is in seconds since 1970. */
export function encodeVersion(time: number): Uint8Array {
  return encodeEvent(time, 0, (event) => event.writeStringField(3, "brain.Event:2"));
}

/** An event with values of a step. */
export function encodeSummary(time: number, step: number, values: readonly EventValue[]): Uint8Array {
  return encodeEvent(time, step, (event) => event.writeMessage(5, writeSummary, values));
}

function encodeEvent(time: number, step: number, write: (event: PbfWriter) => void): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(1, time);
  event.writeVarintField(2, step);
  write(event);
  return frameRecord(event.finish());
}

function writeSummary(values: readonly EventValue[], summary: PbfWriter): void {
  for (const value of values) summary.writeMessage(1, writeValue, value);
}

function writeValue({ tag, value }: EventValue, message: PbfWriter): void {
  message.writeStringField(1, tag);
  if (typeof value === "number") message.writeFloatField(2, value);
  else message.writeMessage(5, writeHistogram, value);
}

function writeHistogram(histogram: EventHistogram, message: PbfWriter): void {
  message.writeDoubleField(1, histogram.min);
  message.writeDoubleField(2, histogram.max);
  message.writeDoubleField(3, histogram.count);
  message.writeDoubleField(4, histogram.sum);
  message.writeDoubleField(5, histogram.sumOfSquares);
  message.writePackedDouble(6, [...histogram.limits]);
  message.writePackedDouble(7, [...histogram.buckets]);
}

// As many as TensorBoard's own histograms have.
const bucketCount = 30;

/** Counts the finite values in buckets of one width. */
export function countValues(values: ArrayLike<number>): EventHistogram {
  let [min, max, count, sum, sumOfSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    count++;
    sum += value;
    sumOfSquares += value * value;
  }
  if (count === 0) return { min: 0, max: 0, count, sum, sumOfSquares, limits: [0], buckets: [0] };
  const width = (max - min) / bucketCount;
  if (width === 0) return { min, max, count, sum, sumOfSquares, limits: [max], buckets: [count] };
  const buckets = new Array<number>(bucketCount).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    const bucket = Math.min(bucketCount - 1, Math.floor((value - min) / width));
    buckets[bucket] = (buckets[bucket] as number) + 1;
  }
  const limits = buckets.map((_, i) => (i === bucketCount - 1 ? max : min + (i + 1) * width));
  return { min, max, count, sum, sumOfSquares, limits, buckets };
}
