// Training by L-BFGS: the search asks for losses and gradients at points, the model's program computes them over all rows.

import type { TrainRequest } from "../backends/backend.js";
import type { Logs } from "../callbacks/callback.js";
import { explain } from "../errors.js";
import type { Lbfgs } from "../optimizers/lbfgs.js";
import { type Evaluation, type Evaluations, LbfgsSearch, type LbfgsStop } from "../optimizers/lbfgs-search.js";
import { fillInOrder } from "./batches.js";
import type { ModelCore } from "./core.js";
import type { Dataset } from "./data.js";
import { callAll, finishEpoch } from "./epoch.js";
import { ArrayFeed } from "./feed.js";
import type { FitPlan } from "./fit.js";
import { History } from "./history.js";
import { notFiniteError } from "./not-finite.js";
import { bindColumns, needsOf } from "./predict.js";
import type { Routine, Session } from "./session.js";
import { Tally } from "./tally.js";
import { execute, idle, type Procedure } from "./task.js";

/** The books of a running search. */
export class LbfgsTraining {
  readonly history = new History();
  lastLogs: Logs = {};
  readonly #core: ModelCore;
  readonly #method: string;
  readonly #plan: FitPlan;
  readonly #data: Dataset;
  readonly #rows: number;
  readonly #optimizer: Lbfgs;
  readonly #order: Int32Array;
  /** Dropout draws by the step: the masks must not change while the search compares losses. */
  readonly #step: number;
  #search: LbfgsSearch | null = null;
  /** What the newest evaluation reported: the loss and the metrics. */
  #tally: Tally | null = null;
  /** Milliseconds of an evaluation. */
  #pace = Number.POSITIVE_INFINITY;

