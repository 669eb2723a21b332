// The structure of a model: which layers lie between its inputs and its output, and how to build their graph again,
// once for inference and once for training.

import { describeValue, explain, internalError } from "../errors.js";
import { inputNode, opNode, type SymbolicTensor } from "../graph/node.js";
import { type LayerCore, type LayerUse, layerUse } from "../layers/layer.js";
import { Pass } from "../layers/pass.js";
import type { Weight } from "../layers/weight.js";
import { isSymbolic } from "../ops/operand.js";

/** What is used in a model, in the order of computation. */
export interface Topology {
  readonly inputs: readonly SymbolicTensor[];
  readonly output: SymbolicTensor;
  /** All tensors between inputs and output, sources first. */
  readonly order: readonly SymbolicTensor[];
  readonly uses: readonly LayerUse[];
  /** Each layer once, in the order of its first use. */
  readonly layers: readonly LayerCore[];
  readonly weights: readonly Weight[];
}

/** Finds everything between inputs and output, and gives names to layers that have none. */
export function findTopology(where: string, inputs: readonly SymbolicTensor[], output: SymbolicTensor): Topology {
  for (const x of [...inputs, output]) {
    if (isSymbolic(x)) continue;
    const remedy = "Make inputs with input({ shape: [8] }) and outputs by calling layers on them.";
    throw new TypeError(explain(where, "expected symbolic tensors", describeValue(x), remedy));
  }
  const order = computationOrder(inputs, output);
  for (const x of order) {
    if (x.kind !== "input" || layerUse(x) !== undefined) continue;
    const remedy = "List every input that the output depends on.";
    const received = `input "${x.name}" besides`;
    throw new RangeError(explain(where, "expected the output to depend on the listed inputs alone", received, remedy));
  }
  const found = order.map(layerUse).filter((use) => use !== undefined);
  const layers = [...new Set(found.map((use) => use.core))];
  nameLayers(where, layers);
  return { inputs, output, order, uses: found, layers, weights: layers.flatMap((layer) => layer.weights) };
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

/** The graph of one pass: fresh input nodes, the output, and what the layers have left behind. */
export interface PassGraph {
  readonly inputs: readonly SymbolicTensor[];
  readonly output: SymbolicTensor;
  readonly assigned: ReadonlyMap<Weight, SymbolicTensor>;
  readonly losses: readonly SymbolicTensor[];
}

/** Builds the graph of a whole model anew. */
export function buildPass(topology: Topology, training: boolean): PassGraph {
  const pass = new Pass(training);
  const built = new Map<SymbolicTensor, SymbolicTensor>();
  const inputs = topology.inputs.map((x) => inputNode(x.name, x.shape));
  topology.inputs.forEach((x, i) => {
    built.set(x, inputs[i] as SymbolicTensor);
  });
  for (const x of topology.order) {
    const use = layerUse(x);
    if (use !== undefined) built.set(x, use.core.call(resolved(built, use.input), pass));
    else if (x.kind === "op" && x.op !== null) {
      const sources = x.inputs.map((source) => resolved(built, source));
      built.set(x, opNode(x.op, sources, x.attributes));
    } else built.set(x, x);
  }
  const { assigned, losses } = pass;
  return { inputs, output: resolved(built, topology.output), assigned, losses };
}

/** All tensors of the user's graph but the inputs, sources first. */
function computationOrder(inputs: readonly SymbolicTensor[], output: SymbolicTensor): SymbolicTensor[] {
  const order: SymbolicTensor[] = [];
  const seen = new Set<SymbolicTensor>(inputs);
  // An explicit stack: a chain of thousands of ops must not overflow the stack of calls.
  const stack: { x: SymbolicTensor; entered: boolean }[] = [{ x: output, entered: false }];
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
    for (const source of use === undefined ? top.x.inputs : [use.input]) stack.push({ x: source, entered: false });
  }
  return order;
}

function resolved(built: ReadonlyMap<SymbolicTensor, SymbolicTensor>, x: SymbolicTensor): SymbolicTensor {
  const y = built.get(x);
  if (y === undefined) throw internalError("a tensor of the model is used before it is computed");
  return y;
}
