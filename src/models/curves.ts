// Training curves: `history.toSvg()`.

import { checkInteger, checkOptions, describeValue, explain, unknownName } from "../errors.js";
import { validationName } from "../naming.js";
import { lineChart } from "../plots/line-chart.js";
import { arrange, svgDocument } from "../plots/svg.js";

export interface CurveOptions {
  /** Which results; default all. The validation's curve comes with each. */
  metrics?: readonly string[];
  /** The vertical axis; "log" shows a loss over several powers of ten. Default "linear". */
  scale?: "linear" | "log";
  /** Of one chart, in pixels, from 200 to 4000; default 460 and 300. */
  width?: number;
  height?: number;
  /** Default "Training". */
  title?: string;
}

const where = "history.toSvg";

/** Charts side by side, two in a row. `epochsOf` tells the epoch of each value of a result. */
export function trainingCurves(
  epochsOf: (name: string) => readonly number[],
  history: Readonly<Record<string, readonly number[]>>,
  options: CurveOptions,
): string {
  checkOptions(where, options, ["metrics", "scale", "width", "height", "title"]);
  const width = checkInteger(where, "width", options.width ?? 460, 200, 4000);
  const height = checkInteger(where, "height", options.height ?? 300, 200, 4000);
  const { scale = "linear", title = "Training" } = options;
  if (scale !== "linear" && scale !== "log") throw unknownName(`${where}, scale`, scale, ["linear", "log"]);
  const names = options.metrics ?? trainingNames(history);
  if (!Array.isArray(names) || names.length === 0) {
    throw new TypeError(explain(where, "metrics must be a list of names", describeValue(names)));
  }
  const unknown = names.find((name) => !Object.hasOwn(history, name));
  if (unknown !== undefined) throw unknownName(`${where}, metrics`, unknown, Object.keys(history));
  const charts = names.map((name) => {
    const lines = [name, validationName(name)].filter((line) => Object.hasOwn(history, line));
    const series = lines.map((line) => ({ name: line, x: epochsOf(line), y: history[line] as readonly number[] }));
    return lineChart({ title: name, xLabel: "epoch", series, scale, width, height });
  });
  return svgDocument(title, arrange(title, charts, 2));
}

/** Results that are no validation of another one. */
function trainingNames(history: Readonly<Record<string, readonly number[]>>): string[] {
  const names = Object.keys(history);
  return names.filter((name) => !names.some((other) => validationName(other) === name));
}
