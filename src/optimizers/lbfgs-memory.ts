// What L-BFGS remembers: the last steps and changes of the gradient, which stand for the inverse of the Hessian.

interface Pair {
  /** x' - x */
  readonly step: Float64Array;
  /** g' - g */
  readonly change: Float64Array;
  /** 1 / (step . change) */
  readonly rho: number;
}

/** Limited memory of the BFGS update (Nocedal and Wright, Numerical Optimization, section 7.2). */
export class LbfgsMemory {
  readonly #size: number;
  readonly #pairs: Pair[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  get length(): number {
    return this.#pairs.length;
  }

  clear(): void {
    this.#pairs.length = 0;
  }

  /** Keeps a pair and forgets the oldest one; false when its curvature is too small against rounding, as L-BFGS-B decides. */
  add(step: Float64Array, change: Float64Array, slope: number): boolean {
    const curvature = dot(step, change);
    if (!(curvature > Number.EPSILON * Math.abs(slope))) return false;
    if (this.#pairs.length === this.#size) this.#pairs.shift();
    this.#pairs.push({ step, change, rho: 1 / curvature });
    return true;
  }

  /** `-H gradient` by the two loops of algorithm 7.4; H begins as `(s . y) / (y . y)` times the identity. */
  direction(gradient: Float64Array): Float64Array {
    const d = gradient.map((value) => -value);
    const weights = new Float64Array(this.#pairs.length);
    for (let i = this.#pairs.length - 1; i >= 0; i--) {
      const { step, change, rho } = this.#pairs[i] as Pair;
      const weight = rho * dot(step, d);
      weights[i] = weight;
      addScaled(d, change, -weight);
    }
    const newest = this.#pairs.at(-1);
    if (newest !== undefined) {
      const scale = 1 / (newest.rho * dot(newest.change, newest.change));
      for (let i = 0; i < d.length; i++) d[i] = (d[i] as number) * scale;
    }
    this.#pairs.forEach(({ step, change, rho }, i) => {
      addScaled(d, step, (weights[i] as number) - rho * dot(change, d));
    });
    return d;
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** y += scale x */
export function addScaled(y: Float64Array, x: Float64Array, scale: number): void {
  for (let i = 0; i < y.length; i++) y[i] = (y[i] as number) + scale * (x[i] as number);
}
