// What a loss is: a function over `ops.*` of targets and predictions that gives one value a row, or one for the batch.

import { checkOptions, describeValue, explain, formatShape, ShapeError } from "../errors.js";
import { dependsOnAny } from "../graph/dependence.js";
import type { SymbolicTensor } from "../graph/node.js";
import { toMatrix } from "../graph/shapes.js";
import { named, ofUser } from "../naming.js";
import * as ops from "../ops/index.js";
import { isSymbolic } from "../ops/operand.js";
import type { LossName } from "../program/ops.gen.js";
import { checkReduction, type Reduction } from "./reduction.js";

/** A loss of users: `(yTrue, yPred)` as in Keras; the result has one value a row (shape [batch, 1]) or is a scalar. */
export type LossFunction = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => SymbolicTensor;

/** How targets are written, which also tells what "accuracy" means. */
export type TargetKind = "values" | "binary" | "categorical" | "sparse" | "custom";

/** The option that all losses have. */
export interface LossOptions {
  /** How the values of the rows become one number; default "sumOverBatchSize", their mean. */
  reduction?: Reduction;
}

/** A loss with its options. May be called inside a loss of users: `losses.huber()(yTrue, yPred)` has one value a row. */
export interface Loss {
  (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly targets: TargetKind;
  readonly fromLogits: boolean;
  readonly reduction: Reduction;
  /** The class number whose rows do not count; null when all rows do. */
  readonly ignoreClass: number | null;
  /** Columns of the targets for so many columns of predictions; null when any number will do. */
  targetWidth(outputWidth: number): number | null;
}

/** Makes a loss. */
export interface LossDefinition {
  readonly name: string;
  readonly targets: TargetKind;
  readonly config?: Readonly<Record<string, unknown>>;
  /** From matrices of targets and predictions to one value a row, shape [rows, 1], or to one number. */
  readonly rows: (yTrue: SymbolicTensor, yPred: SymbolicTensor) => SymbolicTensor;
  /** Columns of the targets, where the kind of targets does not tell; throws for a number of outputs that is impossible. */
  readonly targetWidth?: (outputWidth: number) => number;
}

/** A built-in loss: checks the options that all have, and the shapes at each use. */
export function createLoss(definition: LossDefinition, options: LossOptions): Loss {
  const { name, targets, rows, config = {} } = definition;
  const where = `losses.${name}`;
  const reduction = checkReduction(where, options.reduction);
  const targetWidth = definition.targetWidth ?? ((outputWidth: number) => (targets === "sparse" ? 1 : outputWidth));
  const apply = (yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor => {
    checkShapes(where, targets, yTrue, yPred, targetWidth);
    return rows(ops.flatten(yTrue), ops.flatten(yPred));
  };
  const { fromLogits = false, ignoreClass = null } = config;
  const properties = { config: { ...config, reduction }, targets, fromLogits, reduction, ignoreClass, targetWidth };
  return named(apply, name, properties) as Loss;
}

/** The rows of a loss that is one op of the core. */
export function fromOp(op: LossName, parameter = 0): LossDefinition["rows"] {
  return (yTrue, yPred) => ops.loss(op, yPred, yTrue, parameter);
}

/** Refuses misspelt options; all losses have `reduction`. */
export function checkLossOptions(name: string, options: LossOptions, known: readonly string[] = []): void {
  checkOptions(`losses.${name}`, options, [...known, "reduction"]);
}

function widthOf(targets: TargetKind, outputWidth: number): number {
  return targets === "sparse" ? 1 : outputWidth;
}

/** Without it, a column of targets would be repeated for all outputs without a word. */
export function checkShapes(
  where: string,
  targets: TargetKind,
  yTrue: SymbolicTensor,
  yPred: SymbolicTensor,
  targetWidth: (outputWidth: number) => number = (outputWidth) => widthOf(targets, outputWidth),
): void {
  const wrong = [yTrue, yPred].find((y) => !isSymbolic(y));
  if (wrong !== undefined) {
    const remedy = "For numbers, use compileFunction or model.evaluate.";
    throw new TypeError(explain(where, "expected symbolic tensors", describeValue(wrong), remedy));
  }
  if ((targets === "categorical" || targets === "sparse") && yPred.shape.length > 2) {
    const remedy = "Flatten the output, or give each group of classes an output of its own.";
    const expectation = "expected predictions of shape [batch, classes]";
    throw new ShapeError(explain(where, expectation, formatShape(yPred.shape), remedy));
  }
  const { rows, columns } = toMatrix(yPred.shape);
  const wanted = [rows, targetWidth(columns)];
  const found = toMatrix(yTrue.shape);
  if (found.rows === wanted[0] && found.columns === wanted[1]) return;
  const remedy = `The predictions have shape ${formatShape(yPred.shape)}.`;
  const expectation = `expected targets of shape ${formatShape(wanted)}`;
  throw new ShapeError(explain(where, expectation, formatShape(yTrue.shape), remedy));
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
    if (!dependsOnAny(result, [yPred])) {
      const remedy = "Compute it from yPred, or there is nothing to learn.";
      throw new TypeError(explain(where, "the result must depend on the predictions", "one that does not", remedy));
    }
    return result;
  };
  const loss = named(checked, name, {
    config: {},
    targets: "custom",
    fromLogits: false,
    reduction: "sumOverBatchSize",
    ignoreClass: null,
    targetWidth: () => null,
  }) as Loss;
  return ofUser(loss);
}
