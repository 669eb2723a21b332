// The problems on which searches are compared: functions with known minima, tables of trained networks, spaces with conditions.
// optuna_search.py has the same ones.

import type { Trial } from "../../src/tune/index.js";

export interface Problem {
  readonly name: string;
  readonly objective: (trial: Pick<Trial, "int" | "float" | "categorical">) => number;
}

function branin(x: number, y: number): number {
  return (
    (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
    10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
    10
  );
}

const hartmannA = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
] as const;
const hartmannP = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
] as const;

function hartmann6(x: readonly number[]): number {
  return [1, 1.2, 3, 3.2].reduce((sum, weight, i) => {
    const exponent = x.reduce(
      (s, value, j) => s + (hartmannA[i]?.[j] ?? 0) * (value - (hartmannP[i]?.[j] ?? 0) / 1e4) ** 2,
      0,
    );
    return sum - weight * Math.exp(-exponent);
  }, 0);
}

export const functions: readonly Problem[] = [
  { name: "branin", objective: (trial) => branin(trial.float("x", -5, 10), trial.float("y", 0, 15)) },
  { name: "hartmann6", objective: (trial) => hartmann6([0, 1, 2, 3, 4, 5].map((i) => trial.float(`x${i}`, 0, 1))) },
  {
    // Which optimizer, and its own numbers: what searches of networks look like.
    name: "conditional optimizer",
    objective(trial) {
      const rate = Math.log10(trial.float("learningRate", 1e-5, 1, { log: true }));
      if (trial.categorical("optimizer", ["sgd", "adam"]) === "adam") {
        const beta = Math.log10(1 - trial.float("beta", 0.5, 0.999));
        return (rate + 3) ** 2 + 0.5 * (beta + 1) ** 2;
      }
      const momentum = trial.float("momentum", 0, 0.99);
      return 0.3 + (rate + 1) ** 2 + 3 * (momentum - 0.9) ** 2;
    },
  },
  {
    // How many layers, and the units of each.
    name: "conditional layers",
    objective(trial) {
      const layers = trial.int("layers", 1, 3);
      const dropout = trial.float("dropout", 0, 0.8);
      let cost = 0.4 * (layers - 2) ** 2 + 4 * (dropout - 0.2) ** 2;
      for (let i = 0; i < layers; i++) {
        cost += (0.5 / layers) * (Math.log2(trial.int(`units${i}`, 4, 256, { log: true })) - 6 + i) ** 2;
      }
      return cost;
    },
  },
];
