// The structure of a model: which layers lie between its inputs and its outputs, and how to build their graph again,
// once for inference and once for training.

import { describeValue, explain, formatShape, internalError, ShapeError } from "../errors.js";
import { customNode, inputNode, opNode, type SymbolicTensor, sourcesOf } from "../graph/node.js";
import type { LayerCore, NamedWeight } from "../layers/layer.js";
import { inputsOf, type LayerUse, layerUse } from "../layers/use.js";
import { Pass } from "../layers/pass.js";
import type { Weight } from "../layers/weight.js";
import { isSymbolic } from "../ops/operand.js";
import { type Ports, readPorts } from "./ports.js";

/** What is used in a model, in the order of computation. */
export interface Topology {
  readonly inputs: Ports;
  readonly outputs: Ports;
  /** All tensors between inputs and outputs, sources first. */
  readonly order: readonly SymbolicTensor[];
  readonly uses: readonly LayerUse[];
  /** Each layer once, in the order of its first use. */
  readonly layers: readonly LayerCore[];
  /** Each weight once, with its name in this model. */
  readonly weights: readonly NamedWeight[];
}

/** Finds everything between inputs and outputs, and gives names to layers that have none. */
export function findTopology(where: string, givenInputs: unknown, givenOutputs: unknown): Topology {
  const [sources, results] = [symbolic(where, "inputs", givenInputs), symbolic(where, "outputs", givenOutputs)];
  const twice = sources.find((x, i) => sources.indexOf(x) !== i);
  if (twice !== undefined)
    throw new RangeError(explain(where, "expected each input once", `input "${twice.name}" twice`));
  const order = computationOrder(sources, results);
  for (const x of order) {
    if (x.kind !== "input" || layerUse(x) !== undefined) continue;
    const remedy = "List every input that the outputs depend on.";
    const expectation = "expected the outputs to depend on the listed inputs alone";
    throw new RangeError(explain(where, expectation, `input "${x.name}" besides`, remedy));
  }
  const found = [...new Set(order.map(layerUse).filter((use) => use !== undefined))];
  const layers = [...new Set(found.map((use) => use.core))];
  nameLayers(where, layers);
  const inputs = readPorts(where, "input", givenInputs);
  const outputs = readPorts(where, "output", givenOutputs);
  for (const [i, { shape }] of outputs.tensors.entries()) {
    if (shape[0] === null) continue;
    const expectation = `expected output "${outputs.names[i]}" to have a row for each row of the inputs`;
    throw new ShapeError(explain(where, expectation, `shape ${formatShape(shape)}`));
  }
  return { inputs, outputs, order, uses: found, layers, weights: findWeights(layers) };
}

/** A layer that is used by itself and in a model that is used as a layer has one of both names. */
function findWeights(layers: readonly LayerCore[]): NamedWeight[] {
  const found = new Map<Weight, NamedWeight>();
  for (const entry of layers.flatMap((layer) => layer.namedWeights())) {
    if (!found.has(entry.weight)) found.set(entry.weight, entry);
  }
  return [...found.values()];
}

/** The tensors of one, a list or an object of them. */
function symbolic(where: string, option: "inputs" | "outputs", given: unknown): SymbolicTensor[] {
  const remedy = "Make inputs with input({ shape: [8] }) and outputs by calling layers on them.";
  const nested = typeof given === "object" && given !== null && !isSymbolic(given);
  const list: unknown[] = nested ? Object.values(given) : [given];
  if (list.length === 0) {
    throw new RangeError(explain(where, `expected one or more ${option}`, "none", remedy));
  }
  return list.map((x) => {
    if (isSymbolic(x)) return x;
    throw new TypeError(explain(where, `${option} must be symbolic tensors`, describeValue(x), remedy));
  });
}

