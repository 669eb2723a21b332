/// <reference lib="esnext.disposable" preserve="true" />
// The class that users hold: compile, fit, evaluate, predict; structure.ts has what it consists of. It checks arguments and runs the procedures of this
// folder, each in an asynchronous form that leaves the thread free and in a synchronous one.

import { ready } from "../backends/registry.js";
import type { Logs } from "../callbacks/callback.js";
import { describeValue, explain } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { planUpdate } from "../graph/update.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Tensor } from "../tensor.js";
import { scoredArguments } from "./array-set.js";
import type { ModelCore } from "./core.js";
import type { BatchesFor, InputsFor, NameOf, Prediction, Symbols, TargetsFor } from "./forms.js";
import type { History } from "./history.js";
import type { CompileOptions, EvaluateOptions, FitOptions, PredictOptions, TrainOnBatchOptions } from "./options.js";
import { evaluate, evaluateBatch, predict, train, trainBatch } from "./procedures.js";
import { predictQuickly, trainQuickly } from "./quick.js";
import { isByName } from "./ports.js";
import type { FileSource } from "../saving/places.js";
import { ModelStructure } from "./structure.js";
import { mayRunHere, type Procedure, runAsync, runSync } from "./task.js";
import type { TracedInstruction } from "./trace.js";
import { planTraining } from "./training-plan.js";

/** LossAndMetrics by name: `loss` and the metrics. */
export interface LossAndMetrics {
  loss: number;
  [name: string]: number;
}

// Where the symbol is missing (Node before 18.18, old browsers) `using` is, too; the method then has a key of its own.
const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** A network. Made by `sequential()` and `model()`. Follows keras.Model. */
export class Model<In extends Symbols = SymbolicTensor, Out extends Symbols = SymbolicTensor> extends ModelStructure<
  In,
  Out
