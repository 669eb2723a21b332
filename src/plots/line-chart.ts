// Lines over a common axis: training curves, ROC curves.

import { greatest, least } from "d3-array";
import { type Area, legend, legendLines, panel } from "./panel.js";
import { linearScale, logScale } from "./scale.js";
import { type Drawing, element, ink, paletteColor, round } from "./svg.js";

export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface LineChart {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly series: readonly Series[];
  /** Vertical axis: default "linear". */
  readonly scale?: "linear" | "log";
  /** A dashed line from the first to the second point. */
  readonly reference?: readonly [readonly [number, number], readonly [number, number]];
  /** Values that the vertical axis shows in any case. */
  readonly yRange?: readonly [number, number];
  readonly width?: number;
  readonly height?: number;
}

type Point = readonly [number, number];

/** Draws the chart. Values that are not finite leave a gap; of very many points each pixel shows the smallest and the largest. */
export function lineChart(chart: LineChart): Drawing {
  const {
    title = "",
    xLabel = "",
    yLabel = "",
    series,
    scale = "linear",
    reference,
    width = 460,
    height = 300,
  } = chart;
  const names = series.map(({ name }) => name);
  const lines = series.length > 1 ? legendLines(names, width) : 0;
  const ends = reference ?? [];
  const xs = [...series.flatMap(({ x }) => x), ...ends.map(([x]) => x)];
  const ys = [...series.flatMap(({ y }) => y), ...ends.map(([, y]) => y), ...(chart.yRange ?? [])];
  const whole = xs.every(Number.isInteger);
  const x = linearScale(xs, Math.max(2, Math.floor(width / 70)), false);
  const logarithmic = scale === "log" && ys.some((value) => value > 0);
  const y = logarithmic ? logScale(ys, 6) : linearScale(ys, 5);
  const frame = {
    ...{ title, xLabel, yLabel, width, height, y },
    x: whole ? { ...x, ticks: x.ticks.filter(Number.isInteger) } : x,
  };
  const draw = (area: Area): string[] => [
    ...(reference === undefined ? [] : [dashed(area, reference)]),
    ...series.flatMap((one, i) => curve(one, paletteColor(i), area, logarithmic)),
  ];
  const drawing = panel(frame, draw, lines * 18);
  const entries = names.map((name, i) => ({ name, color: paletteColor(i) }));
  const below = lines === 0 ? "" : legend(entries, width, height - lines * 18 + 6);
  return { ...drawing, body: drawing.body + below };
}

function dashed(area: Area, [[x1, y1], [x2, y2]]: NonNullable<LineChart["reference"]>): string {
  const ends = { x1: area.x(x1), y1: area.y(y1), x2: area.x(x2), y2: area.y(y2) };
  return element("line", { ...ends, stroke: ink.axis, "stroke-dasharray": "5 4" });
}

function curve({ x, y }: Series, color: string, area: Area, logarithmic: boolean): string[] {
  const points = x.map((value, i): Point => {
    const height = y[i] as number;
    return [area.x(value), logarithmic && height <= 0 ? Number.NaN : area.y(height)];
  });
  const path = pathOf(thin(points, area.right - area.left));
  const drawn = element("path", { d: path, fill: "none", stroke: color, "stroke-width": 1.8 });
  if (points.length > 30) return [drawn];
  const visible = points.filter(([, at]) => Number.isFinite(at));
  return [drawn, ...visible.map(([cx, cy]) => element("circle", { cx, cy, r: 2.6, fill: color }))];
}

/** A line through the points, which begins anew behind a gap; a point between two gaps becomes a dot. */
function pathOf(points: readonly Point[]): string {
  const drawn = ([, at]: Point) => Number.isFinite(at);
  const parts = points.map((point, i): string => {
    if (!drawn(point)) return "";
    const [before, after] = [points[i - 1], points[i + 1]];
    const starts = before === undefined || !drawn(before);
    const alone = starts && (after === undefined || !drawn(after));
    return `${starts ? "M" : "L"}${round(point[0])},${round(point[1])}${alone ? "Z" : ""}`;
  });
  return parts.join("");
}

/** For each pixel of the width the points with the smallest and the largest height, in their order. */
function thin(points: readonly Point[], pixels: number): readonly Point[] {
  const most = Math.ceil(pixels) * 2;
  if (points.length <= most) return points;
  const every = points.length / Math.ceil(pixels);
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += every) {
    const part = points.slice(Math.floor(start), Math.floor(start + every));
    const finite = part.filter(([, at]) => Number.isFinite(at));
    const [first] = part;
    if (finite.length === 0 && first !== undefined) kept.push(first);
    const low = least(finite, ([, at]) => at);
    const high = greatest(finite, ([, at]) => at);
    if (low === undefined || high === undefined) continue;
    kept.push(...(low[0] <= high[0] ? [low, high] : [high, low]));
  }
  return kept;
}
