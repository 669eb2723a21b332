// Models as a chain of layers, and models between given inputs and outputs.

import { checkOptions, describeValue, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { type Layer, layerCore } from "../layers/layer.js";
import { checkLayers, ModelCore } from "./core.js";
import { Model } from "./model.js";
import { findTopology } from "./topology.js";

export interface ModelOptions {
  /** Decides initial weights, shuffles and dropout masks; any integer. Default: another one each time. */
  seed?: number;
  /** The name in messages and in the summary; default "sequential" or "model". */
  name?: string;
}

/**
 * A network as a chain of layers. Follows keras.Sequential.
 *
 * The first layer tells the shape of its input (`inputShape`, or `layers.input`); without it the network is built when it
 * first sees data. The same seed gives the same weights, shuffles and masks on every backend.
 *
 * @throws TypeError when an element is not a layer; ShapeError when two layers do not fit.
 * @example
 * const net = sequential([
 *   layers.dense({ units: 8, activation: "tanh", inputShape: [2] }),
 *   layers.dense({ units: 1, activation: "sigmoid" }),
 * ], { seed: 42 });
 */
export function sequential(layers: readonly Layer[], options: ModelOptions = {}): Model {
  checkOptions("sequential", options, ["seed", "name"]);
  const name = options.name ?? "sequential";
  const where = `model "${name}"`;
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new TypeError(
      explain(where, "expected an array of layers", describeValue(layers), "For example [layers.dense({ units: 1 })]."),
    );
  }
  checkLayers(where, layers);
  const [first, ...rest] = layers;
  const shape = layerCore(first)?.inputShape;
  const chain = first?.type === "input" ? rest : layers;
  if (chain.length === 0) throw new TypeError(explain(where, "expected a layer after the input", "none"));
  const core = new ModelCore(name, options.seed, null, chain);
  if (shape !== undefined) core.build(shape);
  return new Model(core);
}

export interface FunctionalOptions extends ModelOptions {
  /** Results of `input()`. */
  inputs: SymbolicTensor | readonly SymbolicTensor[];
  /** The result of layers that were called on the inputs; one. */
  outputs: SymbolicTensor | readonly SymbolicTensor[];
}

/**
 * A network between given inputs and an output: layers are called like functions, and may be combined with `ops.*`.
 * Follows keras.Model. Models that use the same layers share their weights.
 *
 * @throws RangeError when the output depends on an input that is not listed, or when two layers have the same name.
 * @example
 * const a = input({ shape: [8] });
 * const h = layers.dense({ units: 8, activation: "relu" })(a);
 * const net = model({ inputs: a, outputs: layers.dense({ units: 1 })(ops.add(a, h)) });
 */
export function model(options: FunctionalOptions): Model {
  checkOptions("model", options, ["inputs", "outputs", "seed", "name"]);
  const name = options.name ?? "model";
  const where = `model "${name}"`;
  const inputs = asList(options.inputs);
  const outputs = asList(options.outputs);
  if (inputs.length === 0) throw new RangeError(explain(where, "expected one or more inputs", "none"));
  const [output] = outputs;
  if (output === undefined || outputs.length !== 1)
    throw new RangeError(explain(where, "expected one output", String(outputs.length)));
  return new Model(new ModelCore(name, options.seed, findTopology(where, inputs, output), null));
}

function asList(tensors: SymbolicTensor | readonly SymbolicTensor[]): readonly SymbolicTensor[] {
  return Array.isArray(tensors) ? tensors : [tensors as SymbolicTensor];
}
