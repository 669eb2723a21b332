// The books of a pass over data: adds up what steps report, in double precision, and makes the results of it.

import type { Logs } from "../callbacks/callback.js";
import type { Report } from "../metrics/measure.js";
import type { History } from "./history.js";

/** A report with the number of its values. */
export interface SizedReport extends Report {
  readonly width: number;
}

/** Values of one step. */
export function reportWidth(reports: readonly SizedReport[]): number {
  return reports.reduce((total, { width }) => total + width, 0);
}

interface Entry {
  readonly report: SizedReport;
  readonly sums: Float64Array;
  /** Where the history keeps the results of this name; found once, since tiny networks do a million epochs a second. */
  column: number[] | null;
}

export class Tally {
  readonly #entries: readonly Entry[];
  /** Values of one step. */
  readonly width: number;
  #rows = 0;

  constructor(reports: readonly SizedReport[]) {
    this.#entries = reports.map((report) => ({ report, sums: new Float64Array(report.width), column: null }));
    this.width = reportWidth(reports);
  }

  /** Rows since the beginning of the epoch. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds the reports of a step of so many rows. Nothing is allocated here. */
  add(values: Float32Array, step: number, rows: number): void {
    let offset = step * this.width;
    for (const { report, sums } of this.#entries) {
      if (report.mean) sums[0] = (sums[0] as number) + (values[offset] as number) * rows;
      else if (report.add !== undefined) report.add(sums, values, offset);
      else for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (values[offset + i] as number);
      offset += sums.length;
    }
    this.#rows += rows;
  }

  /** The results over the rows so far, by name. */
  results(): Logs {
    const logs: Logs = {};
    for (const { report, sums } of this.#entries) {
      const { name } = report;
      const result = report.result(sums, this.#rows);
      if (typeof result === "number") logs[name] = result;
      else if (result !== null) for (const [i, value] of result.entries()) logs[nameOfPart(name, i, result)] = value;
    }
    return logs;
  }

  /** Adds the results as those of an epoch, and begins anew. Single numbers need no allocation. */
  moveTo(history: History, epoch: number): void {
    for (const entry of this.#entries) {
      const { name } = entry.report;
      const result = entry.report.result(entry.sums, this.#rows);
      if (typeof result === "number") {
        entry.column ??= history.column(name);
        entry.column.push(result);
      } else if (result !== null) {
        for (const [i, value] of result.entries()) history.column(nameOfPart(name, i, result)).push(value);
      }
    }
    history.epoch.push(epoch);
    this.clear();
  }

  clear(): void {
    // Written out, because a call of fill takes longer than all the rest for a single number.
    for (const { sums } of this.#entries) for (let i = 0; i < sums.length; i++) sums[i] = 0;
    this.#rows = 0;
  }
}

/** Results for classes or thresholds have their places behind the name; a single one has the name alone. */
function nameOfPart(name: string, i: number, parts: readonly number[]): string {
  return parts.length === 1 ? name : `${name}_${i}`;
}
