// Regression by a Gaussian process: from points and values to a mean and a variance anywhere.

import { minimize } from "./bfgs.js";
import { cholesky, inverseOf, solveLower, solveUpper } from "./cholesky.js";

/** Points in the unit cube; along an axis of categories two points are either equal or one apart. */
export interface Axes {
  readonly categorical: readonly boolean[];
}

/** Logarithms of: an inverse squared length for each axis, the scale, the noise. */
type Hyperparameters = Float64Array;

const smallestNoise = 1e-6;

/**
 * Matern's kernel with nu = 5/2 and a length of its own for each axis; k(r) = s (1 + sqrt5 r + 5/3 r^2) exp(-sqrt5 r). Lengths, scale
 * and noise are those of the largest marginal likelihood, times weak priors on their logarithms that keep few points from
 * extremes. Follows Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), chapters 2 and 5.
 */
export class GaussianProcess {
  #points: readonly Float64Array[];
  #values: Float64Array;
  readonly #categorical: readonly boolean[];
  readonly #weights: Float64Array;
  readonly #scale: number;
  readonly #noise: number;
  #lower: Float64Array;
  #alpha: Float64Array;

  /** `values` should have a mean near 0 and a variance near 1. */
  constructor(points: readonly Float64Array[], values: Float64Array, { categorical }: Axes) {
    this.#points = points;
    this.#values = values;
    this.#categorical = categorical;
    const dimensions = categorical.length;
    const distances = pairDistances(points, categorical);
    const starts = [0.3, 1].map((length) => {
      const start = new Float64Array(dimensions + 2).fill(-2 * Math.log(length));
      start[dimensions] = 0;
      start[dimensions + 1] = Math.log(1e-3);
      return start;
    });
    const found = starts.map((start) =>
      minimize((theta) => negativeLogPosterior(theta, distances, values, dimensions), start),
    );
    const { x } = found.reduce((best, one) => (one.value < best.value ? one : best));
    this.#weights = x.subarray(0, dimensions).map(Math.exp);
    this.#scale = Math.exp(x[dimensions] as number);
    this.#noise = Math.exp(x[dimensions + 1] as number) + smallestNoise;
    [this.#lower, this.#alpha] = this.#solve();
  }

  /** Takes points as seen whose values are not known yet: their means. The variance about them becomes small. */
  believe(points: readonly Float64Array[]): void {
    if (points.length === 0) return;
    const means = points.map((point) => this.predict(point).mean);
    this.#points = [...this.#points, ...points];
    this.#values = Float64Array.from([...this.#values, ...means]);
    [this.#lower, this.#alpha] = this.#solve();
  }

  /** Of the function without its noise. */
  predict(point: Float64Array): { mean: number; variance: number } {
    const n = this.#points.length;
    const k = new Float64Array(n);
    let mean = 0;
    for (let i = 0; i < n; i++) {
      const value = this.#scale * matern(this.#distance(point, this.#points[i] as Float64Array));
      k[i] = value;
      mean += value * (this.#alpha[i] as number);
    }
    solveLower(this.#lower, n, k);
    let variance = this.#scale;
    for (let i = 0; i < n; i++) variance -= (k[i] as number) ** 2;
    return { mean, variance: Math.max(variance, 1e-12 * this.#scale) };
  }

  #distance(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (let j = 0; j < a.length; j++) {
      const difference = (a[j] as number) - (b[j] as number);
      if (difference === 0) continue;
      sum += (this.#weights[j] as number) * (this.#categorical[j] ? 1 : difference * difference);
    }
    return sum;
  }

  #solve(): [Float64Array, Float64Array] {
    const n = this.#points.length;
    const lower = new Float64Array(n * n);
    // Points that lie on each other can make the matrix singular in double precision: then it gets more noise.
    for (let noise = this.#noise; ; noise *= 10) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          const r2 = this.#distance(this.#points[i] as Float64Array, this.#points[j] as Float64Array);
          lower[i * n + j] = this.#scale * matern(r2) + (i === j ? noise : 0);
        }
      }
      if (cholesky(lower, n)) break;
    }
    const alpha = this.#values.slice();
    solveLower(lower, n, alpha);
    solveUpper(lower, n, alpha);
    return [lower, alpha];
  }
}

/** By the squared distance. */
function matern(r2: number): number {
  const root = Math.sqrt(5 * r2);
  return (1 + root + (5 / 3) * r2) * Math.exp(-root);
}

/** Its derivative by the squared distance. */
function maternSlope(r2: number): number {
  const root = Math.sqrt(5 * r2);
  return (-5 / 6) * (1 + root) * Math.exp(-root);
}

/** Squared differences, [axis][pair], with the pairs i > j in rows. */
function pairDistances(points: readonly Float64Array[], categorical: readonly boolean[]): Float64Array[] {
  const n = points.length;
  return categorical.map((category, axis) => {
    const list = new Float64Array((n * (n - 1)) / 2);
    let at = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const difference =
          ((points[i] as Float64Array)[axis] as number) - ((points[j] as Float64Array)[axis] as number);
        list[at++] = category ? (difference === 0 ? 0 : 1) : difference * difference;
      }
    }
    return list;
  });
}

