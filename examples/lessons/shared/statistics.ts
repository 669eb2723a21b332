// The few statistics that several lessons need.

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

export function deviation(values: ArrayLike<number>): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - center) ** 2;
  return Math.sqrt(sum / values.length);
}

/** How many numbers a model has learnt. */
export function parametersOf(model: { getWeights(): readonly { readonly data: ArrayLike<number> }[] }): number {
  let count = 0;
  for (const { data } of model.getWeights()) count += data.length;
  return count;
}
