// The values of the trials, and the best so far.

import { panel } from "../../plots/panel.js";
import { linearScale, logScale } from "../../plots/scale.js";
import { type Drawing, element, ink, label, palette } from "../../plots/svg.js";
import { type Direction, loss, type TrialRecord } from "../records.js";

/** Complete trials are filled, pruned ones are rings; failed ones are crosses at the bottom. */
export function historyPlot(
  title: string,
  trials: readonly TrialRecord[],
  direction: Direction,
  logarithmic: boolean,
): Drawing {
  const shown = trials.filter(
    ({ state, value }) => (state === "complete" || state === "pruned") && Number.isFinite(value ?? Number.NaN),
  );
  const values = shown.map(({ value }) => value as number);
  const log = logarithmic && values.every((value) => value > 0) && values.length > 0;
  const frame = {
    ...{ title, xLabel: "trial", yLabel: "value", width: 560, height: 340 },
    x: whole(linearScale([0, Math.max(1, ...trials.map(({ number }) => number))], 8, false)),
    y: log ? logScale(values, 6) : linearScale(values, 6),
  };
  const drawing = panel(
    frame,
    (area) => {
      const path: string[] = [];
      let best = Number.POSITIVE_INFINITY;
      for (const { number, state, value } of shown) {
        if (state !== "complete" || !(loss(direction, value as number) < best)) continue;
        best = loss(direction, value as number);
        path.push(
          path.length === 0
            ? `M${area.x(number)} ${area.y(value as number)}`
            : `H${area.x(number)}V${area.y(value as number)}`,
        );
      }
      if (path.length > 0) path.push(`H${area.right}`);
      return [
        element("path", { d: path.join(""), fill: "none", stroke: palette[1], "stroke-width": 2 }),
        ...shown.map(({ number, state, value }) => {
          const ring = { fill: "#ffffff", stroke: ink.axis };
          const look = state === "complete" ? { fill: palette[0], "fill-opacity": 0.75 } : ring;
          return element("circle", { cx: area.x(number), cy: area.y(value as number), r: 3.2, ...look });
        }),
        ...trials
          .filter(({ state }) => state === "failed")
          .map(({ number }) => {
            return label("×", { x: area.x(number), y: area.bottom - 3, "text-anchor": "middle", fill: palette[1] });
          }),
      ];
    },
    22,
  );
  const y = 330;
  const legend = [
    element("circle", { cx: 60, cy: y - 4, r: 3.2, fill: palette[0] }),
    label("complete", { x: 70, y }),
    element("circle", { cx: 150, cy: y - 4, r: 3.2, fill: "#ffffff", stroke: ink.axis }),
    label("pruned", { x: 160, y }),
    label("×", { x: 225, y, fill: palette[1] }),
    label("failed", { x: 237, y }),
    element("line", { x1: 300, x2: 318, y1: y - 4, y2: y - 4, stroke: palette[1], "stroke-width": 2 }),
    label("best so far", { x: 324, y }),
  ];
  return { ...drawing, body: drawing.body + legend.join("") };
}

function whole(scale: ReturnType<typeof linearScale>) {
  return { ...scale, ticks: scale.ticks.filter(Number.isInteger) };
}
