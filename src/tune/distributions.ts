// Of what values a parameter is searched. Inside, every value is a number: that of a float or an int, the place of a choice.

import { checkBoolean, checkInteger, checkNumber, checkOptions, describeValue, explain } from "../errors.js";

/** What a choice may be: what JSON can hold without nesting. */
export type ParameterValue = string | number | boolean | null;

export interface FloatDistribution {
  readonly kind: "float";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Distance of the values; null for any number. */
  readonly step: number | null;
}

export interface IntDistribution {
  readonly kind: "int";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
}

export interface CategoricalDistribution {
  readonly kind: "categorical";
  readonly choices: readonly ParameterValue[];
}

export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution;

/** Parameters by name. */
export type Space = ReadonlyMap<string, Distribution>;

export interface FloatOptions {
  /** Searched by magnitude, as learning rates are; default false. */
  log?: boolean;
  /** Only low, low + step, ... up to high; default any number. Not with `log`. */
  step?: number;
}

export interface IntOptions {
  /** Searched by magnitude; default false. */
  log?: boolean;
  /** Only low, low + step, ... up to high; default 1. Not with `log`. */
  step?: number;
}

export function floatDistribution(where: string, low: number, high: number, options: FloatOptions): FloatDistribution {
  checkOptions(where, options, ["log", "step"]);
  const log = checkBoolean(where, "log", options.log ?? false);
  checkNumber(where, "low", low, log ? Number.MIN_VALUE : undefined);
  checkNumber(where, "high", high);
  checkOrder(where, low, high);
  if (options.step === undefined) return { kind: "float", low, high, log, step: null };
  const step = checkNumber(where, "step", options.step, Number.MIN_VALUE);
  if (log) throw new RangeError(explain(where, "step must be left out with log", step));
  return { kind: "float", low, high: lastStep(low, high, step), log, step };
}

export function intDistribution(where: string, low: number, high: number, options: IntOptions): IntDistribution {
  checkOptions(where, options, ["log", "step"]);
  const log = checkBoolean(where, "log", options.log ?? false);
  checkInteger(where, "low", low, log ? 1 : Number.MIN_SAFE_INTEGER);
  checkInteger(where, "high", high, undefined, Number.MAX_SAFE_INTEGER);
  checkOrder(where, low, high);
  const step = checkInteger(where, "step", options.step ?? 1, 1);
  if (log && step !== 1) throw new RangeError(explain(where, "step must be left out with log", step));
  return { kind: "int", low, high: lastStep(low, high, step), log, step };
}

export function categoricalDistribution(where: string, choices: readonly ParameterValue[]): CategoricalDistribution {
  if (!Array.isArray(choices)) {
    throw new TypeError(explain(where, "choices must be a list", describeValue(choices)));
  }
  if (choices.length === 0) throw new RangeError(explain(where, "choices must not be empty", choices));
  for (const choice of choices) {
    if (choice === null || typeof choice === "string" || typeof choice === "boolean") continue;
    if (typeof choice === "number" && Number.isFinite(choice)) continue;
    const expectation = "choices must be strings, finite numbers, true, false or null";
    throw new TypeError(
      explain(where, expectation, describeValue(choice), "Choose a name and look the object up by it."),
    );
  }
  const twice = choices.find((choice, i) => choices.indexOf(choice) !== i);
  if (twice !== undefined) throw new RangeError(explain(where, "choices must differ", `${describeValue(twice)} twice`));
  return { kind: "categorical", choices: [...choices] };
}

function checkOrder(where: string, low: number, high: number): void {
  if (low > high) throw new RangeError(explain(where, `high must be at least low, ${low}`, high));
  if (high - low > Number.MAX_VALUE) {
    throw new RangeError(explain(where, "high - low must be a finite number", `[${low}, ${high}]`));
  }
}

/** The largest of low + k step that is not above high, rounding errors aside. */
function lastStep(low: number, high: number, step: number): number {
  return low + Math.floor((high - low) / step + 1e-8) * step;
}

