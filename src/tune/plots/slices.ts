// The value over each parameter alone.

import { panel } from "../../plots/panel.js";
import { linearScale, logScale } from "../../plots/scale.js";
import { arrange, type Drawing, element } from "../../plots/svg.js";
import type { TrialRecord } from "../records.js";
import { allParameters, parameterScale, shade } from "./axes.js";

/** Three charts in a row; the later a trial, the darker its point. */
export function slicesPlot(title: string, complete: readonly TrialRecord[], logarithmic: boolean): Drawing {
  const finite = complete.filter(({ value }) => Number.isFinite(value ?? Number.NaN));
  const values = finite.map(({ value }) => value as number);
  const log = logarithmic && values.every((value) => value > 0) && values.length > 0;
  const y = log ? logScale(values, 5) : linearScale(values, 5);
  const last = Math.max(1, ...finite.map(({ number }) => number));
  const charts = [...allParameters(finite)].map(([name, distribution]) => {
    const frame = {
      title: name,
      xLabel: "",
      yLabel: "value",
      width: 300,
      height: 240,
      x: parameterScale(distribution, 3),
      y,
    };
    return panel(frame, (area) =>
      finite.flatMap(({ parameters, value, number }) => {
        const assignment = parameters.get(name);
        if (assignment === undefined) return [];
        const at = { cx: area.x(assignment.internal), cy: area.y(value as number) };
        return [
          element("circle", { ...at, r: 3.2, fill: shade(number / last), stroke: "#ffffff", "stroke-width": 0.5 }),
        ];
      }),
    );
  });
  return charts.length === 0 ? { width: 300, height: 60, body: "" } : arrange(title, charts, 3);
}
