// A model as a safetensors file. docs/file-format.md describes it.

import { bytesOf, type NamedTensor, safetensorsParts } from "../files/safetensors.js";
import type { ModelCore } from "../models/core.js";
import { idle, type Procedure, runAsync } from "../models/task.js";
import { architectureOf } from "./architecture.js";
import { savedPlan } from "./compiled.js";
import { checkPlain, toJson } from "./json.js";
import { writeOrJoin } from "./places.js";

/** The version of the format; older ones keep loading. */
export const formatVersion = 1;

/** What stands before the names of the optimizer's arrays. */
export const optimizerPrefix = "__optimizer__/";

/** Writes the file of a model, or gives its bytes. */
export async function saveModel(core: ModelCore, target: string | undefined): Promise<unknown> {
  const where = core.where("save");
  return await writeOrJoin(where, target, await runAsync(modelParts(core, where), core.turnstile));
}

/** Writes the file of the weights alone, or gives its bytes. */
export async function saveWeights(core: ModelCore, target: string | undefined): Promise<unknown> {
  return await writeOrJoin(core.where("saveWeights"), target, await runAsync(weightParts(core), core.turnstile));
}

/**
 * The file of a model in parts, which are copies: the model may be trained on while they are written. `more` goes to the
 * metadata.
 */
export function* modelParts(
  core: ModelCore,
  where: string,
  more: ReadonlyMap<string, string> = new Map(),
): Procedure<Uint8Array[]> {
  // Steps that are executing are waited for.
  yield* idle();
  core.checkAlive("save");
  const { plan } = core;
  const metadata = new Map([
    ["format", "feedforward"],
    ["version", String(formatVersion)],
    ["architecture", toJson(architectureOf(where, core))],
    ...more,
  ]);
  // The object may have been changed since it was given.
  checkPlain(`${core.where("save")}, metadata`, core.metadata);
  if (Object.keys(core.metadata).length > 0) metadata.set("user", toJson(core.metadata));
  const tensors = weightTensors(core);
  if (plan !== null) {
    const layers = core.taken.map(({ trainable, learningRateScale }) => [trainable, learningRateScale]);
    const { step, shuffledEpochs } = core;
    metadata.set("training", toJson({ ...savedPlan(plan), layers, step, shuffledEpochs }));
    tensors.push(...slotTensors(core));
  }
  return safetensorsParts(tensors, metadata);
}

/** The file of the weights alone. */
function* weightParts(core: ModelCore): Procedure<Uint8Array[]> {
  yield* idle();
  core.checkAlive("saveWeights");
  core.topology("saveWeights");
  return safetensorsParts(
    weightTensors(core),
    new Map([
      ["format", "feedforward weights"],
      ["version", String(formatVersion)],
    ]),
  );
}

function weightTensors(core: ModelCore): NamedTensor[] {
  return core.weights.map(({ name, weight }) => {
    return { name, dtype: "F32", shape: weight.variable.shape, bytes: bytesOf(weight.read()) };
  });
}

function slotTensors(core: ModelCore): NamedTensor[] {
  const names = new Map(core.weights.map(({ name, weight }) => [weight, name]));
  return core.slots.map(({ weight, slot, values }) => {
    const name = `${optimizerPrefix}${slot}${weight === null ? "" : `/${names.get(weight)}`}`;
    return { name, dtype: "F32", shape: weight === null ? [] : weight.variable.shape, bytes: bytesOf(values) };
  });
}
