// A trial, as the objective sees it.

import type { Callback } from "../callbacks/callback.js";
import { Monitor } from "../callbacks/monitor.js";
import { checkOptions } from "../errors.js";
import type { FloatOptions, IntOptions, ParameterValue } from "./distributions.js";

/** Thrown by an objective whose trial is not worth going on: `throw trial.pruned()`. */
export class TrialPruned extends Error {
  override readonly name: string = "TrialPruned";
}

/** Also one from another realm, or that came from a worker. */
export function isPruned(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "TrialPruned";
}

/** A question for a parameter. */
export type Question =
  | {
      readonly kind: "int";
      readonly name: string;
      readonly low: number;
      readonly high: number;
      readonly options: IntOptions;
    }
  | {
      readonly kind: "float";
      readonly name: string;
      readonly low: number;
      readonly high: number;
      readonly options: FloatOptions;
    }
  | { readonly kind: "categorical"; readonly name: string; readonly choices: readonly ParameterValue[] };

/** What a trial needs of its study, which may be in another thread. */
export interface TrialHost {
  readonly number: number;
  readonly signal: AbortSignal;
  readonly threads: number;
  ask(question: Question): ParameterValue;
  report(value: number, step: number | undefined): void;
  shouldPrune(): boolean;
}

export interface PruningCallbackOptions {
  /** The result to report; default "valLoss". */
  monitor?: string;
}

/**
 * Gives an objective its parameters and takes its reports. Follows optuna.trial.Trial: a parameter exists from the moment at which the
 * objective asks for it, so that conditions of a space are plain code.
 *
 * @example
 * const study = await tune((trial) => {
 *   const layers = trial.int("layers", 1, 3);
 *   const units = Array.from({ length: layers }, (_, i) => trial.int(`units${i}`, 4, 64, { log: true }));
 *   return units.reduce((sum, n) => sum + n, 0);
 * }, { trials: 10 });
 */
export class Trial {
  readonly #host: TrialHost;
  readonly #params = new Map<string, ParameterValue>();

  /** For `tune`, which makes the trials. */
  constructor(host: TrialHost) {
    this.#host = host;
  }

  /** Its place in the study, from 0. */
  get number(): number {
    return this.#host.number;
  }

  /** The parameters so far. */
  get params(): Readonly<Record<string, ParameterValue>> {
    return Object.fromEntries(this.#params);
  }

  /** Aborted when the study is: give it to `fit`. */
  get signal(): AbortSignal {
    return this.#host.signal;
  }

  /** How many threads leave something for the trials that run at the same time: the cores divided by them. */
  get threads(): number {
    return this.#host.threads;
  }

  /**
   * An integer in [low, high]. `log`: searched by magnitude; `step`: only low, low + step, ...
   *
   * @throws RangeError for low > high, and when the trials before asked for another kind of parameter by this name.
   */
  int(name: string, low: number, high: number, options: IntOptions = {}): number {
    return this.#ask({ kind: "int", name, low, high, options }) as number;
  }

  /**
   * A number in [low, high]. `log`: searched by magnitude; `step`: only low, low + step, ...
   *
   * @throws RangeError for low > high, and when the trials before asked for another kind of parameter by this name.
   */
  float(name: string, low: number, high: number, options: FloatOptions = {}): number {
    return this.#ask({ kind: "float", name, low, high, options }) as number;
  }

  /**
   * One of several choices: strings, numbers, booleans or null.
   *
   * @throws RangeError for no choices, and when the trials before had others.
   */
  categorical<const T extends ParameterValue>(name: string, choices: readonly T[]): T {
    return this.#ask({ kind: "categorical", name, choices }) as T;
  }

  /** Tells the value so far, at a step such as the epoch; default the step after the last. A second value for a step is not taken. */
  report(value: number, step?: number): void {
    this.#host.report(value, step);
  }

  /** Whether the pruner would end the trial, by what it has reported. */
  shouldPrune(): boolean {
    return this.#host.shouldPrune();
  }

  /** What to throw then. */
  pruned(): TrialPruned {
    return new TrialPruned(`trial ${this.number} was pruned`);
  }

  /**
   * A callback for `fit` that reports a result after each epoch, and ends the trial when it should be pruned. Follows
   * optuna.integration.KerasPruningCallback.
   *
   * @throws RangeError during `fit` when the result does not exist.
   * @example
   * await net.fit(x, y, { validationSplit: 0.2, callbacks: [trial.pruningCallback({ monitor: "valLoss" })] });
   */
  pruningCallback(options: PruningCallbackOptions = {}): Callback {
    const where = "trial.pruningCallback";
    checkOptions(where, options, ["monitor"]);
    const monitor = new Monitor(where, options.monitor ?? "valLoss", "auto");
    return {
      setParams: (parameters) => monitor.setParams(parameters),
      onEpochEnd: (epoch, logs) => {
        const value = monitor.read(epoch, logs);
        if (value === undefined) return;
        this.report(value, epoch);
        if (this.shouldPrune()) throw this.pruned();
      },
    };
  }

  #ask(question: Question): ParameterValue {
    const value = this.#host.ask(question);
    this.#params.set(question.name, value);
    return value;
  }
}
