// How good searches are after 30 trials: medians of 20 seeds on six problems, beside Optuna's when a Python with optuna (and torch,
// for its Gaussian process) is given. Writes bench/tune/results.json.
// `node --import tsx bench/tune/search.ts [python]`, after bench/tune/tables.ts.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tune } from "../../src/index.js";
import { functions, type Problem } from "./problems.js";
import { readTables, type Table, tablesFile } from "./tables.js";

const [seeds, trials] = [20, 30];
const samplers = ["random", "quasiRandom", "tpe", "gp"] as const;
type Bests = Record<string, Record<string, number[]>>;

function tableProblem({ name, axes, losses }: Table): Problem {
  return {
    name,
    objective: (trial) =>
      losses[
        axes.reduce((place, axis) => {
          const chosen =
            axis.choices === undefined
              ? trial.int(axis.name, 0, axis.count - 1)
              : axis.choices.indexOf(trial.categorical(axis.name, axis.choices));
          return place * axis.count + chosen;
        }, 0)
      ] as number,
  };
}

async function search(problems: readonly Problem[]): Promise<Bests> {
  const results: Bests = {};
  for (const { name, objective } of problems) {
    const row: Record<string, number[]> = {};
    for (const sampler of samplers) {
      row[sampler] = [];
      for (let seed = 0; seed < seeds; seed++) {
        row[sampler]?.push((await tune(objective, { sampler, trials, seed })).best.value);
      }
    }
    results[name] = row;
  }
  return results;
}

function optuna(python: string): { optuna: string; results: Bests } {
  const script = fileURLToPath(new URL("optuna_search.py", import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    python,
    [script, String(seeds), String(trials), fileURLToPath(tablesFile)],
    { encoding: "utf8", maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function quartiles(list: readonly number[]): [number, number, number] {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
    return low + (high - low) * (place % 1);
  };
  return [at(0.25), at(0.5), at(0.75)];
}

const python = process.argv[2];
const ours = await search([...functions, ...readTables().map(tableProblem)]);
const theirs = python === undefined ? undefined : optuna(python);
const rows = Object.entries(ours).map(([problem, list]) => {
  const summary = (bests: Record<string, number[]>) =>
    Object.fromEntries(Object.entries(bests).map(([name, values]) => [name, quartiles(values)]));
  return { problem, feedforward: summary(list), ...(theirs && { optuna: summary(theirs.results[problem] ?? {}) }) };
});
const machine = { node: process.version, optuna: theirs?.optuna ?? null };
const file = new URL("results.json", import.meta.url);
writeFileSync(
  file,
  `${JSON.stringify({ seeds, trials, ...machine, quartiles: rows, bests: { feedforward: ours, optuna: theirs?.results ?? null } }, null, 1)}\n`,
);
for (const { problem, feedforward, optuna: other } of rows) {
  const text = (list: Record<string, number[]>) =>
    Object.entries(list)
      .map(([name, [, median]]) => `${name} ${median?.toFixed(4)}`)
      .join("  ");
  console.log(
    `${problem}\n  feedforward  ${text(feedforward)}${other === undefined ? "" : `\n  optuna       ${text(other)}`}`,
  );
}
