// The result that a callback watches: which one, and whether it got better.

import { checkNumber, explain, unknownName } from "../errors.js";
import type { FitParameters, Logs } from "./callback.js";

/** "min" when less is better, "max" when more is; "auto" decides by the name: accuracies are maximised. */
export type MonitorMode = "auto" | "min" | "max";

const modes = ["auto", "min", "max"] as const;

/** Words of names like `valTopKCategoricalAccuracy` of which more is better. */
const maximised = /^(.*acc|.*accuracy|.*auc|f1|fmeasure|precision|recall|r2|mcc|matthews|kappa|similarity)$/;

/** The names of losses begin with that of their output, which may have any words in it. */
function isMaximised(name: string): boolean {
  const words = name.split(/(?=[A-Z])|[^A-Za-z0-9]+/).map((word) => word.toLowerCase());
  return words.at(-1) !== "loss" && (words.some((word) => maximised.test(word)) || /fBeta|true(Pos|Neg)/i.test(name));
}

export class Monitor {
  readonly name: string;
  readonly #where: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;
  #parameters: FitParameters | null = null;

  constructor(where: string, name: string, mode: MonitorMode, minDelta = 0) {
    if (!modes.includes(mode)) throw unknownName(where, mode, modes);
    this.#where = where;
    this.name = name;
    this.#minDelta = Math.abs(checkNumber(where, "minDelta", minDelta));
    this.#sign = mode === "max" || (mode === "auto" && isMaximised(name)) ? -1 : 1;
  }

  /** What everything is better than. */
  get worst(): number {
    return this.#sign * Number.POSITIVE_INFINITY;
  }

  setParams(parameters: FitParameters): void {
    this.#parameters = parameters;
  }

  /** The watched result; undefined after an epoch without a validation that would give it. */
  read(epoch: number, logs: Logs): number | undefined {
    const value = logs[this.name];
    if (value !== undefined) return value;
    const every = this.#parameters?.validationFreq ?? null;
    if (this.name.startsWith("val") && every !== null && (epoch + 1) % every !== 0) return undefined;
    const remedy = this.name.startsWith("val") ? "Give fit validationData or validationSplit." : "";
    const available = Object.keys(logs).join(", ");
    throw new RangeError(
      explain(this.#where, `monitor must be one of ${available}`, JSON.stringify(this.name), remedy),
    );
  }

  /** True when `value` is better than `reference` by more than the smallest difference that counts. NaN never is. */
  better(value: number, reference: number): boolean {
    return this.#sign * value + this.#minDelta < this.#sign * reference;
  }
}
