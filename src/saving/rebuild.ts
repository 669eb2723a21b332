// The structure of a model out of data that architecture.ts wrote. The data are input: everything is checked.

import { explain, FormatError } from "../errors.js";
import { constantNode, inputNode, opNode, type Shape, type SymbolicTensor } from "../graph/node.js";
import { type Layer, layerCore } from "../layers/layer.js";
import { ModelCore } from "../models/core.js";
import { findTopology } from "../models/topology.js";
import { type OpName, opNames } from "../program/ops.gen.js";
import type { Seed } from "../random/philox.js";
import { count, type Fields, fields, finite, list, oneOf, optionalText, text } from "../files/fields.js";
import { fromJson } from "./json.js";
import { checkElements, checkLimits } from "./limits.js";
import { type CustomObjects, revive } from "./registry.js";

const forms = ["one", "list", "named"] as const;

/** Makes the model; its weights have no values yet. */
export function rebuild(where: string, saved: unknown, customObjects: CustomObjects): ModelCore {
  const architecture = fields(`${where}, architecture`, saved);
  checkLimits(`${where}, architecture`, architecture);
  const layers: Layer[] = [];
  list(`${where}, layers`, architecture.layers).forEach((entry, i) => {
    layers.push(rebuildLayer(`${where}, layer ${i}`, fields(`${where}, layer ${i}`, entry), layers, customObjects));
  });
  return rebuildModel(`${where}, model`, fields(`${where}, model`, architecture.model), layers);
}

function rebuildLayer(where: string, entry: Fields, before: readonly Layer[], customObjects: CustomObjects): Layer {
  const name = text(`${where}, name`, entry.name);
  const thing = fields(where, entry.thing);
  const shape = entry.inputShape === undefined || thing.name === "input" ? {} : { inputShape: entry.inputShape };
  const layer =
    thing.kind === "layer"
      ? (revive(where, thing, customObjects, shape) as Layer)
      : rebuildModel(where, thing, before).nested;
  const core = layerCore(layer);
  if (core === undefined || before.includes(layer)) {
    throw new FormatError(explain(where, "expected a layer of its own", "one that stands before"));
  }
  core.name = name;
  if (entry.trainable === false) core.trainable = false;
  if (entry.learningRateScale !== undefined) layer.learningRateScale = finite(where, entry.learningRateScale);
  return layer;
}

function rebuildModel(where: string, saved: Fields, layers: readonly Layer[]): ModelCore {
  const kind = oneOf(`${where}, kind`, saved.kind, ["sequential", "model"]);
  const name = optionalText(`${where}, name`, saved.name);
  const [low, high] = list(`${where}, seed`, saved.seed).map((word) => count(`${where}, seed`, word, 2 ** 32));
  if (low === undefined || high === undefined)
    throw new FormatError(explain(where, "expected a seed of two numbers", "other"));
  const seed: Seed = [low, high];
  const inputs = list(`${where}, inputs`, saved.inputs).map((entry) => {
    const { name: inputName, shape: savedShape } = fields(`${where}, input`, entry);
    const shape = shapeOf(`${where}, input`, savedShape);
    checkElements(`${where}, input`, shape);
    return inputNode(text(`${where}, input, name`, inputName), shape);
  });
  const tensors = [...inputs];
  list(`${where}, nodes`, saved.nodes).forEach((node, i) => {
    const place = `${where}, node ${i}`;
    for (const x of rebuildNode(place, fields(place, node), tensors, layers)) {
      checkElements(place, x.shape);
      tensors.push(x);
    }
  });
  const outputs = list(`${where}, outputs`, saved.outputs).map((entry) => {
    const output = fields(`${where}, output`, entry);
    return {
      name: text(`${where}, output, name`, output.name),
      x: tensorAt(`${where}, output`, output.tensor, tensors),
    };
  });
  const named = inputs.map((x) => ({ name: x.name, x }));
  const given = formed(where, saved.inputForm, named);
  const topology = findTopology(where, given, formed(where, saved.outputForm, outputs));
  return new ModelCore(kind, { name, seed }, topology, null, false);
}

/** Ports in the form in which they were given. */
function formed(where: string, form: unknown, ports: readonly { name: string; x: SymbolicTensor }[]): unknown {
  const kind = oneOf(where, form, forms);
  if (kind === "named") return Object.fromEntries(ports.map(({ name, x }) => [name, x]));
  return kind === "one" ? ports[0]?.x : ports.map(({ x }) => x);
}

function rebuildNode(
  where: string,
  node: Fields,
  tensors: readonly SymbolicTensor[],
  layers: readonly Layer[],
): readonly SymbolicTensor[] {
  if (node.constant !== undefined) {
    const values = list(where, node.constant).map((value) =>
      typeof value === "number" ? value : finite(where, value),
    );
    return [constantNode(values, shapeOf(where, node.shape) as number[])];
  }
  const inputs = [node.inputs].flat().map((number) => tensorAt(where, number, tensors));
  if (node.op !== undefined) {
    const op = text(`${where}, op`, node.op);
    if (!isOp(op)) throw new FormatError(explain(where, "expected a known operation", JSON.stringify(op)));
    return [opNode(op, inputs, attributesOf(`${where}, attributes`, node.attributes))];
  }
  const layer = layers[count(`${where}, layer`, node.layer, layers.length)] as Layer;
  const result: unknown = layer(Array.isArray(node.inputs) ? inputs : (inputs[0] as SymbolicTensor));
  const outputs = [result].flat() as SymbolicTensor[];
  if (outputs.length === node.outputs) return outputs;
  throw new FormatError(explain(where, `expected ${outputs.length} outputs`, String(node.outputs)));
}

/** Numbers and texts; a shape is a text, too. */
function attributesOf(where: string, value: unknown): SymbolicTensor["attributes"] {
  const given = fields(where, value);
  const attributes = Object.entries(given).map(([name, attribute]): [string, number | string] => {
    return [name, typeof attribute === "number" ? attribute : text(`${where}, ${name}`, attribute)];
  });
  if (given.shape !== undefined) shapeOf(where, fromJson(`${where}, shape`, text(`${where}, shape`, given.shape)));
  return Object.fromEntries(attributes);
}

function isOp(name: string): name is OpName {
  return (opNames as readonly string[]).includes(name);
}

function tensorAt(where: string, number: unknown, tensors: readonly SymbolicTensor[]): SymbolicTensor {
  return tensors[count(`${where}, tensor`, number, tensors.length)] as SymbolicTensor;
}

function shapeOf(where: string, shape: unknown): Shape {
  return list(`${where}, shape`, shape).map((n) => (n === null ? null : count(`${where}, shape`, n)));
}
