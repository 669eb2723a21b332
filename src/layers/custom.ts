// Layers of users, over `ops.*`.

import { checkOptions, describeValue, explain } from "../errors.js";
import type { Shape, SymbolicTensor } from "../graph/node.js";
import {
  type BuildContext,
  type CallContext,
  createLayer,
  type Layer,
  type LayerOptions,
  layerOptionNames,
} from "./layer.js";

export interface CustomOptions extends LayerOptions {
  /** Adds the weights: `ctx.variable("kernel", [shape[1], 4])`. `shape` includes the batch, which is null. */
  build?(shape: Shape, ctx: BuildContext): void;
  /** Computes the result with `ops.*` and `ctx.variables`. */
  call(x: SymbolicTensor, ctx: CallContext): SymbolicTensor;
}

/**
 * A layer of your own: `call` is compiled into the program and differentiated like a built-in layer.
 *
 * @example
 * const scale = layers.custom({
 *   name: "scale",
 *   build: (shape, ctx) => ctx.variable("factor", [shape[1]], { initializer: "ones" }),
 *   call: (x, ctx) => ops.mul(x, ctx.variables.factor),
 * });
 */
export function custom(options: CustomOptions): Layer {
  checkOptions("custom", options, ["build", "call", ...layerOptionNames]);
  const { build, call } = options;
  if (typeof call !== "function") {
    throw new TypeError(explain("custom", "call must be a function (x, ctx) over ops.*", describeValue(call)));
  }
  return createLayer({
    type: "custom",
    options,
    config: {},
    ...(build === undefined ? {} : { build: (shape: Shape, context: BuildContext) => build(shape, context) }),
    call: (x, context) => call(x, context),
  });
}
