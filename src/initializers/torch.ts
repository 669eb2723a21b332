// Initializers of PyTorch that Keras lacks: the default of its linear layers, and sparse matrices.

import { checkInteger, checkNumber, checkOptions, explain, formatShape, ShapeError } from "../errors.js";
import { createDrawnInitializer, createInitializer, fans, type Initializer, type SeedOptions } from "./initializer.js";
import { withSeed } from "./random.js";

export interface TorchLinearOptions extends SeedOptions {
  /** The number of inputs of the layer; default the rows of the kernel. A bias does not know it: there it must be given. */
  fanIn?: number;
}

/**
 * Uniform over +-1 / sqrt(fanIn): what torch.nn.Linear begins with, kernel and bias
 * (`kaiming_uniform_(a=sqrt(5))`, the same as varianceScaling with scale 1 / 3).
 *
 * @throws RangeError unless fanIn is a positive integer.
 * @example
 * const { torchLinear } = initializers;
 * layers.dense({ units: 10, kernelInitializer: torchLinear(), biasInitializer: torchLinear({ fanIn: 784 }), inputShape: [784] });
 */
export function torchLinear(options: TorchLinearOptions = {}): Initializer {
  const where = "initializers.torchLinear";
  checkOptions(where, options, ["fanIn", "seed"]);
  const given = options.fanIn === undefined ? undefined : checkInteger(where, "fanIn", options.fanIn, 1);
  const config = given === undefined ? {} : { fanIn: given };
  return createDrawnInitializer("torchLinear", withSeed(config, options), (values, shape, random) => {
    const limit = 1 / Math.sqrt(Math.max(1, given ?? fans(shape).fanIn));
    random.fillUniform(values, -limit, limit);
  });
}

export interface SparseOptions extends SeedOptions {
  /** The part of each column that is 0, in [0, 1]; rounded up to whole elements. */
  sparsity: number;
  /** Standard deviation of the others; default 0.01. */
  stddev?: number;
}

/**
 * Each column, which is the incoming weights of one unit, has the same number of zeros in random places; the others are normal
 * (Martens 2010). Follows torch.nn.init.sparse_, whose columns are the same for a kernel that is stored as here.
 *
 * @throws ShapeError for a shape that is not a matrix.
 * @example
 * layers.dense({ units: 64, kernelInitializer: initializers.sparse({ sparsity: 0.9, stddev: 0.1 }) });
 */
export function sparse(options: SparseOptions): Initializer {
  const where = "initializers.sparse";
  checkOptions(where, options, ["sparsity", "stddev", "seed"]);
  const sparsity = checkNumber(where, "sparsity", options.sparsity, 0, 1);
  const stddev = checkNumber(where, "stddev", options.stddev ?? 0.01, 0);
  return createInitializer("sparse", withSeed({ sparsity, stddev }, options), (values, shape, random) => {
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined || shape.length !== 2) {
      throw new ShapeError(explain(where, "expected the shape of a matrix", formatShape(shape)));
    }
    const zeros = Math.ceil(sparsity * rows);
    for (let i = 0; i < values.length; i++) values[i] = random.normal(0, stddev);
    for (let column = 0; column < columns; column++) {
      for (const row of random.permutation(rows).subarray(0, zeros)) values[row * columns + column] = 0;
    }
  });
}
