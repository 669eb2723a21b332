// Layers of users, over `ops.*`.

import { checkOptions, describeValue, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import {
  type BuildContext,
  type CallContext,
  createLayer,
  type Layer,
  type LayerInput,
  type LayerOptions,
  layerOptionNames,
  type ShapeOf,
} from "./layer.js";

/** `X` is what the layer is called on: one symbolic tensor, or an array of them. */
export interface CustomOptions<X extends LayerInput = SymbolicTensor> extends LayerOptions {
  /** Adds the weights: `ctx.variable("kernel", [shape[1], 4])`. `shape` includes the batch, which is null. */
  build?(shape: ShapeOf<X>, ctx: BuildContext): void;
  /** Computes the result with `ops.*` and `ctx.variables`. */
  call(x: X, ctx: CallContext): SymbolicTensor;
}

/**
 * A layer of your own: `call` is compiled into the program and differentiated like a built-in layer. Called on an array,
 * `build` and `call` get an array, too.
 *
 * @example
 * const scale = layers.custom({
 *   name: "scale",
 *   build: (shape, ctx) => ctx.variable("factor", [shape[1]], { initializer: "ones" }),
 *   call: (x, ctx) => ops.mul(x, ctx.variables.factor),
 * });
 * @example
 * const mix = layers.custom({ call: ([a, b]: readonly SymbolicTensor[]) => ops.add(a, ops.mul(b, 2)) });
 * const y = mix([first, second]);
 */
export function custom<X extends LayerInput = SymbolicTensor>(options: CustomOptions<X>): Layer {
  checkOptions("custom", options, ["build", "call", ...layerOptionNames]);
  const { build, call } = options;
  if (typeof call !== "function") {
    throw new TypeError(explain("custom", "call must be a function (x, ctx) over ops.*", describeValue(call)));
  }
  return createLayer<X>(
    {
      type: "custom",
      options,
      config: {},
      ...(build === undefined ? {} : { build: (shape: ShapeOf<X>, context: BuildContext) => build(shape, context) }),
      call: (x, context) => call(x, context),
    },
    "both",
  );
}
