// The error function in double precision.

/**
 * erf(x) = 2 / sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n + 1) / (1 * 3 * 5 ... (2n + 1)), Abramowitz and Stegun 7.1.6.
 *
 * All terms have the same sign, so that nothing cancels: a few ULP of a double, for every x. From 6 on it is 1 in double.
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 6)) return Math.sign(x);
  let term = a;
  let sum = a;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * a * a) / (2 * n + 1);
    sum += term;
  }
  return Math.sign(x) * Math.min(1, (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum);
}
