// The class that users hold: compile, fit, evaluate, predict, weights. It checks arguments and runs the procedures of this
// folder, each in an asynchronous form that leaves the thread free and in a synchronous one.

import { ready } from "../backends/registry.js";
import type { Logs, WeightValues } from "../callbacks/callback.js";
import { checkOptions, explain } from "../errors.js";
import type { Layer } from "../layers/layer.js";
import { resolveLoss } from "../losses/resolve.js";
import { resolveMetric } from "../metrics/resolve.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { resolveOptimizer } from "../optimizers/resolve.js";
import type { Tensor, TensorInput } from "../tensor.js";
import type { ModelCore } from "./core.js";
import { type InputData, inputMatrices } from "./data.js";
import { type FitPlan, fitProcedure } from "./fit.js";
import type { History } from "./history.js";
import {
  type CompileOptions,
  checkBatchSize,
  checkSignal,
  chooseBatchSize,
  type EvaluateOptions,
  type FitOptions,
  type PredictOptions,
  type SummaryOptions,
  type TrainOnBatchOptions,
} from "./options.js";
import { evaluateProcedure, predictProcedure } from "./predict.js";
import { prepareData, prepareFit } from "./prepare.js";
import { Progress } from "./progress.js";
import { summaryText } from "./summary.js";
import { type Procedure, runAsync, runSync } from "./task.js";
import { copyWeights, replaceWeights } from "./weights.js";

/** Results by name: `loss` and the metrics. */
export interface Results {
  loss: number;
  [name: string]: number;
}

/** Weights as `setWeights` takes them: what `getWeights` gave, or arrays in the same order. */
export type WeightInput = WeightValues | TensorInput;

// Where the symbol is missing (Node before 18.18, old browsers) `using` is, too; the method then has a key of its own.
const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** A network. Made by `sequential()` and `model()`. Follows keras.Model. */
export class Model {
  readonly #core: ModelCore;

  /** Use `sequential()` or `model()`. */
  constructor(core: ModelCore) {
    this.#core = core;
  }

  get name(): string {
    return this.#core.name;
  }

