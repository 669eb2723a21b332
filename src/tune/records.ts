// What is known of a trial: its state, its parameters, what it reported. Samplers and pruners decide by these records.

import { containsInternal, type Distribution, externalValue, type ParameterValue } from "./distributions.js";

export type Direction = "minimize" | "maximize";

/** A trial begins as running. It ends as complete with a value, pruned when it was not worth going on, or failed with a reason. */
export type TrialState = "running" | "complete" | "pruned" | "failed";

/** A parameter of a trial. */
export interface Assignment {
  readonly distribution: Distribution;
  readonly internal: number;
}

/** A trial as samplers, pruners and storages see it. */
export interface TrialRecord {
  readonly number: number;
  state: TrialState;
  /** The objective's value; of a pruned trial the last one that it reported. Null while it runs and when it failed. */
  value: number | null;
  /** Why it failed. */
  reason: string | null;
  readonly started: Date;
  finished: Date | null;
  /** In the order in which the objective asked for them. */
  readonly parameters: Map<string, Assignment>;
  /** Reported values by step, in the order of the reports. */
  readonly reports: Map<number, number>;
}

/** A trial as users see it: a plain object that JSON can hold. */
export interface TrialResult {
  readonly number: number;
  readonly state: TrialState;
  readonly value: number | null;
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly intermediateValues: readonly { readonly step: number; readonly value: number }[];
  readonly reason: string | null;
  readonly started: string;
  /** How long it took; null while it runs. */
  readonly seconds: number | null;
}

export function newRecord(number: number, started = new Date()): TrialRecord {
  const open = { state: "running", value: null, reason: null, finished: null } as const;
  return { number, ...open, started, parameters: new Map(), reports: new Map() };
}

export function paramsOf({ parameters }: TrialRecord): Record<string, ParameterValue> {
  return Object.fromEntries(
    [...parameters].map(([name, { distribution, internal }]) => [name, externalValue(distribution, internal)]),
  );
}

export function resultOf(record: TrialRecord): TrialResult {
  const { number, state, value, reason, started, finished, reports } = record;
  return {
    ...{ number, state, value, params: paramsOf(record) },
    intermediateValues: [...reports].map(([step, reported]) => ({ step, value: reported })),
    ...{ reason, started: started.toISOString() },
    seconds: finished === null ? null : (finished.getTime() - started.getTime()) / 1000,
  };
}

/** The largest step that was reported; undefined before the first report. */
export function lastStep({ reports }: TrialRecord): number | undefined {
  let last: number | undefined;
  for (const step of reports.keys()) if (last === undefined || step > last) last = step;
  return last;
}

/** Values so that less is better, whatever the direction. */
export function loss(direction: Direction, value: number): number {
  return direction === "minimize" ? value : -value;
}

/** The parameter's number in a trial, when it has it and it lies in the distribution that is asked for. */
export function observed(record: TrialRecord, name: string, distribution: Distribution): number | undefined {
  const assignment = record.parameters.get(name);
  if (assignment === undefined || assignment.distribution.kind !== distribution.kind) return undefined;
  return containsInternal(distribution, assignment.internal) ? assignment.internal : undefined;
}

/** The parameters that all of the trials have, with the same distributions, by name in order. */
export function commonSpace(
  trials: readonly TrialRecord[],
  same: (a: Distribution, b: Distribution) => boolean,
): Map<string, Distribution> {
  const [first, ...others] = trials;
  if (first === undefined) return new Map();
  const shared = [...first.parameters].filter(([name, { distribution }]) =>
    others.every(({ parameters }) => {
      const other = parameters.get(name);
      return other !== undefined && same(other.distribution, distribution);
    }),
  );
  return new Map(
    shared
      .map(([name, { distribution }]): [string, Distribution] => [name, distribution])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
