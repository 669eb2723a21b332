// A layers model of TensorFlow.js: a model.json with topology and a list of weights, and their values one behind the other.

import { explain, FormatError } from "../../errors.js";

/** What `model.json` says, and the bytes of its weights. */
export interface TfjsModel {
  readonly modelJson: Readonly<Record<string, unknown>>;
  readonly weights: Uint8Array;
}

/** What a weight is called there: moving_mean is movingMean here. */
export function tfjsName(name: string): string {
  return name.replace(/[^/]*$/, (own) => own.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** Errors of layers are those of the file. */
export function guarded<T>(place: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof FormatError || !(error instanceof Error)) throw error;
    const reason = error.message.replace(/\.$/, "");
    throw new FormatError(explain(place, "expected what can be had here", reason), { cause: error });
  }
}
