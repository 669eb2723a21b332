// Samples, medians and spreads; contestants are measured in turns, A B C A B C, so that a disturbance of the machine meets all of them.

export interface Contestant {
  readonly label: string;
  /** Does the work `repetitions` times and gives the seconds that it took. */
  measure(repetitions: number): Promise<number> | number;
}

export interface Samples {
  readonly label: string;
  readonly repetitions: number;
  /** Seconds for one repetition. */
  readonly seconds: readonly number[];
}

export interface Effort {
  /** A sample should take about as long, in seconds. */
  readonly sampleSeconds: number;
  readonly samples: number;
}

/** Measures all contestants in turns. Those that need more than a second for one repetition get three samples at most. */
export async function measureInTurns(contestants: readonly Contestant[], effort: Effort): Promise<Samples[]> {
  const plans = [];
  for (const contestant of contestants) {
    let repetitions = 1;
    let seconds = await contestant.measure(1);
    // A first call is slower than the others: grow until the estimate is worth something.
    while (seconds < effort.sampleSeconds / 4 && repetitions < 1e7) {
      repetitions = Math.min(
        repetitions * 8,
        Math.ceil((repetitions * effort.sampleSeconds) / Math.max(seconds, 1e-9)),
      );
      seconds = await contestant.measure(repetitions);
    }
    repetitions = Math.max(1, Math.round((repetitions * effort.sampleSeconds) / seconds));
    plans.push({ contestant, repetitions, slow: seconds > 1, values: [] as number[] });
  }
  for (let sample = 0; sample < effort.samples; sample++) {
    for (const { contestant, repetitions, slow, values } of plans) {
      if (!slow || sample < 3) values.push((await contestant.measure(repetitions)) / repetitions);
    }
  }
  return plans.map(({ contestant, repetitions, values }) => ({
    label: contestant.label,
    repetitions,
    seconds: values,
  }));
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Half the distance between the quartiles as a part of the median. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
