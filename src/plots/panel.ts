// The frame of a chart: title, axes with ticks and grid, and the area in which a chart draws.

import type { Scale } from "./scale.js";
import { type Drawing, element, ink, label, shorten } from "./svg.js";

export interface PanelOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly width: number;
  readonly height: number;
  readonly x: Scale;
  readonly y: Scale;
}

/** Where values lie in the drawing, in pixels. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(value: number): number;
  y(value: number): number;
}

/** Draws the frame, and in it what `draw` gives for the area. `extra` pixels at the bottom are left for a legend. */
export function panel(options: PanelOptions, draw: (area: Area) => readonly string[], extra = 0): Drawing {
  const { width, height, x, y, title, xLabel, yLabel } = options;
  const widest = Math.max(...y.ticks.map((tick) => y.label(tick).length), 1);
  const [left, right] = [34 + widest * 6.5, width - 16];
  const [top, bottom] = [title === "" ? 14 : 34, height - 42 - extra];
  const area: Area = {
    ...{ left, right, top, bottom },
    x: (value) => left + x.place(value) * (right - left),
    y: (value) => bottom - y.place(value) * (bottom - top),
  };
  const middle = (left + right) / 2;
  const parts = [
    ...y.ticks.flatMap((tick) => {
      const at = area.y(tick);
      return [
        element("line", { x1: left, x2: right, y1: at, y2: at, stroke: ink.grid }),
        label(y.label(tick), { x: left - 7, y: at + 4, "text-anchor": "end", "font-size": 11, fill: ink.faint }),
      ];
    }),
    ...x.ticks.flatMap((tick) => {
      const at = area.x(tick);
      return [
        element("line", { x1: at, x2: at, y1: bottom, y2: bottom + 5, stroke: ink.axis }),
        label(x.label(tick), { x: at, y: bottom + 18, "text-anchor": "middle", "font-size": 11, fill: ink.faint }),
      ];
    }),
    element("line", { x1: left, x2: right, y1: bottom, y2: bottom, stroke: ink.axis }),
    ...draw(area),
    label(xLabel, { x: middle, y: bottom + 35, "text-anchor": "middle" }),
  ];
  if (title !== "") {
    const text = shorten(title, Math.floor(width / 7));
    parts.push(label(text, { x: middle, y: 20, "text-anchor": "middle", "font-size": 13, "font-weight": 600 }));
  }
  if (yLabel !== "") {
    const turned = `translate(14 ${(top + bottom) / 2}) rotate(-90)`;
    parts.push(label(yLabel, { transform: turned, "text-anchor": "middle" }));
  }
  return { width, height, body: parts.join("") };
}

/** Names with their colours, in lines that start at `y`. */
export function legend(entries: readonly { name: string; color: string }[], width: number, y: number): string {
  const parts: string[] = [];
  let [x, line] = [20, 0];
  for (const { name, color } of entries) {
    const text = shorten(name, 28);
    const needed = 34 + [...text].length * 6.8;
    if (x + needed > width && x > 20) [x, line] = [20, line + 1];
    const at = y + line * 18;
    parts.push(element("line", { x1: x, x2: x + 16, y1: at, y2: at, stroke: color, "stroke-width": 3 }));
    parts.push(label(text, { x: x + 21, y: at + 4 }));
    x += needed;
  }
  return parts.join("");
}

/** How many lines the legend takes. */
export function legendLines(names: readonly string[], width: number): number {
  let [x, lines] = [20, 1];
  for (const name of names) {
    const needed = 34 + Math.min([...name].length, 28) * 6.8;
    if (x + needed > width && x > 20) [x, lines] = [20, lines + 1];
    x += needed;
  }
  return lines;
}
