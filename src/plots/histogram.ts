// How often values occur: weights, gradients, activations.

import { bin } from "d3-array";
import { panel } from "./panel.js";
import { linearScale } from "./scale.js";
import { type Drawing, element, paletteColor } from "./svg.js";

export interface Histogram {
  readonly title?: string;
  readonly xLabel?: string;
  readonly values: ArrayLike<number>;
  /** About how many bars; their edges are round numbers. Default 40. */
  readonly bins?: number;
  readonly width?: number;
  readonly height?: number;
}

/** Draws the bars; values that are not finite are counted in the axis' label. */
export function histogram(chart: Histogram): Drawing {
  const { title = "", values, bins = 40, width = 300, height = 220 } = chart;
  const all = Array.from(values);
  const finite = all.filter(Number.isFinite);
  // Of no values there is one bin without a place.
  const bars = finite.length === 0 ? [] : bin().thresholds(bins)(finite);
  const counts = bars.map((bar) => bar.length);
  const edges = bars.flatMap(({ x0, x1 }) => [x0 ?? 0, x1 ?? 0]);
  const lost = all.length - finite.length;
  const xLabel = `${chart.xLabel ?? "value"}${lost === 0 ? "" : ` (${lost} not finite)`}`;
  const x = linearScale(edges, Math.floor(width / 70), false);
  const scale = linearScale([0, counts.length === 0 ? 1 : 0, ...counts], 4);
  const y = { ...scale, ticks: scale.ticks.filter(Number.isInteger) };
  return panel({ title, xLabel, yLabel: "count", width, height, x, y }, (area) =>
    bars.map((bar) => {
      const [from, to] = [area.x(bar.x0 ?? 0), area.x(bar.x1 ?? 0)];
      const top = area.y(bar.length);
      const size = { width: Math.max(2, to - from - 0.5), height: area.bottom - top };
      return element("rect", { x: from, y: top, ...size, fill: paletteColor(0) });
    }),
  );
}
