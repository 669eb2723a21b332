// One function of a program on its way from graph to steps: its gradients are built, everything is lowered and fused,
// and every trainable variable gets a value that is to be written to its part of the gradient region.

import { explain, formatShape, internalError, ShapeError } from "../errors.js";
import { baseOf, resultValue, type Step, schedule, type Value } from "../program/steps.js";
import { copySteps } from "./assign.js";
import { add, fill } from "./build.js";
import type { GraphFunction } from "./compiled.js";
import { refuseForeign } from "./foreign.js";
import { fuse } from "./fuse.js";
import { gradients } from "./gradients.js";
import { Lowering, type SharedValues } from "./lower.js";
import { layerOf, type SymbolicTensor, sourcesOf, type Variable } from "./node.js";
import { sameShape, toMatrix } from "./shapes.js";
import { lowerStage, type Stage } from "./stage.js";
import type { UpdatePart, UpdatePlan } from "./update.js";

export interface Draft {
  readonly fn: GraphFunction;
  readonly steps: readonly Step[];
  /** The update range: what happens in each step, and what only in those that change parameters. */
  readonly each: readonly DraftPart[];
  readonly apply: readonly DraftPart[];
  readonly inputs: readonly Value[];
  /** Values that stay readable. */
  readonly kept: ReadonlySet<Value>;
  /** The places of inputs and outputs. */
  readonly values: ReadonlyMap<SymbolicTensor, Value>;
  /** For each trainable variable the value that lies in the gradient region. */
  readonly variableGradients: ReadonlyMap<Variable, Value>;
  readonly outputGradients: ReadonlyMap<SymbolicTensor, Value>;
  /** True when the loss depends on a trainable variable in a way that can be differentiated. */
  readonly learns: boolean;
}

/** A stage, or the place of the core's update instructions. */
export type DraftPart = Stage | "rule";

/** All steps of a function, in their order. */
export function stepsOf({ steps, each, apply }: Draft): Step[] {
  return [...steps, ...[...each, ...apply].flatMap((part) => (part === "rule" ? [] : part.steps))];
}

/** Drafts a function. `trainable` are the variables that get gradients, when the function has a loss. */
export function draftFunction(
  fn: GraphFunction,
  trainable: readonly Variable[],
  shared: SharedValues,
  merge: boolean,
  update: UpdatePlan | null,
): Draft {
  checkFunction(fn);
  const found = fn.loss === undefined ? null : differentiate(fn, fn.loss, trainable);
  const lowering = new Lowering(shared);
  if (fn.update && update !== null) {
    lowering.add([...update.lookAhead.values()]);
    for (const [variable, node] of update.lookAhead) lowering.replace(variable, node);
  }
  const inputs = fn.inputs ?? [];
  const loss = fn.loss === undefined ? [] : [fn.loss];
  const gradientNodes = found === null ? [] : [...found.variables.values(), ...found.outputs.values()];
  const assigned = fn.assign ?? [];
  const roots = [...inputs, ...fn.outputs, ...loss, ...assigned.map(({ value }) => value)];
  const all = [...roots, ...gradientNodes.filter((node) => node !== null)];
  if (fn.inputs !== undefined) refuseForeign(`function "${fn.name}"`, all, fn.inputs);
  lowering.add(all);

  const outputs = fn.outputs.map((node) => lowering.value(node));
  const writes = assigned.map(({ variable, value }) => ({
    target: shared.variable(variable),
    source: lowering.value(value),
  }));
  const outputGradients = new Map([...(found?.outputs ?? [])].map(([node, dx]) => [node, lowering.value(dx)]));
  const { steps, placed } = placeGradients(lowering, found?.variables ?? new Map());
  const kept = new Set([...outputs, ...outputGradients.values(), ...placed.values()]);
  const needed = new Set([...kept, ...writes.map(({ source }) => source)]);
  return {
    fn,
    steps: merge ? fuse(schedule(steps, needed), needed) : schedule(steps, needed),
    ...draftUpdate(fn, update, copySteps(writes), shared, merge),
    inputs: [...lowering.inputs],
    kept,
    values: lowering.values,
    variableGradients: placed,
    outputGradients,
    learns: [...(found?.variables.values() ?? [])].some((node) => node !== null),
  };
}

