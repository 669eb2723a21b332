// The structure of a model as data: a table of layers, and the graph of each model, whose tensors are numbered. rebuild.ts reads it.

import { explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { type LayerCore, savedLayer } from "../layers/layer.js";
import { layerUse } from "../layers/use.js";
import type { ModelCore } from "../models/core.js";
import { modelOfLayer } from "../models/nested.js";
import type { Ports } from "../models/ports.js";
import type { Topology } from "../models/topology.js";
import type { SavedThing } from "../naming.js";
import type { Seed } from "../random/philox.js";
import { isSymbolic } from "../ops/operand.js";

/** A model and its graph. */
export interface SavedModel {
  readonly kind: "sequential" | "model";
  readonly name?: string;
  readonly seed: Seed;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | null)[] }[];
  readonly inputForm: Ports["form"];
  readonly nodes: readonly SavedNode[];
  readonly outputs: readonly { readonly name: string; readonly tensor: number }[];
  readonly outputForm: Ports["form"];
}

/** What makes tensors: the inputs of a model have the numbers from 0 on, then the nodes' outputs follow in their order. */
export type SavedNode =
  | { readonly layer: number; readonly inputs: number | readonly number[]; readonly outputs: number }
  | { readonly op: string; readonly attributes: SymbolicTensor["attributes"]; readonly inputs: readonly number[] }
  | { readonly constant: readonly number[]; readonly shape: readonly number[] };

/** A layer, or a model that is used as one. */
export interface SavedLayer {
  readonly name: string;
  readonly thing: SavedThing | SavedModel;
  readonly inputShape?: readonly number[];
  readonly trainable?: false;
  readonly learningRateScale?: number;
}

/** A model with all its layers, each once, those of nested models before these. */
export interface Architecture {
  readonly layers: readonly SavedLayer[];
  readonly model: SavedModel;
}

/**
 * The structure of a built model as data.
 *
 * @throws TypeError for gradients of users outside of layers, which are functions.
 */
export function architectureOf(where: string, core: ModelCore): Architecture {
  const layers: SavedLayer[] = [];
  const numbers = new Map<LayerCore, number>();
  const numberOf = (layer: LayerCore): number => {
    const known = numbers.get(layer);
    if (known !== undefined) return known;
    const model = modelOfLayer(layer);
    const thing = model === undefined ? savedLayer(layer) : modelForm(where, model, numberOf);
    layers.push({
      name: layer.name ?? layer.type,
      thing,
      ...(layer.inputShape !== undefined && { inputShape: layer.inputShape }),
      ...(model === undefined && !layer.trainable && { trainable: false }),
      ...(layer.learningRateScale !== 1 && { learningRateScale: layer.learningRateScale }),
    });
    numbers.set(layer, layers.length - 1);
    return layers.length - 1;
  };
  const model = modelForm(where, core, numberOf);
  return { layers, model };
}

function modelForm(where: string, core: ModelCore, numberOf: (layer: LayerCore) => number): SavedModel {
  const topology = core.topology("save");
  const { inputs, outputs } = topology;
  const tensors = new Map<SymbolicTensor, number>();
  inputs.tensors.forEach((x, i) => {
    tensors.set(x, i);
  });
  const nodes = nodesOf(where, topology, tensors, numberOf);
  return {
    kind: core.kind,
    ...(core.givenName !== undefined && { name: core.givenName }),
    seed: core.seed,
    inputs: inputs.tensors.map(({ shape }, i) => ({ name: inputs.names[i] as string, shape })),
    inputForm: inputs.form,
    nodes,
    outputs: outputs.tensors.map((x, i) => ({ name: outputs.names[i] as string, tensor: tensors.get(x) as number })),
    outputForm: outputs.form,
  };
}

function nodesOf(
  where: string,
  topology: Topology,
  tensors: Map<SymbolicTensor, number>,
  numberOf: (layer: LayerCore) => number,
): SavedNode[] {
  const nodes: SavedNode[] = [];
  let next = tensors.size;
  const known = (x: SymbolicTensor) => tensors.get(x) as number;
  for (const x of topology.order) {
    if (tensors.has(x)) continue;
    const use = layerUse(x);
    if (use !== undefined) {
      const { core, input, outputs } = use;
      const inputs = isSymbolic(input) ? known(input) : input.map(known);
      nodes.push({ layer: numberOf(core), inputs, outputs: outputs.length });
      for (const output of outputs) {
        // Another output of the call may be an input of the model.
        if (!tensors.has(output)) tensors.set(output, next);
        next++;
      }
      continue;
    }
    if (x.custom !== null) {
      const remedy = "Put ops.customGradient into layers.custom.";
      throw new TypeError(
        explain(where, "expected a model without gradients of users outside of layers", "one", remedy),
      );
    }
    if (x.op === null) nodes.push({ constant: Array.from(x.values ?? []), shape: x.shape as readonly number[] });
    else nodes.push({ op: x.op, attributes: x.attributes, inputs: x.inputs.map(known) });
    tensors.set(x, next++);
  }
  return nodes;
}
