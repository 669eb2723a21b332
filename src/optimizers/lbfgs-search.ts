// The iterations of L-BFGS on any function of a vector. It asks for values and gradients at points, so the function may be
// computed by a program on another thread; tests give it plain functions.

import { addScaled, dot, LbfgsMemory } from "./lbfgs-memory.js";
import { wolfeSearch } from "./line-search.js";

/** A function's value and gradient at a point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Yields points and gets the evaluations there. The receiver may round the point in place. */
export type Evaluations<T> = Generator<Float64Array, T, Evaluation>;

export interface LbfgsSettings {
  readonly historySize: number;
  readonly gradientTolerance: number;
  readonly lossTolerance: number;
  readonly maxEvaluations: number;
}

/**
 * Why the search ended: the gradient is small enough, the loss does not decrease any more, no step along the direction decreases
 * it (rounding has taken over), or as many evaluations were made as allowed.
 */
export type LbfgsStop = "gradient" | "loss" | "lineSearch" | "maxEvaluations";

interface Trialed {
  readonly step: number;
  readonly point: Float64Array;
  readonly evaluation: Evaluation;
}

/**
 * Minimizes by limited-memory BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.5). Initial steps, tests of
 * convergence and restarts are those of L-BFGS-B 3.0 without bounds (Zhu, Byrd, Lu, Nocedal; SciPy's `method="L-BFGS-B"`).
 */
export class LbfgsSearch {
  /** The best point so far, with its value and gradient. */
  point: Float64Array;
  value = Number.NaN;
  gradient: Float64Array = new Float64Array(0);
  evaluations = 0;
  iterations = 0;
  readonly #settings: LbfgsSettings;
  readonly #memory: LbfgsMemory;

  constructor(start: Float64Array, settings: LbfgsSettings) {
    this.point = start;
    this.#settings = settings;
    this.#memory = new LbfgsMemory(settings.historySize);
  }

  /** Evaluates the starting point. */
  *begin(): Evaluations<LbfgsStop | null> {
    const { value, gradient } = yield this.point;
    this.evaluations++;
    this.value = value;
    this.gradient = gradient;
    return this.#isFlat() ? "gradient" : null;
  }

  /** One step to a better point; null when there is more to do. */
  *iterate(): Evaluations<LbfgsStop | null> {
    const { lossTolerance, maxEvaluations } = this.#settings;
    const before = this.value;
    let found = yield* this.#step();
    // The memory may be at fault: one more try along the negative gradient.
    if (!found && this.#memory.length > 0) {
      this.#memory.clear();
      found = yield* this.#step();
    }
    if (!found) return "lineSearch";
    this.iterations++;
    if (this.#isFlat()) return "gradient";
    const scale = Math.max(Math.abs(before), Math.abs(this.value), 1);
    if (before - this.value <= lossTolerance * scale) return "loss";
    return this.evaluations > maxEvaluations ? "maxEvaluations" : null;
  }

  #isFlat(): boolean {
    const { gradientTolerance } = this.#settings;
    return this.gradient.every((value) => Math.abs(value) <= gradientTolerance);
  }

  /** Searches along the memory's direction; on success the point moves, and the memory learns. */
  *#step(): Evaluations<boolean> {
    const direction = this.#memory.direction(this.gradient);
    const slope = dot(this.gradient, direction);
    if (!(slope < 0)) return false;
    // The first direction has no scale of its own.
    const firstStep = this.iterations === 0 ? Math.min(1 / Math.sqrt(dot(direction, direction)), 1e10) : 1;
    const search = wolfeSearch({ step: 0, value: this.value, slope }, firstStep);
    let newest = undefined as Trialed | undefined;
    let next = search.next();
    while (!next.done) {
      const step = next.value;
      // A search that is exhausted asks for its best step again.
      if (newest?.step !== step) {
        const point = this.point.slice();
        addScaled(point, direction, step);
        newest = { step, point, evaluation: yield point };
        this.evaluations++;
      }
      const { value, gradient } = newest.evaluation;
      next = search.next({ step, value, slope: dot(gradient, direction) });
    }
    const { trial, found } = next.value;
    if (!found || newest === undefined || newest.step !== trial.step) return false;
    const { point, evaluation } = newest;
    // Of the point that was evaluated: its receiver may have rounded it.
    const move = point.slice();
    addScaled(move, this.point, -1);
    const change = evaluation.gradient.slice();
    addScaled(change, this.gradient, -1);
    this.#memory.add(move, change, slope * trial.step);
    this.point = point;
    this.value = evaluation.value;
    this.gradient = evaluation.gradient;
    return true;
  }
}
