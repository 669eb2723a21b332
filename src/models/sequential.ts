// Models as a chain of layers, and models between given inputs and outputs.

import { checkOptions, describeValue, explain } from "../errors.js";
import { type Layer, layerCore } from "../layers/layer.js";
import { checkLayers, ModelCore } from "./core.js";
import type { Symbols } from "./forms.js";
import { type AnyModel, Model } from "./model.js";
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
 * A model as an element is used as a layer: it shares its layers and weights with the new one.
 *
 * @throws TypeError when an element is neither a layer nor a model; ShapeError when two layers do not fit.
 * @example
 * const net = sequential([
 *   layers.dense({ units: 8, activation: "tanh", inputShape: [2] }),
 *   layers.dense({ units: 1, activation: "sigmoid" }),
 * ], { seed: 42 });
 */
export function sequential(layers: readonly (Layer | AnyModel)[], options: ModelOptions = {}): Model {
  checkOptions("sequential", options, ["seed", "name"]);
  const where = `model "${checkName("sequential", options.name) ?? "sequential"}"`;
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new TypeError(
      explain(where, "expected an array of layers", describeValue(layers), "For example [layers.dense({ units: 1 })]."),
    );
  }
  const elements = layers.map((element: Layer | AnyModel) => (element instanceof Model ? element.asLayer() : element));
  checkLayers(where, elements);
  const [first, ...rest] = elements;
  const shape = layerCore(first)?.inputShape;
  const chain = first?.type === "input" ? rest : elements;
  if (chain.length === 0) throw new TypeError(explain(where, "expected a layer after the input", "none"));
  const core = new ModelCore("sequential", options, null, chain);
  if (shape !== undefined) core.build(shape);
  return new Model(core);
}

export interface FunctionalOptions<In extends Symbols, Out extends Symbols> extends ModelOptions {
  /** Results of `input()`, or any tensors between it and the outputs: one, an array, or an object by name. */
  inputs: In;
  /** Results of layers that were called on the inputs: one, an array, or an object by name. */
  outputs: Out;
}

/**
 * A network between given inputs and outputs: layers are called like functions, and may be combined with `ops.*`.
 * Follows keras.Model. Models that use the same layers share their weights.
 *
 * Several inputs or outputs are given as an array or as an object. Then `x`, `y`, losses, metrics and weights are given for
 * each of them, as an array in the same order or as an object by name, and `predict` gives what was given here: a tensor
 * for one output, an array, or an object. Names are the keys of the object, else the names of the inputs, and of the layers
 * that make the outputs.
 *
 * @throws RangeError when an output depends on an input that is not listed, or when two layers or inputs have the same name.
 * @example
 * const a = input({ shape: [8] });
 * const h = layers.dense({ units: 8, activation: "relu" })(a);
 * const net = model({ inputs: a, outputs: layers.dense({ units: 1 })(ops.add(a, h)) });
 * @example
 * const both = model({ inputs: { age: a, income: b }, outputs: { risk: r, price: p } });
 * both.compile({ loss: { risk: "binaryCrossentropy", price: "mse" }, lossWeights: { price: 0.1 } });
 * await both.fit({ age, income }, { risk, price });
 * const { risk: predicted } = await both.predict({ age, income });
 */
export function model<const In extends Symbols, const Out extends Symbols>(
  options: FunctionalOptions<In, Out>,
): Model<In, Out> {
  checkOptions("model", options, ["inputs", "outputs", "seed", "name"]);
  const where = `model "${checkName("model", options.name) ?? "model"}"`;
  const topology = findTopology(where, options.inputs, options.outputs);
  return new Model(new ModelCore("model", options, topology, null));
}

function checkName(where: string, name: unknown): string | undefined {
  if (name === undefined || (typeof name === "string" && name !== "")) return name;
  throw new TypeError(explain(where, "name must be a text with one or more characters", describeValue(name)));
}
