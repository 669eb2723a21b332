// Element by element: arithmetic, extremes, powers and elementary functions. Operands are broadcast as NumPy does.

import { describeValue, explain } from "../errors.js";
import { binary, scalar, unary } from "../graph/build.js";
import { placeOf, type SymbolicTensor } from "../graph/node.js";
import type { BinaryName, UnaryName } from "../program/ops.gen.js";
import { lift, type Operand } from "./operand.js";

type Unary = (x: Operand) => SymbolicTensor;
type Binary = (x: Operand, y: Operand) => SymbolicTensor;

const unaryOp =
  (name: string, op: UnaryName): Unary =>
  (x) =>
    unary(op, lift(name, x));
const binaryOp =
  (name: string, op: BinaryName): Binary =>
  (x, y) =>
    binary(op, lift(name, x), lift(name, y));

/** `x + y`. Follows keras.ops.add. */
export const add: Binary = binaryOp("add", "add");
/** `x - y`. Follows keras.ops.subtract. */
export const sub: Binary = binaryOp("sub", "subtract");
/** `x y`, element by element. Follows keras.ops.multiply. */
export const mul: Binary = binaryOp("mul", "multiply");
/** `x / y`. Follows keras.ops.divide. */
export const div: Binary = binaryOp("div", "divide");
/** The larger of `x` and `y`; of equals the gradient goes to `x`. Follows keras.ops.maximum. */
export const maximum: Binary = binaryOp("maximum", "maximum");
/** The smaller of `x` and `y`; of equals the gradient goes to `x`. Follows keras.ops.minimum. */
export const minimum: Binary = binaryOp("minimum", "minimum");

/**
 * `x` within `[minimum, maximum]`; its derivative is 1 from bound to bound, and 0 beyond. Follows keras.ops.clip.
 *
 * @throws RangeError when a bound is no number, or they are the wrong way round.
 */
export function clip(x: Operand, minimum: number, maximum: number): SymbolicTensor {
  const place = placeOf("ops.clip");
  for (const [name, bound] of Object.entries({ minimum, maximum })) {
    if (typeof bound === "number" && !Number.isNaN(bound)) continue;
    throw new TypeError(explain(place, `${name} must be a number`, describeValue(bound)));
  }
  if (minimum > maximum)
    throw new RangeError(explain(place, "minimum must not exceed maximum", `${minimum} and ${maximum}`));
  return binary("minimum", binary("maximum", lift("clip", x), scalar(minimum)), scalar(maximum));
}

const simplePowers: Readonly<Record<string, UnaryName>> = {
  "1": "linear",
  "2": "square",
  "0.5": "sqrt",
  "-0.5": "rsqrt",
  "-1": "reciprocal",
};

/** `x ^ y`; NaN for negative `x` unless `y` is an integer. Follows keras.ops.power. */
export function pow(x: Operand, y: Operand): SymbolicTensor {
  const simple = typeof y === "number" && Object.hasOwn(simplePowers, String(y)) ? simplePowers[String(y)] : undefined;
  return simple === undefined ? binary("power", lift("pow", x), lift("pow", y)) : unary(simple, lift("pow", x));
}

/** `-x`. */
export const neg: Unary = unaryOp("neg", "negative");
/** `|x|`; derivative 0 at 0. */
export const abs: Unary = unaryOp("abs", "abs");
/** -1, 0 or 1; derivative 0. */
export const sign: Unary = unaryOp("sign", "sign");
/** `e^x`. */
export const exp: Unary = unaryOp("exp", "exp");
/** `e^x - 1`, exact near 0. */
export const expm1: Unary = unaryOp("expm1", "expm1");
/** The natural logarithm; NaN below 0. */
export const log: Unary = unaryOp("log", "log");
/** `log(1 + x)`, exact near 0. */
export const log1p: Unary = unaryOp("log1p", "log1p");
/** The square root; NaN below 0. */
export const sqrt: Unary = unaryOp("sqrt", "sqrt");
/** `1 / sqrt(x)`. */
export const rsqrt: Unary = unaryOp("rsqrt", "rsqrt");
/** `x^2`. */
export const square: Unary = unaryOp("square", "square");
/** `1 / x`. */
export const reciprocal: Unary = unaryOp("reciprocal", "reciprocal");
/** The sine of an angle in radians; within 2 ULP for every float32. */
export const sin: Unary = unaryOp("sin", "sin");
/** The cosine of an angle in radians; within 2 ULP for every float32. */
export const cos: Unary = unaryOp("cos", "cos");
/** The error function `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to `x`. */
export const erf: Unary = unaryOp("erf", "erf");
/** The largest integer not above `x`; derivative 0. */
export const floor: Unary = unaryOp("floor", "floor");
/** The smallest integer not below `x`; derivative 0. */
export const ceil: Unary = unaryOp("ceil", "ceil");
/** The nearest integer, of two the even one; derivative 0. */
export const round: Unary = unaryOp("round", "round");
