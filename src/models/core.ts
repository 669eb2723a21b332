// The state behind a `Model`: its structure, what compile decided, its program, and the counters of its training.
// The procedures of fit, evaluate and predict work on it; users see `Model` only.

import { currentBackend } from "../backends/registry.js";
import { AbortError, describeValue, explain, internalError } from "../errors.js";
import type { Variable } from "../graph/node.js";
import { countElements } from "../graph/shapes.js";
import { input } from "../layers/input.js";
import { type Layer, type LayerCore, layerCore, type NamedWeight } from "../layers/layer.js";
import { type Seed, seedFrom } from "../random/philox.js";
import { isTensorLike, toTensor } from "../tensor.js";
import { createNested } from "./nested.js";
import { distribute, type Ports } from "./ports.js";
import { joinNeeds, type Needs, Session, type SlotValues } from "./session.js";
import { reportWidth } from "./tally.js";
import { busyError, idle, type Procedure, Turnstile } from "./task.js";
import { findTopology, type Topology } from "./topology.js";
import type { TrainingPlan } from "./training-plan.js";

/** What `compile` took over of a layer. */
export interface TakenLayer {
  readonly layer: LayerCore;
  readonly trainable: boolean;
  readonly learningRateScale: number;
}

export class ModelCore {
  /** Also the kind of layer that the model is in others. */
  readonly kind: "sequential" | "model";
  readonly givenName: string | undefined;
  seed: Seed;
  readonly turnstile: Turnstile;
  plan: TrainingPlan | null = null;
  /** Optimizer steps since compile. */
  step = 0;
  /** Epochs that were shuffled since the model was made: each gets an order of its own, also in a second `fit`. */
  shuffledEpochs = 0;
  /** Milliseconds per row that the last calls took; infinite before the first one of a program. */
  readonly timings = {
    predict: Number.POSITIVE_INFINITY,
    evaluate: Number.POSITIVE_INFINITY,
    train: Number.POSITIVE_INFINITY,
  };
  stopTraining = false;
  /** True while a training's callbacks have exchanged the weights with their averages. */
  exchanged = false;
  disposed = false;
  /** What users want to be saved with the model. */
  metadata: Readonly<Record<string, unknown>> = {};
  /** The name of the method that is training, which must be the only one. */
  training: string | null = null;
  /** For a `sequential` that does not know its input shape yet. */
  pending: readonly Layer[] | null;
  #topology: Topology | null;
  #session: Session | null = null;
  #taken: readonly TakenLayer[] = [];
  #nested: Layer | null = null;
  /** The state of the optimizer out of a file, until a program takes it. */
  #loadedSlots: readonly SlotValues[] = [];

  constructor(
    kind: "sequential" | "model",
    { name, seed }: { name?: string | undefined; seed?: number | Seed | undefined },
    topology: Topology | null,
    pending: readonly Layer[] | null,
    initializes = true,
  ) {
    this.kind = kind;
    this.givenName = name;
    this.seed = typeof seed === "object" ? seed : seedFrom(seed);
    this.turnstile = new Turnstile(() => {
      if (this.disposed) this.releaseSession();
    });
    this.#topology = topology;
    this.pending = pending;
    if (initializes) this.#initializeWeights();
  }

  get name(): string {
    return this.givenName ?? this.kind;
  }

  /** How errors call a method: `model "mlp", fit`. */
  where(method: string): string {
    return `model "${this.name}", ${method}`;
  }

  get built(): boolean {
    return this.#topology !== null;
  }

