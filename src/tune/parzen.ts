// Parzen estimators: densities made of one kernel around each observation and a wide one, the prior.

import type { RandomStream } from "../random/philox.js";
import {
  axisBounds,
  type CategoricalDistribution,
  type FloatDistribution,
  fromAxis,
  type IntDistribution,
  type Space,
} from "./distributions.js";
import { logDensity, logInterval } from "./normal.js";

/** The kernels of one parameter. */
interface Kernels {
  /** A value from kernel number `k`. */
  sample(k: number, random: RandomStream): number;
  /** log of the density, or the probability of a discrete value, by kernel number `k`. */
  logDensity(k: number, internal: number): number;
}

/** A mixture of products: kernel k of every parameter belongs to observation k; the last is the prior. */
export class ParzenEstimator {
  readonly #kernels: readonly (readonly [string, Kernels])[];
  readonly #weights: readonly number[];

  /** `observations` by parameter, all of the same length, the oldest first. */
  constructor(space: Space, observations: ReadonlyMap<string, readonly number[]>, priorWeight: number) {
    this.#kernels = [...space].map(([name, distribution]) => {
      const values = observations.get(name) ?? [];
      const kernels =
        distribution.kind === "categorical"
          ? categoricalKernels(distribution, values, priorWeight)
          : numericKernels(distribution, values);
      return [name, kernels] as const;
    });
    const count = observations.values().next().value?.length ?? 0;
    const weights = [...ageWeights(count), count === 0 ? 1 : priorWeight];
    const sum = weights.reduce((a, b) => a + b, 0);
    this.#weights = weights.map((weight) => weight / sum);
  }

  sample(random: RandomStream): Map<string, number> {
    let [k, left] = [0, random.uniform()];
    while (k < this.#weights.length - 1 && left >= (this.#weights[k] as number)) left -= this.#weights[k++] as number;
    return new Map(this.#kernels.map(([name, kernels]): [string, number] => [name, kernels.sample(k, random)]));
  }

  logDensity(point: ReadonlyMap<string, number>): number {
    const parts = this.#weights.map((weight, k) => {
      let sum = Math.log(weight);
      for (const [name, kernels] of this.#kernels) sum += kernels.logDensity(k, point.get(name) as number);
      return sum;
    });
    const largest = Math.max(...parts);
    if (largest === Number.NEGATIVE_INFINITY) return largest;
    return largest + Math.log(parts.reduce((sum, part) => sum + Math.exp(part - largest), 0));
  }
}

/** The newest 25 count fully; older ones less and less. */
function ageWeights(count: number): number[] {
  const old = Math.max(0, count - 25);
  const first = 1 / count;
  const ramp = Array.from({ length: old }, (_, i) => (old === 1 ? first : first + (i / (old - 1)) * (1 - first)));
  return [...ramp, ...Array.from({ length: count - old }, () => 1)];
}

/** Each observed choice is likelier in its kernel; all have a part of the prior. */
function categoricalKernels(
  { choices }: CategoricalDistribution,
  values: readonly number[],
  priorWeight: number,
): Kernels {
  const { length } = choices;
  const share = priorWeight / (values.length + 1);
  const probability = (k: number, choice: number) =>
    k === values.length ? 1 / length : (share + (values[k] === choice ? 1 : 0)) / (share * length + 1);
  return {
    sample(k, random) {
      let [choice, left] = [0, random.uniform()];
      while (choice < length - 1 && left >= probability(k, choice)) left -= probability(k, choice++);
      return choice;
    },
    logDensity: (k, choice) => Math.log(probability(k, choice)),
  };
}

/** Normal distributions cut off at the ends of the axis; a step's probability is that of its interval. */
function numericKernels(distribution: FloatDistribution | IntDistribution, values: readonly number[]): Kernels {
  const [low, high] = axisBounds(distribution);
  const { log, step } = distribution;
  const observed = values.map((value) => (log ? Math.log(value) : value));
  const means = [...observed, (low + high) / 2];
  const widths = [...kernelWidths(observed, low, high), high - low];
  const inside = means.map((mean, k) =>
    logInterval((low - mean) / (widths[k] as number), (high - mean) / (widths[k] as number)),
  );
  return {
    sample(k, random) {
      const [mean, width] = [means[k] as number, widths[k] as number];
      // At least a third of the draws lies inside, because the mean does and no kernel is wider than the axis.
      for (;;) {
        const place = random.normal(mean, width);
        if (place >= low && place <= high) return fromAxis(distribution, place);
      }
    },
    logDensity(k, value) {
      const [mean, width] = [means[k] as number, widths[k] as number];
      if (step === null) {
        return logDensity(((log ? Math.log(value) : value) - mean) / width) - Math.log(width) - (inside[k] as number);
      }
      const edges = [value - step / 2, value + step / 2].map((edge) => (log ? Math.log(edge) : edge));
      const [from, to] = edges.map((edge) => (edge - mean) / width) as [number, number];
      return logInterval(from, to) - (inside[k] as number);
    },
  };
}

/** The larger distance to a neighbour, within limits: "magic clip" keeps a kernel from becoming a needle. */
function kernelWidths(observed: readonly number[], low: number, high: number): number[] {
  const order = observed.map((_, i) => i).sort((a, b) => (observed[a] as number) - (observed[b] as number));
  const sorted = order.map((i) => observed[i] as number);
  const smallest = (high - low) / Math.min(100, 2 + observed.length);
  const widths = new Array<number>(observed.length);
  for (const [rank, i] of order.entries()) {
    const [here, before, after] = [sorted[rank] as number, sorted[rank - 1], sorted[rank + 1]];
    // The ends of the axis count as neighbours only of a single observation.
    const alone = observed.length === 1;
    const left = before === undefined ? (alone ? here - low : 0) : here - before;
    const right = after === undefined ? (alone ? high - here : 0) : after - here;
    widths[i] = Math.min(high - low, Math.max(smallest, left, right));
  }
  return widths;
}
