// The training loop: it cuts epochs into calls of many steps, keeps the books of losses and metrics, and calls callbacks.
// `fit` and `fitSync` drive the same procedure, so they give the same bits.

import type { TrainResult } from "../backends/backend.js";
import { currentBackend } from "../backends/registry.js";
import type { Callback, CallbackModel, Logs } from "../callbacks/callback.js";
import { Lbfgs } from "../optimizers/lbfgs.js";
import { fillInOrder, fillShuffled } from "./batches.js";
import type { ModelCore } from "./core.js";
import type { Dataset } from "./data.js";
import { callAll, finishEpoch } from "./epoch.js";
import { History } from "./history.js";
import { LbfgsTraining } from "./lbfgs.js";
import { checkTrainedWeights, notFiniteError } from "./not-finite.js";
import { Pace } from "./pace.js";
import { bindColumns, needsOf, type Span } from "./predict.js";
import type { Progress } from "./progress.js";
import type { Routine } from "./session.js";
import { Tally } from "./tally.js";
import { execute, idle, pauseBeforeCall, type Procedure } from "./task.js";

/** What a training needs, checked and complete. */
export interface FitPlan {
  readonly data: Dataset;
  /** The training rows are the first ones of `data`. */
  readonly rows: number;
  readonly batchSize: number;
  readonly initialEpoch: number;
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly validation: { readonly data: Dataset; readonly span: Span; readonly every: number } | null;
  readonly callbacks: readonly Callback[];
  readonly progress: Progress;
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
  const training = searches ? new LbfgsTraining(core, method, plan, optimizer) : new Training(core, method, plan);
  const stepBefore = core.step;
  core.stopTraining = false;
  for (const callback of plan.callbacks) callback.setModel?.(model);
  yield* callAll(plan.callbacks, (callback) => callback.onTrainBegin?.({}));
  yield* training.run();
  if (plan.finalizes) {
    yield* idle();
    core.takeAverages(false);
  }
  yield* callAll(plan.callbacks, (callback) => callback.onTrainEnd?.(training.lastLogs));
  yield* idle();
  if (core.step > stepBefore) checkTrainedWeights(core, method);
  return training.history;
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
  readonly #stepsPerEpoch: number;
  readonly #applyEvery: number;
  readonly #watchesBatches: boolean;
  /** Several epochs may go into one call: nothing looks at what happens between them, and each ends with a whole batch. */
  readonly #joinsEpochs: boolean;
  readonly #pace: Pace;
  #order: Int32Array = new Int32Array(0);
  /** The number of the first epoch's shuffle. */
  readonly #firstShuffle: number;
  #epoch: number;
  /** Steps done in this training. */
  #steps = 0;
  /** Steps done in this epoch. */
  #done = 0;

