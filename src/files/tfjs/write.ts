// Writes layers models of TensorFlow.js: a chain of layers as a Sequential, every other graph of layers as a functional model.

import { describeValue, explain } from "../../errors.js";
import type { SymbolicTensor } from "../../graph/node.js";
import type { LayerCore } from "../../layers/layer.js";
import { inputsOf, layerUse } from "../../layers/use.js";
import type { Topology } from "../../models/topology.js";
import { version } from "../../version.js";
import { bytesOf, joinBytes } from "../safetensors.js";
import { activationNames, classes } from "./classes.js";
import { type TfjsModel, tfjsName } from "./model-json.js";

/** What is written. */
export interface TfjsSource {
  readonly where: string;
  readonly name: string;
  readonly sequential: boolean;
  readonly topology: Topology;
}

interface LayerEntry {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A result of a layer: its name, which of its calls, which of that call's results. */
type Place = readonly [layer: string, call: number, result: number];

export function writeTfjs({ where, name, sequential, topology }: TfjsSource): TfjsModel {
  const values = topology.weights.map(({ name: of, weight }) => {
    return { name: tfjsName(of), shape: weight.variable.shape, data: weight.read() };
  });
  const modelJson = {
    format: "layers-model",
    generatedBy: `feedforward ${version}`,
    convertedBy: null,
    modelTopology: {
      class_name: sequential ? "Sequential" : "Model",
      config: { name, ...(sequential ? chainOf(where, topology) : graphOf(where, topology)) },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: [
      {
        paths: ["weights.bin"],
        weights: values.map((value) => ({ name: value.name, shape: value.shape, dtype: "float32" })),
      },
    ],
  };
  return { modelJson, weights: joinBytes(values.map(({ data }) => bytesOf(data))) };
}

function chainOf(where: string, { inputs, layers }: Topology): { layers: LayerEntry[] } {
  const first = { batch_input_shape: inputs.tensors[0]?.shape, dtype: "float32" };
  return { layers: layers.map((layer, i) => entryOf(where, layer, i === 0 ? first : {})) };
}

/** Layers with the calls of each, which are numbered in the order of computation. */
function graphOf(where: string, { inputs, outputs, layers, uses, order }: Topology): object {
  const places = new Map<SymbolicTensor, Place>();
  const calls = new Map<LayerCore, Place[][]>();
  const taken = new Set(layers.map((layer) => layer.name));
  const inputLayers = inputs.tensors.map((x, i) => {
    let own = inputs.names[i] as string;
    while (taken.has(own)) own = `${own}_input`;
    taken.add(own);
    places.set(x, [own, 0, 0]);
    const config = { name: own, batch_input_shape: x.shape, dtype: "float32", sparse: false };
    return { name: own, class_name: "InputLayer", config, inbound_nodes: [] };
  });
  const stranger = order.find((x) => layerUse(x) === undefined && !places.has(x) && x.kind === "op");
  if (stranger !== undefined) {
    const remedy = "Put ops.* into layers that TensorFlow.js has, or export to ONNX.";
    throw new TypeError(explain(where, "expected layers alone", `an operation "${stranger.op}" between`, remedy));
  }
  const placeOf = (x: SymbolicTensor) => places.get(x) as Place;
  for (const use of uses) {
    const before = calls.get(use.core) ?? [];
    use.outputs.forEach((output, i) => {
      // A result of a layer may be an input of the model.
      if (!places.has(output)) places.set(output, [use.core.name as string, before.length, i]);
    });
    calls.set(use.core, [...before, inputsOf(use).map(placeOf)]);
  }
  const entries = layers.map((layer) => {
    const nodes = (calls.get(layer) ?? []).map((node) => node.map((place) => [...place, {}]));
    return { name: layer.name, ...entryOf(where, layer), inbound_nodes: nodes };
  });
  return {
    layers: [...inputLayers, ...entries],
    input_layers: inputs.tensors.map(placeOf),
    output_layers: outputs.tensors.map(placeOf),
  };
}

function entryOf(where: string, layer: LayerCore, more: Readonly<Record<string, unknown>> = {}): LayerEntry {
  const rule = Object.hasOwn(classes, layer.type) ? classes[layer.type] : undefined;
  if (rule === undefined) {
    const remedy = `Known layers: ${Object.keys(classes).join(", ")}.`;
    throw new TypeError(explain(where, "expected layers that TensorFlow.js has", layer.where, remedy));
  }
  const options = Object.entries(rule.options).map(([own, other]) => {
    return [other, own === "activation" ? activationOf(where, layer) : layer.config[own]] as const;
  });
  const config = { name: layer.name, trainable: layer.trainable, ...more, ...Object.fromEntries(options) };
  return { class_name: rule.className, config };
}

function activationOf(where: string, layer: LayerCore): string {
  const { activation } = layer.config;
  if (typeof activation === "string" && Object.hasOwn(activationNames, activation)) {
    return activationNames[activation] as string;
  }
  const remedy = `Known activations: ${Object.keys(activationNames).join(", ")}.`;
  throw new TypeError(
    explain(
      where,
      `expected an activation of ${layer.where} that TensorFlow.js has`,
      describeValue(activation),
      remedy,
    ),
  );
}
