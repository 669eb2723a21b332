// Blocks of columns: a part of a matrix, a matrix among zeros, two matrices side by side; and rows of a table by number.

import { at, elementCount, type Matrix } from "./matrix.js";

/** The columns that the narrower of both has, for all rows. */
function copyColumns(y: Matrix, toColumn: number, x: Matrix, fromColumn: number): void {
  const width = Math.min(x.columns, y.columns);
  for (let row = 0; row < y.rows; row++) {
    const from = row * x.columns + fromColumn;
    y.data.set(x.data.subarray(from, from + width), row * y.columns + toColumn);
  }
}

/** y = the columns of x from `start` on */
export function slice(y: Matrix, x: Matrix, start: number): void {
  copyColumns(y, 0, x, start);
}

/** y = 0, but x from column `start` on */
export function pad(y: Matrix, x: Matrix, start: number): void {
  y.data.fill(0, 0, elementCount(y));
  copyColumns(y, start, x, 0);
}

/** z = x and y side by side */
export function concatenate(z: Matrix, x: Matrix, y: Matrix): void {
  copyColumns(z, 0, x, 0);
  copyColumns(z, x.columns, y, 0);
}

/** y = the rows of the table that `index` names; NaN where there is no such row. */
export function gather(y: Matrix, table: Matrix, index: Matrix): void {
  const { columns } = table;
  for (let i = 0; i < elementCount(index); i++) {
    const row = at(index, i);
    if (isRow(row, table)) y.data.set(table.data.subarray(row * columns, (row + 1) * columns), i * columns);
    else y.data.fill(Number.NaN, i * columns, (i + 1) * columns);
  }
}

/** dtable = the rows of dy, added up by `index`; those without a row are left out. */
export function gatherGrad(dtable: Matrix, index: Matrix, dy: Matrix): void {
  const { columns, data } = dtable;
  data.fill(0);
  for (let i = 0; i < elementCount(index); i++) {
    const row = at(index, i);
    if (!isRow(row, dtable)) continue;
    for (let j = 0; j < columns; j++) data[row * columns + j] = at(dtable, row * columns + j) + at(dy, i * columns + j);
  }
}

function isRow(number: number, { rows }: Matrix): boolean {
  return Number.isInteger(number) && number >= 0 && number < rows;
}
