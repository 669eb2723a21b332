// From values to places on an axis, with the ticks of the axis.

import { nice, ticks } from "d3-array";

/** An axis between two values. */
export interface Scale {
  /** 0 at the beginning of the axis, 1 at its end. */
  place(value: number): number;
  readonly ticks: readonly number[];
  label(tick: number): string;
}

/** An axis over the given values, about `count` ticks; rounded outwards when `rounded`. */
export function linearScale(values: readonly number[], count: number, rounded = true): Scale {
  let [low, high] = extent(values);
  if (low === high) {
    const margin = low === 0 ? 1 : Math.abs(low) * 0.1;
    [low, high] = [low - margin, high + margin];
  }
  if (rounded) [low, high] = nice(low, high, count);
  return { place: (value) => (value - low) / (high - low), ticks: ticks(low, high, count), label: tickLabel };
}

/** A logarithmic axis over the positive ones of the values, with a tick at every power of ten or every few of them. */
export function logScale(values: readonly number[], count: number): Scale {
  const [low, high] = extent(values.filter((value) => value > 0));
  const first = Math.floor(Math.log10(low));
  const last = Math.max(first + 1, Math.ceil(Math.log10(high)));
  const every = Math.ceil((last - first) / count);
  const powers = Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
  return {
    place: (value) => (Math.log10(value) - first) / (last - first),
    ticks: powers.map((power) => 10 ** power),
    label: tickLabel,
  };
}

/** 0.25, 1,500 as 1500, 2e-7, 3e6: as short as it can be. */
export function tickLabel(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const size = Math.abs(rounded);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? rounded.toExponential().replace("e+", "e").replace(/^-/, "−")
    : String(rounded).replace("-", "−");
}

/** The smallest and the largest of the finite values; 0 and 1 when there are none. */
function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}