/** Means and deviations of the normal priors on the logarithms: of 1 / length^2 per axis, scale, noise. */
function prior(index: number, dimensions: number): readonly [number, number] {
  if (index < dimensions) return [-2 * (Math.log(0.5) + 0.25 * Math.log(dimensions)), 2];
  return index === dimensions ? [0, 1] : [Math.log(1e-4), 3];
}

function negativeLogPosterior(
  theta: Hyperparameters,
  distances: readonly Float64Array[],
  values: Float64Array,
  dimensions: number,
): { value: number; gradient: Float64Array } {
  const n = values.length;
  const gradient = new Float64Array(theta.length);
  const weights = theta.subarray(0, dimensions).map(Math.exp);
  const scale = Math.exp(theta[dimensions] as number);
  const noise = Math.exp(theta[dimensions + 1] as number);
  const lower = new Float64Array(n * n);
  const r2 = new Float64Array((n * (n - 1)) / 2);
  for (const [axis, list] of distances.entries()) {
    const weight = weights[axis] as number;
    for (let at = 0; at < r2.length; at++) r2[at] = (r2[at] as number) + weight * (list[at] as number);
  }
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++) lower[i * n + j] = scale * matern(r2[at++] as number);
    lower[i * n + i] = scale + noise + smallestNoise;
  }
  if (!theta.every(Number.isFinite) || !cholesky(lower, n)) return { value: Number.POSITIVE_INFINITY, gradient };
  const alpha = values.slice();
  solveLower(lower, n, alpha);
  solveUpper(lower, n, alpha);
  let value = 0;
  for (let i = 0; i < n; i++) {
    value += 0.5 * (values[i] as number) * (alpha[i] as number) + Math.log(lower[i * n + i] as number);
  }
  // The derivative by a number p is -1/2 trace((alpha alpha^T - K^-1) dK/dp).
  const inverse = inverseOf(lower, n);
  for (let i = 0, at = 0; i < n; i++) {
    const ai = alpha[i] as number;
    for (let j = 0; j < i; j++, at++) {
      const factor = ai * (alpha[j] as number) - (inverse[i * n + j] as number);
      const squared = r2[at] as number;
      gradient[dimensions] = (gradient[dimensions] as number) - factor * scale * matern(squared);
      const slope = factor * scale * maternSlope(squared);
      for (const [axis, list] of distances.entries()) {
        gradient[axis] = (gradient[axis] as number) - slope * (weights[axis] as number) * (list[at] as number);
      }
    }
    const diagonal = 0.5 * (ai * ai - (inverse[i * n + i] as number));
    gradient[dimensions] = (gradient[dimensions] as number) - diagonal * scale;
    gradient[dimensions + 1] = (gradient[dimensions + 1] as number) - diagonal * noise;
  }
  for (const [i, number] of theta.entries()) {
    const [mean, deviation] = prior(i, dimensions);
    value += 0.5 * ((number - mean) / deviation) ** 2;
    gradient[i] = (gradient[i] as number) + (number - mean) / deviation ** 2;
  }
  return { value, gradient };
}