/** `dense`, `dense_1`, ...: the numbers count in the model, so that names do not depend on what was made before. */
function nameLayers(where: string, layers: readonly LayerCore[]): void {
  const taken = new Set<string>();
  for (const { name } of layers) {
    if (name === undefined) continue;
    if (taken.has(name)) throw new RangeError(explain(where, "layers need names of their own", `"${name}" twice`));
    taken.add(name);
  }
  for (const layer of layers) {
    if (layer.name !== undefined) continue;
    let name = layer.type;
    for (let i = 1; taken.has(name); i++) name = `${layer.type}_${i}`;
    taken.add(name);
    layer.name = name;
  }
}

/** The graph of one pass: fresh input nodes, the outputs, and what the layers have left behind. */
export interface PassGraph {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly assigned: ReadonlyMap<Weight, SymbolicTensor>;
  readonly losses: readonly SymbolicTensor[];
}

/** Builds the graph of a whole model anew. */
export function buildPass(topology: Topology, training: boolean): PassGraph {
  const pass = new Pass(training);
  const inputs = topology.inputs.tensors.map((x, i) => inputNode(topology.inputs.names[i] as string, x.shape));
  const outputs = connect(topology, inputs, pass);
  return { inputs, outputs, assigned: pass.assigned, losses: pass.losses };
}

/** Builds the graph between given inputs; returns the outputs. */
export function connect(topology: Topology, inputs: readonly SymbolicTensor[], pass: Pass): SymbolicTensor[] {
  const built = new Map<SymbolicTensor, SymbolicTensor>();
  topology.inputs.tensors.forEach((x, i) => {
    built.set(x, inputs[i] as SymbolicTensor);
  });
  for (const x of topology.order) {
    const use = layerUse(x);
    if (use !== undefined) {
      if (built.has(x)) continue;
      const { core, input, outputs } = use;
      const given = isSymbolic(input) ? resolved(built, input) : input.map((part) => resolved(built, part));
      const results = core.callAll(given, pass);
      outputs.forEach((output, i) => {
        // Another output of the same call may be an input of this model.
        if (!built.has(output)) built.set(output, results[i] as SymbolicTensor);
      });
    } else if (x.kind === "op") {
      built.set(
        x,
        rebuild(x, (source) => resolved(built, source)),
      );
    } else built.set(x, x);
  }
  return topology.outputs.tensors.map((x) => resolved(built, x));
}

/** The same operation on other tensors, with the gradient that users may have written for it. */
function rebuild(x: SymbolicTensor, replaced: (source: SymbolicTensor) => SymbolicTensor): SymbolicTensor {
  const { op, attributes, custom } = x;
  const sources = x.inputs.map(replaced);
  const [first] = sources;
  if (op === null) throw internalError(`node ${x.id} of kind ${x.kind} has no op`);
  if (custom === null || first === undefined) return opNode(op, sources, attributes);
  return customNode(first, { ...custom, inputs: custom.inputs.map(replaced) });
}

/** All tensors of the user's graph but the inputs, sources first. */
function computationOrder(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): SymbolicTensor[] {
  const order: SymbolicTensor[] = [];
  const seen = new Set<SymbolicTensor>(inputs);
  // An explicit stack: a chain of thousands of ops must not overflow the stack of calls.
  const stack = outputs.map((x) => ({ x, entered: false })).reverse();
  while (stack.length > 0) {
    const top = stack.pop();
    if (top === undefined) break;
    if (top.entered) {
      order.push(top.x);
      continue;
    }
    if (seen.has(top.x)) continue;
    seen.add(top.x);
    stack.push({ x: top.x, entered: true });
    const use = layerUse(top.x);
    const sources = use === undefined ? sourcesOf(top.x) : inputsOf(use);
    // The first one goes on top, so that layers are numbered from the first input on.
    for (const source of [...sources].reverse()) stack.push({ x: source, entered: false });
  }
  return order;
}

function resolved(built: ReadonlyMap<SymbolicTensor, SymbolicTensor>, x: SymbolicTensor): SymbolicTensor {
  const y = built.get(x);
  if (y === undefined) throw internalError("a tensor of the model is used before it is computed");
  return y;
}
