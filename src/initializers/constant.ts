// Initializers without random numbers.

import { checkNumber, checkOptions, explain, formatShape, ShapeError } from "../errors.js";
import { createInitializer, type Initializer } from "./initializer.js";

/**
 * All values 0. The default for biases.
 *
 * @example
 * layers.dense({ units: 4, kernelInitializer: initializers.zeros() });
 */
export function zeros(): Initializer {
  return createInitializer("zeros", {}, () => {});
}

/**
 * All values 1.
 *
 * @example
 * initializers.ones()([2]).toArray(); // [1, 1]
 */
export function ones(): Initializer {
  return createInitializer("ones", {}, (values) => {
    values.fill(1);
  });
}

export interface ConstantOptions {
  /** Default 0. */
  value?: number;
}

/**
 * All values the same number.
 *
 * @example
 * initializers.constant({ value: 0.5 })([2]).toArray(); // [0.5, 0.5]
 */
export function constant(options: ConstantOptions = {}): Initializer {
  checkOptions("initializers.constant", options, ["value"]);
  const value = checkNumber("initializers.constant", "value", options.value ?? 0);
  return createInitializer("constant", { value }, (values) => {
    values.fill(value);
  });
}

export interface IdentityOptions {
  /** Factor of the identity matrix; default 1. */
  gain?: number;
}

/**
 * `gain` on the diagonal, 0 elsewhere; for matrices, which need not be square. Follows keras.initializers.Identity.
 *
 * @throws ShapeError for a shape that is not a matrix.
 * @example
 * initializers.identity()([2, 2]).toArray(); // [[1, 0], [0, 1]]
 */
export function identity(options: IdentityOptions = {}): Initializer {
  checkOptions("initializers.identity", options, ["gain"]);
  const gain = checkNumber("initializers.identity", "gain", options.gain ?? 1);
  return createInitializer("identity", { gain }, (values, shape) => {
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined || shape.length !== 2) {
      throw new ShapeError(explain("initializers.identity", "expected the shape of a matrix", formatShape(shape)));
    }
    for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = gain;
  });
}
