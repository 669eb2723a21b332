// Where to try next: the point of the space with the largest expected improvement over the best so far.

import type { RandomStream, Seed } from "../random/philox.js";
import { countValues, type Distribution, fromUnit, toUnit } from "./distributions.js";
import type { GaussianProcess } from "./gaussian-process.js";
import { Halton } from "./halton.js";
import { logImprovement } from "./normal.js";

/** log of the expected improvement of a value that is to become large, over `best`. */
export function logExpectedImprovement(process: GaussianProcess, point: Float64Array, best: number): number {
  const { mean, variance } = process.predict(point);
  const deviation = Math.sqrt(variance);
  return Math.log(deviation) + logImprovement((mean - best) / deviation);
}

interface Candidate {
  readonly point: Float64Array;
  readonly score: number;
}

const spread = 1024;
const near = 32;
const searches = 8;
const rounds = 40;

/**
 * The best of quasi-random points and of points near the `incumbents` (the best trials), each of the first few moved along the axes,
 * and along a random direction, by ever smaller steps while it gets better.
 */
export function maximize(
  space: readonly Distribution[],
  score: (point: Float64Array) => number,
  incumbents: readonly Float64Array[],
  random: RandomStream,
): Float64Array {
  const points = new Halton(seedOf(random));
  const candidates: Candidate[] = [];
  const add = (point: Float64Array) => candidates.push({ point, score: score(point) });
  for (let i = 0; i < spread; i++)
    add(
      settle(
        space,
        Float64Array.from(space, (_, j) => points.at(i, j)),
      ),
    );
  for (const point of incumbents) {
    for (let i = 0; i < near; i++) add(settle(space, disturbed(space, point, 0.2 * random.uniform() ** 2, random)));
  }
  candidates.sort((a, b) => b.score - a.score);
  const improved = candidates.slice(0, searches).map((candidate) => climb(space, candidate, score, random));
  return improved.reduce((best, one) => (one.score > best.score ? one : best)).point;
}

function seedOf(random: RandomStream): Seed {
  return [random.next(), random.next()];
}

/** The point of the space that a point of the cube stands for. */
export function settle(space: readonly Distribution[], point: Float64Array): Float64Array {
  return point.map((share, j) => {
    const distribution = space[j] as Distribution;
    return toUnit(distribution, fromUnit(distribution, Math.min(1 - 1e-12, Math.max(0, share))));
  });
}

/** Numbers get noise; a category changes now and then. */
function disturbed(
  space: readonly Distribution[],
  point: Float64Array,
  width: number,
  random: RandomStream,
): Float64Array {
  return point.map((share, j) => {
    if ((space[j] as Distribution).kind !== "categorical") return share + random.normal(0, width);
    return random.uniform() < 0.2 ? random.uniform() : share;
  });
}

function climb(
  space: readonly Distribution[],
  start: Candidate,
  score: (point: Float64Array) => number,
  random: RandomStream,
): Candidate {
  let best = start;
  for (let [step, round] = [0.1, 0]; step > 1e-4 && round < rounds; round++) {
    const before = best.score;
    const consider = (point: Float64Array) => {
      const settled = settle(space, point);
      if (settled.every((share, j) => share === best.point[j])) return;
      const found = score(settled);
      if (found > best.score) best = { point: settled, score: found };
    };
    for (const [j, distribution] of space.entries()) {
      for (const share of neighbours(distribution, best.point[j] as number, step)) {
        const moved = best.point.slice();
        moved[j] = share;
        consider(moved);
      }
    }
    for (let i = 0; i < 4; i++) {
      const moved = best.point.map((share, j) =>
        (space[j] as Distribution).kind === "categorical" ? share : share + random.normal(0, step),
      );
      consider(moved);
    }
    if (!(best.score > before + 1e-6)) step /= 2;
  }
  return best;
}

/** All other categories; for numbers a step to both sides, and at least to the next value. */
function neighbours(distribution: Distribution, share: number, step: number): number[] {
  const count = countValues(distribution);
  if (distribution.kind === "categorical") {
    return Array.from({ length: Math.min(count, 16) }, (_, i) => ((i + 0.5) / count + (count > 16 ? share : 0)) % 1);
  }
  const moves = [share - step, share + step];
  if (distribution.log || !Number.isFinite(count)) return moves;
  return step >= 1 / count ? moves : [share - 1 / count, share + 1 / count];
}
