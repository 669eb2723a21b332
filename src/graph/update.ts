// The update of a step as a list of parts: stages over the graph, and the update instructions of the core.
// The order is that of Keras: accumulate, clip, decay, rule, average, constraints.

import { add, binary, divide, fill, multiply, scalar, select, stepValue } from "./build.js";
import { clippedGradients } from "./clip.js";
import type { Assignment, GraphRule, OptimizerSpec, RuleInput } from "./compiled.js";
import { layerOf, type SymbolicTensor, type Variable, variableNode, withLayer } from "./node.js";
import { UpdateArrays } from "./update-arrays.js";

/** Assignments of one stage, or the update instructions of the core's rule. */
export type UpdatePart = readonly Assignment[] | "rule";

export interface UpdatePlan {
  readonly arrays: UpdateArrays;
  readonly slots: readonly string[];
  readonly numbers: readonly string[];
  /** In each step. */
  readonly each: readonly UpdatePart[];
  /** In the steps that change parameters. */
  readonly apply: readonly UpdatePart[];
  /** Where gradients are taken, instead of at the variable. */
  readonly lookAhead: ReadonlyMap<Variable, SymbolicTensor>;
}

/** Names of slots that every optimizer may have, besides those of its rule. */
export const accumulatorSlot = "accumulator";
export const averageSlot = "average";
const sinceOverwrite = "stepsSinceOverwrite";

export function planUpdate(spec: OptimizerSpec, trainable: readonly Variable[]): UpdatePlan {
  const { rule, accumulationSteps = 1, clip, average } = spec;
  const arrays = new UpdateArrays(trainable);
  const graph = "update" in rule ? rule : null;
  const accumulate = accumulationSteps > 1;
  const apply: UpdatePart[] = accumulate ? [...meanGradients(arrays, accumulationSteps)] : [];
  if (clip !== undefined) apply.push(clippedGradients(arrays, clip));
  apply.push(graph === null ? "rule" : ruleAssignments(arrays, graph));
  if (average !== undefined) apply.push(...averages(arrays, average.momentum, average.overwriteEvery));
  return {
    arrays,
    slots: [...rule.slots, ...(accumulate ? [accumulatorSlot] : []), ...(average === undefined ? [] : [averageSlot])],
    numbers: [...(graph?.numbers ?? []), ...(average?.overwriteEvery === undefined ? [] : [sinceOverwrite])],
    each: accumulate ? [accumulated(arrays)] : [],
    apply,
    lookAhead: new Map(
      graph?.lookAhead === undefined
        ? []
        : trainable.map((variable) => [variable, lookAhead(arrays, graph, variable)] as const),
    ),
  };
}

/** sum += g */
function accumulated(arrays: UpdateArrays): UpdatePart {
  const sum = arrays.slot(accumulatorSlot, null);
  return [{ variable: sum, value: add(variableNode(sum), variableNode(arrays.gradient(null))) }];
}

/** g = sum / steps, then sum = 0 */
function meanGradients(arrays: UpdateArrays, steps: number): UpdatePart[] {
  const sum = arrays.slot(accumulatorSlot, null);
  const mean = divide(variableNode(sum), scalar(steps));
  return [[{ variable: arrays.gradient(null), value: mean }], [{ variable: sum, value: fill(0, sum.shape) }]];
}

/** a = momentum a + (1 - momentum) p, and a = p with the first update; perhaps p = a. */
function averages(arrays: UpdateArrays, momentum: number, overwriteEvery: number | undefined): UpdatePart[] {
  const average = arrays.slot(averageSlot, null);
  const parameters = variableNode(arrays.parameters);
  const first = binary("equal", stepValue("update"), scalar(1));
  const kept = select(first, scalar(0), scalar(momentum));
  const taken = select(first, scalar(1), scalar(1 - momentum));
  const value = add(multiply(kept, variableNode(average)), multiply(taken, parameters));
  if (overwriteEvery === undefined) return [[{ variable: average, value }]];
  const count = arrays.number(sinceOverwrite);
  const next = add(variableNode(count), scalar(1));
  const due = binary("greaterEqual", next, scalar(overwriteEvery));
  return [
    [{ variable: average, value }],
    [
      { variable: arrays.parameters, value: select(due, variableNode(average), parameters) },
      { variable: count, value: select(due, scalar(0), next) },
    ],
  ];
}

function ruleAssignments(arrays: UpdateArrays, rule: GraphRule): UpdatePart {
  const step = stepValue("update");
  const learningRate = stepValue("learningRate");
  const numbers = named(rule.numbers ?? [], (name) => variableNode(arrays.number(name)));
  const newNumbers = { ...numbers, ...rule.updateNumbers?.({ numbers, step, learningRate }) };
  const shared = Object.entries(newNumbers).map(([name, value]) => ({ variable: arrays.number(name), value }));
  const own = arrays.trainable.flatMap((variable) => {
    const scale = variable.learningRateScale;
    const input: RuleInput = {
      variable,
      parameter: variableNode(variable),
      gradient: variableNode(arrays.gradient(variable)),
      slots: named(rule.slots, (name) => variableNode(arrays.slot(name, variable))),
      numbers: newNumbers,
      learningRate: scale === 1 ? learningRate : multiply(learningRate, scalar(scale)),
      step,
    };
    return withLayer(layerOf(variable), () => assignmentsOf(arrays, rule, input));
  });
  return [...own, ...shared];
}

function assignmentsOf(arrays: UpdateArrays, rule: GraphRule, input: RuleInput): Assignment[] {
  const { parameter, slots = {} } = rule.update(input);
  const { variable } = input;
  const changed = Object.entries(slots).map(([name, value]) => ({ variable: arrays.slot(name, variable), value }));
  return [{ variable, value: parameter }, ...changed];
}

function lookAhead(arrays: UpdateArrays, rule: GraphRule, variable: Variable): SymbolicTensor {
  const slots = named(rule.slots, (name) => variableNode(arrays.slot(name, variable)));
  const parameter = variableNode(variable);
  return withLayer(layerOf(variable), () => rule.lookAhead?.({ variable, parameter, slots }) ?? parameter);
}

function named<T>(names: readonly string[], make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}
