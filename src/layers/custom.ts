// Layers of users, over `ops.*`.

import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import { dependsOnAny } from "../graph/dependence.js";
import type { SymbolicTensor } from "../graph/node.js";
import { isSymbolic } from "../ops/operand.js";
import {
  type BuildContext,
  type CallContext,
  checkLayerOptions,
  createLayer,
  type Layer,
  type LayerInput,
  type LayerOptions,
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
 * `build` and `call` get an array, too. Beside weights a layer can have state, which `ctx.assign` moves on with each step of
 * a training, and losses of its own (`ctx.addLoss`).
 *
 * @throws TypeError when `call` returns no result of `ops.*`, or one that does not depend on its input; ShapeError when it
 * has not a row for each row of the input.
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
  const where = checkLayerOptions("custom", options, ["build", "call"]);
  const { build, call } = options;
  if (typeof call !== "function") {
    throw new TypeError(explain(where, "call must be a function (x, ctx) over ops.*", describeValue(call)));
  }
  const layer: Layer = createLayer<X>(
    {
      type: "custom",
      options,
      config: {},
      ...(build === undefined ? {} : { build: (shape: ShapeOf<X>, context: BuildContext) => build(shape, context) }),
      call: (x, context) => checkResult(layer.name, call(x, context), isSymbolic(x) ? [x] : x),
    },
    "both",
  );
  return layer;
}

/** Refuses what cannot be the result of a layer: no rows, or always the same ones. `LayerCore` refuses what is no tensor. */
function checkResult(name: string, result: SymbolicTensor, inputs: readonly SymbolicTensor[]): SymbolicTensor {
  if (!isSymbolic(result)) return result;
  const where = name === "custom" ? "custom" : `custom "${name}"`;
  if (!dependsOnAny(result, inputs)) {
    throw new TypeError(explain(where, "the result of call must depend on its input", "one that does not"));
  }
  if (result.shape[0] === null || inputs.every(({ shape }) => shape[0] !== null)) return result;
  const remedy = "Reduce other axes than the first one.";
  throw new ShapeError(
    explain(
      where,
      "call must return a row for each row of its input, shape [batch, ...]",
      formatShape(result.shape),
      remedy,
    ),
  );
}
