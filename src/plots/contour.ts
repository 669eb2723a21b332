// Values over a plane: bands of one colour between levels, with points and paths on top. A surface, or the regions of classes.

import { contours } from "d3-contour";
import { type Area, legend, legendLines, panel } from "./panel.js";
import { linearScale } from "./scale.js";
import { type Drawing, element, ink, paletteColor, round } from "./svg.js";

/** Points that are joined by a line, or stand for themselves. */
export interface PlanePoints {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** A plane of values: `values[row * columns + column]`, the first row at the lower end of y. */
export interface Plane {
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
}

export interface Frame {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly width: number;
  readonly height: number;
}

/** What lies where the values exceed a level. */
export interface Band {
  readonly values: ArrayLike<number>;
  readonly level: number;
  readonly fill: string;
  readonly stroke?: string;
}

/** Draws bands one above the other, then paths and points, with a legend below. */
export function planeChart(
  frame: Frame,
  plane: Plane,
  bands: readonly Band[],
  paths: readonly PlanePoints[],
  points: readonly PlanePoints[],
): Drawing {
  const names = [...paths, ...points].map(({ name }) => name).filter((name) => name !== "");
  const lines = names.length === 0 ? 0 : legendLines(names, frame.width);
  const x = linearScale(plane.xRange, Math.max(2, Math.floor(frame.width / 70)), false);
  const y = linearScale(plane.yRange, 5, false);
  const drawing = panel(
    { ...frame, x, y },
    (area) => [
      ...bands.map((band) => bandShape(band, plane, area)),
      element("rect", { ...sizeOf(area), fill: "none", stroke: ink.axis }),
      ...paths.flatMap((path, i) => pathShape(path, paletteColor(i), area)),
      ...points.flatMap(({ points: list }, i) => list.map((point) => pointShape(point, paletteColor(i), area))),
    ],
    lines * 18,
  );
  const colors = [...paths.map((_, i) => paletteColor(i)), ...points.map((_, i) => paletteColor(i))];
  const entries = [...paths, ...points].map(({ name }, i) => ({ name, color: colors[i] as string }));
  const shown = entries.filter(({ name }) => name !== "");
  const below = lines === 0 ? "" : legend(shown, frame.width, frame.height - lines * 18 + 6);
  return { ...drawing, body: drawing.body + below };
}

function sizeOf({ left, right, top, bottom }: Area) {
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** d3 puts the value of column i at i + 0.5; here the first and the last value lie on the edges. */
function bandShape({ values, level, fill, stroke }: Band, plane: Plane, area: Area): string {
  const { columns, rows } = plane;
  const place = ([i, j]: readonly number[]) => {
    const right = Math.min(1, Math.max(0, ((i as number) - 0.5) / (columns - 1)));
    const up = Math.min(1, Math.max(0, ((j as number) - 0.5) / (rows - 1)));
    const [px, py] = [area.left + right * (area.right - area.left), area.bottom - up * (area.bottom - area.top)];
    return `${round(px)} ${round(py)}`;
  };
  const { coordinates } = contours().size([columns, rows]).contour(Array.from(values), level);
  const rings = coordinates.flatMap((polygon) => polygon.map((ring) => `M${ring.map(place).join("L")}Z`));
  return element("path", { d: rings.join(""), fill, stroke });
}

/** In an own viewport, which cuts off what lies outside. */
function pathShape({ points }: PlanePoints, color: string, area: Area): string[] {
  const { x: left, y: top, width, height } = sizeOf(area);
  // A path that diverges ends just outside: engines of SVG need not draw numbers of any size.
  const near = (value: number, size: number) => Math.min(2 * size, Math.max(-size, value));
  const placed = points
    .filter((point) => point.every(Number.isFinite))
    .map(([x, y]) => [near(area.x(x) - left, width), near(area.y(y) - top, height)] as const);
  const last = placed.at(-1);
  if (last === undefined) return [];
  const d = `M${placed.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}`;
  const shapes = [
    element("path", { d, fill: "none", stroke: "#ffffff", "stroke-width": 4, "stroke-opacity": 0.7 }),
    element("path", { d, fill: "none", stroke: color, "stroke-width": 2 }),
    element("circle", { cx: last[0], cy: last[1], r: 4, fill: color, stroke: "#ffffff" }),
  ];
  return [element("svg", { x: left, y: top, width, height }, shapes)];
}

function pointShape([x, y]: readonly [number, number], color: string, area: Area): string {
  return element("circle", { cx: area.x(x), cy: area.y(y), r: 4, fill: color, stroke: "#ffffff", "stroke-width": 1.2 });
}