  constructor(core: ModelCore, method: string, plan: FitPlan) {
    this.#core = core;
    this.#method = method;
    this.#plan = plan;
    this.#pace = new Pace(currentBackend().offThread, core.timings.train * plan.batchSize);
    this.#epoch = plan.initialEpoch;
    this.#firstShuffle = core.shuffledEpochs;
    const { optimizer } = core.compiled(method);
    this.#applyEvery = optimizer.common.accumulationSteps ?? 1;
    this.#stepsPerEpoch = Math.ceil(plan.rows / plan.batchSize);
    this.#watchesBatches = plan.callbacks.some(
      (callback) => callback.onBatchBegin !== undefined || callback.onBatchEnd !== undefined,
    );
    const watchesEpochs = plan.callbacks.some(
      (callback) => callback.onEpochBegin !== undefined || callback.onEpochEnd !== undefined,
    );
    this.#joinsEpochs =
      !this.#watchesBatches &&
      !watchesEpochs &&
      plan.validation === null &&
      !plan.progress.everyEpoch &&
      plan.rows % plan.batchSize === 0;
  }

  *run(): Procedure<void> {
    const { epochs, callbacks, progress } = this.#plan;
    while (this.#epoch < epochs && !this.#core.stopTraining) {
      if (this.#done === 0) {
        progress.beginEpoch();
        yield* callAll(callbacks, (callback) => callback.onEpochBegin?.(this.#epoch, {}));
        if (this.#core.stopTraining) return;
        if (!this.#joinsEpochs) this.#makeOrder(this.#epoch);
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
    if (this.#done === 0 || this.#core.stopTraining) yield* this.#finishWatchedEpoch(logs);
  }

  /** With batch callbacks an epoch ends after the callbacks of its last batch; `stopTraining` ends it early. */
  *#finishWatchedEpoch(logs: Logs): Procedure<void> {
    this.#done = 0;
    yield* this.#endEpoch(logs);
  }

  /** Executes up to `wanted` steps; returns the means over the epoch so far. */
  *#call(wanted: number): Procedure<Logs> {
    const core = this.#core;
    const { signal, batchSize, data } = this.#plan;
    yield* pauseBeforeCall();
    if (signal?.aborted === true || core.disposed) throw core.aborted(this.#method, signal);
    const steps = this.#chooseSteps(wanted);
    const order = this.#nextRows(steps);
    const began = performance.now();
    const result = yield* execute(() => {
      const session = core.trainingSession(this.#method, needsOf(data, batchSize));
      const routine = session.train as Routine;
      this.#tally ??= new Tally(routine.reports);
      const request = {
        first: routine.first,
        updateFirst: routine.updateFirst,
        applyFirst: routine.applyFirst,
        last: routine.last,
        applyEvery: this.#applyEvery,
        batchRows: batchSize,
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
    core.timings.train = this.#pace.perStep / batchSize;
    this.#countSteps(result.steps);
    const tally = this.#tally as Tally;
    const logs = yield* this.#account(result, tally);
    if (result.status === "notFinite") {
      yield* idle();
      this.#failNotFinite(result, order, tally.width);
    }
    if (result.status === "cancelled") throw core.aborted(this.#method, signal);
    return logs;
  }

  #chooseSteps(wanted: number): number {
    const left = this.#stepsPerEpoch - this.#done;
    if (!this.#joinsEpochs) return Math.min(wanted, left, this.#core.mostSteps);
    const all = left + (this.#plan.epochs - this.#epoch - 1) * this.#stepsPerEpoch;
    // Up to a bound of rows, so that the order of tiny steps over many rows stays a small array.
    const most = Math.max(1, Math.floor((1 << 20) / this.#plan.batchSize));
    return Math.min(wanted, all, most, this.#core.mostSteps);
  }

  /** Without joined epochs `#order` is this epoch's; otherwise it is put together for the call. */
  #nextRows(steps: number): Int32Array {
    const { batchSize, rows } = this.#plan;
    if (!this.#joinsEpochs) {
      return this.#order.subarray(this.#done * batchSize, Math.min((this.#done + steps) * batchSize, rows));
    }
    const order = new Int32Array(steps * batchSize);
    let epoch = this.#epoch;
    let done = this.#done;
    for (let filled = 0; filled < order.length; ) {
      const count = Math.min(rows - done * batchSize, order.length - filled);
      if (count === rows) this.#writeEpoch(order, filled, epoch);
      else {
        // A part of an epoch, at the beginning or the end of the call: the whole order is made, and a part of it used.
        if (done === 0) this.#makeOrder(epoch);
        order.set(this.#order.subarray(done * batchSize, done * batchSize + count), filled);
      }
      filled += count;
      done += count / batchSize;
      if (done === this.#stepsPerEpoch) {
        done = 0;
        epoch++;
      }
    }
    return order;
  }

  #makeOrder(epoch: number): void {
    this.#order = new Int32Array(this.#plan.rows);
    this.#writeEpoch(this.#order, 0, epoch);
  }

  #writeEpoch(order: Int32Array, offset: number, epoch: number): void {
    const { rows, shuffle, initialEpoch } = this.#plan;
    if (shuffle) fillShuffled(order, offset, rows, this.#core.seed, this.#firstShuffle + epoch - initialEpoch);
    else fillInOrder(order, offset, 0, rows);
  }

  /** The next `fit` goes on with the next shuffle; an epoch of which no step was done does not count. */
  #countSteps(steps: number): void {
    this.#core.step += steps;
    this.#steps += steps;
    if (this.#plan.shuffle)
      this.#core.shuffledEpochs = this.#firstShuffle + Math.ceil(this.#steps / this.#stepsPerEpoch);
  }

  #learningRates(steps: number): Float32Array {
    const { optimizer } = this.#core.compiled(this.#method);
    const rates = new Float32Array(steps);
    if (typeof optimizer.learningRate === "number") return rates.fill(optimizer.learningRate);
    for (let s = 0; s < steps; s++) rates[s] = optimizer.rateAt(this.#core.step + s);
    return rates;
  }

  /** Adds up the steps of a call, and ends the epochs that end in it; with batch callbacks the caller ends them. */
  *#account(result: TrainResult, tally: Tally): Procedure<Logs> {
    if (this.#joinsEpochs) this.#accountJoined(result, tally);
    for (let s = 0; s < result.steps && !this.#joinsEpochs; s++) {
      const ends = this.#addStep(result.reports, s, tally);
      if (!ends) continue;
      const logs = tally.results();
      tally.clear();
      this.#done = 0;
      if (!this.#watchesBatches) yield* this.#endEpoch(logs);
      return logs;
    }
    this.#plan.progress.step(this.#epoch, this.#done, this.#stepsPerEpoch, () => tally.results());
    // Nobody looks at the results between the calls of an epoch, batch callbacks excepted.
    return this.#watchesBatches ? tally.results() : {};
  }

  /** The same for epochs that nobody watches: hundreds of thousands a second, so nothing is allocated for one. */
  #accountJoined(result: TrainResult, tally: Tally): void {
    const { progress } = this.#plan;
    for (let s = 0; s < result.steps; s++) {
      if (!this.#addStep(result.reports, s, tally)) continue;
      tally.moveTo(this.history, this.#epoch);
      this.#done = 0;
      this.#epoch++;
    }
    this.lastLogs = this.history.last();
    if (this.#done === 0 && !progress.silent) progress.endEpoch(this.#epoch - 1, this.#stepsPerEpoch, this.lastLogs);
  }

  /** Adds one step's loss and metrics to the books; true when it ends the epoch. */
  #addStep(reports: Float32Array, s: number, tally: Tally): boolean {
    const { rows, batchSize } = this.#plan;
    tally.add(reports, s, Math.min(batchSize, rows - this.#done * batchSize));
    this.#done++;
    return this.#done === this.#stepsPerEpoch;
  }

  *#endEpoch(logs: Logs): Procedure<void> {
    const epoch = this.#epoch;
    this.#epoch = epoch + 1;
    this.lastLogs = logs;
    const end = { epoch, steps: this.#stepsPerEpoch, logs };
    yield* finishEpoch(this.#core, this.#method, this.#plan, this.history, end);
  }

  #failNotFinite(result: TrainResult, order: Int32Array, reportWidth: number): never {
    const { data, batchSize } = this.#plan;
    const session = this.#core.session(this.#method, needsOf(data, batchSize));
    throw notFiniteError(this.#core, this.#method, session, data, {
      rows: order.slice(result.steps * batchSize, (result.steps + 1) * batchSize),
      epoch: this.#epoch,
      batch: this.#done,
      loss: result.reports[result.steps * reportWidth] ?? Number.NaN,
    });
  }
}
