// The normal distribution, exact in its tails: what Parzen estimators and expected improvement are made of.

const logRoot2Pi = 0.5 * Math.log(2 * Math.PI);

/** exp(x^2) erfc(x) for x >= 0: a series below 2, Lentz's continued fraction from there. Relative error under 1e-12. */
function scaledErfc(x: number): number {
  if (x < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return Math.exp(x * x) - (2 / Math.sqrt(Math.PI)) * sum;
  }
  // 1 / (x + (1/2) / (x + 1 / (x + (3/2) / ...))), Abramowitz and Stegun 7.1.14; 80 parts are enough from 2 on.
  let fraction = x;
  for (let k = 80; k >= 1; k--) fraction = x + k / 2 / fraction;
  return 1 / (Math.sqrt(Math.PI) * fraction);
}

/** log of the density of the standard normal distribution. */
export function logDensity(z: number): number {
  return -0.5 * z * z - logRoot2Pi;
}

/** The probability of a value below z. */
export function cumulative(z: number): number {
  const upper = 0.5 * Math.exp(-0.5 * z * z) * scaledErfc(Math.abs(z) / Math.SQRT2);
  return z < 0 ? upper : 1 - upper;
}

/** log of the probability of [a, b], without cancellation far from the middle. */
export function logInterval(a: number, b: number): number {
  // Mirrored to the left tail, where differences of small numbers are exact.
  const [from, to] = a > 0 ? [-b, -a] : [a, b];
  if (to > 0) return Math.log(Math.max(Number.MIN_VALUE, cumulative(to) - cumulative(from)));
  const scale = -0.5 * to * to;
  const near = scaledErfc(-to / Math.SQRT2);
  const far = Math.exp(-0.5 * from * from - scale) * scaledErfc(-from / Math.SQRT2);
  return scale + Math.log(Math.max(Number.MIN_VALUE, 0.5 * (near - far)));
}

/**
 * log of h(z) = density(z) + z cumulative(z), which expected improvement is but for a factor. Follows Ament et al., "Unexpected
 * Improvements to Expected Improvement for Bayesian Optimization" (NeurIPS 2023), for all z down to -1e150.
 */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(Math.exp(logDensity(z)) + z * cumulative(z));
  // The density is factored out: 1 + z R with R the ratio of Mills; from -1e4 on 1 + z R tends to 1 / z^2.
  if (z < -1e4) return logDensity(z) - 2 * Math.log(-z);
  const mills = Math.sqrt(Math.PI / 2) * scaledErfc(-z / Math.SQRT2);
  return logDensity(z) + Math.log(Math.max(Number.MIN_VALUE, 1 + z * mills));
}
