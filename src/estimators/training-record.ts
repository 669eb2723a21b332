// When a training by steps ends, and how its learning rate moves: the rules of scikit-learn's stochastic solvers.

import type { WeightValues } from "../layers/weight-values.js";
import type { MlpParams } from "./options.js";

/** What becomes of training after an epoch. */
export type Verdict = "go on" | "slow down" | "stop";

/** The books of one estimator. A warm start and `partialFit` go on with them. */
export class TrainingRecord {
  /** The loss of each epoch. */
  readonly lossCurve: number[] = [];
  /** The score of each epoch with early stopping. */
  readonly validationScores: number[] = [];
  bestLoss = Number.POSITIVE_INFINITY;
  bestScore = Number.NEGATIVE_INFINITY;
  /** The weights at the best score; null without early stopping. */
  bestWeights: WeightValues[] | null = null;
  /** Rows that were trained on, over all epochs. */
  rowsSeen = 0;
  /** Epochs in a row that were no improvement. */
  withoutImprovement = 0;

  /** Books an epoch by its loss. */
  addLoss(loss: number, tol: number): void {
    this.#count(loss > this.bestLoss - tol);
    this.bestLoss = Math.min(this.bestLoss, loss);
  }

  /** Books an epoch by its validation score; true when it is the best one. */
  addScore(score: number, tol: number): boolean {
    this.validationScores.push(score);
    this.#count(score < this.bestScore + tol);
    const best = score > this.bestScore;
    if (best) this.bestScore = score;
    return best;
  }

  /** Decides after an epoch; "slow down" is for the adaptive learning rate. */
  verdict({ nIterNoChange, solver, learningRate }: MlpParams, rate: number): Verdict {
    if (this.withoutImprovement <= nIterNoChange) return "go on";
    if (solver !== "sgd" || learningRate !== "adaptive" || rate <= 1e-6) return "stop";
    this.withoutImprovement = 0;
    return "slow down";
  }

  #count(unimproved: boolean): void {
    this.withoutImprovement = unimproved ? this.withoutImprovement + 1 : 0;
  }
}

/** The learning rate after an epoch. */
export function nextLearningRate(params: MlpParams, rate: number, rowsSeen: number, verdict: Verdict): number {
  const scaled =
    params.solver === "sgd" && params.learningRate === "invscaling"
      ? params.learningRateInit / (rowsSeen + 1) ** params.powerT
      : rate;
  return verdict === "slow down" ? scaled / 5 : scaled;
}