  constructor(core: ModelCore, method: string, plan: FitPlan, optimizer: Lbfgs) {
    const { feed } = plan;
    if (!(feed instanceof ArrayFeed)) {
      const expectation = "optimizer lbfgs compares losses over all rows: expected arrays";
      const remedy = "Choose another optimizer for batches.";
      throw new TypeError(explain(core.where(method), expectation, "an iterable of batches", remedy));
    }
    const { rows, batchSize } = feed.plan;
    if (batchSize < rows) {
      const remedy = "Leave out batchSize, or choose another optimizer for batches.";
      const expectation = `optimizer lbfgs compares losses over all rows: batchSize must be ${rows}`;
      throw new RangeError(explain(core.where(method), expectation, String(batchSize), remedy));
    }
    const constrained = core.weights.find(({ weight }) => weight.constraint !== null && weight.variable.trainable);
    if (constrained !== undefined) {
      const expectation = "optimizer lbfgs moves weights without regard to constraints: expected none";
      const remedy = "Choose another optimizer, or a regularizer.";
      const received = `one on "${constrained.name}"`;
      throw new TypeError(explain(core.where(method), expectation, received, remedy));
    }
    this.#core = core;
    this.#method = method;
    this.#plan = plan;
    this.#data = feed.plan.data;
    this.#rows = rows;
    this.#optimizer = optimizer;
    this.#step = core.step;
    this.#order = new Int32Array(rows);
    fillInOrder(this.#order, 0, 0, rows);
  }

  *run(): Procedure<void> {
    const { initialEpoch, epochs, callbacks, progress } = this.#plan;
    let stop: LbfgsStop | null = null;
    for (let epoch = initialEpoch; epoch < epochs && !this.#core.stopTraining; epoch++) {
      progress.beginEpoch();
      yield* callAll(callbacks, (callback) => callback.onEpochBegin?.(epoch, {}));
      if (this.#core.stopTraining) return;
      yield* callAll(callbacks, (callback) => callback.onBatchBegin?.(0, {}));
      stop = yield* this.#iterate();
      const logs = { ...this.lastLogs };
      this.lastLogs = logs;
      yield* callAll(callbacks, (callback) => callback.onBatchEnd?.(0, logs));
      this.#record(stop);
      yield* finishEpoch(this.#plan, this.history, { epoch, steps: 1, rows: this.#rows, logs });
      if (stop !== null) this.#core.stopTraining = true;
    }
  }

  /** One iteration. The first one evaluates the starting point before; when it is a minimum, there is nothing more to do. */
  *#iterate(): Procedure<LbfgsStop | null> {
    let search = this.#search;
    if (search === null) {
      yield* idle();
      search = new LbfgsSearch(this.#readWeights(), this.#optimizer.settings);
      this.#search = search;
      const stop = yield* this.#drive(search.begin());
      if (!Number.isFinite(search.value)) throw yield* this.#notFinite(search.value);
      this.#keep();
      if (stop !== null) return stop;
    }
    const before = search.iterations;
    const stop = yield* this.#drive(search.iterate());
    if (search.iterations > before) {
      yield* this.#moveTo(search.point);
      this.#keep();
    }
    return stop;
  }

  *#drive<T>(evaluations: Evaluations<T>): Procedure<T> {
    let next = evaluations.next();
    while (!next.done) next = evaluations.next(yield* this.#evaluate(next.value));
    return next.value;
  }

  /** Loss and gradient at a point. Before and behind it the model has the weights of the best point. */
  *#evaluate(point: Float64Array): Procedure<Evaluation> {
    const { signal } = this.#plan;
    const core = this.#core;
    if (signal?.aborted === true || core.disposed) throw core.aborted(this.#method, signal);
    // The program has float32 numbers: the search must know which point was really evaluated.
    for (let i = 0; i < point.length; i++) point[i] = Math.fround(point[i] as number);
    let gradient = new Float64Array(0);
    const began = performance.now();
    const result = yield* execute(() => {
      const session = this.#session();
      const { executable, program } = session;
      this.#tally ??= new Tally((session.train as Routine).reports);
      executable.write(program.parameters.offset, point);
      const after = () => {
        gradient = Float64Array.from(executable.read(program.gradients.offset, program.gradients.length));
        executable.write(program.parameters.offset, this.#search?.point ?? point);
      };
      return { executable, request: this.#request(session), after };
    }, this.#pace);
    if (result.status === "cancelled") throw core.aborted(this.#method, signal);
    this.#pace = performance.now() - began;
    this.#tally?.clear();
    this.#tally?.add(result.reports, 0, this.#rows);
    const value = result.reports[0] as number;
    return gradient.every(Number.isFinite) ? { value, gradient } : { value: Number.POSITIVE_INFINITY, gradient };
  }

  /** The weights of an iteration that was successful, and the state of layers that moves on with it. */
  *#moveTo(point: Float64Array): Procedure<void> {
    yield* idle();
    const { executable, program, train } = this.#session();
    executable.write(program.parameters.offset, point);
    this.#core.step++;
    const { updateFirst, last } = train as Routine;
    const movesState = program.instructions.slice(updateFirst, last).some(({ op }) => op !== "update");
    if (!movesState) return;
    yield* execute(() => {
      const session = this.#session();
      // A learning rate of 0: the rule that stands for the search in the program changes nothing.
      const update = { last: (session.train as Routine).last, learningRates: new Float32Array(1) };
      return { executable: session.executable, request: { ...this.#request(session), ...update } };
    }, this.#pace);
  }

  /** Takes the newest results for those of the epoch. */
  #keep(): void {
    this.lastLogs = this.#tally?.results() ?? {};
  }

  #record(reason: LbfgsStop | null): void {
    if (reason === null || this.#search === null) return;
    const { iterations, evaluations } = this.#search;
    this.history.stop = { reason, converged: reason !== "maxEvaluations", iterations, evaluations };
  }

  *#notFinite(loss: number): Procedure<RangeError> {
    yield* idle();
    const step = { rows: this.#order, epoch: this.#plan.initialEpoch, batch: 0, loss };
    return notFiniteError(this.#core, this.#method, this.#session(), this.#data, step);
  }

  /** The trainable weights, which lie before the others. */
  #readWeights(): Float64Array {
    const { executable, program } = this.#session();
    return Float64Array.from(executable.read(program.parameters.offset, program.gradients.length));
  }

  #session(): Session {
    // A callback may have disposed of the model.
    if (this.#core.disposed) throw this.#core.aborted(this.#method, this.#plan.signal);
    return this.#core.trainingSession(this.#method, needsOf(this.#data, this.#rows));
  }

  #request(session: Session): TrainRequest {
    const routine = session.train as Routine;
    return {
      first: routine.first,
      updateFirst: routine.updateFirst,
      last: routine.updateFirst,
      batchRows: this.#rows,
      order: this.#order,
      learningRates: null,
      step: this.#step,
      seed: this.#core.seed,
      columns: bindColumns(routine, this.#data),
      reports: routine.reported,
    };
  }
}
