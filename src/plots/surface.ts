// A function of two variables as contour lines, with paths over it: how optimizers go down.

import { checkInteger, checkOptions, describeValue, explain } from "../errors.js";
import { type Band, type PlanePoints, planeChart } from "./contour.js";
import { svgDocument } from "./svg.js";

export interface SurfaceOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Default [-1, 1]. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** Values in each direction; default 80. */
  readonly resolution?: number;
  /** How many bands, each with about as much of the plane; default 14. */
  readonly levels?: number;
  /** Paths by name, drawn with a dot at their end. */
  readonly paths?: readonly PlanePoints[];
  readonly width?: number;
  readonly height?: number;
}

/**
 * Draws a function of two variables as SVG: dark where it is low. Levels are quantiles, so that a valley is seen at the foot of a steep slope.
 *
 * @throws TypeError for what is no function; RangeError for ranges, values and sizes out of range.
 * @example
 * const svg = plots.surface((x, y) => x ** 2 + 10 * y ** 2, { paths: [{ name: "sgd", points: [[1, 1], [0.5, 0]] }] });
 */
export function surface(f: (x: number, y: number) => number, options: SurfaceOptions = {}): string {
  const where = "plots.surface";
  const names = ["title", "xLabel", "yLabel", "xRange", "yRange", "resolution", "levels", "paths", "width", "height"];
  checkOptions(where, options, names);
  if (typeof f !== "function") throw new TypeError(explain(where, "expected a function of x and y", describeValue(f)));
  const { title = "", xLabel = "x", yLabel = "y", paths = [], width = 460, height = 400 } = options;
  const { xRange = [-1, 1], yRange = [-1, 1] } = options;
  checkRange(where, "xRange", xRange);
  checkRange(where, "yRange", yRange);
  const size = checkInteger(where, "resolution", options.resolution ?? 80, 2, 1000);
  const levels = checkInteger(where, "levels", options.levels ?? 14, 1, 100);
  checkInteger(where, "width", width, 100, 4000);
  checkInteger(where, "height", height, 100, 4000);
  const values = gridPoints(xRange, yRange, size).map(([x, y]) => f(x, y));
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(explain(where, "the function must be finite in the ranges", values[wrong]));
  const sorted = [...values].sort((a, b) => a - b);
  const bands: Band[] = Array.from({ length: levels }, (_, i) => ({
    values,
    // The lowest level is just below the smallest value: the whole plane.
    level: i === 0 ? (sorted[0] as number) - 1 : (sorted[Math.floor((i / levels) * sorted.length)] as number),
    fill: depth(i / levels),
    stroke: "#ffffff",
  }));
  const plane = { xRange, yRange, columns: size, rows: size };
  const drawing = planeChart({ title, xLabel, yLabel, width, height }, plane, bands, paths, []);
  return svgDocument(title || "Surface", drawing);
}

/** The points of a square grid, row by row from the lower end of y. */
export function gridPoints(
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
  size: number,
): [number, number][] {
  const at = (from: number, to: number, i: number) => from + ((to - from) * i) / (size - 1);
  return Array.from({ length: size * size }, (_, k) => [at(x0, x1, k % size), at(y0, y1, Math.floor(k / size))]);
}

export function checkRange(where: string, name: string, range: unknown): void {
  const [low, high, ...more] = Array.isArray(range) ? range : [];
  if (Number.isFinite(low) && Number.isFinite(high) && low < high && more.length === 0) return;
  throw new RangeError(explain(where, `${name} must be [low, high] with low < high`, describeValue(range)));
}

/** From blue-grey in the valley to almost white. */
function depth(share: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * share);
  return `rgb(${mix(148, 247)},${mix(170, 249)},${mix(196, 251)})`;
}
