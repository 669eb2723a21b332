// Trials side by side, as rows of a table.

import { loss, type Direction, paramsOf, type TrialRecord } from "./records.js";
import { valueText } from "./plots/axes.js";

/** The header, then a row for each trial: the complete ones by value, then the pruned and the failed ones by number. */
export function trialTable(trials: readonly TrialRecord[], direction: Direction): string[][] {
  const names = [...new Set(trials.flatMap(({ parameters }) => [...parameters.keys()]))];
  const place = ({ state }: TrialRecord) => ["complete", "pruned", "failed", "running"].indexOf(state);
  const value = (trial: TrialRecord) => loss(direction, trial.value ?? Number.POSITIVE_INFINITY);
  const byValue = (a: TrialRecord, b: TrialRecord) =>
    a.state === "complete" && value(a) !== value(b) ? (value(a) < value(b) ? -1 : 1) : 0;
  const sorted = [...trials].sort((a, b) => place(a) - place(b) || byValue(a, b) || a.number - b.number);
  const rows = sorted.map((trial) => {
    const params = paramsOf(trial);
    const seconds =
      trial.finished === null ? "" : ((trial.finished.getTime() - trial.started.getTime()) / 1000).toFixed(1);
    return [
      ...[String(trial.number), trial.value === null ? "" : valueText(trial.value), trial.state, seconds],
      ...names.map((name) => (Object.hasOwn(params, name) ? valueText(params[name] ?? null) : "")),
      trial.reason ?? "",
    ];
  });
  const reasons = sorted.some(({ reason }) => reason !== null);
  const table = [["trial", "value", "state", "seconds", ...names, "reason"], ...rows];
  return reasons ? table : table.map((row) => row.slice(0, -1));
}

/** Columns with two spaces between them; numbers at the right. */
export function tableText(table: readonly (readonly string[])[]): string {
  const [header = [], ...rows] = table;
  const numeric = header.map((_, j) => rows.every((row) => /^[−\d.e]*$/.test(row[j] ?? "")));
  const widths = header.map((_, j) => Math.max(...table.map((row) => [...(row[j] ?? "")].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, j) => {
        const space = " ".repeat((widths[j] as number) - [...cell].length);
        return numeric[j] ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd();
  return table.map(line).join("\n");
}
