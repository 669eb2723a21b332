// The record of the calls of layers, from which models are made.

import type { SymbolicTensor } from "../graph/node.js";
import { isSymbolic } from "../ops/operand.js";
import type { Layer, LayerInput } from "./definition.js";
import type { LayerCore } from "./layer.js";

/** One use of a layer in a functional model. */
export interface LayerUse {
  readonly core: LayerCore;
  readonly layer: Layer;
  readonly input: LayerInput;
  readonly outputs: readonly SymbolicTensor[];
}

const uses = new WeakMap<SymbolicTensor, LayerUse>();

/** Keeps a use with what came out of it. */
export function recordUse(use: LayerUse): void {
  for (const output of use.outputs) uses.set(output, use);
}

/** How a symbolic tensor came out of a layer; undefined for `input()` and for results of `ops.*`. */
export function layerUse(x: SymbolicTensor): LayerUse | undefined {
  return uses.get(x);
}

/** The tensors that a layer was called on, as a list. */
export function inputsOf({ input }: LayerUse): readonly SymbolicTensor[] {
  return isSymbolic(input) ? [input] : input;
}
