// Pictures for those who make their own: charts as SVG, a report as HTML.

import { checkInteger, checkOptions, describeValue, explain } from "../errors.js";
import { type Histogram, histogram as drawHistogram } from "./histogram.js";
import { type LineChart, lineChart as drawLines } from "./line-chart.js";
import { arrange, svgDocument } from "./svg.js";

export type { PlanePoints } from "./contour.js";
export type { DecisionBoundaryOptions, PlanePrediction } from "./decision-boundary.js";
export { decisionBoundary } from "./decision-boundary.js";
export type { Histogram } from "./histogram.js";
export type { LineChart, Series } from "./line-chart.js";
export type { Report, ReportSection } from "./report.js";
export { report } from "./report.js";
export type { SurfaceOptions } from "./surface.js";
export { surface } from "./surface.js";

/**
 * Lines over a common axis as SVG. Values that are not finite leave a gap.
 *
 * @throws TypeError for series that are not lists of numbers; RangeError for lists of different lengths and sizes out of range.
 * @example
 * const svg = plots.lineChart({ title: "Loss", series: [{ name: "adam", x: [0, 1, 2], y: [1, 0.5, 0.3] }] });
 */
export function lineChart(chart: LineChart): string {
  const where = "plots.lineChart";
  checkOptions(where, chart, [
    "title",
    "xLabel",
    "yLabel",
    "series",
    "scale",
    "reference",
    "yRange",
    "width",
    "height",
  ]);
  checkSize(where, chart);
  if (!Array.isArray(chart.series)) {
    throw new TypeError(explain(where, "series must be a list of { name, x, y }", describeValue(chart.series)));
  }
  for (const { name, x, y } of chart.series) {
    if (x?.length === y?.length && Array.isArray(x) && Array.isArray(y)) continue;
    const received = `${describeValue(x)} and ${describeValue(y)}`;
    throw new RangeError(explain(`${where}, series "${name}"`, "expected lists x and y of the same length", received));
  }
  return svgDocument(chart.title ?? "Line chart", drawLines(chart));
}

/**
 * How often values occur, as SVG; for several lists by name a chart for each, three in a row.
 *
 * @throws TypeError for values that are not lists of numbers; RangeError for sizes out of range.
 * @example
 * const svg = plots.histogram(Object.fromEntries(net.getWeights().map(({ name, data }) => [name, data])));
 */
export function histogram(
  values: ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>,
  options: Omit<Histogram, "values"> = {},
): string {
  const where = "plots.histogram";
  checkOptions(where, options, ["title", "xLabel", "bins", "width", "height"]);
  checkSize(where, options);
  checkInteger(where, "bins", options.bins ?? 40, 1, 1000);
  const { title = "" } = options;
  if (isList(values)) return svgDocument(title || "Histogram", drawHistogram({ ...options, values }));
  const lists = typeof values === "object" && values !== null ? Object.entries(values) : [];
  if (lists.length === 0 || !lists.every(([, list]) => isList(list))) {
    const expectation = "expected a list of numbers, or such lists by name";
    throw new TypeError(explain(where, expectation, describeValue(values)));
  }
  const charts = lists.map(([name, list]) => drawHistogram({ ...options, title: name, values: list }));
  return svgDocument(title || "Histograms", arrange(title, charts, 3));
}

function isList(values: unknown): values is ArrayLike<number> {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && "length" in values);
}

function checkSize(where: string, { width, height }: { readonly width?: number; readonly height?: number }): void {
  if (width !== undefined) checkInteger(where, "width", width, 100, 4000);
  if (height !== undefined) checkInteger(where, "height", height, 100, 4000);
}