> {
  readonly #core: ModelCore;

  /** Use `sequential()` or `model()`. */
  constructor(core: ModelCore) {
    super(core);
    this.#core = core;
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
   * Chooses losses, optimizer and metrics, and takes over `trainable` of the layers. The optimizer begins anew; weights stay.
   *
   * @throws TypeError or RangeError for unknown names and options; TypeError while a training is running.
   * @example
   * net.compile({ optimizer: "adam", loss: "meanSquaredError", metrics: ["mae"] });
   */
  compile(options: CompileOptions<NameOf<Out>>): void {
    const core = this.#core;
    core.checkFree("compile");
    core.checkIdle("compile");
    const plan = planTraining(core.where("compile"), options, core.outputNames);
    const { rule, common } = plan.optimizer;
    // Rules of users tell their mistakes when they are used.
    if ("update" in rule) planUpdate({ rule, ...common }, core.trainable);
    core.takeLayers();
    core.releaseSession();
    core.plan = plan;
    core.step = 0;
  }

  /**
   * Trains on rows x with targets y, without blocking the thread. Follows keras.Model.fit.
   *
   * x is `[rows, ...input shape]`, y `[rows, outputs]` (for one output also `[rows]`; class numbers for sparse losses).
   * For several inputs or outputs they are arrays, or objects by name; the history then has `loss` for the weighted sum,
   * `riskLoss` for the loss of output "risk" and `riskAccuracy` for its accuracy.
   * Losses of an epoch are means over its rows, metrics are what they would be over all rows at once; both are computed before
   * the row's batch is learnt. Instead of x and y there may be batches, `[x, y]` or `[x, y, sampleWeight]`, from an iterable, which
   * need not fit into memory: the next ones are read while the core works; or a data set, whose arrays are used. A metric with several results, for classes or thresholds, has `f1Score_0`, `f1Score_1` and so on.
   *
   * @returns the results of every epoch.
   * @throws ShapeError for x, y of the wrong shape; RangeError for values that are not finite, labels out of range, a batch
   * larger than the data, and for a loss that becomes NaN; TypeError before `compile` and during another training;
   * AbortError after `signal` or `dispose()`. The model keeps the steps that were completed.
   * @example
   * const history = await net.fit(x, y, { epochs: 5, batchSize: 128, validationSplit: 0.1 });
   * history.history.loss;
   */
  fit(x: InputsFor<In>, y: TargetsFor<Out>, options?: FitOptions): Promise<History>;
  fit(batches: BatchesFor<In, Out>, options?: FitOptions): Promise<History>;
  async fit(x: unknown, y?: unknown, options?: FitOptions): Promise<History> {
    return await this.#trainAsync("fit", train(this.#core, "fit", ...this.#scored("fit", x, y, options), this));
  }

  /** `fit` in one go, for scripts and workers; needs `await ready()` before. Callbacks must not be asynchronous. */
  fitSync(x: InputsFor<In>, y: TargetsFor<Out>, options?: FitOptions): History;
  fitSync(batches: BatchesFor<In, Out>, options?: FitOptions): History;
  fitSync(x: unknown, y?: unknown, options?: FitOptions): History {
    return this.#trainSync("fitSync", train(this.#core, "fitSync", ...this.#scored("fitSync", x, y, options), this));
  }

  /**
   * Loss and metrics over rows x with targets y. Follows keras.Model.evaluate.
   *
   * @throws what `fit` throws for x and y; TypeError before `compile`.
   * @example
   * const { loss, accuracy } = await net.evaluate(xTest, yTest, { batchSize: 256 });
   */
  evaluate(x: InputsFor<In>, y: TargetsFor<Out>, options?: EvaluateOptions): Promise<LossAndMetrics>;
  evaluate(batches: BatchesFor<In, Out>, options?: EvaluateOptions): Promise<LossAndMetrics>;
  async evaluate(x: unknown, y?: unknown, options?: EvaluateOptions): Promise<LossAndMetrics> {
    const procedure = evaluate(this.#core, "evaluate", ...this.#scored("evaluate", x, y, options));
    return asResults(await this.#runAsync(procedure));
  }

  /** `evaluate` in one go; needs `await ready()` before. */
  evaluateSync(x: InputsFor<In>, y: TargetsFor<Out>, options?: EvaluateOptions): LossAndMetrics;
  evaluateSync(batches: BatchesFor<In, Out>, options?: EvaluateOptions): LossAndMetrics;
  evaluateSync(x: unknown, y?: unknown, options?: EvaluateOptions): LossAndMetrics {
    const procedure = evaluate(this.#core, "evaluateSync", ...this.#scored("evaluateSync", x, y, options));
    return asResults(this.#runSync("evaluateSync", procedure));
  }

  /**
   * The outputs for rows x, shape `[rows, ...output shape]`; for several outputs an array or an object, as they were given. Values of the shape of one row are taken as one row.
   * May be called during `fit`, too: it waits for the running steps and uses the weights after them.
   * Follows keras.Model.predict.
   *
   * @throws ShapeError for x of the wrong shape; RangeError for values that are not finite.
   * @example
   * const out = await net.predict([[0, 1], [1, 1]]);
   * out.toArray();
   */
  async predict(x: InputsFor<In> | BatchesFor<In, Out>, options?: PredictOptions): Promise<Prediction<Out>> {
    const quick = options === undefined ? predictQuickly(this.#core, "predict", x, mayRunHere) : null;
    return this.#formed(quick ?? (await this.#runAsync(predict(this.#core, "predict", x, options ?? {}))));
  }

  /** `predict` in one go, with the lowest latency; needs `await ready()` before. */
  predictSync(x: InputsFor<In> | BatchesFor<In, Out>, options?: PredictOptions): Prediction<Out> {
    const quick = options === undefined ? predictQuickly(this.#core, "predictSync", x) : null;
    return this.#formed(quick ?? this.#runSync("predictSync", predict(this.#core, "predictSync", x, options ?? {})));
  }

  /**
   * One optimizer step on all rows of x.
   *
   * @returns loss and metrics of these rows before the step.
   * @throws what `fit` throws.
   * @example
   * const { loss } = await net.trainOnBatch([[0, 1]], [[1]]);
   */
  async trainOnBatch(x: InputsFor<In>, y: TargetsFor<Out>, options?: TrainOnBatchOptions): Promise<LossAndMetrics> {
    const quick = options === undefined ? trainQuickly(this.#core, "trainOnBatch", x, y, mayRunHere) : null;
    if (quick !== null) return asResults(quick);
    const procedure = trainBatch(this.#core, "trainOnBatch", x, y, options ?? {}, this);
    return asResults(await this.#trainAsync("trainOnBatch", procedure));
  }

  /** `trainOnBatch` in one go; needs `await ready()` before. */
  trainOnBatchSync(x: InputsFor<In>, y: TargetsFor<Out>, options?: TrainOnBatchOptions): LossAndMetrics {
    const quick = options === undefined ? trainQuickly(this.#core, "trainOnBatchSync", x, y) : null;
    if (quick !== null) return asResults(quick);
    const procedure = trainBatch(this.#core, "trainOnBatchSync", x, y, options ?? {}, this);
    return asResults(this.#trainSync("trainOnBatchSync", procedure));
  }

  /** Loss and metrics of all rows of x at once. */
  async testOnBatch(x: InputsFor<In>, y: TargetsFor<Out>, options: TrainOnBatchOptions = {}): Promise<LossAndMetrics> {
    return asResults(await this.#runAsync(evaluateBatch(this.#core, "testOnBatch", x, y, options)));
  }

  /** The outputs for all rows of x, computed at once. */
  async predictOnBatch(x: InputsFor<In>): Promise<Prediction<Out>> {
    return this.#formed(await this.#runAsync(predict(this.#core, "predictOnBatch", x, {}, true)));
  }

  /**
   * Looks into the compiled program: computes one training step on rows x with targets y (without y the prediction for x)
   * instruction by instruction, and gives each one with the numbers that it read and wrote: activations, gradients, the new
   * weights. The step is not taken: weights, optimizer and counters stay as they are, and the same `trainOnBatch` computes the
   * same numbers. Keras has no such method; jax.make_jaxpr shows a program likewise, without numbers.
   *
   * @throws what `trainOnBatch` throws; RangeError for a record of more than 2^24 numbers.
   * @example
   * for (const { phase, layer, text, outputs } of await net.trace([[0, 1]], [[1]])) console.log(phase, layer, text, outputs[0]?.data);
   */
  async trace(
    x: InputsFor<In>,
    y?: TargetsFor<Out>,
    options: TrainOnBatchOptions = {},
  ): Promise<readonly TracedInstruction[]> {
    const { trace } = await import("./trace.js");
    return await this.#runAsync(trace(this.#core, "trace", x, y, options));
  }

  /**
   * What is saved with the model besides it, as JSON: names of classes, the preprocessing of inputs, notes. Default `{}`.
   *
   * @throws TypeError for anything but an object; `save` throws for what is no plain data: texts, numbers, booleans, null, arrays and
   * objects of these.
   * @example
   * net.metadata = { classes: ["setosa", "versicolor", "virginica"] };
   */
  get metadata(): Readonly<Record<string, unknown>> {
    return this.#core.metadata;
  }

  set metadata(value: Readonly<Record<string, unknown>>) {
    if (!isByName(value)) {
      throw new TypeError(explain(this.#core.where("metadata"), "expected an object", describeValue(value)));
    }
    this.#core.metadata = value;
  }

  /**
   * Saves the model as one safetensors file: architecture, weights, what `compile` was given, the state of the optimizer, the
   * numbers of steps and shuffles, and `metadata`. `loadModel` reads it and trains on bit for bit. Follows keras.Model.save.
   *
   * Without an argument the file is returned. A path (in Node) is written atomically: after an error or a crash the old file
   * is whole. In browsers `indexeddb://name` keeps it and `download://name` gives it to the user. During `fit` it waits for
   * the steps that are executing; in a callback after an epoch the file is that of the epoch.
   *
   * @throws TypeError for a `sequential` that does not know its input shape yet; Error when the file cannot be written.
   * @example
   * const bytes = await net.save();
   * await net.save("net.safetensors");
   */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  save(target: string): Promise<void>;
  async save(target?: string): Promise<unknown> {
    const { saveModel } = await import("../saving/save.js");
    return await saveModel(this.#core, target);
  }

  /**
   * Saves the weights alone, under the names of `getWeights`; places are those of `save`. Follows keras.Model.save_weights.
   *
   * @throws what `save` throws.
   * @example
   * await net.saveWeights("weights.safetensors");
   */
  saveWeights(): Promise<Uint8Array<ArrayBuffer>>;
  saveWeights(target: string): Promise<void>;
  async saveWeights(target?: string): Promise<unknown> {
    const { saveWeights } = await import("../saving/save.js");
    return await saveWeights(this.#core, target);
  }

  /**
   * Takes over the weights of a file by their names, from `saveWeights`, `save`, `exportNpz`, or any safetensors or
   * .npz file with these names.
   * Nothing is changed when one is missing or has another shape. Follows keras.Model.load_weights.
   *
   * @throws FormatError for a damaged file, and for weights that are missing or of another shape; Error when it cannot be read.
   * @example
   * await net.loadWeights("weights.safetensors");
   */
  async loadWeights(source: FileSource): Promise<void> {
    const { loadWeights } = await import("../saving/weights.js");
    await loadWeights(this.#core, source);
  }

  /**
   * Exchanges the weights with their moving averages, which an optimizer with `useEma` keeps. A second call brings them back:
   * for evaluations between the epochs of a training, whose end puts the averages in the place of the weights for good.
   *
   * @throws TypeError without such an optimizer or before its first update; an error while steps are running.
   * @example
   * net.swapEmaWeights();
   * const { loss } = await net.evaluate(x, y);
   * net.swapEmaWeights();
   */
  swapEmaWeights(): void {
    this.#core.checkIdle("swapEmaWeights");
    if (this.#core.takeAverages(true)) return;
    const remedy = "Compile with useEma: true and train first.";
    const expectation = "expected moving averages of the weights";
    throw new TypeError(explain(this.#core.where("swapEmaWeights"), expectation, "none", remedy));
  }

  /** Frees the program's memory at once; garbage collection does it, too. A running training ends with an AbortError. */
  dispose(): void {
    this.#core.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #formed(results: readonly Tensor<Float32Array>[]): Prediction<Out> {
    return this.#core.formed(results) as Prediction<Out>;
  }

  async #runAsync<T>(procedure: Procedure<T>): Promise<T> {
    await ready();
    return await runAsync(procedure, this.#core.turnstile);
  }

  #runSync<T>(method: string, procedure: Procedure<T>): T {
    this.#core.checkIdle(method);
    return runSync(this.#core.where(method), procedure, this.#core.turnstile);
  }

  async #trainAsync<T>(method: string, procedure: Procedure<T>): Promise<T> {
    this.#core.beginTraining(method);
    try {
      return await this.#runAsync(procedure);
    } finally {
      this.#core.endTraining();
    }
  }

  #scored<Options extends EvaluateOptions | FitOptions>(
    method: string,
    x: unknown,
    y: unknown,
    options: Options | undefined,
  ) {
    return scoredArguments(this.#core.where(method), x, y, options);
  }

  #trainSync<T>(method: string, procedure: Procedure<T>): T {
    this.#core.beginTraining(method);
    try {
      return this.#runSync(method, procedure);
    } finally {
      this.#core.endTraining();
    }
  }
}

function asResults(logs: Logs): LossAndMetrics {
  return logs as LossAndMetrics;
}

/** A model with any inputs and outputs. */
export type AnyModel = Model<Symbols, Symbols>;
