// What classifier and regressor share: options, fit and partialFit with scikit-learn's rules of stopping, attributes.

import { checkOptions, describeValue, explain } from "../errors.js";
import type { InputData } from "../models/data.js";
import type { Model } from "../models/model.js";
import { checkSignal } from "../models/options.js";
import { deriveSeed, seedFrom } from "../random/philox.js";
import { writeOrJoin } from "../saving/places.js";
import type { TensorInput } from "../tensor.js";
import type { Classes } from "./labels.js";
import { Network, type OutActivation, type Rows } from "./network.js";
import { completeParams, type MlpParams, type MlpRegressorOptions } from "./options.js";
import { estimatorParts } from "./save.js";
import { checkWeightSum, gatherRows, readRows, readWeights } from "./rows.js";
import { splitForValidation } from "./split.js";
import { nextLearningRate, TrainingRecord } from "./training-record.js";

/** Options of `fit` and `partialFit`. */
export interface FitSettings {
  /**
   * One number a row, which weighs its loss; the loss of a batch is divided by the sum of its weights, and 0 where that is 0.
   * The sum of all is above 0. Default: all the same.
   */
  sampleWeight?: TensorInput;
  /** Ends the training with an AbortError; the epochs that are done are kept. */
  signal?: AbortSignal;
}

/** Targets as the network learns them. */
export interface Targets extends Rows {
  readonly outputs: number;
  readonly outActivation: OutActivation;
  /** Class numbers for stratified validation, or null. */
  readonly groups: ArrayLike<number> | null;
  readonly classes: Classes | null;
  readonly weights: Float32Array | null;
}

/** The network of an estimator and the books of its training. */
export interface Trained {
  readonly network: Network;
  readonly record: TrainingRecord;
  /** Of a classifier. */
  readonly classes: Classes | null;
}

/** What an estimator is after a training. */
export interface FittedState {
  readonly trained: Trained;
  /** Epochs of the last `fit`. */
  readonly iterations: number;
  readonly loss: number;
  readonly converged: boolean;
}

/** Puts an estimator into the state that a file has. */
export let restoreState: (estimator: MultilayerPerceptron, state: FittedState) => void;

export abstract class MultilayerPerceptron {
  static {
    restoreState = (estimator, { trained, iterations, loss, converged }) => {
      estimator.#trained = trained;
      estimator.#iterations = iterations;
      estimator.#loss = loss;
      estimator.#converged = converged;
    };
  }

  readonly #name: string;
  #params: MlpParams;
  #trained: Trained | null = null;
  #iterations = 0;
  #loss = Number.NaN;
  #converged = false;
  #training = false;
  #warned = false;

  protected constructor(name: string, options: MlpRegressorOptions, defaults: MlpParams) {
    this.#name = name;
    this.#params = completeParams(`estimators.${name}`, options, defaults);
  }

  /** All options with their values. */
  getParams(): MlpParams {
    return this.#params;
  }

  /**
   * Changes options; what is trained stays. They are used by the next `fit`, or by the first `partialFit`.
   *
   * @throws what the constructor throws; then nothing is changed.
   */
  setParams(options: MlpRegressorOptions): this {
    this.#params = completeParams(this.where("setParams"), options, this.#params);
    return this;
  }

