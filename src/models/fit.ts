// The training loop: it cuts epochs into calls of many steps, keeps the books of losses and metrics, and calls callbacks.
// `fit` and `fitSync` drive the same procedure, so they give the same bits.

import type { TrainResult } from "../backends/backend.js";
import { currentBackend } from "../backends/registry.js";
import type { Callback, CallbackModel, Logs } from "../callbacks/callback.js";
import type { Progress } from "../callbacks/progress.js";
import type { RunningTraining, TrainingBackups } from "../callbacks/running-training.js";
import { Lbfgs } from "../optimizers/lbfgs.js";
import type { TrainingPosition } from "../saving/backup.js";
import type { ModelCore } from "./core.js";
import type { Course } from "./course.js";
import type { Dataset } from "./data.js";
import { callAll, finishEpoch } from "./epoch.js";
import type { Portion, TrainingFeed } from "./feed.js";
import { History } from "./history.js";
import { type RareCode, rareCode } from "./late.js";
import { Pace } from "./pace.js";
import { bindColumns, needsOf } from "./predict.js";
import type { Routine } from "./session.js";
import { Tally } from "./tally.js";
import { execute, idle, type Procedure, pauseBeforeCall } from "./task.js";
import { checkTrainedWeights } from "./trained-weights.js";
import type { Warnings } from "./warnings.js";

/** What a training needs, checked and complete. */
export interface FitPlan {
  readonly feed: TrainingFeed;
  readonly initialEpoch: number;
  readonly epochs: number;
  readonly validation: { readonly evaluate: () => Procedure<Logs>; readonly every: number } | null;
  readonly callbacks: readonly Callback[];
  readonly progress: Progress;
  readonly warnings: Warnings;
  readonly course: Course;
  readonly signal: AbortSignal | undefined;
  /** Put the averages of an optimizer with `useEma` in the place of the weights at the end. */
  readonly finalizes: boolean;
}

/** Trains. `model` is what callbacks see. */
export function* fitProcedure(
  core: ModelCore,
  method: string,
  plan: FitPlan,
  model: CallbackModel,
): Procedure<History> {
  const { optimizer } = core.compiled(method);
  const searches = optimizer instanceof Lbfgs;
  const training = searches
    ? new (yield* rareCode()).LbfgsTraining(core, method, plan, optimizer)
    : new Training(core, method, plan);
  const stepBefore = core.step;
  core.stopTraining = false;
  core.exchanged = false;
  const { initialEpoch, epochs, feed, validation } = plan;
  const parameters = { initialEpoch, epochs, steps: feed.stepsPerEpoch, validationFreq: validation?.every ?? null };
  yield* callAll(plan.callbacks, (callback) => callback.setParams?.(parameters));
  yield* callAll(plan.callbacks, (callback) => callback.setModel?.(model));
  const backups = training instanceof Training ? backupsOf(core, training) : null;
  try {
    if (plan.callbacks.some((callback) => callback.setTraining !== undefined)) {
      const { measureLayers } = yield* rareCode();
      const running = { measure: sampler(core, method, feed, measureLayers), backups };
      yield* callAll(plan.callbacks, (callback) => callback.setTraining?.(running));
    }
    yield* callAll(plan.callbacks, (callback) => callback.onTrainBegin?.({}));
    yield* training.run();
  } catch (error) {
    // A callback may have left the averages in the place of the weights.
    if (core.exchanged && !core.disposed) {
      yield* idle();
      core.takeAverages(true);
    }
    throw error;
  }
  if (plan.finalizes) {
    yield* idle();
    core.takeAverages(false);
  }
  yield* callAll(plan.callbacks, (callback) => callback.onTrainEnd?.(training.lastLogs));
  yield* idle();
  if (core.step > stepBefore) {
    const error = checkTrainedWeights(core, method);
    if (error !== null) yield* tellNotFinite(core, plan, error);
  }
  training.history.warnings.push(...plan.warnings.texts);
  return training.history;
}

/** The code is loaded when it is used. */
function backupsOf(core: ModelCore, training: Training): TrainingBackups {
  return {
    async keep(where, target) {
      const { position } = training;
      const { keepTraining } = await import("../saving/backup.js");
      await keepTraining(core, where, target, position);
    },
    async restore(where, target) {
      const { restoreTraining } = await import("../saving/backup.js");
      const position = await restoreTraining(core, where, target);
      if (position !== null) training.resume(position);
      return position !== null;
    },
    async remove(where, target) {
      const { removeFile } = await import("../saving/places.js");
      await removeFile(where, target);
    },
  };
}

