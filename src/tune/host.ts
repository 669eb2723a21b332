// A running trial beside its study: asks the sampler and the pruner, and writes to the book.

import { checkInteger, describeValue, explain } from "../errors.js";
import { deriveSeed, RandomStream, type Seed } from "../random/philox.js";
import {
  categoricalDistribution,
  compatible,
  containsInternal,
  countValues,
  describeDistribution,
  type Distribution,
  externalValue,
  floatDistribution,
  intDistribution,
  internalValue,
  type ParameterValue,
  sameDistribution,
} from "./distributions.js";
import type { Ledger } from "./ledger.js";
import type { Pruner } from "./pruners/pruner.js";
import { type Direction, lastStep, type TrialRecord } from "./records.js";
import type { Proposal, Sampler, SamplerContext } from "./samplers/sampler.js";
import type { Question, TrialHost } from "./trial.js";

export interface HostSetup {
  readonly ledger: Ledger;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly direction: Direction;
  readonly seed: Seed;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Parameters that this trial has to take, by name. */
  readonly fixed: Readonly<Record<string, ParameterValue>>;
}

/** Mistakes in a space are the same in every trial: the first ends the study. */
export class RunningTrial implements TrialHost {
  readonly record: TrialRecord;
  readonly #setup: HostSetup;
  readonly #random: RandomStream;
  #proposed: ReadonlyMap<string, Proposal> | undefined;
  /** What is wrong with the space. */
  mistake: Error | undefined;

  constructor(record: TrialRecord, setup: HostSetup) {
    this.record = record;
    this.#setup = setup;
    this.#random = new RandomStream(deriveSeed(setup.seed, record.number));
  }

  get number(): number {
    return this.record.number;
  }

  get signal(): AbortSignal {
    return this.#setup.signal;
  }

  get threads(): number {
    return this.#setup.threads;
  }

  ask(question: Question): ParameterValue {
    this.#checkRunning();
    try {
      const distribution = this.#distribution(question);
      const { name } = question;
      const known = this.record.parameters.get(name);
      if (known !== undefined) return externalValue(known.distribution, known.internal);
      const internal = this.#choose(name, distribution);
      this.#setup.ledger.assign(this.record, name, { distribution, internal });
      return externalValue(distribution, internal);
    } catch (error) {
      this.mistake ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  report(value: number, step: number | undefined): void {
    this.#checkRunning();
    const where = `trial ${this.number}`;
    if (typeof value !== "number") throw new TypeError(explain(where, "report takes a number", describeValue(value)));
    const at = checkInteger(where, "step", step ?? (lastStep(this.record) ?? -1) + 1, 0, 2 ** 31 - 1);
    if (!this.record.reports.has(at)) this.#setup.ledger.report(this.record, at, value);
  }

  shouldPrune(): boolean {
    const { ledger, pruner, direction } = this.#setup;
    if (this.record.reports.size === 0) return false;
    return pruner.shouldPrune({ trial: this.record, trials: ledger.others(this.number), direction });
  }

  /** An objective that goes on after its study has given it up can change nothing any more. */
  #checkRunning(): void {
    if (this.record.state === "running") return;
    throw new RangeError(explain(`trial ${this.number}`, "expected a trial that runs", `a ${this.record.state} one`));
  }

  #distribution(question: Question): Distribution {
    if (typeof question.name !== "string" || question.name === "") {
      throw new TypeError(
        explain("trial", "the name of a parameter must be a string with a character", describeValue(question.name)),
      );
    }
    const where = `trial.${question.kind}("${question.name}")`;
    const { kind } = question;
    const distribution =
      kind === "categorical"
        ? categoricalDistribution(where, question.choices)
        : kind === "int"
          ? intDistribution(where, question.low, question.high, question.options)
          : floatDistribution(where, question.low, question.high, question.options);
    for (const { number, parameters } of [this.record, ...this.#setup.ledger.others(this.number)]) {
      const other = parameters.get(question.name)?.distribution;
      if (other === undefined) continue;
      if (number === this.number ? sameDistribution(other, distribution) : compatible(other, distribution)) continue;
      const expected = `expected ${describeDistribution(other)}, as in trial ${number}`;
      const remedy = "Take another name for another parameter, or another study.";
      throw new RangeError(explain(where, expected, describeDistribution(distribution), remedy));
    }
    return distribution;
  }

  #choose(name: string, distribution: Distribution): number {
    const { fixed, sampler, ledger, direction, seed } = this.#setup;
    if (Object.hasOwn(fixed, name)) {
      const internal = internalValue(distribution, fixed[name]);
      if (internal !== undefined) return internal;
      const expected = `expected a value of ${describeDistribution(distribution)} for "${name}"`;
      throw new RangeError(explain("tune: first", expected, describeValue(fixed[name])));
    }
    if (countValues(distribution) === 1) return distribution.kind === "categorical" ? 0 : distribution.low;
    const trials = ledger.others(this.number);
    const context: SamplerContext = { trial: this.record, trials, direction, seed, random: this.#random };
    this.#proposed ??= sampler.propose?.(context) ?? new Map();
    const proposal = this.#proposed.get(name);
    const chosen =
      proposal !== undefined && sameDistribution(proposal.distribution, distribution)
        ? proposal.internal
        : sampler.suggest(context, name, distribution);
    if (containsInternal(distribution, chosen)) return chosen;
    throw new RangeError(
      explain(`sampler "${sampler.name}"`, `expected a value of ${describeDistribution(distribution)}`, chosen),
    );
  }
}
