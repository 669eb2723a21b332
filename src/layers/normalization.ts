// Scaling of inputs by their mean and variance, which are found before the training or given.

import { checkBoolean, checkNumber, describeValue, explain, formatShape, ShapeError } from "../errors.js";
import { constantNode, type SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { type Tensor, type TensorInput, toTensor } from "../tensor.js";
import { type AdaptableLayer, createAdaptable } from "./adapt.js";
import { checkLastAxis, lastSize, perFeature } from "./features.js";
import { type CallContext, checkLayerOptions, type LayerOptions } from "./layer.js";
import { Moments } from "./moments.js";

export interface NormalizationOptions extends LayerOptions {
  /** -1 for a mean and a variance of each feature of the last axis; null for one of everything. Default -1. */
  axis?: number | null;
  /** A known mean: a number, or one for each feature; together with `variance`. Default: what `adapt` finds. */
  mean?: TensorInput;
  /** A known variance of the shape of `mean`, at least 0. */
  variance?: TensorInput;
  /** Undo the scaling: `y = mean + x sqrt(variance)`; default false. */
  invert?: boolean;
}

// The smallest standard deviation that is divided by, as Keras has it.
const smallest = 1e-7;

/**
 * Scales each feature to mean 0 and variance 1: `y = (x - mean) / max(sqrt(variance), 1e-7)`, with the mean and the (biased)
 * variance that `adapt(x)` finds in double precision, or with given ones. Without either `y = x`.
 *
 * Input `[batch, features]`, or more axes, of which the last one has the features; the shape stays. Weights `mean` and
 * `variance`, each `[features]` (`[]` for axis null), not trainable; none when they are given. They are saved with the model.
 * Follows keras.layers.Normalization.
 *
 * @throws TypeError for one of mean and variance without the other; ShapeError when their shapes differ or do not fit.
 * @example
 * const scale = layers.normalization({ inputShape: [4] });
 * await scale.adapt(x);
 * const net = sequential([scale, layers.dense({ units: 1 })]);
 */
export function normalization(options: NormalizationOptions = {}): AdaptableLayer {
  const where = checkLayerOptions("normalization", options, ["axis", "mean", "variance", "invert"]);
  const axis = options.axis === undefined ? -1 : options.axis;
  if (axis !== null && !Number.isInteger(axis)) {
    throw new TypeError(explain(where, "axis must be -1 or null", describeValue(axis)));
  }
  const invert = checkBoolean(where, "invert", options.invert ?? false);
  const given = givenStatistics(where, options, axis);
  const call = (x: SymbolicTensor, { variables }: CallContext) => {
    const mean = given === null ? (variables.mean as SymbolicTensor) : constantNode(given.mean.data, given.mean.shape);
    const variance =
      given === null ? (variables.variance as SymbolicTensor) : constantNode(given.variance.data, given.variance.shape);
    const deviation = perFeature(ops.maximum(ops.sqrt(variance), smallest), x);
    const center = perFeature(mean, x);
    return invert ? ops.add(center, ops.mul(x, deviation)) : ops.div(ops.sub(x, center), deviation);
  };
  return createAdaptable(
    {
      type: "normalization",
      options,
      config: { axis, invert, mean: given?.mean.toArray() ?? null, variance: given?.variance.toArray() ?? null },
      build(shape, context) {
        if (axis !== null) checkLastAxis(where, axis, shape.length);
        const features = lastSize(where, shape);
        if (given !== null) return checkSize(where, given.mean, features);
        const size = axis === null ? [] : [features];
        context.variable("mean", size, { initializer: "zeros", trainable: false });
        context.variable("variance", size, { initializer: "ones", trainable: false });
      },
      call,
    },
    async (blocks, place) => {
      if (given !== null) {
        const remedy = "Leave out mean and variance.";
        throw new TypeError(explain(place, "expected a layer without known statistics", "one with them", remedy));
      }
      let moments: Moments | null = null;
      for await (const { data, row } of blocks) {
        moments ??= new Moments(axis === null ? 1 : (row.at(-1) as number));
        moments.add(data);
      }
      return moments === null ? {} : { mean: moments.mean, variance: moments.variance };
    },
  );
}

interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Mean and variance of the options, or null when they are to be learnt. */
function givenStatistics(
  where: string,
  { mean, variance }: NormalizationOptions,
  axis: number | null,
): Statistics | null {
  if (mean === undefined && variance === undefined) return null;
  if (mean === undefined || variance === undefined) {
    const missing = mean === undefined ? "variance alone" : "mean alone";
    throw new TypeError(explain(where, "expected both of mean and variance, or none", missing));
  }
  const given = {
    mean: toTensor(mean, undefined, `${where}, mean`),
    variance: toTensor(variance, undefined, `${where}, variance`),
  };
  const shapes = [given.mean.shape, given.variance.shape].map(formatShape);
  if (shapes[0] !== shapes[1]) {
    throw new ShapeError(explain(where, "mean and variance must have the same shape", shapes.join(" and ")));
  }
  if (given.mean.shape.length > (axis === null ? 0 : 1)) {
    const kinds = axis === null ? "a number" : "a number or an array of numbers";
    throw new ShapeError(explain(where, `mean must be ${kinds}`, `shape ${shapes[0]}`));
  }
  for (const value of given.mean.data) checkNumber(where, "mean", value);
  for (const value of given.variance.data) checkNumber(where, "variance", value, 0);
  return given;
}

function checkSize(where: string, mean: Tensor, features: number): void {
  if (mean.shape.length === 0 || mean.size === features) return;
  const expectation = `expected mean and variance of shape [${features}] or []`;
  throw new ShapeError(explain(where, expectation, formatShape(mean.shape)));
}