  /** The structure; an error before a `sequential` without input shape has seen data. */
  topology(method: string): Topology {
    if (this.#topology !== null) return this.#topology;
    const remedy = "Give the first layer an inputShape, or call fit or predict first.";
    throw new TypeError(
      explain(this.where(method), "expected a model that knows its input shape", "one that does not", remedy),
    );
  }

  get inputs(): Ports {
    return this.#known().inputs;
  }

  get outputs(): Ports {
    return this.#known().outputs;
  }

  /** The names of the outputs; of a `sequential` without input shape that of its last layer. */
  get outputNames(): readonly string[] {
    return this.#topology?.outputs.names ?? [this.pending?.at(-1)?.name ?? "output"];
  }

  /** The number of columns of each output. */
  get outputWidths(): readonly number[] {
    return this.outputs.tensors.map(({ shape }) => countElements(shape));
  }

  get weights(): readonly NamedWeight[] {
    return this.#topology?.weights ?? [];
  }

  get layers(): readonly LayerCore[] {
    return this.#topology?.layers ?? (this.pending ?? []).map((layer) => layerCore(layer) as LayerCore);
  }

  /** What belongs to the outputs, in the form in which they were given. */
  formed(results: readonly unknown[]): unknown {
    const { form, names } = this.outputs;
    if (form === "named") return Object.fromEntries(names.map((name, i) => [name, results[i]]));
    return results.length === 1 ? results[0] : results;
  }

  /** This model as a layer of others; always the same one. */
  get nested(): Layer {
    this.#nested ??= createNested(this);
    return this.#nested;
  }

  /** Builds a `sequential` from the shape of one row. */
  build(rowShape: readonly number[]): void {
    if (this.pending === null) return;
    const first = input({ shape: rowShape });
    const restore = this.layers.map((layer) => layer.remember());
    try {
      let x = first;
      for (const layer of this.pending) x = layer(x);
      this.#topology = findTopology(`model "${this.name}"`, first, x);
    } catch (error) {
      // The next rows may have a shape that fits.
      for (const layer of restore) layer();
      throw error;
    }
    this.pending = null;
    this.#initializeWeights();
  }

  /** Keeps whether the structure is known; the function that it gives takes a later `build` back. */
  remember(): () => void {
    const [topology, pending] = [this.#topology, this.pending];
    return () => {
      this.#topology = topology;
      this.pending = pending;
    };
  }

  /** Builds a `sequential` that waits for its first data. */
  buildFor(method: string, x: unknown): void {
    if (this.pending === null) return;
    const where = `${this.where(method)}, x`;
    const [rows] = distribute(where, "tensors", "input", ["input"], x);
    const { shape } = isTensorLike(rows) ? rows : toTensor(rows, undefined, where);
    if (shape.length === 0) this.topology(method);
    this.build(shape.length === 1 ? [1] : shape.slice(1));
  }

  /** Throws when the model cannot be used any more. */
  checkAlive(method: string): void {
    if (!this.disposed) return;
    throw new TypeError(
      explain(this.where(method), "expected a model in use", "one that was disposed", "Make a new model."),
    );
  }

  /** Throws while steps are executing: a synchronous call cannot wait for them. */
  checkIdle(method: string): void {
    this.checkAlive(method);
    if (this.turnstile.busy) throw busyError(this.where(method));
  }

  /** Throws unless `compile` was called. */
  compiled(method: string): TrainingPlan {
    if (this.plan !== null) return this.plan;
    const remedy = "Call compile({ optimizer, loss }) first.";
    throw new TypeError(
      explain(this.where(method), "expected a compiled model", "one without loss and optimizer", remedy),
    );
  }

  /** Throws while a training is running. */
  checkFree(method: string): void {
    this.checkAlive(method);
    if (this.training === null) return;
    const expectation = "expected one training at a time";
    const remedy = `Await the running ${this.training} first.`;
    throw new TypeError(explain(this.where(method), expectation, `a call while ${this.training} is running`, remedy));
  }

  /** Reserves the model for one training. */
  beginTraining(method: string): void {
    this.checkFree(method);
    this.training = method;
  }

  endTraining(): void {
    this.training = null;
  }

  /** The error that ends a training because of a signal or of `dispose()`. */
  aborted(method: string, signal: AbortSignal | undefined): AbortError {
    const reason = this.disposed ? "the model was disposed" : "its signal was aborted";
    const options = signal?.aborted === true ? { cause: signal.reason as unknown } : undefined;
    return new AbortError(`${this.where(method)}: stopped because ${reason}; ${this.step} steps are done.`, options);
  }

  /** A program that can do what is asked, with the newest weights in it. Not while it executes. */
  session(method: string, needs: Needs): Session {
    const session = this.#fittingSession(method, needs);
    session.takeWeights();
    return session;
  }

  /** Makes the program of a training, with places where other work may get its turn while first weights are drawn. */
  *prepareSession(method: string, needs: Needs): Procedure<void> {
    yield* idle();
    if (this.disposed) return;
    yield* this.#fittingSession(method, needs).bringInWeights();
  }

  #fittingSession(method: string, needs: Needs): Session {
    this.checkAlive(method);
    const backend = currentBackend();
    const old = this.#session;
    if (old?.fits(backend, needs) !== true) {
      // What an earlier call needed will be needed again.
      this.#applyTaken();
      const joined = joinNeeds(needs, old?.needs);
      const plan = joined.targetWidths.length === 0 ? null : this.plan;
      const session = new Session(backend, this.topology(method), plan, joined, () => this.turnstile.executing);
      if (old !== null) {
        // One weight after the other, so that no more than one is there twice.
        session.takeWeights();
        session.writeSlots(old.readSlots());
      }
      if (session.train !== null) {
        session.writeSlots(this.#loadedSlots);
        this.#loadedSlots = [];
      }
      old?.dispose();
      this.#session = session;
      this.#forgetTimings();
      return session;
    }
    return old;
  }

  /** The program as it is, when it can run at once with the newest weights. */
  get standingSession(): Session | null {
    const session = this.#session;
    if (session === null || this.disposed || this.turnstile.busy || session.backend !== currentBackend()) return null;
    return session.hasWeights ? session : null;
  }

  /** The same for a training: throws when no step of it would change a weight. */
  trainingSession(method: string, needs: Needs): Session {
    const session = this.session(method, needs);
    if (session.program.learns) return session;
    const expectation = "expected a loss whose gradient reaches a trainable weight";
    const remedy = "Steps such as ops.argmax and ops.stopGradient have none; compute the loss without them.";
    throw new TypeError(explain(this.where(method), expectation, "one that depends on none", remedy));
  }

  /** Steps of one call at most, so that their reports (a confusion matrix has many numbers) stay a small array. */
  get mostSteps(): number {
    const { evaluate, train } = this.#session ?? {};
    const widths = [evaluate, train].map((routine) => reportWidth(routine?.reports ?? []));
    return Math.max(1, Math.floor(mostReported / Math.max(1, ...widths)));
  }

  /**
   * Puts the optimizer's averages in the place of the weights, if it has any; tells whether it did. With `exchange` they change
   * places, and a second call brings the weights back.
   */
  takeAverages(exchange: boolean): boolean {
    const { average, accumulationSteps = 1 } = this.plan?.optimizer.common ?? {};
    // Before the first update the averages are zeros.
    if (average === undefined || this.#session === null || this.step < accumulationSteps) return false;
    // Where a callback has left them exchanged, the averages are where the weights belong.
    if (!exchange && this.exchanged) this.#session.takeAverages(true);
    this.#session.takeAverages(exchange);
    this.exchanged = exchange && !this.exchanged;
    return true;
  }

  /** True when the program may hold trained weights that are NaN or infinite. Not while it executes. */
  get mayHaveDiverged(): boolean {
    return this.#session?.mayHaveDiverged(this.seed) ?? false;
  }

  /** Gives up the program; the weights stay. The optimizer's state is lost: for `compile` and `dispose`. */
  releaseSession(): void {
    this.#loadedSlots = [];
    this.#session?.dispose();
    this.#session = null;
    // The next program may take longer, and report more in each step.
    this.#forgetTimings();
  }

  #forgetTimings(): void {
    for (const name of ["predict", "evaluate", "train"] as const) this.timings[name] = Number.POSITIVE_INFINITY;
  }

  /** Frees everything. A training that is running ends with an AbortError, and its program is freed then. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.#session?.executable.cancel();
    if (!this.turnstile.busy) this.releaseSession();
  }

  /** Takes over which layers are trainable, and how fast they learn: `compile` does it. */
  takeLayers(): void {
    this.#taken = this.allLayers.map((layer) => {
      return { layer, trainable: layer.trainable, learningRateScale: layer.learningRateScale };
    });
    this.#applyTaken();
  }

