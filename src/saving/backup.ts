// Backups of a running training: the file of the model with the place in the training, to go on from after an interruption.

import { explain, FormatError } from "../errors.js";
import { readSafetensors } from "../files/safetensors.js";
import type { ModelCore } from "../models/core.js";
import { idle, type Procedure, runAsync } from "../models/task.js";
import { count, fields, list } from "../files/fields.js";
import { checkFormat } from "./format.js";
import { fromJson, toJson } from "./json.js";
import { fileExists, readFile, writeFile } from "./places.js";
import { modelParts } from "./save.js";
import { slotsOf } from "./slots.js";
import { fillWeights } from "./weights.js";

/** How far a training is. */
export interface TrainingPosition {
  /** The epoch that goes on, counted from 0. */
  readonly epoch: number;
  /** Steps of it that are done. */
  readonly done: number;
  /** Steps that are done since the data began anew: with `stepsPerEpoch` a pass over the data is no epoch. */
  readonly offset: number;
}

const key = "position";

/** Writes the backup; the one before stays until it is complete. */
export async function keepTraining(
  core: ModelCore,
  where: string,
  target: string,
  position: TrainingPosition,
): Promise<void> {
  await writeFile(where, target, await runAsync(backupParts(core, where, position), core.turnstile));
}

/** What is trained belongs into the backup, also while callbacks have exchanged it with its averages. */
function* backupParts(core: ModelCore, where: string, position: TrainingPosition): Procedure<Uint8Array[]> {
  yield* idle();
  const { exchanged, seed } = core;
  if (exchanged) core.takeAverages(true);
  try {
    return yield* modelParts(core, where, new Map([[key, toJson({ ...position, seed })]]));
  } finally {
    if (exchanged) core.takeAverages(true);
  }
}

/**
 * Brings a model to where its training was: weights, state and learning rate of the optimizer, steps, shuffles, random numbers.
 *
 * @returns null when there is no backup.
 * @throws FormatError for a damaged file, and for one of another model; the model is as before then.
 */
export async function restoreTraining(
  core: ModelCore,
  where: string,
  target: string,
): Promise<TrainingPosition | null> {
  if (!(await fileExists(where, target))) return null;
  const place = `${where} "${target}"`;
  const { tensors, metadata } = readSafetensors(await readFile(where, target), place);
  checkFormat(place, metadata);
  const part = (name: string) => {
    const text = metadata.get(name);
    if (text === undefined)
      throw new FormatError(explain(place, `expected a backup of a training with "${name}"`, "none"));
    return fields(`${place}, ${name}`, fromJson(`${place}, ${name}`, text));
  };
  const [position, training] = [part(key), part("training")];
  const number = (name: string) => count(`${place}, ${name}`, position[name]);
  const found = { epoch: number("epoch"), done: number("done"), offset: number("offset") };
  const [low, high] = list(`${place}, seed`, position.seed).map((word) => count(`${place}, seed`, word));
  const { optimizer } = core.compiled("fit");
  const { name } = fields(`${place}, optimizer`, training.optimizer);
  if (name !== optimizer.name) {
    const expectation = `expected a training with optimizer ${optimizer.name}`;
    throw new FormatError(explain(place, expectation, String(name), "Remove the file to begin anew."));
  }
  const step = count(`${place}, step`, training.step);
  const shuffledEpochs = count(`${place}, shuffledEpochs`, training.shuffledEpochs);
  const slots = slotsOf(place, core, tensors);
  fillWeights(place, core, tensors);
  core.releaseSession();
  core.restore(step, shuffledEpochs, slots);
  core.seed = [low ?? 0, high ?? 0];
  const { learningRate } = training;
  if (typeof learningRate === "number" && typeof optimizer.learningRate === "number")
    optimizer.learningRate = learningRate;
  return found;
}
