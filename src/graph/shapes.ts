// Shapes of symbolic tensors: how they lie in the rows and columns of a program, and the shape of every op's result.

import { explain, formatShape, internalError, ShapeError } from "../errors.js";
import { type LossName, losses, type OpName, type UnaryName, unary } from "../program/ops.gen.js";
import { sameSize } from "../program/steps.js";
import type { Shape, SymbolicTensor } from "./node.js";

/** Rows and columns in a program; `null` rows are those of the batch. */
export interface MatrixSize {
  readonly rows: number | null;
  readonly columns: number;
}

type Attributes = Readonly<Record<string, number | string>>;
type ShapeRule = (inputs: readonly Shape[], attributes: Attributes, where: string) => Shape;

/** `[]` is (1, 1), `[n]` is (1, n), `[m, ...rest]` is (m, product of the rest), `[batch]` is (batch, 1). */
export function toMatrix(shape: Shape): MatrixSize {
  const [first] = shape;
  if (first === undefined) return { rows: 1, columns: 1 };
  if (shape.length === 1 && first !== null) return { rows: 1, columns: first };
  return { rows: first, columns: countElements(shape.slice(1)) };
}

/** The number of elements; those of one row for a batch. */
export function countElements(shape: Shape): number {
  return shape.reduce<number>((product, size) => product * (size ?? 1), 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Attributes hold numbers and texts alone, so that a node can be built again from its op, inputs and attributes. */
export function encodeShape(shape: Shape): string {
  return JSON.stringify(shape);
}

export function decodeShape(text: number | string | undefined): Shape {
  return JSON.parse(String(text)) as Shape;
}

/**
 * The shape of an elementwise result, as NumPy broadcasts: shapes are aligned at their ends, and each size is equal or 1.
 * A batch is aligned with a batch, since it always is the first axis: [batch] and [batch, 5] give [batch, 5].
 */
export function broadcastShapes(where: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const batch = shapes.some((shape) => shape[0] === null);
  const result: (number | null)[] = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const aligned = alignShape(shape, rank);
    if (aligned === null) throw notBroadcastable(where, shapes);
    aligned.forEach((size, axis) => {
      const other = result[axis] as number | null;
      if (size === other || size === 1) return;
      if (other !== 1) throw notBroadcastable(where, shapes);
      result[axis] = size;
    });
  }
  if (batch && result[0] !== null) throw notBroadcastable(where, shapes);
  return result;
}

/** The shape with as many axes as `rank`: ones in front, or behind the batch. Null when that is impossible. */
export function alignShape(shape: Shape, rank: number): Shape | null {
  if (shape.length > rank) return null;
  const ones = new Array<number>(rank - shape.length).fill(1);
  return shape[0] === null ? [null, ...ones, ...shape.slice(1)] : [...ones, ...shape];
}

/** True when the tensor lies in the same rows and columns with as many axes as `rank`. */
export function liesAligned(shape: Shape, rank: number): boolean {
  const aligned = alignShape(shape, rank);
  return aligned !== null && sameSize(toMatrix(shape), toMatrix(aligned));
}

/** True when a program can read a matrix of this size as one of the size of `target`: single rows and columns are repeated. */
export function repeatsTo({ rows, columns }: MatrixSize, target: MatrixSize): boolean {
  return (rows === target.rows || rows === 1) && (columns === target.columns || columns === 1);
}

function notBroadcastable(where: string, shapes: readonly Shape[]): ShapeError {
  const remedy = "Each size, counted from the end, must be equal or 1; a batch goes with a batch.";
  return new ShapeError(
    explain(where, "expected shapes that broadcast", shapes.map(formatShape).join(" and "), remedy),
  );
}

/** The shape of an op's result; throws a ShapeError that begins with `where`. */
export function inferShape(
  op: OpName,
  inputs: readonly SymbolicTensor[],
  attributes: Attributes,
  where: string,
): Shape {
  const shapes = inputs.map((input) => input.shape);
  return rules[op](shapes, attributes, where);
}

const like: ShapeRule = ([x]) => x as Shape;

/** All operands have one size. */
const allLike: ShapeRule = (shapes, _, where) => {
  const [first] = shapes as [Shape];
  for (const other of shapes) expectSize(where, other, toMatrix(first));
  return first;
};

const elementwise: ShapeRule = (shapes, _, where) => {
  const result = broadcastShapes(where, shapes);
  for (const shape of shapes) {
    const fits = liesAligned(shape, result.length) && repeatsTo(toMatrix(shape), toMatrix(result));
    // `binary` and `select` of build.ts reshape such operands first.
    if (!fits) throw notBroadcastable(where, shapes);
  }
  return result;
};

const rules: Readonly<Record<OpName, ShapeRule>> = {
  fill: (_, { shape }) => decodeShape(shape),
  copy: ([x], { shape }, where) => {
    const target = decodeShape(shape);
    const from = x as Shape;
    const batches = (from[0] === null) === (target[0] === null);
    if (batches && countElements(from) === countElements(target)) return target;
    const expectation = `a shape with the elements of ${formatShape(from)}`;
    throw new ShapeError(
      explain(where, `expected ${expectation}`, formatShape(target), "The batch stays in the first place."),
    );
  },
  transpose: ([x], _, where) => {
    const [rows, columns] = x as Shape;
    if (x?.length === 2 && rows !== null && rows !== undefined && columns !== undefined) return [columns, rows];
    const remedy = "In a product, use ops.matmul with transposeA or transposeB.";
    throw new ShapeError(explain(where, "expected a matrix without a batch", formatShape(x as Shape), remedy));
  },
  slice: ([x], attributes, where) => columnsOf(x as Shape, decodeShape(attributes.shape), attributes, where, false),
  pad: ([x], attributes, where) => columnsOf(x as Shape, decodeShape(attributes.shape), attributes, where, true),
  concatenate: (shapes, _, where) => {
    const [x, y] = shapes.map(toMatrix) as [MatrixSize, MatrixSize];
    if (x.rows === y.rows) return [x.rows, x.columns + y.columns];
    throw new ShapeError(explain(where, "expected as many rows", shapes.map(formatShape).join(" and ")));
  },
  gather: ([table, index], _, where) => {
    const { rows, columns } = toMatrix(index as Shape);
    return [rows, columns * fixedTable(where, table as Shape).columns];
  },
  gatherGrad: ([index, dy], { shape }, where) => {
    const table = decodeShape(shape);
    const { rows, columns } = toMatrix(index as Shape);
    expectSize(where, dy as Shape, { rows, columns: columns * fixedTable(where, table).columns });
    return table;
  },
  unary: like,
  unaryGrad: allLike,
  binary: elementwise,
  select: elementwise,
  reduce: ([x], { axis, groups = 1 }, where) => {
    const { rows, columns } = toMatrix(x as Shape);
    if (columns % (groups as number) !== 0) {
      throw new ShapeError(explain(where, `expected columns for ${groups} groups of one size`, columns));
    }
    return axis === 0 ? [1, columns] : axis === 1 ? [rows, groups as number] : [];
  },
  expand: ([x], { axis, shape }, where) => {
    const target = decodeShape(shape);
    const { rows, columns } = toMatrix(target);
    const groups = toMatrix(x as Shape).columns;
    const width = axis === 0 ? columns : axis === 1 && columns % groups === 0 ? groups : 1;
    expectSize(where, x as Shape, { rows: axis === 1 ? rows : 1, columns: width });
    return target;
  },
  matmul: (shapes, { transposeA, transposeB }, where) => {
    const [a, b] = shapes.map(toMatrix) as [MatrixSize, MatrixSize];
    const [m, inner] = transposeA === 1 ? [a.columns, a.rows] : [a.rows, a.columns];
    const [k, n] = transposeB === 1 ? [b.columns, b.rows] : [b.rows, b.columns];
    if (inner === k && n !== null) return [m, n];
    if (n === null) {
      const remedy = "A batch of columns is not supported: swap the operands.";
      throw new ShapeError(
        explain(where, "expected a right operand with a fixed number of columns", "a batch", remedy),
      );
    }
    const remedy = "The columns of the left operand must be as many as the rows of the right one.";
    throw new ShapeError(
      explain(where, "expected matching inner sizes", shapes.map(formatShape).join(" and "), remedy),
    );
  },
  dense: ([x, w, b], _, where) => {
    const [inputs, outputs] = w as readonly number[];
    if (toMatrix(x as Shape).columns !== inputs || w?.length !== 2 || outputs === undefined) {
      throw new ShapeError(explain(where, `expected [batch, ${inputs}]`, formatShape(x as Shape)));
    }
    if (b !== undefined) expectSize(where, b, { rows: 1, columns: outputs });
    return [toMatrix(x as Shape).rows, outputs];
  },
  denseInputGrad: ([dy, w]) => [toMatrix(dy as Shape).rows, toMatrix(w as Shape).rows],
  denseWeightGrad: ([x, dy], _, where) => {
    expectSize(where, dy as Shape, { rows: toMatrix(x as Shape).rows, columns: toMatrix(dy as Shape).columns });
    return [toMatrix(x as Shape).columns, toMatrix(dy as Shape).columns];
  },
  softmax: like,
  softmaxGrad: allLike,
  logSoftmax: like,
  logSoftmaxGrad: allLike,
  loss: ([prediction, target], attributes, where) => {
    expectTarget(where, prediction as Shape, target as Shape, attributes);
    return [toMatrix(prediction as Shape).rows, 1];
  },
  lossGrad: ([prediction, target, dl], attributes, where) => {
    expectTarget(where, prediction as Shape, target as Shape, attributes);
    expectSize(where, dl as Shape, { rows: toMatrix(prediction as Shape).rows, columns: 1 });
    return prediction as Shape;
  },
  dropout: like,
  random: (_, { shape }) => decodeShape(shape),
  stepValue: () => [],
  update: () => {
    throw internalError("update has no result; compileGraph appends it");
  },
};

/** The shape of a slice of x, or of x among zeros. */
function columnsOf(x: Shape, shape: Shape, { start }: Attributes, where: string, padded: boolean): Shape {
  const [from, to] = [toMatrix(x), toMatrix(shape)];
  const [whole, part] = padded ? [to.columns, from.columns] : [from.columns, to.columns];
  const fits = from.rows === to.rows && (start as number) >= 0 && (start as number) + part <= whole;
  if (fits) return shape;
  const expectation = `expected ${part} of ${whole} columns of the same rows from column ${start} on`;
  throw new ShapeError(explain(where, expectation, `${formatShape(x)} and ${formatShape(shape)}`));
}

function fixedTable(where: string, table: Shape): MatrixSize {
  if (table.length === 2 && table[0] !== null) return toMatrix(table);
  throw new ShapeError(explain(where, "expected a table [rows, columns] without a batch", formatShape(table)));
}

function expectSize(where: string, shape: Shape, { rows, columns }: MatrixSize): void {
  const size = toMatrix(shape);
  if (size.rows === rows && size.columns === columns) return;
  throw new ShapeError(explain(where, `expected shape ${formatShape([rows, columns])}`, formatShape(shape)));
}

function expectTarget(where: string, prediction: Shape, target: Shape, attributes: Attributes): void {
  const { rows, columns } = toMatrix(prediction);
  const { sparse } = losses[attributes.function as LossName];
  const size = toMatrix(target);
  if (size.rows === rows && size.columns === (sparse ? 1 : columns)) return;
  const expectation = `expected targets of shape ${formatShape(sparse ? [rows, 1] : prediction)}`;
  const remedy = sparse
    ? "Sparse targets are class numbers, one a row."
    : `The predictions have shape ${formatShape(prediction)}.`;
  throw new ShapeError(explain(where, expectation, formatShape(target), remedy));
}

/** Which operands of a function's derivative are present, in order: its input x, its output y. */
export function readsOf(name: number | string | undefined): { x: boolean; y: boolean } {
  const { reads } = unary[name as UnaryName];
  return { x: reads.includes("x"), y: reads.includes("y") };
}
