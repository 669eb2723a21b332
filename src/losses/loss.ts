// What a loss is: a function over `ops.*` of targets and predictions that gives one value a row, or one for the batch.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { named } from "../naming.js";
import * as ops from "../ops/index.js";
import { isSymbolic } from "../ops/operand.js";
import type { LossName } from "../program/ops.gen.js";

/** A loss of users: `(yTrue, yPred)` as in Keras; the result has one value a row (shape [batch, 1]) or is a scalar. */
export type LossFunction = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => SymbolicTensor;

/** How targets are written, which also tells what "accuracy" means. */
export type TargetKind = "values" | "binary" | "categorical" | "sparse" | "custom";

/** A loss with its options. May be called inside a loss of users: `losses.huber()(yTrue, yPred)`. */
export interface Loss {
  (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly targets: TargetKind;
  readonly fromLogits: boolean;
}

/** A loss that is one op of the core. */
export function createLoss(
  name: string,
  targets: TargetKind,
  config: Readonly<Record<string, unknown>>,
  op: LossName,
  parameter = 0,
): Loss {
  const apply = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => ops.loss(op, yPred, yTrue, parameter);
  return named(apply, name, { config, targets, fromLogits: config.fromLogits === true }) as Loss;
}

/** Wraps a function of users and checks what it returns. */
export function customLoss(apply: LossFunction): Loss {
  const name = apply.name === "" ? "custom" : apply.name;
  const checked = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    const result = apply(yTrue, yPred);
    const where = `loss "${name}"`;
    if (!isSymbolic(result)) {
      throw new TypeError(explain(where, "the function must return a result of ops.*", describeValue(result)));
    }
    return result;
  };
  return named(checked, name, { config: {}, targets: "custom", fromLogits: false }) as Loss;
}

/**
 * One number for a batch from what a loss or metric gave: the mean over everything that was given. Values of shape
 * [batch, n] are averaged over the columns first, as Keras does.
 */
export function batchMean(where: string, values: SymbolicTensor, weights?: SymbolicTensor): SymbolicTensor {
  if (values.shape.length === 0) {
    if (weights === undefined) return values;
    const remedy = "Return one value a row, shape [batch, 1].";
    throw new ShapeError(explain(where, "sample weights need one value a row", "a scalar", remedy));
  }
  const rows = rowValues(where, values);
  return ops.mean(weights === undefined ? rows : ops.mul(rows, weights));
}

function rowValues(where: string, values: SymbolicTensor): SymbolicTensor {
  const { shape } = values;
  if (shape[0] !== null) {
    const remedy = "Return one value a row, or reduce to a scalar with ops.mean(x).";
    throw new ShapeError(explain(where, "expected values of shape [batch, 1] or []", formatShape(shape), remedy));
  }
  const matrix = ops.flatten(values);
  return matrix.shape[1] === 1 ? matrix : ops.mean(matrix, 1, { keepDims: true });
}