  /** The layers, and those in them. */
  get allLayers(): readonly LayerCore[] {
    return withSublayers(this.layers);
  }

  /** What `compile` took over. */
  get taken(): readonly TakenLayer[] {
    return this.#taken;
  }

  /** A copy of the state of the optimizer. Not while it executes. */
  get slots(): readonly SlotValues[] {
    return this.#session === null || this.#session.train === null ? this.#loadedSlots : this.#session.readSlots();
  }

  /** Goes on where the model of a file ended; after `compile`. */
  restore(step: number, shuffledEpochs: number, slots: readonly SlotValues[]): void {
    this.step = step;
    this.shuffledEpochs = shuffledEpochs;
    this.#loadedSlots = slots;
  }

  /** True when `compile` found a weight that is trained. */
  get trains(): boolean {
    return this.#taken.some(({ layer, trainable }) => trainable && layer.ownWeights.some((weight) => weight.trainable));
  }

  /** What the next `compile` will train. */
  get trainable(): Variable[] {
    const layers = [...new Set(withSublayers(this.layers))].filter((layer) => layer.trainable);
    return layers.flatMap(({ ownWeights }) => ownWeights.filter(({ trainable }) => trainable)).map((w) => w.variable);
  }

  /** Layers may belong to several models; each trains what was trainable when it was compiled itself. */
  #applyTaken(): void {
    for (const { layer, trainable, learningRateScale } of this.#taken)
      layer.applyTrainable(trainable, learningRateScale);
  }

  cancel(): void {
    this.#session?.executable.cancel();
  }

  #known(): Topology {
    if (this.#topology === null) throw internalError("the structure of a model that is not built");
    return this.#topology;
  }

  #initializeWeights(): void {
    this.weights.forEach(({ weight }, stream) => {
      weight.initialize({ seed: this.seed, stream });
    });
  }
}

// Floats.
const mostReported = 1 << 22;

function withSublayers(layers: readonly LayerCore[]): LayerCore[] {
  return layers.flatMap((layer) => [layer, ...withSublayers(layer.sublayers)]);
}

/** An error that tells which element is not a layer. */
export function checkLayers(where: string, layers: readonly unknown[]): void {
  layers.forEach((layer, i) => {
    if (layerCore(layer) !== undefined) return;
    const expectation = `expected a layer at place ${i}`;
    if (typeof layer !== "object" || layer === null || !("apply" in layer && "type" in layer)) {
      throw new TypeError(explain(where, expectation, describeValue(layer)));
    }
    const remedy = "Lookups and hashing are applied to arrays before the model: net.fit(lookup.apply(x), y).";
    throw new TypeError(explain(where, expectation, `a ${String(layer.type)}`, remedy));
  });
}
