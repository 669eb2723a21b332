// Which operations may write their result over an operand.

import type { OpName } from "./ops.gen.js";

/** Operations that read each element, or each row, before they write it. */
export const inPlace: ReadonlySet<OpName> = new Set<OpName>([
  "copy",
  "unary",
  "unaryGrad",
  "binary",
  "select",
  "softmax",
  "softmaxGrad",
  "logSoftmax",
  "logSoftmaxGrad",
  "dropout",
]);
