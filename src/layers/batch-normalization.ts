// Batch normalisation: each feature gets mean 0 and variance 1 over the batch while training, and by moving statistics otherwise.

import { checkInteger, checkFloat32, checkNumber } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { type InitializerInput, resolveInitializer } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import { checkLastAxis, lastSize, perFeature } from "./features.js";
import { type CallContext, checkLayerOptions, createLayer, type Layer, type LayerOptions } from "./layer.js";
import { ScaleOffset, type ScaleOffsetOptions, scaleOffsetNames } from "./scale-offset.js";

export interface BatchNormalizationOptions extends LayerOptions, ScaleOffsetOptions {
  /** The axis of the features: the last one; default -1. */
  axis?: number;
  /** How much of the moving statistics is kept in each step, in [0, 1]; default 0.99 (PyTorch: 0.1, for the other part). */
  momentum?: number;
  /** Added to the variance, above 0; default 0.001. */
  epsilon?: number;
  /** Default "zeros". */
  movingMeanInitializer?: InitializerInput;
  /** Default "ones". */
  movingVarianceInitializer?: InitializerInput;
}

const optionNames = [
  "axis",
  "momentum",
  "epsilon",
  ...scaleOffsetNames,
  "movingMeanInitializer",
  "movingVarianceInitializer",
];

/**
 * Batch normalisation (Ioffe and Szegedy 2015): `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`.
 *
 * While training, mean and (biased) variance are those of the batch, and the moving statistics follow them:
 * `moving = momentum moving + (1 - momentum) batch`. Otherwise, and when the layer is frozen, they are the moving ones.
 *
 * Input `[batch, features]`, or more axes, of which the last one has the features; the shape stays. Weights `gamma`, `beta`,
 * and the not trainable `movingMean`, `movingVariance`, each `[features]`. Follows keras.layers.BatchNormalization, without
 * its `synchronized` and `renorm`.
 *
 * @throws RangeError for a momentum outside [0, 1], an epsilon that is not above 0, and another axis than the last one.
 * @example
 * sequential([layers.dense({ units: 8, inputShape: [4], useBias: false }), layers.batchNormalization(), layers.activation("relu")]);
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  const where = checkLayerOptions("batchNormalization", options, optionNames);
  const axis = checkInteger(where, "axis", options.axis ?? -1);
  const momentum = checkNumber(where, "momentum", options.momentum ?? 0.99, 0, 1);
  const epsilon = checkFloat32(where, "epsilon", options.epsilon ?? 1e-3, Number.MIN_VALUE);
  const initializer = (name: "movingMeanInitializer" | "movingVarianceInitializer", standard: "zeros" | "ones") =>
    resolveInitializer(`${where}, ${name}`, options[name] ?? standard);
  const movingMean = initializer("movingMeanInitializer", "zeros");
  const movingVariance = initializer("movingVarianceInitializer", "ones");
  const scaleOffset = new ScaleOffset(where, options);
  return createLayer({
    type: "batchNormalization",
    options,
    config: {
      axis,
      momentum,
      epsilon,
      ...scaleOffset.config,
      movingMeanInitializer: movingMean.name,
      movingVarianceInitializer: movingVariance.name,
    },
    build(shape, context) {
      checkLastAxis(where, axis, shape.length);
      const features = lastSize(where, shape);
      scaleOffset.build(context, features);
      context.variable("movingMean", [features], { initializer: movingMean, trainable: false });
      context.variable("movingVariance", [features], { initializer: movingVariance, trainable: false });
    },
    call(x, context) {
      const { centered, variance } = statistics(x, context, momentum);
      const scale = ops.rsqrt(ops.add(variance, epsilon));
      return scaleOffset.apply(ops.mul(centered, perFeature(scale, x)), context);
    },
  });
}

/** The input without its mean, and the variance `[features]`; in training those of the batch, which the moving ones follow. */
function statistics(x: SymbolicTensor, context: CallContext, momentum: number) {
  const movingMean = context.variables.movingMean as SymbolicTensor;
  const movingVariance = context.variables.movingVariance as SymbolicTensor;
  if (!context.training || !context.trainable) {
    return { centered: ops.sub(x, perFeature(movingMean, x)), variance: movingVariance };
  }
  const mean = featureMeans(x);
  const centered = ops.sub(x, perFeature(mean, x));
  const variance = featureMeans(ops.square(centered));
  const follow = (moving: SymbolicTensor, batch: SymbolicTensor) =>
    ops.add(ops.mul(moving, momentum), ops.mul(batch, 1 - momentum));
  context.assign("movingMean", follow(movingMean, mean));
  context.assign("movingVariance", follow(movingVariance, variance));
  return { centered, variance };
}

/** The mean of each feature over all other axes. */
function featureMeans(x: SymbolicTensor): SymbolicTensor {
  const features = x.shape.at(-1) as number;
  const overBatch = ops.mean(x, 0);
  return x.shape.length === 2 ? overBatch : ops.mean(ops.reshape(overBatch, [-1, features]), 0);
}