  /** The layers in the order of computation. */
  get layers(): readonly Layer[] {
    const { pending } = this.#core;
    return pending ?? [...new Set(this.#core.topology("layers").uses.map((use) => use.layer))];
  }

  /** The optimizer, or null before `compile`. Its `learningRate` may be set at any time. */
  get optimizer(): Optimizer | null {
    return this.#core.plan?.optimizer ?? null;
  }

  /** Set it to true, in a callback or elsewhere, to end a training after the current batch or epoch. */
  get stopTraining(): boolean {
    return this.#core.stopTraining;
  }

  set stopTraining(value: boolean) {
    this.#core.stopTraining = value;
  }

  /**
   * Chooses loss, optimizer and metrics, and takes over `trainable` of the layers. The optimizer begins anew; weights stay.
   *
   * @throws TypeError or RangeError for unknown names and options; TypeError while a training is running.
   * @example
   * net.compile({ optimizer: "adam", loss: "meanSquaredError", metrics: ["mae"] });
   */
  compile(options: CompileOptions): void {
    const core = this.#core;
    const where = core.where("compile");
    core.checkFree("compile");
    core.checkIdle("compile");
    checkOptions(where, options, ["optimizer", "loss", "metrics"]);
    if (options.loss === undefined) {
      throw new TypeError(
        explain(where, "expected a loss", "none", `For example compile({ loss: "meanSquaredError" }).`),
      );
    }
    const optimizer = resolveOptimizer(`${where}, optimizer`, options.optimizer ?? "rmsprop");
    const loss = resolveLoss(`${where}, loss`, options.loss);
    const given = options.metrics ?? [];
    if (!Array.isArray(given)) throw new TypeError(explain(where, "metrics must be an array", typeof given));
    const metrics = given.map((metric) => resolveMetric(`${where}, metrics`, metric, loss));
    const names = ["loss", ...metrics.map((metric) => metric.name)];
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined)
      throw new RangeError(explain(where, "metrics need names of their own", `"${twice}" twice`));
    core.applyTrainable();
    core.releaseSession();
    core.plan = { optimizer, loss, metrics };
    core.step = 0;
  }

  /**
   * Trains on rows x with targets y, without blocking the thread. Follows keras.Model.fit.
   *
   * x is `[rows, ...input shape]`, y `[rows, outputs]` (for one output also `[rows]`; class numbers for sparse losses).
   * Loss and metrics of an epoch are means over its rows, each computed before the row's batch is learnt.
   *
   * @returns the results of every epoch.
   * @throws ShapeError for x, y of the wrong shape; RangeError for values that are not finite, labels out of range, a batch
   * larger than the data, and for a loss that becomes NaN; TypeError before `compile` and during another training;
   * AbortError after `signal` or `dispose()`. The model keeps the steps that were completed.
   * @example
   * const history = await net.fit(x, y, { epochs: 5, batchSize: 128, validationSplit: 0.1 });
   * history.history.loss;
   */
  async fit(x: InputData, y: TensorInput, options: FitOptions = {}): Promise<History> {
    const plan = this.#begin("fit", x, y, options);
    return await this.#trainAsync("fit", plan);
  }

  /** `fit` in one go, for scripts and workers; needs `await ready()` before. Callbacks must not be asynchronous. */
  fitSync(x: InputData, y: TensorInput, options: FitOptions = {}): History {
    this.#core.checkIdle("fitSync");
    const plan = this.#begin("fitSync", x, y, options);
    return this.#trainSync("fitSync", plan);
  }

  /**
   * The means of loss and metrics over rows x with targets y. Follows keras.Model.evaluate.
   *
   * @throws what `fit` throws for x and y; TypeError before `compile`.
   * @example
   * const { loss, accuracy } = await net.evaluate(xTest, yTest, { batchSize: 256 });
   */
  async evaluate(x: InputData, y: TensorInput, options: EvaluateOptions = {}): Promise<Results> {
    const procedure = this.#evaluation("evaluate", x, y, options);
    await ready();
    return asResults(await runAsync(procedure, this.#core.turnstile));
  }

  /** `evaluate` in one go; needs `await ready()` before. */
  evaluateSync(x: InputData, y: TensorInput, options: EvaluateOptions = {}): Results {
    this.#core.checkIdle("evaluateSync");
    const where = this.#core.where("evaluateSync");
    return asResults(runSync(where, this.#evaluation("evaluateSync", x, y, options), this.#core.turnstile));
  }

  /**
   * The outputs for rows x, shape `[rows, ...output shape]`. Values of the shape of one row are taken as one row.
   * May be called during `fit`, too: it waits for the running steps and uses the weights after them.
   * Follows keras.Model.predict.
   *
   * @throws ShapeError for x of the wrong shape; RangeError for values that are not finite.
   * @example
   * const out = await net.predict([[0, 1], [1, 1]]);
   * out.toArray();
   */
  async predict(x: InputData, options: PredictOptions = {}): Promise<Tensor<Float32Array>> {
    const procedure = this.#prediction("predict", x, options);
    await ready();
    return await runAsync(procedure, this.#core.turnstile);
  }

  /** `predict` in one go, with the lowest latency; needs `await ready()` before. */
  predictSync(x: InputData, options: PredictOptions = {}): Tensor<Float32Array> {
    this.#core.checkIdle("predictSync");
    const procedure = this.#prediction("predictSync", x, options);
    return runSync(this.#core.where("predictSync"), procedure, this.#core.turnstile);
  }

  /**
   * One optimizer step on all rows of x.
   *
   * @returns loss and metrics of these rows before the step.
   * @throws what `fit` throws.
   * @example
   * const { loss } = await net.trainOnBatch([[0, 1]], [[1]]);
   */
  async trainOnBatch(x: InputData, y: TensorInput, options: TrainOnBatchOptions = {}): Promise<Results> {
    const plan = this.#beginBatch("trainOnBatch", x, y, options);
    return lastResults(await this.#trainAsync("trainOnBatch", plan));
  }

  /** `trainOnBatch` in one go; needs `await ready()` before. */
  trainOnBatchSync(x: InputData, y: TensorInput, options: TrainOnBatchOptions = {}): Results {
    this.#core.checkIdle("trainOnBatchSync");
    const plan = this.#beginBatch("trainOnBatchSync", x, y, options);
    return lastResults(this.#trainSync("trainOnBatchSync", plan));
  }

  /** Loss and metrics of all rows of x at once. */
  async testOnBatch(x: InputData, y: TensorInput, options: TrainOnBatchOptions = {}): Promise<Results> {
    checkOptions(this.#core.where("testOnBatch"), options, ["sampleWeight", "classWeight"]);
    const data = prepareData(this.#core, "testOnBatch", x, y, options);
    await ready();
    const span = { first: 0, count: data.rows, batchSize: data.rows };
    return asResults(
      await runAsync(evaluateProcedure(this.#core, "testOnBatch", data, span, undefined), this.#core.turnstile),
    );
  }

  /** The outputs for all rows of x, computed at once. */
  async predictOnBatch(x: InputData): Promise<Tensor<Float32Array>> {
    const procedure = this.#prediction("predictOnBatch", x, {}, true);
    await ready();
    return await runAsync(procedure, this.#core.turnstile);
  }

  /**
   * A table of the layers with output shapes and numbers of parameters.
   *
   * @throws TypeError for a `sequential` that does not know its input shape yet.
   * @example
   * console.log(net.summary());
   */
  summary(options: SummaryOptions = {}): string {
    checkOptions(this.#core.where("summary"), options, ["print"]);
    const text = summaryText(this.name, this.#core.topology("summary"));
    if (options.print) console.log(text);
    return text;
  }

  /**
   * Copies of all weights in the order of the layers, as `{ name, shape, data }`; names are `layer/weight`.
   *
   * @throws TypeError before the model knows its input shape; an error while steps are running (call it in a callback).
   * @example
   * const [kernel, bias] = net.getWeights();
   */
  getWeights(): WeightValues[] {
    this.#core.checkIdle("getWeights");
    return copyWeights(this.#core.topology("getWeights").weights);
  }

  /**
   * Sets all weights, in the order of `getWeights`. Nothing is changed when one does not fit.
   *
   * @throws RangeError for a wrong number of weights or one that is not finite; ShapeError for a wrong shape.
   * @example
   * other.setWeights(net.getWeights());
   */
  setWeights(weights: readonly WeightInput[]): void {
    this.#core.checkIdle("setWeights");
    replaceWeights(this.#core.where("setWeights"), this.#core.topology("setWeights").weights, weights);
  }

  /** Frees the program's memory at once; garbage collection does it, too. A running training ends with an AbortError. */
  dispose(): void {
    this.#core.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #begin(method: string, x: InputData, y: TensorInput, options: FitOptions): FitPlan {
    this.#core.checkFree(method);
    return prepareFit(this.#core, method, x, y, options);
  }

  #beginBatch(method: string, x: InputData, y: TensorInput, options: TrainOnBatchOptions): FitPlan {
    checkOptions(this.#core.where(method), options, ["sampleWeight", "classWeight"]);
    const whole = { ...options, shuffle: false, verbose: 0 } as const;
    const plan = this.#begin(method, x, y, whole);
    return { ...plan, batchSize: plan.rows, progress: new Progress(0, undefined, 1) };
  }

  async #trainAsync(method: string, plan: FitPlan): Promise<History> {
    const core = this.#core;
    core.beginTraining(method);
    const abort = () => core.cancel();
    plan.signal?.addEventListener("abort", abort);
    try {
      await ready();
      return await runAsync(fitProcedure(core, method, plan, this), core.turnstile);
    } finally {
      plan.signal?.removeEventListener("abort", abort);
      plan.progress.close();
      core.endTraining();
    }
  }

  #trainSync(method: string, plan: FitPlan): History {
    const core = this.#core;
    core.beginTraining(method);
    try {
      return runSync(core.where(method), fitProcedure(core, method, plan, this), core.turnstile);
    } finally {
      plan.progress.close();
      core.endTraining();
    }
  }

  #evaluation(method: string, x: InputData, y: TensorInput, options: EvaluateOptions): Procedure<Logs> {
    const core = this.#core;
    const where = core.where(method);
    checkOptions(where, options, ["batchSize", "sampleWeight", "signal"]);
    checkBatchSize(where, "batchSize", options.batchSize);
    checkSignal(where, options.signal);
    const data = prepareData(core, method, x, y, options);
    const batchSize = chooseBatchSize(where, options.batchSize, data.rows, false);
    return evaluateProcedure(core, method, data, { first: 0, count: data.rows, batchSize }, options.signal);
  }

  #prediction(method: string, x: InputData, options: PredictOptions, whole = false): Procedure<Tensor<Float32Array>> {
    const core = this.#core;
    const where = core.where(method);
    core.checkAlive(method);
    checkOptions(where, options, ["batchSize", "signal"]);
    checkBatchSize(where, "batchSize", options.batchSize);
    checkSignal(where, options.signal);
    core.buildFor(method, x);
    const inputs = inputMatrices(where, x, core.inputShapes, true);
    // A large batch for few rows is harmless here, unlike in training, where it changes the steps.
    const rows = inputs[0]?.rows ?? 0;
    const batchSize = whole ? rows : Math.min(options.batchSize ?? 32, rows);
    return predictProcedure(core, method, inputs, batchSize, options.signal);
  }
}

function asResults(logs: Logs): Results {
  return logs as Results;
}

/** The results of the only epoch. */
function lastResults(history: History): Results {
  return asResults(
    Object.fromEntries(Object.entries(history.history).map(([name, values]) => [name, values[0] ?? Number.NaN])),
  );
}
