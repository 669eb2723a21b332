// The scores of estimators, in float64, as scikit-learn computes them.

/** The weighted part of the rows that are right. */
export function accuracyScore(right: readonly boolean[], weights: Float32Array | null): number {
  let sum = 0;
  let total = 0;
  right.forEach((is, row) => {
    const weight = weights?.[row] ?? 1;
    if (is) sum += weight;
    total += weight;
  });
  return sum / total;
}

/**
 * The coefficient of determination `1 - sum w (y - p)^2 / sum w (y - mean)^2`, averaged over the columns. Of a constant column
 * it is 1 when the predictions are exact, else 0.
 */
export function r2Score(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  width: number,
  weights: Float32Array | null,
): number {
  const rows = truth.length / width;
  let score = 0;
  for (let column = 0; column < width; column++) {
    let total = 0;
    let mean = 0;
    for (let row = 0; row < rows; row++) {
      const weight = weights?.[row] ?? 1;
      total += weight;
      mean += weight * (truth[row * width + column] as number);
    }
    mean /= total;
    let residual = 0;
    let spread = 0;
    for (let row = 0; row < rows; row++) {
      const weight = weights?.[row] ?? 1;
      const y = truth[row * width + column] as number;
      residual += weight * (y - (predicted[row * width + column] as number)) ** 2;
      spread += weight * (y - mean) ** 2;
    }
    score += spread > 0 ? 1 - residual / spread : residual === 0 ? 1 : 0;
  }
  return score / width;
}