/** What follows the computing range: the copies of what it assigns, and the parts of the update. */
function draftUpdate(
  fn: GraphFunction,
  update: UpdatePlan | null,
  copies: readonly Step[],
  shared: SharedValues,
  merge: boolean,
): Pick<Draft, "each" | "apply"> {
  const assigned: DraftPart[] = copies.length === 0 ? [] : [{ steps: copies, placed: new Map() }];
  if (!fn.update) return { each: assigned, apply: [] };
  if (update === null) throw internalError(`function ${fn.name} updates without an optimizer`);
  const draft = (part: UpdatePart): DraftPart => (part === "rule" ? part : lowerStage(part, shared, merge));
  const constrain = fn.constrain ?? [];
  return {
    each: [...assigned, ...update.each.map(draft)],
    apply: [...update.apply.map(draft), ...(constrain.length === 0 ? [] : [draft(constrain)])],
  };
}

function checkFunction(fn: GraphFunction): void {
  const where = `function "${fn.name}"`;
  if (fn.loss?.shape.some((size) => size !== 1)) {
    const remedy = "Reduce it with ops.mean or ops.sum.";
    throw new ShapeError(explain(where, "the loss must be a single number", formatShape(fn.loss.shape), remedy));
  }
  for (const node of fn.inputs ?? []) {
    if (node.kind !== "input") throw internalError(`${where}: node ${node.id} is no input`);
  }
  for (const { variable, value } of [...(fn.assign ?? []), ...(fn.constrain ?? [])]) {
    if (sameShape(variable.shape, value.shape)) continue;
    const expectation = `a new value of "${variable.name}" must have shape ${formatShape(variable.shape)}`;
    throw new ShapeError(explain(where, expectation, formatShape(value.shape)));
  }
}

interface Gradients {
  /** Null for variables on which the loss does not depend. */
  readonly variables: ReadonlyMap<Variable, SymbolicTensor | null>;
  readonly outputs: ReadonlyMap<SymbolicTensor, SymbolicTensor>;
}

function differentiate(fn: GraphFunction, loss: SymbolicTensor, trainable: readonly Variable[]): Gradients {
  const nodes = variableNodes(loss);
  const outputs = fn.gradientOutputs ?? [];
  const wrt = [...new Set([...nodes, ...outputs])];
  const found = gradients(loss, wrt);
  const gradientOf = (node: SymbolicTensor): SymbolicTensor | null => found[wrt.indexOf(node)] ?? null;
  const variables = trainable.map((variable) => {
    // Each call of variableNode makes a node of its own; all stand for the same values.
    const parts = nodes.filter((node) => node.variable === variable).map(gradientOf);
    const sum = parts
      .filter((part) => part !== null)
      .reduce<SymbolicTensor | null>((a, b) => (a ? add(a, b) : b), null);
    return [variable, sum] as const;
  });
  return {
    variables: new Map(variables),
    outputs: new Map(outputs.map((node) => [node, gradientOf(node) ?? fill(0, node.shape)])),
  };
}

function variableNodes(root: SymbolicTensor): SymbolicTensor[] {
  const seen = new Set<SymbolicTensor>([root]);
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const input of sourcesOf(node)) {
      if (seen.has(input)) continue;
      seen.add(input);
      open.push(input);
    }
  }
  return [...seen].filter((node) => node.variable?.trainable === true);
}

/** A computed gradient is written to its place at once; only what is something else as well must be copied there. */
function placeGradients(
  lowering: Lowering,
  found: ReadonlyMap<Variable, SymbolicTensor | null>,
): { steps: Step[]; placed: Map<Variable, Value> } {
  const steps = [...lowering.steps];
  const placed = new Map<Variable, Value>();
  const taken = new Set<Value>();
  for (const [variable, node] of found) {
    const gradient = node === null ? null : lowering.value(node);
    const base = gradient === null ? null : baseOf(gradient);
    if (base !== null && base.kind === "result" && !taken.has(base)) {
      taken.add(base);
      placed.set(variable, base);
      continue;
    }
    const { rows, columns } = toMatrix(variable.shape);
    const place = resultValue(rows, columns);
    const layer = layerOf(variable);
    const outputs = [place];
    steps.push(
      gradient === null
        ? { op: "fill", outputs, inputs: [], parameters: { value: 0 }, layer }
        : { op: "copy", outputs, inputs: [gradient], parameters: {}, layer },
    );
    placed.set(variable, place);
  }
  return { steps, placed };
}
