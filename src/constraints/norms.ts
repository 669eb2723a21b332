// Constraints on signs and on lengths. A dense layer's kernel is [inputs, units]: along axis 0 lie the weights of one unit.

import { checkInteger, checkNumber, checkOptions, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import * as ops from "../ops/index.js";
import { type Constraint, createConstraint } from "./constraint.js";

// Added to lengths before division, as Keras does.
const epsilon = 1e-7;

function lengths(w: SymbolicTensor, axis: number): SymbolicTensor {
  return ops.sqrt(ops.sum(ops.square(w), axis, { keepDims: true }));
}

function clip(x: SymbolicTensor, minimum: number, maximum: number): SymbolicTensor {
  return ops.minimum(ops.maximum(x, minimum), maximum);
}

export interface MaxNormOptions {
  /** At least 0; default 2. */
  maxValue?: number;
  /** The axis along which lengths are taken; default 0. */
  axis?: number;
}

/**
 * Shortens vectors that are longer than `maxValue`: `w * min(length, maxValue) / (1e-7 + length)`.
 * Follows keras.constraints.MaxNorm.
 *
 * @throws RangeError for a negative `maxValue` or axis.
 * @example
 * layers.dense({ units: 8, kernelConstraint: constraints.maxNorm({ maxValue: 3 }) });
 */
export function maxNorm(options: MaxNormOptions = {}): Constraint {
  const where = "constraints.maxNorm";
  checkOptions(where, options, ["maxValue", "axis"]);
  const maxValue = checkNumber(where, "maxValue", options.maxValue ?? 2, 0);
  const axis = checkInteger(where, "axis", options.axis ?? 0, 0);
  return createConstraint("maxNorm", { maxValue, axis }, (w) => {
    const length = lengths(w, axis);
    return ops.mul(w, ops.div(clip(length, 0, maxValue), ops.add(epsilon, length)));
  });
}

/**
 * Sets negative weights to 0. Follows keras.constraints.NonNeg.
 *
 * @example
 * layers.dense({ units: 8, kernelConstraint: constraints.nonNeg() });
 */
export function nonNeg(options: Readonly<Record<string, never>> = {}): Constraint {
  checkOptions("constraints.nonNeg", options, []);
  return createConstraint("nonNeg", {}, (w) => ops.maximum(w, 0));
}

export interface UnitNormOptions {
  /** The axis along which lengths are taken; default 0. */
  axis?: number;
}

/**
 * Scales vectors to length 1: `w / (1e-7 + length)`. Follows keras.constraints.UnitNorm.
 *
 * @throws RangeError for a negative axis.
 * @example
 * layers.dense({ units: 8, kernelConstraint: "unitNorm" });
 */
export function unitNorm(options: UnitNormOptions = {}): Constraint {
  const where = "constraints.unitNorm";
  checkOptions(where, options, ["axis"]);
  const axis = checkInteger(where, "axis", options.axis ?? 0, 0);
  return createConstraint("unitNorm", { axis }, (w) => ops.div(w, ops.add(epsilon, lengths(w, axis))));
}

export interface MinMaxNormOptions {
  /** At least 0; default 0. */
  minValue?: number;
  /** At least `minValue`; default 1. */
  maxValue?: number;
  /** How much of the way to go with each step, in [0, 1]; default 1. */
  rate?: number;
  /** The axis along which lengths are taken; default 0. */
  axis?: number;
}

/**
 * Brings lengths into [minValue, maxValue]: `w * (rate * clip(length) + (1 - rate) * length) / (1e-7 + length)`.
 * Follows keras.constraints.MinMaxNorm.
 *
 * @throws RangeError for options outside their range.
 * @example
 * layers.dense({ units: 8, kernelConstraint: constraints.minMaxNorm({ minValue: 0.5, maxValue: 2 }) });
 */
export function minMaxNorm(options: MinMaxNormOptions = {}): Constraint {
  const where = "constraints.minMaxNorm";
  checkOptions(where, options, ["minValue", "maxValue", "rate", "axis"]);
  const minValue = checkNumber(where, "minValue", options.minValue ?? 0, 0);
  const maxValue = checkNumber(where, "maxValue", options.maxValue ?? 1, 0);
  if (maxValue < minValue) {
    throw new RangeError(explain(where, `maxValue must be at least minValue, ${minValue}`, maxValue));
  }
  const rate = checkNumber(where, "rate", options.rate ?? 1, 0, 1);
  const axis = checkInteger(where, "axis", options.axis ?? 0, 0);
  return createConstraint("minMaxNorm", { minValue, maxValue, rate, axis }, (w) => {
    const length = lengths(w, axis);
    const desired = ops.add(ops.mul(rate, clip(length, minValue, maxValue)), ops.mul(1 - rate, length));
    return ops.mul(w, ops.div(desired, ops.add(epsilon, length)));
  });
}
