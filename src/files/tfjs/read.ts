// Reads layers models of TensorFlow.js: chains of layers, and graphs of them (graph.ts).

import { describeValue, explain, FormatError, formatShape } from "../../errors.js";
import type { SymbolicTensor } from "../../graph/node.js";
import { input } from "../../layers/input.js";
import type { Layer } from "../../layers/layer.js";
import type { Model } from "../../models/model.js";
import { model } from "../../models/sequential.js";
import { readBytes } from "../bytes.js";
import { fields, list } from "../fields.js";
import { activationNames, classes } from "./classes.js";
import { type LayerMaker, readGraph } from "./graph.js";
import { guarded, type TfjsModel, tfjsName } from "./model-json.js";

/** Reads a model with its weights. */
export function readTfjs(where: string, source: TfjsModel): Model {
  const { modelJson, weights: given } = fields(`${where}, the source`, source);
  const weights = readBytes(`${where}, weights`, given);
  const json = fields(`${where}, modelJson`, modelJson);
  const topology = fields(`${where}, modelTopology`, json.modelTopology);
  // Files of Keras have the topology one level deeper.
  const whole =
    topology.model_config === undefined ? topology : fields(`${where}, model_config`, topology.model_config);
  const { class_name: className, config } = whole;
  const values = readWeights(where, json.weightsManifest, weights);
  const unused = new Set(values.keys());
  const maker: LayerMaker = (place, kind, options) => {
    const layer = makeLayer(place, kind, options);
    if (options.trainable === false) layer.trainable = false;
    let filled = false;
    return (at, [first, ...others]) => {
      const x = first as SymbolicTensor;
      const joins = joining.has(layer.type);
      if (!joins && others.length > 0) throw new FormatError(explain(at, "expected one input", others.length + 1));
      if (kind !== "Concatenate") checkAxis(at, options.axis, x.shape.length);
      if (kind === "Flatten") checkFormat(at, options.data_format ?? options.dataFormat, x.shape.length);
      const y = layer(joins ? [x, ...others] : x);
      // Held before the model is made, which would draw initial ones otherwise.
      if (!filled && layer.variables.length > 0)
        layer.setWeights(layer.variables.map((variable) => weightOf(at, values, variable, unused)));
      filled = true;
      return y;
    };
  };
  const net = readTopology(where, className, config, maker);
  const [first] = unused;
  if (first === undefined) return net;
  throw new FormatError(explain(where, "expected weights of layers alone", describeValue(first)));
}

function readTopology(where: string, className: unknown, config: unknown, maker: LayerMaker): Model {
  switch (className) {
    case "Sequential":
      return readChain(where, config, maker);
    case "Model":
    case "Functional": {
      const { inputs, outputs } = readGraph(where, fields(`${where}, config`, config), maker);
      return guarded(where, () => model({ inputs: unwrapped(inputs), outputs: unwrapped(outputs), ...nameOf(config) }));
    }
    default:
      throw new FormatError(explain(where, "expected a Sequential, Model or Functional", describeValue(className)));
  }
}

/** Layers that are called on a list. */
const joining = new Set(["add", "multiply", "average", "maximum", "minimum", "concatenate", "dot"]);

/** One input or output is no list. */
function unwrapped(tensors: SymbolicTensor[]): SymbolicTensor {
  // Models are typed by one input and one output; at run time they may be lists.
  return (tensors.length === 1 ? tensors[0] : tensors) as SymbolicTensor;
}

function readChain(where: string, config: unknown, maker: LayerMaker): Model {
  const entries = Array.isArray(config) ? config : list(`${where}, layers`, fields(`${where}, config`, config).layers);
  let net: { x: SymbolicTensor; y: SymbolicTensor } | null = null;
  for (const [i, entry] of entries.entries()) {
    const place = `${where}, layer ${i}`;
    const { class_name: className, config: given } = fields(`${place}, layer`, entry);
    const options = fields(`${place}, config`, given);
    net = guarded(place, () => {
      const x = net ?? start(place, options.batch_input_shape ?? options.batchInputShape);
      return className === "InputLayer" ? x : { x: x.x, y: maker(place, className, options)(place, [x.y]) };
    });
  }
  if (net === null || net.x === net.y) throw new FormatError(explain(where, "expected one or more layers", "none"));
  const { x, y } = net;
  return guarded(where, () => model({ inputs: x, outputs: y, ...nameOf(config) }));
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

/** With the channels first, TensorFlow.js flattens them as if they were last. */
function checkFormat(place: string, format: unknown, rank: number): void {
  if (rank < 3 || (format !== "channels_first" && format !== "channelsFirst")) return;
  throw new FormatError(explain(place, "expected channels_last", format));
}

function activationFrom(place: string, value: unknown): string {
  const found = Object.entries(activationNames).find(([, other]) => other === value);
  if (found !== undefined) return found[0];
  const known = Object.values(activationNames).join(", ");
  throw new FormatError(explain(place, "expected a known activation", describeValue(value), `Known: ${known}.`));
}

function weightOf(
  place: string,
  values: ReadonlyMap<string, Stored>,
  variable: { name: string; shape: readonly number[] },
  unused: Set<string>,
): Float32Array {
  const name = tfjsName(variable.name);
  const found = values.get(name);
  if (found === undefined) throw new FormatError(explain(place, `expected a weight "${name}"`, "none"));
  unused.delete(name);
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
  for (const group of list(`${where}, weightsManifest`, manifest)) {
    for (const entry of list(`${where}, weights`, fields(`${where}, weightsManifest`, group).weights)) {
      const { name, shape, dtype, quantization } = fields(`${where}, weight`, entry);
      const place = `${where}, weight ${describeValue(name)}`;
      if (typeof name !== "string" || dtype !== "float32" || quantization !== undefined) {
        throw new FormatError(explain(place, "expected a name and plain float32", describeValue(dtype)));
      }
      if (result.has(name))
        throw new FormatError(explain(where, "expected each weight once", `${describeValue(name)} twice`));
      const sizes = list(`${place}, shape`, shape) as number[];
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
