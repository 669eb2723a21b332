// Finds out where a NaN or an infinity came from: the failing step is executed again, instruction by instruction.

import { explain } from "../errors.js";
import type { ModelCore } from "./core.js";
import type { Dataset } from "./data.js";
import { gatherRows } from "./gather-rows.js";
import type { Routine, Session } from "./session.js";

/** Where the failing step is: the numbers are for people, `rows` for the search. */
export interface FailingStep {
  readonly rows: Int32Array;
  readonly epoch: number;
  readonly batch: number;
  readonly loss: number;
}

/** The error for a loss that is not finite: the step, the layer where it began, likely causes. */
export function notFiniteError(
  core: ModelCore,
  method: string,
  session: Session,
  data: Dataset,
  step: FailingStep,
): RangeError {
  const { place, op } = findFirst(core, session, data, step.rows);
  const when = `${step.loss} at step ${core.step} (epoch ${step.epoch + 1}, batch ${step.batch + 1})`;
  const cause = op === "gather" ? noSuchRow : causes(core, method, data);
  const remedy = `${place} The weights are as they were before this step. ${cause}`;
  return new RangeError(explain(core.where(method), "expected a finite loss", when, remedy));
}

const noSuchRow =
  "Cause: a number that names no row. An embedding expects integers in [0, inputDim), ops.take in [0, rows of the table).";

function causes(core: ModelCore, method: string, data: Dataset): string {
  let largest = 0;
  for (const { data: values } of data.inputs) {
    for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
  }
  const scale =
    largest > 10
      ? ` Inputs reach ${Number(largest.toPrecision(3))}: scale them to about [-1, 1] (for pixels: divide by 255).`
      : "";
  const rate = core.compiled(method).optimizer.rateAt(core.step);
  const large = `a learning rate that is too large (it is ${Number(rate.toPrecision(3))})`;
  return `Likely causes: ${large}, unscaled inputs, or a logarithm of 0 in an own loss.${scale}`;
}

/** Where the first number that is not finite stands, as a sentence, and the operation that gave it. */
function findFirst(
  core: ModelCore,
  session: Session,
  data: Dataset,
  rows: Int32Array,
): { readonly place: string; readonly op: string } {
  const { executable, program } = session;
  const routine = session.train as Routine;
  for (const { name, weight } of core.weights) {
    const bad = weight.read().find((value) => !Number.isFinite(value));
    if (bad !== undefined) {
      return { place: `Weight "${name}" already holds ${bad}: an earlier update was too large.`, op: "" };
    }
  }
  gatherRows(executable, routine, data, rows);
  const state = { learningRate: 0, step: core.step, seed: core.seed };
  for (let i = routine.first; i < routine.updateFirst; i++) {
    executable.run(i, i + 1, rows.length, state);
    const instruction = program.instructions[i];
    for (const index of instruction?.outputs ?? []) {
      const tensor = program.tensors[index];
      if (tensor === undefined) continue;
      const values = executable.read(tensor.offset, (tensor.batch ? rows.length : tensor.rows) * tensor.columns);
      const bad = values.find((value) => !Number.isFinite(value));
      if (bad === undefined) continue;
      const layer = instruction?.layer === "" ? "the loss" : `"${instruction?.layer}"`;
      const op = instruction?.op ?? "";
      return { place: `${bad} first appears in ${layer} (operation ${op}).`, op };
    }
  }
  return { place: "No single operation gives it again.", op: "" };
}
