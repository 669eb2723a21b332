// The losses as formulas over ops. Programs run them as one instruction each (`loss`, `lossGrad`); the formulas serve where
// those have no instruction: gradients with respect to targets, and gradients of gradients.

import type { LossName } from "../program/ops.gen.js";
import { add, binary, divide, multiply, negative, reduce, reshape, scalar, select, subtract, unary } from "./build.js";
import { constantNode, type SymbolicTensor } from "./node.js";
import { toMatrix } from "./shapes.js";

/** The loss of each row, (rows, 1), from matrices of predictions and targets. */
type LossFormula = (prediction: SymbolicTensor, target: SymbolicTensor, p0: number) => SymbolicTensor;

// Bounds of probabilities as a float32 holds them.
const lowest = Math.fround(1e-7);
const highest = Math.fround(1 - 1e-7);

const columnsOf = (x: SymbolicTensor): number => toMatrix(x.shape).columns;
const rowMean = (x: SymbolicTensor): SymbolicTensor => reduce("mean", x, 1);
const rowSum = (x: SymbolicTensor): SymbolicTensor => reduce("sum", x, 1);
const times = (x: SymbolicTensor, factor: number): SymbolicTensor => multiply(x, scalar(factor));
const log = (x: SymbolicTensor): SymbolicTensor => unary("log", x);
const oneMinus = (x: SymbolicTensor): SymbolicTensor => subtract(scalar(1), x);

/** Probabilities within [1e-7, 1 - 1e-7]. */
export const clip = (p: SymbolicTensor): SymbolicTensor =>
  binary("minimum", binary("maximum", p, scalar(lowest)), scalar(highest));

/** t (1 - smoothing) + smoothing / classes */
export const smooth = (t: SymbolicTensor, smoothing: number, classes: number): SymbolicTensor =>
  smoothing === 0 ? t : add(times(t, 1 - smoothing), scalar(smoothing / classes));

/** Rows of zeros with a one at the class's place. */
export function oneHot(t: SymbolicTensor, classes: number): SymbolicTensor {
  const numbers = constantNode(
    Array.from({ length: classes }, (_, j) => j),
    [1, classes],
  );
  return binary("equal", t, numbers);
}

const probabilities = (p: SymbolicTensor, t: SymbolicTensor): SymbolicTensor =>
  negative(rowSum(multiply(t, log(clip(divide(p, rowSum(p)))))));

/** logSoftmax over ops that can be differentiated again. */
function logits(z: SymbolicTensor, t: SymbolicTensor): SymbolicTensor {
  const shifted = subtract(z, reduce("maximum", z, 1));
  const logSoftmax = subtract(shifted, log(rowSum(unary("exp", shifted))));
  return negative(rowSum(multiply(t, logSoftmax)));
}

const formulas: Readonly<Record<LossName, LossFormula>> = {
  meanSquaredError: (p, t) => rowMean(unary("square", subtract(p, t))),
  meanAbsoluteError: (p, t) => rowMean(unary("abs", subtract(p, t))),
  huber: (p, t, delta) => {
    const error = unary("abs", subtract(p, t));
    const linear = subtract(times(error, delta), scalar(0.5 * delta * delta));
    return rowMean(select(binary("lessEqual", error, scalar(delta)), times(unary("square", error), 0.5), linear));
  },
  binaryCrossentropy: (p, t, smoothing) => {
    const truth = smooth(t, smoothing, 2);
    const c = clip(p);
    return negative(rowMean(add(multiply(truth, log(c)), multiply(oneMinus(truth), log(oneMinus(c))))));
  },
  binaryCrossentropyLogits: (z, t, smoothing) =>
    rowMean(subtract(unary("softplus", z), multiply(z, smooth(t, smoothing, 2)))),
  categoricalCrossentropy: (p, t, smoothing) => probabilities(p, smooth(t, smoothing, columnsOf(p))),
  categoricalCrossentropyLogits: (z, t, smoothing) => logits(z, smooth(t, smoothing, columnsOf(z))),
  sparseCategoricalCrossentropy: (p, t) => probabilities(p, oneHot(t, columnsOf(p))),
  sparseCategoricalCrossentropyLogits: (z, t) => logits(z, oneHot(t, columnsOf(z))),
};

/** The formula of a loss, for operands of any rank. */
export function lossFormula(
  name: LossName,
  prediction: SymbolicTensor,
  target: SymbolicTensor,
  p0: number,
): SymbolicTensor {
  const matrix = (x: SymbolicTensor): SymbolicTensor => {
    const { rows, columns } = toMatrix(x.shape);
    return reshape(x, [rows, columns]);
  };
  return formulas[name](matrix(prediction), matrix(target), p0);
}
