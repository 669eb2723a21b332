// A matrix as coloured cells with their values: the confusion matrix.

import { max } from "d3-array";
import { type Drawing, element, ink, label, shorten } from "./svg.js";
import { tickLabel } from "./scale.js";

export interface Heatmap {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly columnNames: readonly string[];
  readonly rowNames: readonly string[];
  readonly values: readonly (readonly number[])[];
  /** The text of a cell; default the value in up to three digits. */
  readonly format?: (value: number) => string;
}

/** Draws the matrix: white for 0, the darkest cell for the largest value. Texts appear up to 30 columns. */
export function heatmap(chart: Heatmap): Drawing {
  const { title = "", xLabel = "", yLabel = "", columnNames, rowNames, values, format = cellText } = chart;
  const cell = Math.min(64, Math.max(14, Math.floor(640 / Math.max(columnNames.length, rowNames.length))));
  const longest = (names: readonly string[]) => Math.min(16, Math.max(...names.map((name) => [...name].length), 1));
  const left = 40 + longest(rowNames) * 7;
  const top = title === "" ? 12 : 40;
  const [right, bottom] = [left + cell * columnNames.length, top + cell * rowNames.length];
  // Names that are wider than their column stand upright.
  const upright = longest(columnNames) * 7 > cell;
  const below = upright ? longest(columnNames) * 7 + 8 : 20;
  const largest = Math.max(0, ...values.map((row) => max(row.filter(Number.isFinite)) ?? 0));
  const parts = values.flatMap((row, i) =>
    row.flatMap((value, j) => {
      const share = largest > 0 && Number.isFinite(value) ? Math.max(0, value / largest) : 0;
      const [x, y] = [left + j * cell, top + i * cell];
      const drawn = element("rect", { x, y, width: cell, height: cell, fill: shade(share), stroke: "#ffffff" });
      if (columnNames.length > 30) return [drawn];
      const text = {
        ...{ x: x + cell / 2, y: y + cell / 2 + 4, "text-anchor": "middle" },
        "font-size": cell < 34 ? 9 : 12,
        fill: share > 0.45 ? "#ffffff" : ink.text,
      };
      return [drawn, label(format(value), text)];
    }),
  );
  parts.push(
    element("rect", { x: left, y: top, width: right - left, height: bottom - top, fill: "none", stroke: ink.axis }),
  );
  for (const [i, name] of rowNames.entries()) {
    const y = top + (i + 0.5) * cell + 4;
    parts.push(label(shorten(name, 16), { x: left - 7, y, "text-anchor": "end", "font-size": cell < 18 ? 9 : 12 }));
  }
  for (const [j, name] of columnNames.entries()) {
    const x = left + (j + 0.5) * cell;
    const turned = { transform: `translate(${x + 4} ${bottom + 8}) rotate(-90)`, "text-anchor": "end" };
    const place = upright ? turned : { x, y: bottom + 16, "text-anchor": "middle" };
    parts.push(label(shorten(name, 16), { ...place, "font-size": cell < 18 ? 9 : 12 }));
  }
  const middle = (left + right) / 2;
  parts.push(label(xLabel, { x: middle, y: bottom + below + 16, "text-anchor": "middle" }));
  const turned = `translate(16 ${(top + bottom) / 2}) rotate(-90)`;
  parts.push(label(yLabel, { transform: turned, "text-anchor": "middle" }));
  if (title !== "") {
    parts.push(label(title, { x: middle, y: 22, "text-anchor": "middle", "font-size": 15, "font-weight": 600 }));
  }
  const wide = Math.max(right + 20, middle + title.length * 4.4 + 10);
  return { width: wide, height: bottom + below + 28, body: parts.join("") };
}

function cellText(value: number): string {
  return Number.isInteger(value) ? tickLabel(value) : value.toFixed(2);
}

/** From white to dark blue. */
function shade(share: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * share);
  return `rgb(${mix(247, 8)},${mix(251, 69)},${mix(255, 148)})`;
}
