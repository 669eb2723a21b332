// Axes of parameters, and colours of values.

import { linearScale, type Scale, tickLabel } from "../../plots/scale.js";
import { type Distribution, externalValue, type ParameterValue } from "../distributions.js";
import { union } from "../importance.js";
import type { TrialRecord } from "../records.js";

/** All parameters that any of the trials has, each over the range of all of them, in the order in which they came up. */
export function allParameters(trials: readonly TrialRecord[]): Map<string, Distribution> {
  const space = new Map<string, Distribution>();
  for (const { parameters } of trials) {
    for (const [name, { distribution }] of parameters) {
      space.set(name, union(space.get(name) ?? distribution, distribution));
    }
  }
  return space;
}

/** The axis of a parameter; places of categories are the middles of equal parts. */
export function parameterScale(distribution: Distribution, ticks: number): Scale {
  if (distribution.kind !== "categorical") {
    const { low, high, log, kind } = distribution;
    const scale = log && high > low ? exactLogScale(low, high) : linearScale([low, high], ticks, false);
    return kind === "int" ? { ...scale, ticks: scale.ticks.filter(Number.isInteger) } : scale;
  }
  const { length } = distribution.choices;
  return {
    place: (choice) => (choice + 0.5) / length,
    ticks: Array.from({ length }, (_, i) => i),
    label: (choice) => valueText(externalValue(distribution, choice)),
  };
}

/** From end to end, unlike that of values: powers of ten where there are two or more, else the ends. */
function exactLogScale(low: number, high: number): Scale {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const first = Math.ceil(from - 1e-9);
  const count = Math.floor(to + 1e-9) - first + 1;
  const every = Math.max(1, Math.ceil(count / 4));
  const powers = Array.from({ length: Math.ceil(Math.max(0, count) / every) }, (_, i) => 10 ** (first + i * every));
  return {
    place: (value) => (Math.log10(value) - from) / (to - from),
    ticks: powers.length >= 2 ? powers : [low, high],
    label: valueText,
  };
}

/** At most four digits. */
export function valueText(value: ParameterValue): string {
  if (typeof value !== "number") return String(value);
  return tickLabel(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

/** From light to dark blue: 0 to 1. */
export function shade(share: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * Math.min(1, Math.max(0, share)));
  return `rgb(${mix(198, 8)},${mix(219, 48)},${mix(239, 107)})`;
}
