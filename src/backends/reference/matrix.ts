// The reference backend's view of a tensor: a part of the arena with its rows and columns at this moment.

export type Arena = Float32Array | Float64Array;

export interface Matrix {
  readonly data: Arena;
  /** Of a batch tensor: the rows of the present batch. */
  rows: number;
  readonly columns: number;
}

/** Element (row, column), where a matrix of one row or one column stands for any number of them. */
export function broadcastAt(x: Matrix, row: number, column: number): number {
  return x.data[(x.rows === 1 ? 0 : row) * x.columns + (x.columns === 1 ? 0 : column)] as number;
}

/** Element number `index` in row-major order. */
export function at(x: Matrix, index: number): number {
  return x.data[index] as number;
}

export function elementCount(x: Matrix): number {
  return x.rows * x.columns;
}

/** Sets each element of `y` from its row and column. */
export function fillBy(y: Matrix, value: (row: number, column: number) => number): void {
  for (let row = 0, index = 0; row < y.rows; row++) {
    for (let column = 0; column < y.columns; column++, index++) y.data[index] = value(row, column);
  }
}
