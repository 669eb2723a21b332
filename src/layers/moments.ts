// Mean and variance of the columns of data that comes in parts, in double precision.

/** Running mean and (biased) variance of each of `columns` columns; nothing is lost when values are far from 0. */
export class Moments {
  readonly mean: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(readonly columns: number) {
    this.mean = new Float64Array(columns);
    this.#squares = new Float64Array(columns);
  }

  get variance(): Float64Array {
    return this.#squares.map((sum) => sum / this.#count);
  }

  /** Adds rows of `columns` numbers each: their own sums are joined with those so far (Chan, Golub and LeVeque 1983). */
  add(data: ArrayLike<number>): void {
    const { columns, mean } = this;
    const rows = data.length / columns;
    const partMean = new Float64Array(columns);
    const partSquares = new Float64Array(columns);
    for (let i = 0; i < data.length; i++) increase(partMean, i % columns, (data[i] as number) / rows);
    for (let i = 0; i < data.length; i++) {
      const j = i % columns;
      increase(partSquares, j, ((data[i] as number) - (partMean[j] as number)) ** 2);
    }
    const total = this.#count + rows;
    for (let j = 0; j < columns; j++) {
      const distance = (partMean[j] as number) - (mean[j] as number);
      increase(this.#squares, j, (partSquares[j] as number) + (distance ** 2 * this.#count * rows) / total);
      increase(mean, j, (distance * rows) / total);
    }
    this.#count = total;
  }
}

function increase(sums: Float64Array, j: number, by: number): void {
  sums[j] = (sums[j] as number) + by;
}
