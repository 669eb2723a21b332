// Minimization of a smooth function of a few numbers, in double precision: the hyper-parameters of a Gaussian process.

export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * The best point found from `start` by the method of Broyden, Fletcher, Goldfarb and Shanno with backtracking steps. Follows Nocedal
 * and Wright, "Numerical Optimization", algorithm 6.1. The function may be infinite where it is not defined.
 */
export function minimize(
  evaluate: (x: Float64Array) => Evaluation,
  start: Float64Array,
  { iterations = 60, tolerance = 1e-3 }: { iterations?: number; tolerance?: number } = {},
): { x: Float64Array; value: number } {
  const n = start.length;
  let x = start;
  let here = evaluate(x);
  let inverse = identity(n, 1);
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (here.gradient.every((slope) => Math.abs(slope) < tolerance)) break;
    let direction = product(inverse, here.gradient, -1);
    let slope = dot(direction, here.gradient);
    if (!(slope < 0)) {
      inverse = identity(n, 1);
      direction = here.gradient.map((value) => -value);
      slope = dot(direction, here.gradient);
    }
    // No step longer than 2 in any number: they are logarithms.
    let step = Math.min(1, 2 / Math.max(...direction.map(Math.abs), Number.MIN_VALUE));
    let next: Float64Array | undefined;
    let there: Evaluation | undefined;
    for (let tries = 0; tries < 20; tries++, step /= 2) {
      const length = step;
      const point = x.map((value, i) => value + length * (direction[i] as number));
      const found = evaluate(point);
      if (!(found.value <= here.value + 1e-4 * length * slope)) continue;
      [next, there] = [point, found];
      break;
    }
    if (next === undefined || there === undefined) break;
    const from = x;
    const [s, y] = [
      next.map((value, i) => value - (from[i] as number)),
      there.gradient.map((value, i) => value - (here.gradient[i] as number)),
    ];
    const curvature = dot(s, y);
    if (curvature > 1e-12) update(inverse, s, y, curvature);
    const gained = here.value - there.value;
    [x, here] = [next, there];
    if (gained < 1e-9 * Math.max(1, Math.abs(here.value))) break;
  }
  return { x, value: here.value };
}

function identity(n: number, scale: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = scale;
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (const [i, value] of a.entries()) sum += value * (b[i] as number);
  return sum;
}

function product(matrix: Float64Array, vector: Float64Array, scale: number): Float64Array {
  const n = vector.length;
  return vector.map((_, i) => scale * dot(matrix.subarray(i * n, (i + 1) * n), vector));
}

/** The inverse of the second derivatives, with what a step s and the change y of the gradient tell. */
function update(inverse: Float64Array, s: Float64Array, y: Float64Array, curvature: number): void {
  const n = s.length;
  const hy = product(inverse, y, 1);
  const factor = (1 + dot(y, hy) / curvature) / curvature;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [si, sj] = [s[i] as number, s[j] as number];
      inverse[i * n + j] =
        (inverse[i * n + j] as number) +
        factor * si * sj -
        ((hy[i] as number) * sj + si * (hy[j] as number)) / curvature;
    }
  }
}
