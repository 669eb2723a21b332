// What the page knows of the running network: a pure function of the worker's replies.

import type { TracedInstruction } from "feedforward";
import type { CurvePoint, Reply, Snapshot, Started } from "../worker/messages.js";

export interface TraceView {
  readonly step: number;
  readonly record: readonly TracedInstruction[];
  /** The instruction that is shown. */
  readonly position: number;
}

export interface View {
  readonly started: Started | null;
  readonly snapshot: Snapshot | null;
  readonly curve: readonly CurvePoint[];
  readonly trace: TraceView | null;
  /** Of the drawn digit, one for each class. */
  readonly scores: Float32Array | null;
  readonly error: string | null;
}

export const emptyView: View = {
  started: null,
  snapshot: null,
  curve: [],
  trace: null,
  scores: null,
  error: null,
};

/** The curves never have more points; then every second one of the old ones goes. */
export const mostCurvePoints = 1200;

export function received(view: View, reply: Reply): View {
  if (reply.type === "started") return { ...emptyView, started: reply };
  // A network that could not be made has taken the place of the one before.
  if (reply.type === "failed") return { ...(reply.during === "start" ? emptyView : view), error: reply.message };
  if (reply.type === "file" || reply.run !== view.started?.run) return view;
  if (reply.type === "snapshot") return { ...view, snapshot: reply, curve: joined(view.curve, reply.curve) };
  if (reply.type === "classified") return { ...view, scores: reply.scores };
  return { ...view, trace: { step: reply.step, record: reply.record, position: 0 } };
}

/** Moves within the recorded step. */
export function moved(view: View, position: number): View {
  if (view.trace === null) return view;
  const last = view.trace.record.length - 1;
  return { ...view, trace: { ...view.trace, position: Math.min(last, Math.max(0, position)) } };
}

function joined(old: readonly CurvePoint[], more: readonly CurvePoint[]): readonly CurvePoint[] {
  if (more.length === 0) return old;
  let all = [...old, ...more];
  while (all.length > mostCurvePoints) all = all.filter((_, i) => i % 2 === 0 || i === all.length - 1);
  return all;
}
