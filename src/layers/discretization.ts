// Numbers as the number of the interval that they lie in.

import { checkInteger, checkNumber, describeValue, explain } from "../errors.js";
import { constantNode, type SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { type AdaptableLayer, createAdaptable } from "./adapt.js";
import { checkMode, columnsOf, type EncodingMode, encode, encodingModes } from "./encoding.js";
import { checkLayerOptions, type LayerOptions } from "./layer.js";

export interface DiscretizationOptions extends LayerOptions {
  /** The boundaries between the intervals, rising. Either these or `numBins`. */
  binBoundaries?: readonly number[];
  /** The number of intervals, whose boundaries `adapt` finds; at least 2. */
  numBins?: number;
  /** "int" for the number of the interval, or as in `layers.categoryEncoding`. Default "int". */
  outputMode?: "int" | EncodingMode;
}

/**
 * Turns numbers into intervals: `y` is the number of boundaries that are at most `x`, so that interval i is
 * `[boundary i - 1, boundary i)`.
 *
 * Input `[batch, n]`; the shape stays for "int", other modes are those of `layers.categoryEncoding`. With `numBins` the
 * boundaries are the quantiles of the data given to `adapt`, all of its numbers taken together; they are the weight
 * `binBoundaries [numBins - 1]`, not trainable and 0 before. No gradient. Follows keras.layers.Discretization, whose `adapt`
 * approximates the quantiles (`epsilon`), while these are exact.
 *
 * @throws TypeError for both or none of binBoundaries and numBins; RangeError for boundaries that do not rise.
 * @example
 * const bins = layers.discretization({ numBins: 4, outputMode: "oneHot", inputShape: [1] });
 * await bins.adapt(x);
 */
export function discretization(options: DiscretizationOptions): AdaptableLayer {
  const where = checkLayerOptions("discretization", options, ["binBoundaries", "numBins", "outputMode"]);
  const { binBoundaries: given, numBins } = options;
  if ((given === undefined) === (numBins === undefined)) {
    const received = given === undefined ? "none" : "both";
    throw new TypeError(explain(where, "expected one of binBoundaries and numBins", received));
  }
  if (given !== undefined) checkBoundaries(where, given);
  else checkInteger(where, "numBins", numBins, 2);
  const outputMode = checkMode(where, options.outputMode ?? "int", ["int", ...encodingModes]);
  const count = given?.length ?? (numBins as number) - 1;
  return createAdaptable(
    {
      type: "discretization",
      options,
      config: { binBoundaries: given ?? null, numBins: numBins ?? null, outputMode },
      build(_shape, context) {
        if (given === undefined) {
          context.variable("binBoundaries", [count], { initializer: "zeros", trainable: false });
        }
      },
      call(x, { variables }) {
        const boundaries =
          given === undefined ? (variables.binBoundaries as SymbolicTensor) : constantNode(given, [count]);
        const bins = columnsOf(x).map((column) => ops.sum(ops.greaterEqual(column, boundaries), 1, { keepDims: true }));
        if (outputMode === "int") return ops.reshape(ops.concatenate(bins), x.shape);
        return encode(bins, count + 1, outputMode);
      },
    },
    async (blocks, place) => {
      if (given !== undefined) {
        throw new TypeError(explain(place, "expected a layer with numBins", "one with binBoundaries"));
      }
      const parts: Float64Array[] = [];
      for await (const { data } of blocks) parts.push(Float64Array.from(data));
      return parts.length === 0 ? {} : { binBoundaries: quantiles(joined(parts).sort(), count) };
    },
  );
}

function checkBoundaries(where: string, boundaries: readonly number[]): void {
  if (!Array.isArray(boundaries) || boundaries.length === 0) {
    const expectation = "binBoundaries must be an array of one or more numbers";
    throw new TypeError(explain(where, expectation, describeValue(boundaries)));
  }
  for (const [i, value] of boundaries.entries()) {
    checkNumber(where, `binBoundaries[${i}]`, value);
    if (i === 0 || value > boundaries[i - 1]) continue;
    throw new RangeError(explain(where, "binBoundaries must rise", `${boundaries[i - 1]}, ${value}`));
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Boundaries that cut sorted values into parts of equal size: value i of n is the quantile (i + 1) / n, with lines between. */
function quantiles(sorted: Float64Array, count: number): number[] {
  const n = sorted.length;
  return Array.from({ length: count }, (_, k) => {
    const place = Math.min(Math.max(((k + 1) / (count + 1)) * n - 1, 0), n - 1);
    const below = sorted[Math.floor(place)] as number;
    const above = sorted[Math.ceil(place)] as number;
    return below + (above - below) * (place - Math.floor(place));
  });
}
