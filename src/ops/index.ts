// The operations on symbolic tensors, as users see them: `ops.mul(ops.add(x, y), z)`. Every function of them is
// differentiated and runs in the core.

export {
  celu,
  elu,
  geluTanh,
  gelu,
  hardSigmoid,
  hardSilu,
  hardTanh,
  leakyRelu,
  linear,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  squareplus,
  step,
  tanh,
  tanhShrink,
} from "./activations.js";
export {
  abs,
  add,
  ceil,
  clip,
  cos,
  div,
  div as divide,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  maximum,
  minimum,
  mul,
  mul as multiply,
  neg,
  neg as negative,
  pow,
  pow as power,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  sub,
  sub as subtract,
} from "./arithmetic.js";
export type { GradientFunction } from "./custom-gradient.js";
export { customGradient } from "./custom-gradient.js";
export { full, ones, onesLike, zeros, zerosLike } from "./filling.js";
export { oneHot, take } from "./indexing.js";
export { concatenate, expandDims, pad, slice, split, squeeze, stack } from "./joining.js";
export {
  equal,
  greater,
  greaterEqual,
  isFiniteNumber as isFinite,
  isInfinite,
  isNotANumber as isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  where,
} from "./logic.js";
export type { MatmulOptions } from "./matrices.js";
export { broadcastTo, dense, flatten, matmul, reshape, transpose } from "./matrices.js";
export type { Operand } from "./operand.js";
export type { RandomNormalOptions, RandomUniformOptions } from "./random.js";
export { randomNormal, randomUniform } from "./random.js";
export type { ReductionOptions } from "./reductions.js";
export { all, any, argmax, argmin, max, mean, min, sum, sumSquares } from "./reductions.js";
export type { NormOptions } from "./statistics.js";
export { logSumExp, norm, normalize, std, variance } from "./statistics.js";
export { dropout, gradients, loss, stopGradient } from "./training.js";
