// Weights under the names and in the shapes of PyTorch's state_dict, in safetensors files.

import {
  checkBoolean,
  checkOptions,
  describeValue,
  explain,
  FormatError,
  formatShape,
  unknownName,
} from "../errors.js";
import type { LayerCore, NamedWeight } from "../layers/layer.js";
import { readBytes } from "./bytes.js";
import { bytesOf, readSafetensors, writeSafetensors } from "./safetensors.js";
import { storedFloats } from "./stored-floats.js";

export interface StateDictOptions {
  /**
   * Names of PyTorch's modules by the names of layers, for example `{ hidden: "fc1" }`. Default for a `sequential` the places in
   * an nn.Sequential, where an activation is a module of its own ("0", "2"), and for other models the names of the layers.
   */
  names?: Readonly<Record<string, string>>;
}

export interface LoadStateDictOptions extends StateDictOptions {
  /** Refuse tensors that belong to no weight; default true. */
  strict?: boolean;
}

/** What belongs to a model: its weights, and its layers in order. */
export interface StateDictSource {
  readonly where: string;
  readonly weights: readonly NamedWeight[];
  readonly layers: readonly LayerCore[];
  readonly sequential: boolean;
}

interface Entry {
  readonly key: string;
  readonly weight: NamedWeight["weight"];
  /** PyTorch's Linear has [outputs, inputs]. */
  readonly transpose: boolean;
}

const scaleAndOffset = { gamma: "weight", beta: "bias" };

/** By kind of layer, what PyTorch calls its weights. */
const weightNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dense: { kernel: "weight", bias: "bias" },
  embedding: { embeddings: "weight" },
  prelu: { alpha: "weight" },
  layerNormalization: scaleAndOffset,
  batchNormalization: { ...scaleAndOffset, movingMean: "running_mean", movingVariance: "running_var" },
};

/** The bytes of a safetensors file that `safetensors.torch.load_file` and `load_state_dict` read. */
export function writeStateDict(source: StateDictSource, options: StateDictOptions): Uint8Array {
  checkOptions(source.where, options, ["names"]);
  const tensors = entriesOf(source, options).map(({ key, weight, transpose }) => {
    const { shape } = weight.variable;
    const values = weight.read();
    const data = transpose ? exchanged(values, shape[0] as number) : values;
    return { name: key, dtype: "F32" as const, shape: transpose ? [...shape].reverse() : shape, bytes: bytesOf(data) };
  });
  return writeSafetensors(tensors);
}

/** The values of all weights, in their order; nothing is changed yet. */
export function readStateDict(
  source: StateDictSource,
  bytes: Uint8Array,
  options: LoadStateDictOptions,
): Float32Array[] {
  const { where } = source;
  checkOptions(where, options, ["names", "strict"]);
  const strict = checkBoolean(where, "strict", options.strict ?? true);
  const entries = entriesOf(source, options);
  const { tensors } = readSafetensors(readBytes(where, bytes), where);
  const known = new Set(entries.map(({ key }) => key));
  // A counter of PyTorch's batch normalisation.
  const others = [...tensors.keys()].filter((name) => !known.has(name) && !name.endsWith("num_batches_tracked"));
  if (strict && others.length > 0) {
    const remedy = `Known names: ${[...known].join(", ")}. Set names, or strict: false.`;
    throw new FormatError(
      explain(where, "expected tensors of the model's weights alone", describeValue(others[0]), remedy),
    );
  }
  return entries.map(({ key, weight, transpose }) => {
    const tensor = tensors.get(key);
    if (tensor === undefined) {
      const names = [...tensors.keys()].slice(0, 20).join(", ");
      throw new FormatError(explain(where, `expected a tensor "${key}"`, "none", `There are: ${names}. Set names.`));
    }
    const own = weight.variable.shape;
    const shape = transpose ? [...own].reverse() : own;
    if (formatShape(tensor.shape) !== formatShape(shape)) {
      throw new FormatError(
        explain(`${where}, tensor "${key}"`, `expected shape ${formatShape(shape)}`, formatShape(tensor.shape)),
      );
    }
    const values = storedFloats(where, key, tensor);
    return transpose ? exchanged(values, shape[0] as number) : values;
  });
}

function entriesOf({ where, weights, layers, sequential }: StateDictSource, { names = {} }: StateDictOptions): Entry[] {
  if (typeof names !== "object" || names === null) {
    throw new TypeError(explain(where, "names must be an object of names of modules", describeValue(names)));
  }
  const owners = [...new Set(weights.map(({ name }) => name.slice(0, name.lastIndexOf("/"))))];
  for (const [layer, module] of Object.entries(names)) {
    if (!owners.includes(layer)) throw unknownName(`${where}, names`, layer, owners);
    if (typeof module !== "string")
      throw new TypeError(explain(where, `the name of "${layer}" must be a text`, describeValue(module)));
  }
  const places = sequential ? modulePlaces(layers) : new Map<LayerCore, string>();
  return weights.map(({ name, weight, layer }) => {
    const [owner, own] = [name.slice(0, name.lastIndexOf("/")), name.slice(name.lastIndexOf("/") + 1)];
    const known = Object.hasOwn(weightNames, layer.type) ? weightNames[layer.type]?.[own] : undefined;
    if (known === undefined) {
      const remedy = `Layers with weights there: ${Object.keys(weightNames).join(", ")}.`;
      throw new TypeError(explain(where, "expected layers that PyTorch has", layer.where, remedy));
    }
    const module = (Object.hasOwn(names, owner) ? names[owner] : places.get(layer)) ?? owner.replaceAll("/", ".");
    return {
      key: module === "" ? known : `${module}.${known}`,
      weight,
      transpose: layer.type === "dense" && own === "kernel",
    };
  });
}

/** Places in an nn.Sequential: an activation of a dense layer is a module of its own. */
function modulePlaces(layers: readonly LayerCore[]): Map<LayerCore, string> {
  const places = new Map<LayerCore, string>();
  let place = 0;
  for (const layer of layers) {
    places.set(layer, String(place));
    const { activation = "linear" } = layer.config;
    place += layer.type === "dense" && activation !== "linear" ? 2 : 1;
  }
  return places;
}

/** A matrix of so many rows with rows and columns exchanged. */
function exchanged(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows;
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j] as number;
  return result;
}
