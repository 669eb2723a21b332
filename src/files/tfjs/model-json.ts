// The layers models of TensorFlow.js: a model.json with topology and a list of weights, and their values one behind the other.
// Chains of layers, read and written; other graphs are refused.

import { describeValue, explain, FormatError, formatShape } from "../../errors.js";
import type { SymbolicTensor } from "../../graph/node.js";
import { input } from "../../layers/input.js";
import type { Layer, LayerCore, NamedWeight } from "../../layers/layer.js";
import type { Model } from "../../models/model.js";
import { model } from "../../models/sequential.js";
import { version } from "../../version.js";
import { readBytes } from "../bytes.js";
import { joinBytes, bytesOf } from "../safetensors.js";
import { activationNames, classes } from "./classes.js";

/** A layers model of TensorFlow.js: what `model.json` says, and the bytes of its weights. */
export interface TfjsModel {
  readonly modelJson: Readonly<Record<string, unknown>>;
  readonly weights: Uint8Array;
}

/** What is written. */
export interface TfjsSource {
  readonly where: string;
  readonly name: string;
  readonly inputShape: readonly (number | null)[];
  readonly layers: readonly LayerCore[];
  readonly weights: readonly NamedWeight[];
}

export function writeTfjs({ where, name, inputShape, layers, weights }: TfjsSource): TfjsModel {
  const list = layers.map((layer, i) => {
    const rule = Object.hasOwn(classes, layer.type) ? classes[layer.type] : undefined;
    if (rule === undefined) {
      const remedy = `Known layers: ${Object.keys(classes).join(", ")}.`;
      throw new TypeError(explain(where, "expected layers that TensorFlow.js has", layer.where, remedy));
    }
    const options = Object.entries(rule.options).map(([own, other]) => {
      return [other, own === "activation" ? activationOf(where, layer) : layer.config[own]] as const;
    });
    const first = i === 0 ? { batch_input_shape: inputShape, dtype: "float32" } : {};
    const config = { name: layer.name, trainable: layer.trainable, ...first, ...Object.fromEntries(options) };
    return { class_name: rule.className, config };
  });
  const values = weights.map(({ name: of, weight }) => ({
    // moving_mean there is movingMean here.
    name: of.replace(/[^/]*$/, (own) => own.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
    shape: weight.variable.shape,
    data: weight.read(),
  }));
  const modelJson = {
    format: "layers-model",
    generatedBy: `feedforward ${version}`,
    convertedBy: null,
    modelTopology: {
      class_name: "Sequential",
      config: { name, layers: list },
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

/** Reads a chain of layers with its weights. */
export function readTfjs(where: string, source: TfjsModel): Model {
  const { modelJson, weights: given } = record(where, "the source", source);
  const weights = readBytes(`${where}, weights`, given);
  const json = record(where, "modelJson", modelJson);
  const topology = record(where, "modelTopology", json.modelTopology);
  // Files of Keras have the topology one level deeper.
  const whole = topology.model_config === undefined ? topology : record(where, "model_config", topology.model_config);
  if (whole.class_name !== "Sequential") {
    throw new FormatError(explain(where, "expected a Sequential", describeValue(whole.class_name)));
  }
  const { config } = whole;
  const entries: unknown = Array.isArray(config) ? config : record(where, "config", config).layers;
  if (!Array.isArray(entries))
    throw new FormatError(explain(where, "expected a list of layers", describeValue(entries)));
  const values = readWeights(where, json.weightsManifest, weights);
  let net: { x: SymbolicTensor; y: SymbolicTensor } | null = null;
  for (const [i, entry] of entries.entries()) {
    const place = `${where}, layer ${i}`;
    const { class_name: className, config: given } = record(place, "layer", entry);
    const options = record(place, "config", given);
    net = guarded(place, () => {
      const x = net ?? start(place, options.batch_input_shape ?? options.batchInputShape);
      if (className === "InputLayer") return x;
      checkAxis(place, options.axis, x.y.shape.length);
      const layer = makeLayer(place, className, options);
      const y = layer(x.y);
      // Held before the model is made, which would draw initial ones otherwise.
      if (layer.variables.length > 0)
        layer.setWeights(layer.variables.map((variable) => weightOf(place, values, variable)));
      return { x: x.x, y };
    });
  }
  if (net === null || net.x === net.y) throw new FormatError(explain(where, "expected one or more layers", "none"));
  const { x, y } = net;
  return guarded(where, () => model({ inputs: x, outputs: y, ...nameOf(config) })) as Model;
}

function nameOf(config: unknown): { name?: string } {
  const name = typeof config === "object" && config !== null && "name" in config ? config.name : undefined;
  return typeof name === "string" && name !== "" ? { name } : {};
}

function start(place: string, shape: unknown): { x: SymbolicTensor; y: SymbolicTensor } {
  if (!Array.isArray(shape))
    throw new FormatError(explain(place, "expected a batch_input_shape", describeValue(shape)));
  const x = input({ shape: shape.slice(1) as number[] });
  return { x, y: x };
}

function makeLayer(place: string, className: unknown, given: Readonly<Record<string, unknown>>): Layer {
  const rule = Object.values(classes).find((known) => known.className === className);
  if (rule === undefined) {
    const known = Object.values(classes).map((one) => one.className);
    throw new FormatError(
      explain(place, "expected a known layer", describeValue(className), `Known: ${known.join(", ")}.`),
    );
  }
  const options = Object.entries(rule.options).flatMap(([own, other]) => {
    const value = given[other];
    if (value === undefined) return [];
    return [[own, own === "activation" ? activationFrom(place, value) : value]];
  });
  const name = typeof given.name === "string" && given.name !== "" ? { name: given.name } : {};
  return rule.make({ ...Object.fromEntries(options), ...name } as never);
}

/** Normalisations and softmax are those of the last axis. */
function checkAxis(place: string, given: unknown, rank: number): void {
  const axis: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (axis === undefined || axis === null || axis === -1 || axis === rank - 1) return;
  throw new FormatError(explain(place, "axis must be the last one", describeValue(axis)));
}

function activationFrom(place: string, value: unknown): string {
  const found = Object.entries(activationNames).find(([, other]) => other === value);
  if (found !== undefined) return found[0];
  const known = Object.values(activationNames).join(", ");
  throw new FormatError(explain(place, "expected a known activation", describeValue(value), `Known: ${known}.`));
}

/** Names there and here differ in their last part: moving_mean and movingMean. */
function weightOf(
  place: string,
  values: ReadonlyMap<string, Stored>,
  variable: { name: string; shape: readonly number[] },
) {
  const [layer = "", own = ""] = variable.name.split(/\/(?=[^/]*$)/);
  const name = `${layer}/${own.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
  const found = values.get(name);
  if (found === undefined) throw new FormatError(explain(place, `expected a weight "${name}"`, "none"));
  if (formatShape(found.shape) === formatShape(variable.shape)) return found.data;
  const expectation = `expected weight "${name}" of shape ${formatShape(variable.shape)}`;
  throw new FormatError(explain(place, expectation, formatShape(found.shape)));
}

interface Stored {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function readWeights(where: string, manifest: unknown, bytes: Uint8Array): Map<string, Stored> {
  const result = new Map<string, Stored>();
  let at = 0;
  for (const group of listOf(where, "weightsManifest", manifest)) {
    for (const entry of listOf(where, "weights", record(where, "weightsManifest", group).weights)) {
      const { name, shape, dtype, quantization } = record(where, "weight", entry);
      const place = `${where}, weight ${describeValue(name)}`;
      if (typeof name !== "string" || dtype !== "float32" || quantization !== undefined) {
        throw new FormatError(explain(place, "expected a name and plain float32", describeValue(dtype)));
      }
      const sizes = listOf(place, "shape", shape) as number[];
      const count = sizes.reduce((a, b) => a * b, 1);
      if (!sizes.every((size) => Number.isInteger(size) && size >= 0) || at + 4 * count > bytes.length) {
        const expectation = `expected a shape for at most ${bytes.length - at} bytes`;
        throw new FormatError(explain(place, expectation, `[${sizes.map(String).join(", ")}]`));
      }
      result.set(name, { shape: sizes, data: new Float32Array(bytes.slice(at, at + 4 * count).buffer) });
      at += 4 * count;
    }
  }
  if (at === bytes.length) return result;
  throw new FormatError(explain(where, `expected ${at} bytes of weights`, String(bytes.length)));
}

function listOf(where: string, name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new FormatError(explain(where, `${name} must be a list`, describeValue(value)));
}

function record(where: string, name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new FormatError(explain(where, `${name} must be an object`, describeValue(value)));
}

/** Errors of layers are those of the file. */
function guarded<T>(place: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof FormatError || !(error instanceof Error)) throw error;
    const reason = error.message.replace(/\.$/, "");
    throw new FormatError(explain(place, "expected what can be had here", reason), { cause: error });
  }
}