/** How many values there are. */
export function countValues(distribution: Distribution): number {
  if (distribution.kind === "categorical") return distribution.choices.length;
  const { low, high, step } = distribution;
  if (step === null) return low === high ? 1 : Number.POSITIVE_INFINITY;
  return Math.round((high - low) / step) + 1;
}

/** The value that users see. */
export function externalValue(distribution: Distribution, internal: number): ParameterValue {
  return distribution.kind === "categorical" ? (distribution.choices[internal] as ParameterValue) : internal;
}

/** The number for a user's value; undefined when it is none of the distribution. */
export function internalValue(distribution: Distribution, value: unknown): number | undefined {
  if (distribution.kind === "categorical") {
    const place = distribution.choices.indexOf(value as ParameterValue);
    return place < 0 ? undefined : place;
  }
  if (typeof value !== "number" || !(value >= distribution.low && value <= distribution.high)) return undefined;
  return distribution.kind === "int" && !Number.isInteger(value) ? undefined : value;
}

/** True when the number lies in the distribution's range. */
export function containsInternal(distribution: Distribution, internal: number): boolean {
  if (distribution.kind === "categorical") return internal >= 0 && internal < distribution.choices.length;
  return internal >= distribution.low && internal <= distribution.high;
}

/** Where the axis of a number begins and ends: half a step beyond the first and the last value, in logarithms with `log`. */
export function axisBounds({ low, high, log, step }: FloatDistribution | IntDistribution): [number, number] {
  const half = (step ?? 0) / 2;
  return log ? [Math.log(low - half), Math.log(high + half)] : [low - half, high + half];
}

/** The number at a place of the axis: on a step, and in the range. */
export function fromAxis(distribution: FloatDistribution | IntDistribution, place: number): number {
  const { low, high, log, step } = distribution;
  const value = log ? Math.exp(place) : place;
  const stepped = step === null ? value : low + Math.round((value - low) / step) * step;
  return Math.min(high, Math.max(low, stepped));
}

/** The number at a share of the range in [0, 1]; every value of a discrete one takes the same part (of its axis). */
export function fromUnit(distribution: Distribution, share: number): number {
  if (distribution.kind === "categorical") {
    const { length } = distribution.choices;
    return Math.min(length - 1, Math.max(0, Math.floor(share * length)));
  }
  const [from, to] = axisBounds(distribution);
  return fromAxis(distribution, from + share * (to - from));
}

/** The share of the range, [0, 1], at which a number lies. */
export function toUnit(distribution: Distribution, internal: number): number {
  if (distribution.kind === "categorical") return (internal + 0.5) / distribution.choices.length;
  const [from, to] = axisBounds(distribution);
  if (from === to) return 0.5;
  return ((distribution.log ? Math.log(internal) : internal) - from) / (to - from);
}

/** True when both are the same in every respect. */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  if (a.kind === "categorical" || b.kind === "categorical") return a.kind === b.kind && compatible(a, b);
  return a.kind === b.kind && a.low === b.low && a.high === b.high && a.log === b.log && a.step === b.step;
}

/** True when values of one have a meaning in the other: the kind is the same, and so are all choices. Ranges may differ. */
export function compatible(a: Distribution, b: Distribution): boolean {
  if (a.kind !== "categorical" || b.kind !== "categorical") return a.kind === b.kind;
  return a.choices.length === b.choices.length && a.choices.every((choice, i) => choice === b.choices[i]);
}

/** `int in [1, 8]`, `float in [0.001, 1], log`, `one of "relu", "tanh"`: for messages. */
export function describeDistribution(distribution: Distribution): string {
  if (distribution.kind === "categorical")
    return `one of ${distribution.choices.map((c) => JSON.stringify(c)).join(", ")}`;
  const { kind, low, high, log, step } = distribution;
  const steps = step === null || (kind === "int" && step === 1) ? "" : ` in steps of ${step}`;
  return `${kind} in [${low}, ${high}]${steps}${log ? ", log" : ""}`;
}
