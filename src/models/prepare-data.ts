// From x, y and weights, whole or batch by batch, to checked data. Nothing of the model changes here, apart from a `sequential`
// learning its input shape.

import { explain } from "../errors.js";
import type { ModelCore } from "./core.js";
import { checkInputs, checkTarget, type Dataset, inputMatrices, targetMatrix } from "./data.js";
import { distribute, placeOfPort } from "./ports.js";
import { rowWeights } from "./row-weights.js";
import type { BatchParts } from "./stream.js";
import type { Procedure } from "./task.js";

/** Checks x, y and weights against the model and its loss. */
export function* prepareData(
  core: ModelCore,
  method: string,
  x: unknown,
  y: unknown,
  weighting: { sampleWeight?: unknown; classWeight?: unknown; validationSplit?: number | undefined },
  place = "",
): Procedure<Dataset> {
  core.checkAlive(method);
  const { outputs } = core.compiled(method);
  const where = `${core.where(method)}${place}`;
  core.buildFor(method, x);
  const inputs = inputMatrices(where, x, core.inputs);
  const rows = inputs[0]?.rows ?? 0;
  const { names } = core.outputs;
  const things = names.map((_, i) => placeOfPort("y", names, i));
  const given = distribute(`${where}, y`, "tensors", "output", names, y);
  const targets = outputs.map(({ loss, metrics }, i) => {
    const part = given[i];
    if (loss === null && metrics.length === 0) return null;
    if (names.length === 1 || (part !== undefined && part !== null))
      return targetMatrix(where, part, rows, loss, core.outputWidths[i] as number, things[i]);
    const expectation = "expected targets for an output with a loss or metrics";
    throw new TypeError(explain(`${where}, ${things[i]}`, expectation, "none"));
  });
  yield* checkInputs(where, inputs, core.inputs.names);
  for (const [i, target] of targets.entries()) {
    if (target === null) continue;
    yield* checkTarget(where, target, outputs[i]?.loss ?? null, core.outputWidths[i] as number, things[i]);
  }
  const training = splitRows(where, rows, weighting.validationSplit).rows;
  const weights = rowWeights(where, weighting, outputs, targets, core.outputWidths[0] as number, training);
  return { rows, inputs, targets, weights };
}

/** Checks batches to train or to evaluate on. */
export function readScored(
  core: ModelCore,
  method: string,
  classWeight: unknown,
  place = "",
): (batch: BatchParts, at: string) => Procedure<Dataset> {
  return ({ x, y, sampleWeight }, at) => prepareData(core, method, x, y, { sampleWeight, classWeight }, place + at);
}

/** Checks batches to predict on; their targets are not looked at. */
export function readInputs(core: ModelCore, method: string): (batch: BatchParts, at: string) => Procedure<Dataset> {
  return function* read({ x }, at) {
    const where = `${core.where(method)}${at}`;
    core.buildFor(method, x);
    const inputs = inputMatrices(where, x, core.inputs);
    yield* checkInputs(where, inputs, core.inputs.names);
    return { rows: inputs[0]?.rows ?? 0, inputs, targets: [], weights: [] };
  };
}

/** The last rows are kept for validation, before anything is shuffled, as in Keras. */
export function splitRows(where: string, all: number, split: number | undefined): { rows: number; kept: number } {
  if (split === undefined || split === 0) return { rows: all, kept: 0 };
  const rows = Math.floor(all * (1 - split));
  if (rows > 0 && rows < all) return { rows, kept: all - rows };
  const parts = `${rows} and ${all - rows} of ${all}`;
  throw new RangeError(explain(where, "validationSplit must leave rows for training and for validation", parts));
}