  /**
   * Saves the fitted estimator as one safetensors file: options, classes, network, and the state of its training. `loadEstimator`
   * reads it, and `partialFit` goes on bit for bit; `loadModel` reads the network alone. Places are those of `model.save`.
   *
   * @throws TypeError before `fit` and during a training; Error when the file cannot be written.
   * @example
   * await clf.save("iris.safetensors");
   * const again = await loadEstimator("iris.safetensors");
   */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  save(target: string): Promise<void>;
  async save(target?: string): Promise<unknown> {
    const where = this.where("save");
    const trained = this.fitted("save");
    this.#checkIdle(where);
    const state = { trained, iterations: this.#iterations, loss: this.#loss, converged: this.#converged };
    return await writeOrJoin(where, target, await estimatorParts(where, this.#name, this.#params, state));
  }

  /** The network, without the activation of its output: to draw it, or to train it on. */
  get model(): Model {
    return this.fitted("model").network.model;
  }

  /** The kernels, `coefs[layer][input][unit]`; may be set, for a warm start. */
  get coefs(): number[][][] {
    return this.fitted("coefs").network.coefs;
  }

  set coefs(values: readonly (readonly (readonly number[])[])[]) {
    this.fitted("coefs").network.replace(this.where("coefs"), 0, values);
  }

  /** The biases, `intercepts[layer][unit]`; may be set, for a warm start. */
  get intercepts(): number[][] {
    return this.fitted("intercepts").network.intercepts;
  }

  set intercepts(values: readonly (readonly number[])[]) {
    this.fitted("intercepts").network.replace(this.where("intercepts"), 1, values);
  }

  /** The loss of the last epoch, with its penalty. */
  get loss(): number {
    this.fitted("loss");
    return this.#loss;
  }

  /** The loss of each epoch, or of each iteration of "lbfgs" at its end. */
  get lossCurve(): readonly number[] {
    return this.fitted("lossCurve").record.lossCurve;
  }

  /** The smallest loss of an epoch; null with early stopping. */
  get bestLoss(): number | null {
    const { record } = this.fitted("bestLoss");
    return record.validationScores.length > 0 ? null : record.bestLoss;
  }

  /** The score on the validation rows after each epoch; null without early stopping. */
  get validationScores(): readonly number[] | null {
    const { validationScores } = this.fitted("validationScores").record;
    return validationScores.length > 0 ? validationScores : null;
  }

  /** The best of `validationScores`; null without early stopping. */
  get bestValidationScore(): number | null {
    const { record } = this.fitted("bestValidationScore");
    return record.validationScores.length > 0 ? record.bestScore : null;
  }

  /** Epochs, or iterations of "lbfgs", of the last `fit`. */
  get nIter(): number {
    this.fitted("nIter");
    return this.#iterations;
  }

  /** False when the last `fit` ended at `maxIter` or `maxFun`. */
  get converged(): boolean {
    this.fitted("converged");
    return this.#converged;
  }

  /** Layers with input and output. */
  get nLayers(): number {
    return this.fitted("nLayers").network.sizes.length;
  }

  get nOutputs(): number {
    return this.fitted("nOutputs").network.outputs;
  }

  get nFeaturesIn(): number {
    return this.fitted("nFeaturesIn").network.features;
  }

  get outActivation(): OutActivation {
    return this.fitted("outActivation").network.outActivation;
  }

  /** Frees the network's memory at once; garbage collection does it, too. */
  dispose(): void {
    this.#trained?.network.model.dispose();
    this.#trained = null;
  }

  /** How errors call a method. */
  protected where(method: string): string {
    return `estimators.${this.#name}, ${method}`;
  }

  /** What is trained; an error before. */
  protected fitted(method: string): Trained {
    if (this.#trained !== null) return this.#trained;
    const expectation = "expected a fitted estimator";
    throw new TypeError(explain(this.where(method), expectation, "one that was not fitted", "Call fit first."));
  }

  protected get isFitted(): boolean {
    return this.#trained !== null;
  }

  /** The outputs of the network, before `outActivation`. */
  protected async outputsFor(method: string, x: InputData): Promise<Float32Array> {
    const { network } = this.fitted(method);
    return await network.outputsOf(readRows(this.where(method), x, network.features));
  }

  /** Throws for options that `partialFit` cannot serve. */
  protected checkPartialFit(where: string): void {
    const { solver, earlyStopping } = this.#params;
    if (solver === "lbfgs")
      throw new TypeError(explain(where, `expected solver "adam" or "sgd"`, describeValue(solver)));
    if (earlyStopping) throw new TypeError(explain(where, "expected earlyStopping false", "true", "Use fit."));
  }

  /** The score on validation rows: accuracy, or R2. */
  protected abstract scoreOutputs(outputs: Float32Array, targets: Targets): number;

  /** The checks that `fit` and `partialFit` share. A network that goes on keeps its features and its layers. */
  protected prepareRows(method: string, x: InputData, goesOn: boolean): Rows {
    const where = this.where(method);
    this.#checkIdle(where);
    const network = goesOn ? this.#trained?.network : undefined;
    if (network !== undefined) this.#checkSameNetwork(where, network);
    return readRows(where, x, network?.features);
  }

  /** Trains anew, or goes on. All arguments have been checked. */
  protected async train(
    method: "fit" | "partialFit",
    x: Rows,
    unweighted: Omit<Targets, "weights">,
    goesOn: boolean,
    { signal, sampleWeight, ...unknown }: FitSettings,
  ): Promise<void> {
    const where = this.where(method);
    checkOptions(where, unknown, ["signal", "sampleWeight"]);
    checkSignal(where, signal);
    const targets = { ...unweighted, weights: readWeights(where, sampleWeight, x.rows) };
    const params = this.#params;
    const split =
      params.earlyStopping && params.solver !== "lbfgs"
        ? splitForValidation(
            where,
            x.rows,
            params.validationFraction,
            deriveSeed(seedFrom(params.randomState ?? undefined), 0),
            targets.groups,
          )
        : null;
    const training = split === null ? { x, targets } : partOf(x, targets, split.training);
    const validation = split === null ? null : partOf(x, targets, split.validation);
    checkWeightSum(where, training.targets.weights, " of the rows for training");
    checkWeightSum(where, validation?.targets.weights ?? null, " of the rows for validation");
    const known = goesOn ? this.#trained : null;
    const network =
      known?.network ?? Network.create(this.#name, x.width, targets.outputs, targets.outActivation, params);
    const record = known?.record ?? new TrainingRecord();
    if (method === "fit" || network.compiled?.solver !== params.solver) network.compile(params);
    if (known === null) {
      this.#trained?.network.model.dispose();
      this.#trained = { network, record, classes: targets.classes };
    }
    this.#training = true;
    try {
      if (params.solver === "lbfgs") await this.#search(network, record, { x, targets }, signal);
      else await this.#descend(method, { network, record, training, validation }, signal);
    } finally {
      this.#training = false;
    }
  }

  /** Full-batch iterations of L-BFGS. */
  async #search(
    network: Network,
    record: TrainingRecord,
    { x, targets }: Part,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { maxIter, verbose } = this.#params;
    this.#iterations = 0;
    const { stop } = await network.fit(x, targets, targets.weights, {
      epochs: maxIter,
      verbose: 0,
      ...(signal !== undefined && { signal }),
      onEpochEnd: (_, logs) => this.#bookEpoch(record, logs, verbose),
    });
    record.bestLoss = Math.min(record.bestLoss, this.#loss);
    // The last epoch of a search may find that there is nothing better.
    this.#iterations = stop?.iterations ?? this.#iterations;
    this.#converged = stop?.converged ?? false;
    if (!this.#converged) this.#warn(stop === null ? `maxIter ${maxIter}` : `maxFun ${this.#params.maxFun}`);
  }

  /** Epochs of "adam" and "sgd". */
  async #descend(method: "fit" | "partialFit", job: Descent, signal: AbortSignal | undefined): Promise<void> {
    const { network, record, training, validation } = job;
    const { model } = network;
    const params = this.#params;
    const { rows } = training.x;
    const batchSize = Math.min(params.batchSize === "auto" ? 200 : params.batchSize, rows);
    this.#iterations = 0;
    this.#converged = false;
    const onEpochEnd = async (_: number, logs: Readonly<Record<string, number>>): Promise<void> => {
      this.#bookEpoch(record, logs, params.verbose);
      record.rowsSeen += rows;
      if (validation === null) record.addLoss(this.#loss, params.tol);
      else {
        const score = this.scoreOutputs(await network.outputsOf(validation.x), validation.targets);
        if (params.verbose) console.log(`Validation score: ${score.toFixed(6)}`);
        if (record.addScore(score, params.tol)) record.bestWeights = model.getWeights();
      }
      const { optimizer } = model;
      if (optimizer === null) return;
      const rate = optimizer.learningRate as number;
      const verdict = record.verdict(params, rate);
      optimizer.learningRate = nextLearningRate(params, rate, record.rowsSeen, verdict);
      if (verdict !== "stop") return;
      this.#converged = true;
      model.stopTraining = true;
    };
    await network.fit(training.x, training.targets, training.targets.weights, {
      epochs: method === "partialFit" ? 1 : params.maxIter,
      batchSize,
      shuffle: params.shuffle,
      verbose: 0,
      ...(signal !== undefined && { signal }),
      onEpochEnd,
    });
    if (record.bestWeights !== null) model.setWeights(record.bestWeights);
    if (method === "fit" && !this.#converged) this.#warn(`maxIter ${params.maxIter}`);
  }

  #bookEpoch(record: TrainingRecord, logs: Readonly<Record<string, number>>, verbose: boolean): void {
    this.#iterations++;
    this.#loss = (logs.loss as number) - (logs.excess ?? 0);
    record.lossCurve.push(this.#loss);
    if (verbose) console.log(`Iteration ${this.#iterations}, loss = ${this.#loss.toFixed(8)}`);
  }

  /** Once for an estimator: a loop over many fits needs no line for each. */
  #warn(limit: string): void {
    if (this.#warned) return;
    this.#warned = true;
    console.warn(`${this.where("fit")}: stopped at ${limit} before it converged.`);
  }

  #checkIdle(where: string): void {
    if (!this.#training) return;
    throw new TypeError(explain(where, "expected one training at a time", "a call while another is running"));
  }

  #checkSameNetwork(where: string, network: Network): void {
    const { activation } = this.#params;
    const sizes = this.#params.hiddenLayerSizes as readonly number[];
    const hidden = network.sizes.slice(1, -1);
    if (hidden.join() === sizes.join() && network.activation === activation) return;
    const expectation = `expected hiddenLayerSizes [${hidden.join(", ")}] and activation ${describeValue(network.activation)}`;
    const received = `[${sizes.join(", ")}] and ${describeValue(activation)}`;
    throw new RangeError(explain(where, expectation, received, "A network that goes on cannot change its shape."));
  }
}

interface Part {
  readonly x: Rows;
  readonly targets: Targets;
}

interface Descent extends Pick<Trained, "network" | "record"> {
  readonly training: Part;
  readonly validation: Part | null;
}

function partOf(x: Rows, targets: Targets, rows: Int32Array): Part {
  const weights = targets.weights === null ? null : Float32Array.from(rows, (row) => targets.weights?.[row] as number);
  return { x: gatherRows(x, rows), targets: { ...targets, ...gatherRows(targets, rows), weights } };
}
