// The entry of a model: as the first element of `sequential`, and as a symbolic tensor for functional models.

import { checkOptions, describeShape, explain, ShapeError } from "../errors.js";
import { inputNode, type SymbolicTensor } from "../graph/node.js";
import { createLayer, type Layer } from "./layer.js";

export interface InputOptions {
  /** The shape of one row, without the batch; e.g. [784]. */
  shape: readonly number[];
  /** Default "input". */
  name?: string;
}

/**
 * Tells the input shape of a `sequential`; has no weights and computes nothing. Follows keras.layers.Input.
 *
 * @example
 * sequential([layers.input({ shape: [784] }), layers.dense({ units: 10 })]);
 */
export function inputLayer(options: InputOptions): Layer {
  const shape = check(options);
  const name = options.name === undefined ? {} : { name: options.name };
  return createLayer({
    type: "input",
    options: { ...name, inputShape: shape },
    config: { shape },
    call: (x) => x,
  });
}

/**
 * The input of a functional model: a symbolic tensor of shape `[batch, ...shape]`. Follows keras.Input.
 *
 * @throws ShapeError unless the shape is an array of positive integers.
 * @example
 * const a = input({ shape: [8] });
 * const net = model({ inputs: [a], outputs: [layers.dense({ units: 4 })(a)] });
 */
export function input(options: InputOptions): SymbolicTensor {
  return inputNode(options?.name ?? "input", [null, ...check(options)]);
}

function check(options: InputOptions): readonly number[] {
  checkOptions("input", options, ["shape", "name"]);
  const { shape } = options;
  if (Array.isArray(shape) && shape.length > 0 && shape.every((n) => Number.isInteger(n) && n > 0)) return shape;
  const remedy = Array.isArray(shape) && shape.includes(null) ? "Leave out the batch." : "";
  throw new ShapeError(explain("input", "shape must be an array of positive integers", describeShape(shape), remedy));
}
