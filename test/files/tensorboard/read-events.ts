// A reader of event files for tests: frames with their checksums, and the fields of the events that we write.

import { PbfReader } from "pbf";
import { maskedChecksum } from "../../../src/files/tensorboard/records.js";

export interface ReadValue {
  tag: string;
  scalar?: number;
  histogram?: { min: number; max: number; count: number; sum: number; limits: number[]; buckets: number[] };
}

export interface ReadEvent {
  time: number;
  step: number;
  version?: string;
  values: ReadValue[];
}

export function readEvents(bytes: Uint8Array): ReadEvent[] {
  const events: ReadEvent[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = bytes.slice(at + 12, at + 12 + length);
    if (view.getUint32(at + 8, true) !== maskedChecksum(bytes.subarray(at, at + 8)))
      throw new Error("checksum of length");
    if (view.getUint32(at + 12 + length, true) !== maskedChecksum(data)) throw new Error("checksum of data");
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

function readEvent(data: Uint8Array): ReadEvent {
  return new PbfReader(data).readFields<ReadEvent>(
    (tag, event, pbf) => {
      if (tag === 1) event.time = pbf.readDouble();
      if (tag === 2) event.step = pbf.readVarint();
      if (tag === 3) event.version = pbf.readString();
      if (tag === 5) pbf.readMessage(readSummary, event.values);
    },
    { time: 0, step: 0, values: [] },
  );
}

function readSummary(tag: number, values: ReadValue[], pbf: PbfReader): void {
  if (tag !== 1) return;
  values.push(
    pbf.readMessage<ReadValue>(
      (field, value) => {
        if (field === 1) value.tag = pbf.readString();
        if (field === 2) value.scalar = pbf.readFloat();
        if (field === 5) value.histogram = readHistogram(pbf);
      },
      { tag: "" },
    ),
  );
}

function readHistogram(pbf: PbfReader): NonNullable<ReadValue["histogram"]> {
  return pbf.readMessage(
    (field, histogram: NonNullable<ReadValue["histogram"]>) => {
      if (field === 1) histogram.min = pbf.readDouble();
      if (field === 2) histogram.max = pbf.readDouble();
      if (field === 3) histogram.count = pbf.readDouble();
      if (field === 4) histogram.sum = pbf.readDouble();
      if (field === 6) histogram.limits = pbf.readPackedDouble();
      if (field === 7) histogram.buckets = pbf.readPackedDouble();
    },
    { min: 0, max: 0, count: 0, sum: 0, limits: [], buckets: [] },
  );
}
