// A stage of an update: new values of variables computed from variables, all of which are read before any is written.

import { baseOf, present, type Step, sameSize, schedule, type Value } from "../program/steps.js";
import { inPlace } from "../program/in-place.js";
import { copySteps, type Write } from "./assign.js";
import type { Assignment } from "./compiled.js";
import { refuseForeign } from "./foreign.js";
import { fuse } from "./fuse.js";
import { Lowering, type SharedValues } from "./lower.js";

/** The steps of a stage. */
export interface Stage {
  readonly steps: readonly Step[];
  /** Results that are computed in the place of the variable that they become. */
  readonly placed: ReadonlyMap<Value, Value>;
}

/**
 * The steps that make the assignments. Variables that share memory must not occur in one stage, since nothing here knows where
 * they lie.
 */
export function lowerStage(assignments: readonly Assignment[], shared: SharedValues, merge: boolean): Stage {
  const lowering = new Lowering(shared);
  const values = assignments.map(({ value }) => value);
  refuseForeign("update", values, []);
  lowering.add(values);
  const writes = assignments.map(({ variable, value }) => {
    return { target: shared.variable(variable), source: lowering.value(value) };
  });
  const sources = new Set(writes.map(({ source }) => source));
  const steps = schedule(lowering.steps, sources);
  const computed = merge ? fuse(steps, sources) : steps;
  const placed = new Map<Value, Value>();
  const copied: Write[] = [];
  for (const write of writes) {
    const base = baseOf(write.source);
    // A copy comes at the end: what it reads must still be there.
    const isCopied = writes.some(({ target, source }) => target !== write.target && baseOf(source) === write.target);
    if (!placed.has(base) && !isCopied && canReplace(write, computed)) placed.set(base, write.target);
    else copied.push(write);
  }
  return { steps: [...computed, ...copySteps(copied)], placed };
}

/** True when the variable may be overwritten at the moment at which its new value is computed. */
function canReplace({ target, source }: Write, steps: readonly Step[]): boolean {
  const base = baseOf(source);
  const maker = steps.findIndex((step) => step.outputs.includes(base));
  const step = steps[maker];
  if (base.kind !== "result" || step === undefined) return false;
  const reads = (reader: Step) => present(reader.inputs).filter((input) => baseOf(input) === target);
  const elementwise = inPlace.has(step.op) && step.outputs[0] === base;
  if (!reads(step).every((input) => elementwise && sameSize(input, base))) return false;
  return steps.slice(maker + 1).every((later) => reads(later).length === 0);
}
