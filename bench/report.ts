// The machine's description, tables on the terminal, and the JSON file with all raw samples.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { version } from "../src/version.js";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  readonly feedforward: string;
  readonly commit: string;
  readonly date: string;
  /** How many other programs wanted a core when the run began: more than 0.2 disturbs it. */
  readonly load: number;
}

export function describeMachine(): Machine {
  const git = (...args: string[]) => spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout?.trim() ?? "";
  const changed = git("status", "--porcelain", "--untracked-files=no") !== "";
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    feedforward: version,
    commit: (git("rev-parse", "--short", "HEAD") || "unknown") + (changed ? " with changes" : ""),
    date: new Date().toISOString(),
    load: loadavg()[0] ?? Number.NaN,
  };
}

/** Prints columns: the first ones flush left, numbers flush right. */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left = 1,
): void {
  const widths = head.map((name, c) => Math.max(name.length, ...rows.map((row) => (row[c] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, c) => (c < left ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0))).join("  ");
  console.log(`\n${title}\n`);
  console.log(line(head));
  console.log(widths.map((width) => "-".repeat(width)).join("  "));
  for (const row of rows) console.log(line(row));
}

/** Three digits that matter. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (value >= 1000) return new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }).format(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function percent(part: number): string {
  return Number.isFinite(part) ? `${(100 * part).toFixed(0)} %` : "-";
}

export function writeResults(results: object): string {
  const folder = `${root}bench/results`;
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${new Date().toISOString().replaceAll(/[:.]/g, "-")}.json`;
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  return file;
}
