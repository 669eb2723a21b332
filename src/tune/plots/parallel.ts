// Parallel coordinates: a line for each trial, through its parameters to its value.

import { tickLabel } from "../../plots/scale.js";
import { type Drawing, element, ink, label, round, shorten } from "../../plots/svg.js";
import { type Distribution, toUnit } from "../distributions.js";
import { type Direction, loss, type TrialRecord } from "../records.js";
import { allParameters, parameterScale, shade, valueText } from "./axes.js";

const [gap, top, bottom] = [120, 70, 340];

/** The better a trial, the darker its line. A parameter that a trial does not have leaves a gap. */
export function parallelPlot(title: string, complete: readonly TrialRecord[], direction: Direction): Drawing {
  const finite = complete.filter(({ value }) => Number.isFinite(value ?? Number.NaN));
  const space = [...allParameters(finite)];
  const values = finite.map(({ value }) => value as number);
  const [low, high] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const place = (share: number) => bottom - share * (bottom - top);
  const left = 70;
  const axisX = (i: number) => left + i * gap;
  const order = [...finite].sort((a, b) => loss(direction, b.value as number) - loss(direction, a.value as number));
  const lines = order.map((trial, rank) => {
    const points = space.map(([name, distribution], i) => {
      const assignment = trial.parameters.get(name);
      return assignment === undefined ? null : ([axisX(i), place(toUnit(distribution, assignment.internal))] as const);
    });
    const share = high > low ? ((trial.value as number) - low) / (high - low) : 0.5;
    points.push([axisX(space.length), place(share)]);
    const d = points
      .map((point, i) =>
        point === null ? "" : `${points[i - 1] == null ? "M" : "L"}${round(point[0])} ${round(point[1])}`,
      )
      .join("");
    const good = finite.length > 1 ? rank / (finite.length - 1) : 1;
    return element("path", {
      d,
      fill: "none",
      stroke: shade(good),
      "stroke-width": 1 + 1.2 * good ** 4,
      "stroke-opacity": 0.85,
    });
  });
  const axes = [
    ...space.map(([name, distribution], i) => axis(axisX(i), name, ticksOf(distribution), place)),
    axis(
      axisX(space.length),
      "value",
      [
        [0, tickLabel(Number(low.toPrecision(4)))],
        [1, tickLabel(Number(high.toPrecision(4)))],
      ],
      place,
    ),
  ];
  const width = axisX(space.length) + 90;
  const heading = label(title, { x: width / 2, y: 26, "text-anchor": "middle", "font-size": 15, "font-weight": 600 });
  return { width, height: bottom + 30, body: [heading, ...lines, ...axes].join("") };
}

type Ticks = readonly (readonly [share: number, text: string])[];

function ticksOf(distribution: Distribution): Ticks {
  if (distribution.kind !== "categorical") {
    return [distribution.low, distribution.high].map(
      (value) => [toUnit(distribution, value), valueText(value)] as const,
    );
  }
  const scale = parameterScale(distribution, 0);
  return scale.ticks.map((choice) => [scale.place(choice), scale.label(choice)] as const);
}

function axis(x: number, name: string, ticks: Ticks, place: (share: number) => number): string {
  return [
    element("line", { x1: x, x2: x, y1: top, y2: bottom, stroke: ink.text }),
    label(shorten(name, 16), { x, y: top - 14, "text-anchor": "middle", "font-weight": 600 }),
    ...ticks.flatMap(([share, text]) => [
      element("line", { x1: x - 4, x2: x, y1: place(share), y2: place(share), stroke: ink.text }),
      // A white edge keeps it readable on the lines.
      label(shorten(text, 12), {
        ...{ x: x - 7, y: place(share) + 4, "text-anchor": "end", "font-size": 11 },
        ...{ stroke: "#ffffff", "stroke-width": 3, "paint-order": "stroke" },
      }),
    ]),
  ].join("");
}