/** Measures the layers on rows that are chosen once. */
function sampler(
  core: ModelCore,
  method: string,
  feed: TrainingFeed,
  measureLayers: RareCode["measureLayers"],
): RunningTraining["measure"] {
  // The rows of a stream are there before the first step alone.
  let sample: Dataset | null = null;
  return (rows) => {
    sample ??= feed.sample(rows);
    return sample === null ? [] : measureLayers(core, method, sample, feed.batchRows);
  };
}

/** Throws, unless a callback takes care of it: then the training ends with a warning. */
function* tellNotFinite(core: ModelCore, { callbacks, warnings }: FitPlan, error: RangeError): Procedure<void> {
  if (!callbacks.some((callback) => callback.onNotFinite !== undefined)) throw error;
  warnings.add("notFinite", () => error.message);
  core.stopTraining = true;
  yield* callAll(callbacks, (callback) => callback.onNotFinite?.(error));
}

/** The books of a running training. */
class Training {
  readonly history = new History();
  lastLogs: Logs = {};
  readonly #core: ModelCore;
  readonly #method: string;
  readonly #plan: FitPlan;
  /** Loss and metrics of the epoch so far; null before the first step. */
  #tally: Tally | null = null;
  readonly #feed: TrainingFeed;
  /** Steps of an epoch: of the last one, when only the end of the data tells; null when nothing is known. */
  #stepsPerEpoch: number | null;
  readonly #applyEvery: number;
  readonly #watchesBatches: boolean;
  readonly #watchesProgress: boolean;
  /** Several epochs may go into one call: nothing looks at what happens between them, and each ends with a whole batch. */
  readonly #joinsEpochs: boolean;
  readonly #pace: Pace;
  #epoch: number;
  /** Steps done in this epoch. */
  #done = 0;
  /** Steps of the data to leave out at first, which an interrupted training has done. */
  #skipped = 0;

