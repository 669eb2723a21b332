// Random numbers as tensors: noise for layers and losses, drawn anew in every step.

import { checkInteger, checkNumber, checkOptions, describeValue, explain, largestUint32 } from "../errors.js";
import * as build from "../graph/build.js";
import { checkShape, defaultStream, placeOf, type Shape, type SymbolicTensor } from "../graph/node.js";
import { isSymbolic } from "./operand.js";

export interface RandomUniformOptions {
  /** Default 0. */
  minval?: number;
  /** Excluded; default 1. */
  maxval?: number;
  /**
   * Uses with different streams are independent of each other, those of one stream see the same numbers. Below 2^32, of which
   * layers use the upper half; default 0, in a layer a stream of its own for each use.
   */
  stream?: number;
}

export interface RandomNormalOptions {
  /** Default 0. */
  mean?: number;
  /** Standard deviation; default 1. */
  stddev?: number;
  /**
   * Uses with different streams are independent of each other, those of one stream see the same numbers. Below 2^32, of which
   * layers use the upper half; default 0, in a layer a stream of its own for each use.
   */
  stream?: number;
}

/**
 * Uniform numbers in `[minval, maxval)`, of a shape or of the shape of a tensor. They depend on the seed, the step, the stream
 * and their place, and are the same on all backends. Follows keras.random.uniform, whose seed is the stream here.
 *
 * @example
 * ops.add(x, ops.randomUniform(x, { minval: -0.1, maxval: 0.1 }));
 */
export function randomUniform(shape: SymbolicTensor | Shape, options: RandomUniformOptions = {}): SymbolicTensor {
  const where = placeOf("ops.randomUniform");
  checkOptions(where, options, ["minval", "maxval", "stream"]);
  const minval = checkNumber(where, "minval", options.minval ?? 0);
  const maxval = checkNumber(where, "maxval", options.maxval ?? 1);
  if (minval > maxval) throw new RangeError(explain(where, "minval must not exceed maxval", `${minval} and ${maxval}`));
  return scaled(draw(where, "uniform", shape, options.stream), maxval - minval, minval);
}

/**
 * Normal numbers, of a shape or of the shape of a tensor. They depend on the seed, the step, the stream and their place;
 * backends agree up to rounding. Within 5.42 standard deviations. Follows keras.random.normal, whose seed is the stream here.
 *
 * @example
 * ops.add(x, ops.randomNormal(x, { stddev: 0.1, stream: 3 }));
 */
export function randomNormal(shape: SymbolicTensor | Shape, options: RandomNormalOptions = {}): SymbolicTensor {
  const where = placeOf("ops.randomNormal");
  checkOptions(where, options, ["mean", "stddev", "stream"]);
  const mean = checkNumber(where, "mean", options.mean ?? 0);
  const stddev = checkNumber(where, "stddev", options.stddev ?? 1, 0);
  return scaled(draw(where, "normal", shape, options.stream), stddev, mean);
}

function draw(
  where: string,
  distribution: "uniform" | "normal",
  shape: SymbolicTensor | Shape,
  stream = defaultStream(),
): SymbolicTensor {
  checkInteger(where, "stream", stream, 0, largestUint32);
  const target = isSymbolic(shape) ? shape.shape : shape;
  if (!Array.isArray(target)) {
    throw new TypeError(explain(where, "expected a shape or a symbolic tensor", describeValue(shape)));
  }
  checkShape(where, target as Shape);
  return build.random(distribution, target as Shape, stream);
}

function scaled(x: SymbolicTensor, scale: number, offset: number): SymbolicTensor {
  return build.add(build.multiply(x, build.scalar(scale)), build.scalar(offset));
}
