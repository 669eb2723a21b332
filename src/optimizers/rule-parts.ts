// What update rules over the graph share: decoupled weight decay and the corrections of Adam.

import type { RuleInput } from "../graph/compiled.js";
import type { SymbolicTensor, Variable } from "../graph/node.js";
import * as ops from "../ops/index.js";

/** `p - learningRate * weightDecay * p`, what a rule begins with unless it says otherwise. */
export function decayedParameter({ parameter, learningRate }: RuleInput, weightDecay: number): SymbolicTensor {
  return weightDecay === 0 ? parameter : ops.sub(parameter, ops.mul(parameter, ops.mul(learningRate, weightDecay)));
}

/** The weight decay of each variable. */
export function decayOf(weightDecay: number, decays: ((variable: Variable) => boolean) | undefined) {
  return (variable: Variable): number => (decays === undefined || decays(variable) ? weightDecay : 0);
}

/** `1 - beta^step`; written such that nothing is lost for beta near 1. */
export function correction(beta: number, step: SymbolicTensor): SymbolicTensor {
  return beta === 0 ? ops.add(ops.mul(step, 0), 1) : ops.neg(ops.expm1(ops.mul(step, Math.log(beta))));
}

/** `mean + (value - mean)(1 - beta)` */
export function movedMean(mean: SymbolicTensor, value: SymbolicTensor, beta: number): SymbolicTensor {
  return ops.add(mean, ops.mul(ops.sub(value, mean), 1 - beta));
}