  constructor(core: ModelCore, method: string, plan: FitPlan) {
    this.#core = core;
    this.#method = method;
    this.#plan = plan;
    this.#feed = plan.feed;
    this.#pace = new Pace(currentBackend().offThread, core.timings.train * plan.feed.batchRows);
    this.#epoch = plan.initialEpoch;
    const { optimizer } = core.compiled(method);
    this.#applyEvery = optimizer.common.accumulationSteps ?? 1;
    this.#stepsPerEpoch = plan.feed.stepsPerEpoch;
    this.#watchesBatches = plan.callbacks.some(
      (callback) => callback.onBatchBegin !== undefined || callback.onBatchEnd !== undefined,
    );
    this.#watchesProgress = plan.callbacks.some((callback) => callback.onProgress !== undefined);
    const watchesEpochs = plan.callbacks.some(
      (callback) => callback.onEpochBegin !== undefined || callback.onEpochEnd !== undefined,
    );
    this.#joinsEpochs =
      plan.feed.joinable &&
      !this.#watchesBatches &&
      !watchesEpochs &&
      plan.validation === null &&
      !plan.progress.everyEpoch;
  }

  get position(): TrainingPosition {
    return { epoch: this.#epoch, done: this.#done, offset: this.#feed.offset };
  }

  /** Goes on where an interrupted training was. */
  resume({ epoch, done, offset }: TrainingPosition): void {
    const ended = done === this.#feed.stepsPerEpoch;
    this.#epoch = ended ? epoch + 1 : epoch;
    this.#done = ended ? 0 : done;
    this.#skipped = offset;
    // The program has the averages of the weights, which take their place at the end even if no step is left.
    const sample = this.#feed.sample(1);
    if (sample !== null) this.#core.trainingSession(this.#method, needsOf(sample, this.#feed.batchRows));
  }

  *run(): Procedure<void> {
    const { epochs, callbacks, progress } = this.#plan;
    if (this.#skipped > 0) yield* this.#feed.skip(this.#skipped);
    if (this.#done > 0) {
      progress.beginEpoch();
      yield* callAll(callbacks, (callback) => callback.onEpochBegin?.(this.#epoch, {}));
    }
    while (this.#epoch < epochs && !this.#core.stopTraining) {
      if (this.#done === 0) {
        if (!(yield* this.#feed.beginEpoch())) return this.#warnOfEnd();
        progress.beginEpoch();
        yield* callAll(callbacks, (callback) => callback.onEpochBegin?.(this.#epoch, {}));
        if (this.#core.stopTraining) return;
      } else if (!(yield* this.#feed.more())) {
        if (this.#feed.stepsPerEpoch !== null) this.#warnOfEnd();
        yield* this.#endEpoch();
        continue;
      }
      if (this.#watchesBatches) yield* this.#watchedStep();
      else yield* this.#call(this.#pace.steps);
    }
  }

  /** One step with its callbacks. */
  *#watchedStep(): Procedure<void> {
    const batch = this.#done;
    yield* callAll(this.#plan.callbacks, (callback) => callback.onBatchBegin?.(batch, {}));
    const logs = yield* this.#call(1);
    yield* callAll(this.#plan.callbacks, (callback) => callback.onBatchEnd?.(batch, logs));
    // An epoch ends after the callbacks of its last batch; `stopTraining` ends it early.
    if (this.#done === this.#feed.stepsPerEpoch || this.#core.stopTraining) yield* this.#endEpoch();
  }

  #checkAborted(): void {
    const { signal } = this.#plan;
    if (signal?.aborted === true || this.#core.disposed) throw this.#core.aborted(this.#method, signal);
  }

  /** Executes up to `wanted` steps; returns the means over the epoch so far. */
  *#call(wanted: number): Procedure<Logs> {
    const core = this.#core;
    const { signal } = this.#plan;
    yield* pauseBeforeCall();
    const portion = yield* this.#feed.next(this.#chooseSteps(wanted));
    this.#checkAborted();
    const { data, order, batchRows } = portion;
    const steps = Math.ceil(order.length / batchRows);
    const needs = needsOf(data, batchRows);
    if (this.#tally === null) {
      yield* core.prepareSession(this.#method, needs);
      this.#checkAborted();
    }
    const began = performance.now();
    const result = yield* execute(() => {
      const session = core.trainingSession(this.#method, needs);
      const routine = session.train as Routine;
      this.#tally ??= new Tally(routine.reports);
      const request = {
        first: routine.first,
        updateFirst: routine.updateFirst,
        applyFirst: routine.applyFirst,
        last: routine.last,
        applyEvery: this.#applyEvery,
        batchRows,
        order,
        learningRates: this.#learningRates(steps),
        step: core.step,
        seed: core.seed,
        columns: bindColumns(routine, data),
        reports: routine.reported,
        stopIfNotFinite: true,
      };
      return { executable: session.executable, request };
    }, this.#pace.estimate(steps));
    this.#pace.observe(result.steps, performance.now() - began);
    core.timings.train = this.#pace.perStep / batchRows;
    core.step += result.steps;
    this.#feed.count(result.steps);
    const tally = this.#tally as Tally;
    const logs = yield* this.#account(result, portion, tally);
    if (result.status === "notFinite") {
      const { notFiniteError } = yield* rareCode();
      yield* idle();
      const error = notFiniteError(core, this.#method, core.session(this.#method, needs), data, {
        rows: order.slice(result.steps * batchRows, (result.steps + 1) * batchRows),
        epoch: this.#epoch,
        batch: this.#done,
        loss: result.reports[result.steps * tally.width] ?? Number.NaN,
      });
      yield* tellNotFinite(core, this.#plan, error);
      if (!this.#watchesBatches) yield* this.#endEpoch();
    }
    if (result.status === "cancelled") throw core.aborted(this.#method, signal);
    return logs;
  }

  #chooseSteps(wanted: number): number {
    const { stepsPerEpoch, batchRows } = this.#feed;
    const left = (stepsPerEpoch ?? Number.POSITIVE_INFINITY) - this.#done;
    if (!this.#joinsEpochs) return Math.min(wanted, left, this.#core.mostSteps);
    const all = left + (this.#plan.epochs - this.#epoch - 1) * (stepsPerEpoch ?? 0);
    // Up to a bound of rows, so that the order of tiny steps over many rows stays a small array.
    const most = Math.max(1, Math.floor((1 << 20) / batchRows));
    return Math.min(wanted, all, most, this.#core.mostSteps);
  }

  #learningRates(steps: number): Float32Array {
    const { optimizer } = this.#core.compiled(this.#method);
    const rates = new Float32Array(steps);
    if (typeof optimizer.learningRate === "number") return rates.fill(optimizer.learningRate);
    for (let s = 0; s < steps; s++) rates[s] = optimizer.rateAt(this.#core.step + s);
    return rates;
  }

  /** Adds up the steps of a call, and ends the epochs that end in it; with batch callbacks the caller ends them. */
  *#account(result: TrainResult, portion: Portion, tally: Tally): Procedure<Logs> {
    if (this.#joinsEpochs) {
      yield* this.#accountJoined(result, portion, tally);
      return {};
    }
    for (let s = 0; s < result.steps; s++) this.#addStep(result.reports, s, portion, tally);
    if (this.#watchesBatches) {
      yield* this.#showStep(tally);
      return tally.results();
    }
    // Nobody looks at the results between the calls of an epoch.
    if (this.#done !== this.#feed.stepsPerEpoch) yield* this.#showStep(tally);
    else yield* this.#endEpoch();
    return {};
  }

  /** The same for epochs that nobody watches: hundreds of thousands a second, so nothing is allocated for one. */
  *#accountJoined(result: TrainResult, portion: Portion, tally: Tally): Procedure<void> {
    const { progress } = this.#plan;
    const { stepsPerEpoch } = this.#feed;
    let rows = 0;
    for (let s = 0; s < result.steps; s++) {
      this.#addStep(result.reports, s, portion, tally);
      if (this.#done !== stepsPerEpoch) continue;
      rows = tally.rows;
      tally.moveTo(this.history, this.#epoch);
      this.#done = 0;
      this.#epoch++;
    }
    this.lastLogs = this.history.last();
    this.#plan.course.observe(this.history);
    if (this.#done !== 0) yield* this.#showStep(tally);
    else if (!progress.silent) {
      progress.endEpoch({ epoch: this.#epoch - 1, done: stepsPerEpoch as number, rows }, this.lastLogs);
    }
  }

  /** Adds one step's loss and metrics to the books. */
  #addStep(reports: Float32Array, s: number, { order, batchRows }: Portion, tally: Tally): void {
    tally.add(reports, s, Math.min(batchRows, order.length - s * batchRows));
    this.#done++;
  }

  /** Tells how far the epoch is. */
  *#showStep(tally: Tally): Procedure<void> {
    const { callbacks, progress } = this.#plan;
    const state = { epoch: this.#epoch, done: this.#done, rows: tally.rows, steps: this.#stepsPerEpoch };
    const logs = () => tally.results();
    progress.step(state, logs);
    if (this.#watchesProgress) yield* callAll(callbacks, (callback) => callback.onProgress?.(state, logs));
  }

  /** Ends the epoch, if a step of it was done. */
  *#endEpoch(): Procedure<void> {
    const tally = this.#tally;
    if (this.#done === 0) return;
    if (tally === null) {
      // All steps of this epoch were done before an interruption.
      [this.#epoch, this.#done] = [this.#epoch + 1, 0];
      return yield* this.#feed.endEpoch();
    }
    yield* this.#showStep(tally);
    const [epoch, steps, rows, logs] = [this.#epoch, this.#done, tally.rows, tally.results()];
    tally.clear();
    this.#epoch = epoch + 1;
    this.#done = 0;
    this.#stepsPerEpoch ??= steps;
    this.lastLogs = logs;
    yield* this.#feed.endEpoch();
    yield* finishEpoch(this.#plan, this.history, { epoch, steps, rows, logs });
  }

  /** As Keras warns of data that ends before the training. */
  #warnOfEnd(): void {
    const { epochs, warnings } = this.#plan;
    warnings.add("endOfData", () => {
      const when = `in epoch ${this.#epoch + 1} of ${epochs}, after ${this.#done} steps`;
      const remedy = "Give an iterable that begins anew each time, or that goes on for stepsPerEpoch * epochs batches.";
      return `${this.#core.where(this.#method)}: the data ended ${when}. ${remedy}`;
    });
  }
}
