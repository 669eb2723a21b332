// Optimizers of users: the update rule is a function over `ops.*`, compiled into the program for each weight.

import { checkFloat32, checkOptions, describeValue, explain, formatShape, ShapeError, unknownName } from "../errors.js";
import type { GraphRule, RuleInput, RuleResult } from "../graph/compiled.js";
import type { SymbolicTensor } from "../graph/node.js";
import { sameShape } from "../graph/shapes.js";
import { accumulatorSlot, averageSlot } from "../graph/update.js";
import { ofUser } from "../naming.js";
import { isSymbolic } from "../ops/operand.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames, commonSettings } from "./common.js";
import { Optimizer } from "./optimizer.js";
import { decayedParameter, decayOf } from "./rule-parts.js";

/** What an update rule knows besides the weight and its gradient. */
export interface UpdateContext {
  /** The slots of this weight by name, in its shape; 0 before the first update. */
  readonly slots: Readonly<Record<string, SymbolicTensor>>;
  /** The learning rate of the step, a single number. */
  readonly learningRate: SymbolicTensor;
  /** The number of the update, counted from 1; a single number. */
  readonly step: SymbolicTensor;
  /** The name of the weight, `layer/weight`. */
  readonly name: string;
}

/** The new weight as `parameter`, and the new values of the slots that change by their names. */
export interface UpdateResult {
  readonly parameter: SymbolicTensor;
  readonly [slot: string]: SymbolicTensor;
}

export interface CustomOptimizerOptions extends CommonOptions {
  /** Default "custom". */
  name?: string;
  /** Default 0.01. */
  learningRate?: LearningRate;
  /** Arrays in the shape of each weight that outlive the step, by name; default none. */
  slots?: readonly string[];
  /** Decoupled weight decay: `p -= learningRate * weightDecay * p` before each update; default 0. */
  weightDecay?: number;
  /** Gives the new values of one weight and its slots, over `ops.*`. All are computed before any is written. */
  update(p: SymbolicTensor, g: SymbolicTensor, ctx: UpdateContext): UpdateResult;
}

const names = ["name", "learningRate", "slots", "weightDecay", "update"];

/**
 * An optimizer of your own. Clipping, averages of weights and accumulation work as with every optimizer.
 *
 * @throws TypeError and ShapeError in `compile` for results that are not of `ops.*` or of another shape; for a model that does
 * not know its input shape yet in the first `fit`.
 * @example
 * const momentum = optimizers.custom({
 *   learningRate: 0.1,
 *   slots: ["velocity"],
 *   update(p, g, { slots, learningRate }) {
 *     const velocity = ops.sub(ops.mul(0.9, slots.velocity), ops.mul(learningRate, g));
 *     return { parameter: ops.add(p, velocity), velocity };
 *   },
 * });
 */
export function custom(options: CustomOptimizerOptions): Optimizer {
  checkOptions("optimizers.custom", options, [...names, ...commonNames]);
  const { name = "custom", slots = [], update } = options;
  if (typeof name !== "string" || name === "") {
    const expectation = "name must be a text with one or more characters";
    throw new TypeError(explain("optimizers.custom", expectation, describeValue(name)));
  }
  const where = `optimizers.${name}`;
  if (typeof update !== "function") {
    throw new TypeError(explain(where, "update must be a function (p, g, ctx) over ops.*", describeValue(update)));
  }
  checkSlots(where, slots);
  const weightDecay = checkFloat32(where, "weightDecay", options.weightDecay ?? 0, 0);
  const decay = decayOf(weightDecay, commonSettings(where, options).decays);
  const rule: GraphRule = {
    slots,
    update(input) {
      const { gradient, slots: values, learningRate, step, variable } = input;
      const context = { slots: values, learningRate, step, name: variable.name };
      return checkResult(where, update(decayedParameter(input, decay(variable)), gradient, context), input);
    },
  };
  const config = { slots, weightDecay };
  return ofUser(new Optimizer(name, options.learningRate ?? 0.01, config, rule, { common: options }));
}

function checkSlots(where: string, slots: unknown): void {
  const expectation = `slots must be an array of different names other than "parameter"`;
  if (!Array.isArray(slots)) throw new TypeError(explain(where, expectation, describeValue(slots)));
  slots.forEach((slot: unknown, i) => {
    if (typeof slot === "string" && slot !== "" && slot !== "parameter" && slots.indexOf(slot) === i) return;
    throw new TypeError(explain(where, expectation, describeValue(slot)));
  });
  const taken = slots.find((slot) => slot === accumulatorSlot || slot === averageSlot);
  if (taken === undefined) return;
  const rule = "slots must not have the name of a slot of all optimizers";
  throw new RangeError(explain(where, rule, describeValue(taken)));
}

/** What the function of a user gave, in the form of the graph. */
function checkResult(where: string, result: unknown, { variable, slots }: RuleInput): RuleResult {
  const place = `${where}, weight "${variable.name}"`;
  if (typeof result !== "object" || result === null || isSymbolic(result)) {
    const expectation = "update must return an object { parameter, ...slots }";
    const received = isSymbolic(result) ? "a symbolic tensor" : describeValue(result);
    throw new TypeError(explain(place, expectation, received));
  }
  const known = ["parameter", ...Object.keys(slots)];
  for (const key of Object.keys(result)) if (!known.includes(key)) throw unknownName(place, key, known);
  const { parameter, ...changed } = result as Record<string, unknown>;
  const checked = Object.entries(changed).map(([slot, value]) => [
    slot,
    checkValue(place, slot, value, variable.shape),
  ]);
  return {
    parameter: checkValue(place, "parameter", parameter, variable.shape),
    slots: Object.fromEntries(checked) as Record<string, SymbolicTensor>,
  };
}

function checkValue(place: string, name: string, value: unknown, shape: readonly number[]): SymbolicTensor {
  const expectation = `${name} must be a result of ops.* of shape ${formatShape(shape)}`;
  if (!isSymbolic(value)) throw new TypeError(explain(place, expectation, describeValue(value)));
  if (sameShape(value.shape, shape)) return value;
  throw new ShapeError(explain(place, expectation, formatShape(value.shape)));
}
