// What a classifier of two inputs says everywhere in the plane, with the points that it learnt.

import { checkInteger, checkOptions, describeValue, explain, ShapeError } from "../errors.js";
import { type Band, planeChart } from "./contour.js";
import { checkRange, gridPoints } from "./surface.js";
import { paletteColor, svgDocument } from "./svg.js";

/** What a classifier gives for a list of points: one number or one row of numbers for each. */
export type PlanePrediction =
  | ArrayLike<number>
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

export interface DecisionBoundaryOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** The points [x, y] to draw; those outside of the ranges are left out. */
  readonly points?: readonly ArrayLike<number>[];
  /** The class of each point, by number. */
  readonly classes?: ArrayLike<number>;
  /** Names of the classes for the legend; default their numbers. */
  readonly classNames?: readonly string[];
  /** Default: the points with a margin, or [-1, 1] without points. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** Predictions in each direction; default 80. */
  readonly resolution?: number;
  readonly width?: number;
  readonly height?: number;
}

const names = [
  ...["title", "xLabel", "yLabel", "points", "classes", "classNames", "xRange", "yRange", "resolution", "width"],
  "height",
];

/**
 * Draws the regions of the classes as SVG. Of one output (a probability, or the 0 and 1 of a perceptron) the plane is
 * coloured by its value and the line is where it is 0.5; of several outputs each point has the colour of the largest one.
 *
 * @throws TypeError for what is no function; ShapeError for predictions and points of another length; RangeError for ranges
 * and sizes out of range.
 * @example
 * const svg = await plots.decisionBoundary((grid) => net.predict(grid), { points: x, classes: y });
 */
export async function decisionBoundary(
  predict: (points: number[][]) => PlanePrediction | Promise<PlanePrediction>,
  options: DecisionBoundaryOptions = {},
): Promise<string> {
  const where = "plots.decisionBoundary";
  checkOptions(where, options, names);
  if (typeof predict !== "function") {
    throw new TypeError(explain(where, "expected a function of a list of points", describeValue(predict)));
  }
  const { title = "", xLabel = "x1", yLabel = "x2", points = [], width = 400, height = 380 } = options;
  const classes = Array.from(options.classes ?? points.map(() => 0));
  if (classes.length !== points.length) {
    throw new ShapeError(explain(where, `expected a class for each of the ${points.length} points`, classes.length));
  }
  classes.forEach((kind, i) => {
    checkInteger(where, `classes[${i}]`, kind, 0, 10_000);
  });
  const xRange = options.xRange ?? rangeOf(points, 0);
  const yRange = options.yRange ?? rangeOf(points, 1);
  checkRange(where, "xRange", xRange);
  checkRange(where, "yRange", yRange);
  const size = checkInteger(where, "resolution", options.resolution ?? 80, 2, 1000);
  checkInteger(where, "width", width, 100, 4000);
  checkInteger(where, "height", height, 100, 4000);
  const outputs = columnsOf(where, await predict(gridPoints(xRange, yRange, size)), size * size);
  const bands = outputs.length === 1 ? probabilityBands(outputs[0] as number[]) : classBands(outputs);
  const kinds = Math.max(0, ...classes.map((kind) => kind + 1));
  const within = (point: ArrayLike<number>) =>
    [xRange, yRange].every(([low, high], axis) => (point[axis] as number) >= low && (point[axis] as number) <= high);
  const groups = Array.from({ length: kinds }, (_, kind) => ({
    name: options.classNames?.[kind] ?? String(kind),
    points: points
      .filter((point, i) => classes[i] === kind && within(point))
      .map((point) => [point[0], point[1]] as [number, number]),
  }));
  const plane = { xRange, yRange, columns: size, rows: size };
  const frame = { title, xLabel, yLabel, width, height };
  return svgDocument(title || "Decision boundary", planeChart(frame, plane, bands, [], groups));
}

function rangeOf(points: readonly ArrayLike<number>[], axis: number): [number, number] {
  const values = points.map((point) => point[axis] as number);
  if (values.length === 0) return [-1, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) * 0.15 || 1;
  return [low - margin, high + margin];
}

function columnsOf(where: string, prediction: PlanePrediction, rows: number): number[][] {
  const data = (Object(prediction).data ?? prediction) as ArrayLike<number>;
  const columns = (data?.length ?? 0) / rows;
  if (!Number.isInteger(columns) || columns === 0) {
    const expectation = `expected one number or more for each of ${rows} points`;
    throw new ShapeError(explain(where, expectation, describeValue(prediction)));
  }
  return Array.from({ length: columns }, (_, k) =>
    Array.from({ length: rows }, (_, i) => data[i * columns + k] as number),
  );
}

/** From the colour of class 0 over white to that of class 1, with a line at 0.5. */
function probabilityBands(values: readonly number[]): Band[] {
  const steps = 10;
  const bands: Band[] = Array.from({ length: steps }, (_, i) => ({
    values,
    level: i === 0 ? Math.min(...values) - 1 : i / steps,
    fill: tint(i < steps / 2 ? 0 : 1, Math.abs((i + 0.5) / steps - 0.5) * 0.9),
  }));
  bands.push({ values, level: 0.5, fill: "none", stroke: "#333333" });
  return bands;
}

/** Each class where it exceeds all others. */
function classBands(outputs: readonly number[][]): Band[] {
  return outputs.map((own, kind) => {
    const lead = own.map((value, i) => {
      const others = outputs.filter((_, other) => other !== kind).map((column) => column[i] as number);
      return value - Math.max(...others);
    });
    return { values: lead, level: 0, fill: tint(kind, 0.35), stroke: "#333333" };
  });
}

/** A colour of the palette, mixed with white. */
function tint(kind: number, strength: number): string {
  const color = Number.parseInt(paletteColor(kind).slice(1), 16);
  const parts = [color >> 16, (color >> 8) & 255, color & 255];
  return `rgb(${parts.map((part) => Math.round(255 + (part - 255) * strength)).join(",")})`;
}
