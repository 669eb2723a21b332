// How Optuna's tables spell states, distributions, numbers and times.

import { FormatError, explain } from "../../errors.js";
import type { Distribution, ParameterValue } from "../distributions.js";
import type { Direction, TrialState } from "../records.js";

export const stateNames: Readonly<Record<TrialState, string>> = {
  running: "RUNNING",
  complete: "COMPLETE",
  pruned: "PRUNED",
  failed: "FAIL",
};

/** Undefined for WAITING: a trial that Optuna has put in a queue. */
export function stateOf(name: unknown): TrialState | undefined {
  return (Object.keys(stateNames) as TrialState[]).find((state) => stateNames[state] === name);
}

export const directionNames: Readonly<Record<Direction, string>> = { minimize: "MINIMIZE", maximize: "MAXIMIZE" };

/** A number as two columns: infinities and NaN have a kind and no value. */
export function splitNumber(value: number): [number | null, string] {
  if (Number.isFinite(value)) return [value, "FINITE"];
  return [null, Number.isNaN(value) ? "NAN" : value > 0 ? "INF_POS" : "INF_NEG"];
}

export function joinNumber(value: unknown, kind: unknown): number {
  if (kind === "FINITE") return Number(value);
  return kind === "INF_POS" ? Number.POSITIVE_INFINITY : kind === "INF_NEG" ? Number.NEGATIVE_INFINITY : Number.NaN;
}

export function distributionJson(distribution: Distribution): string {
  if (distribution.kind === "categorical") {
    return JSON.stringify({ name: "CategoricalDistribution", attributes: { choices: distribution.choices } });
  }
  const { kind, low, high, log, step } = distribution;
  const name = kind === "int" ? "IntDistribution" : "FloatDistribution";
  return JSON.stringify({ name, attributes: { log, step, low, high } });
}

/** @throws FormatError for what is no distribution. */
export function parseDistribution(where: string, json: unknown): Distribution {
  const refuse = (): never => {
    throw new FormatError(explain(where, "expected the distribution of a parameter", JSON.stringify(String(json))));
  };
  let parsed: { name?: unknown; attributes?: Record<string, unknown> } | null = null;
  try {
    parsed = JSON.parse(String(json));
  } catch {
    refuse();
  }
  const { choices, low, high, log, step } = parsed?.attributes ?? {};
  if (parsed?.name === "CategoricalDistribution" && Array.isArray(choices) && choices.length > 0) {
    return { kind: "categorical", choices: choices as ParameterValue[] };
  }
  if (typeof low !== "number" || typeof high !== "number" || typeof log !== "boolean") return refuse();
  if (parsed?.name === "IntDistribution" && typeof step === "number") return { kind: "int", low, high, log, step };
  if (parsed?.name !== "FloatDistribution") return refuse();
  return { kind: "float", low, high, log, step: typeof step === "number" ? step : null };
}

/** Times are in UTC, without saying so. */
export function timeText(time: Date): string {
  return time.toISOString().replace("T", " ").replace("Z", "000");
}

export function parseTime(text: unknown): Date | null {
  if (typeof text !== "string") return null;
  const time = new Date(`${text.replace(" ", "T")}Z`);
  return Number.isNaN(time.getTime()) ? null : time;
}
