// Orthogonal matrices by QR decomposition of a random one.

import { checkNumber, checkOptions, explain, formatShape, ShapeError } from "../errors.js";
import { createInitializer, type Initializer, type SeedOptions } from "./initializer.js";
import { withSeed } from "./random.js";

export interface OrthogonalOptions extends SeedOptions {
  /** Factor of the orthogonal matrix; default 1. */
  gain?: number;
}

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et al. 2014).
 * Distributed uniformly: the signs of R's diagonal are made positive. Shapes of more than two dimensions are taken as
 * (all but the last, last). Follows keras.initializers.Orthogonal.
 *
 * @throws ShapeError for a shape with fewer than two dimensions.
 * @example
 * layers.dense({ units: 64, kernelInitializer: initializers.orthogonal({ gain: 1 }) });
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  const where = "initializers.orthogonal";
  checkOptions(where, options, ["gain", "seed"]);
  const gain = checkNumber(where, "gain", options.gain ?? 1);
  return createInitializer("orthogonal", withSeed({ gain }, options), (values, shape, random) => {
    const columns = shape[shape.length - 1];
    if (shape.length < 2 || columns === undefined) {
      throw new ShapeError(explain(where, "expected a shape of two or more dimensions", formatShape(shape)));
    }
    const rows = columns === 0 ? 0 : values.length / columns;
    // The vectors to make orthonormal are the shorter side's: `count` vectors of `length` numbers, stored one after the other.
    const length = Math.max(rows, columns);
    const count = Math.min(rows, columns);
    const vectors = Float64Array.from({ length: length * count }, () => random.normal());
    orthonormalize(vectors, count, length);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = rows >= columns ? vectors[j * length + i] : vectors[i * length + j];
        values[i * columns + j] = gain * (value ?? 0);
      }
    }
  });
}

/**
 * Gram and Schmidt's QR in its modified form, with a second pass: orthogonal to rounding ("twice is enough", Giraud et
 * al. 2005). Its R has a positive diagonal, which is what makes the result uniformly distributed.
 */
function orthonormalize(vectors: Float64Array, count: number, length: number): void {
  for (let k = 0; k < count; k++) {
    const vector = vectors.subarray(k * length, (k + 1) * length);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const other = vectors.subarray(j * length, (j + 1) * length);
        const projection = dot(vector, other);
        for (let i = 0; i < length; i++) vector[i] = (vector[i] ?? 0) - projection * (other[i] ?? 0);
      }
      const norm = Math.sqrt(dot(vector, vector));
      for (let i = 0; i < length; i++) vector[i] = (vector[i] ?? 0) / norm;
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
