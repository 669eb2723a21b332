// A model's program on a backend: it builds the graphs of prediction, evaluation and training, compiles them into one program,
// and knows where the weights, the optimizer's slots, inputs and results lie in the arena.

import type { Backend, Executable } from "../backends/backend.js";
import { runToEnd } from "../backends/time-slice.js";
import { internalError } from "../errors.js";
import { add } from "../graph/build.js";
import {
  type Assignment,
  type CompiledProgram,
  compileGraph,
  type GraphFunction,
  type PlannedTensor,
  type Region,
} from "../graph/compile.js";
import { inputNode, layerOf, type SymbolicTensor, withLayer } from "../graph/node.js";
import { averageSlot } from "../graph/update.js";
import type { Weight, WeightHome } from "../layers/weight.js";
import { reduceLoss } from "../losses/reduction.js";
import { type Report, reportMean, reportMetric } from "../metrics/measure.js";
import { outputName } from "../naming.js";
import * as ops from "../ops/index.js";
import type { Seed } from "../random/philox.js";
import type { SizedReport } from "./tally.js";
import { busyError, idle, pause, type Procedure } from "./task.js";
import { buildPass, type Topology } from "./topology.js";
import type { OutputPlan, TrainingPlan } from "./training-plan.js";

/** What a program must be able to do; a program that can do more is as good. */
export interface Needs {
  readonly batchRows: number;
  /** Columns of the targets of each output, 0 for one without targets; empty for predictions. */
  readonly targetWidths: readonly number[];
  /** Which outputs have weights of rows. */
  readonly weighted: readonly boolean[];
}

/** The needs of both. */
export function joinNeeds(needs: Needs, earlier: Needs | undefined): Needs {
  if (earlier === undefined) return needs;
  const targetWidths = needs.targetWidths.length === 0 ? earlier.targetWidths : needs.targetWidths;
  return {
    batchRows: Math.max(needs.batchRows, earlier.batchRows),
    targetWidths,
    weighted: targetWidths.map((_, i) => (needs.weighted[i] ?? false) || (earlier.weighted[i] ?? false)),
  };
}

/** One of the program's functions, as the caller of `train` sees it: tensor numbers and instruction ranges. */
export interface Routine {
  readonly first: number;
  readonly updateFirst: number;
  readonly applyFirst: number;
  readonly last: number;
  readonly inputs: readonly PlannedTensor[];
  /** One for each output, or null. */
  readonly targets: readonly (PlannedTensor | null)[];
  /** One for each output, or null. */
  readonly weights: readonly (PlannedTensor | null)[];
  /** Of the function that predicts. */
  readonly outputs: readonly PlannedTensor[];
  /** What is reported: the loss first. */
  readonly reports: readonly SizedReport[];
  /** The tensors of the reports, one report's behind the other's. */
  readonly reported: readonly number[];
}

/** One weight's part of a slot, or a single number of the optimizer. */
export interface SlotValues {
  readonly weight: Weight | null;
  readonly slot: string;
  readonly values: Float32Array;
}

interface Draft {
  readonly fn: GraphFunction;
  readonly inputs: readonly SymbolicTensor[];
  readonly targets: readonly (SymbolicTensor | null)[];
  readonly weights: readonly (SymbolicTensor | null)[];
  readonly outputs: readonly SymbolicTensor[];
  readonly reports: readonly Report[];
}

// Wasm programs live outside the garbage-collected heap; the executable must not refer to its session for this to work.
const finalizers = new FinalizationRegistry<Executable>((executable) => executable.dispose());

/** A compiled program with its arena. At most one execution at a time: `Model` takes care of that. */
export class Session implements WeightHome {
  readonly backend: Backend;
  readonly needs: Needs;
  readonly program: CompiledProgram;
  readonly executable: Executable;
  readonly predict: Routine;
  readonly evaluate: Routine | null;
  readonly train: Routine | null;
  readonly #weights: readonly Weight[];
  readonly #size: PlannedTensor | null;
  readonly #executing: () => boolean;
  #disposed = false;

  /** `executing` tells when another thread works on the arena. */
  constructor(backend: Backend, topology: Topology, plan: TrainingPlan | null, needs: Needs, executing: () => boolean) {
    this.#executing = executing;
    this.backend = backend;
    this.needs = needs;
    this.#weights = topology.weights.map(({ weight }) => weight);
    const drafts = [draftPrediction(topology)];
    if (plan !== null) {
      drafts.push(draftScoring("evaluate", topology, plan, needs));
      if (this.#weights.some((weight) => weight.variable.trainable))
        drafts.push(draftScoring("train", topology, plan, needs));
    }
    const functions = drafts.map((draft) => draft.fn);
    const sizes = drafts.length < 3 ? null : sizeOfTrained(this.#weights);
    if (sizes !== null) functions.push({ name: "size", inputs: [], outputs: [sizes] });
    this.program = compileGraph({
      functions,
      variables: this.#weights.map((weight) => weight.variable),
      ...(plan === null || drafts.length < 3
        ? {}
        : { optimizer: { rule: plan.optimizer.rule, ...plan.optimizer.common } }),
      batchRows: needs.batchRows,
    });
    this.executable = backend.createProgram(this.program.words);
    finalizers.register(this, this.executable, this);
    for (const { offset, values } of this.program.constants) this.executable.write(offset, values);
    const routine = (draft: Draft | undefined) => (draft === undefined ? null : this.#routine(draft));
    this.predict = this.#routine(drafts[0] as Draft);
    this.evaluate = routine(drafts[1]);
    this.train = routine(drafts[2]);
    this.#size = sizes === null ? null : this.program.tensor("size", sizes);
  }

  /** True when this program can be used for what is asked. */
  fits(backend: Backend, needs: Needs): boolean {
    const mine = this.needs;
    return (
      this.backend === backend &&
      mine.batchRows >= needs.batchRows &&
      needs.targetWidths.every((width, i) => mine.targetWidths[i] === width) &&
      needs.weighted.every((weighted, i) => mine.weighted[i] === true || !weighted)
    );
  }

  /** True when no weight is held elsewhere. */
  get hasWeights(): boolean {
    return this.#weights.every((weight) => weight.home === this);
  }

  /** Brings in the weights that are held elsewhere. */
  takeWeights(): void {
    runToEnd(this.#bringIn());
  }

  /** The same with places where other work may get its turn. Such work may have given up this program. */
  *bringInWeights(): Procedure<void> {
    for (const _ of this.#bringIn()) {
      yield* pause();
      yield* idle();
      if (this.#disposed) return;
    }
  }

  *#bringIn(): Generator<void, void> {
    for (const weight of this.#weights) {
      if (weight.home === this) continue;
      const { offset } = this.#place(weight);
      yield* weight.moveTo(this, (values, at) => this.executable.write(offset + at, values));
    }
  }

  /** Throws while steps are running: another model may have asked. */
  read(weight: Weight): Float32Array {
    if (this.#executing()) throw busyError(`weight "${weight.variable.name}"`);
    const place = this.#place(weight);
    return this.executable.read(place.offset, place.length);
  }

  /** The state of the optimizer, variable by variable, and its single numbers (without a weight). */
  readSlots(): SlotValues[] {
    const slots: SlotValues[] = [];
    for (const { name, region } of this.program.slots) {
      for (const weight of this.#weights) {
        const offset = this.#slotOffset(weight, region);
        if (offset !== null) slots.push({ weight, slot: name, values: this.executable.read(offset, weight.size) });
      }
    }
    for (const { name, offset } of this.program.numbers) {
      slots.push({ weight: null, slot: name, values: this.executable.read(offset, 1) });
    }
    return slots;
  }

  /** Takes over the state of an earlier program; what is missing here is dropped. */
  writeSlots(slots: readonly SlotValues[]): void {
    for (const { weight, slot, values } of slots) {
      const offset = weight === null ? this.#numberOffset(slot) : this.#slotOffset(weight, this.#slot(slot));
      if (offset !== null) this.executable.write(offset, values);
    }
  }

  /** Puts the optimizer's averages in the place of the trained weights; with `exchange` the weights become the averages. */
  takeAverages(exchange: boolean): void {
    const region = this.#slot(averageSlot);
    if (region === null) throw internalError("the program keeps no averages");
    this.takeWeights();
    const { offset } = this.program.parameters;
    const weights = this.executable.read(offset, region.length);
    this.executable.write(offset, this.executable.read(region.offset, region.length));
    if (exchange) this.executable.write(region.offset, weights);
  }

  /** True when trained weights may be NaN or infinite here: false is certain, true is worth a closer look. */
  mayHaveDiverged(seed: Seed): boolean {
    const { size: range } = this.program.functions;
    if (this.#size === null || range === undefined) return false;
    // The core does it at the speed of the memory, and few weights cost less than a microsecond.
    this.executable.run(range.first, range.last, 1, { learningRate: 0, step: 0, seed });
    return !Number.isFinite(this.executable.read(this.#size.offset, 1)[0]);
  }

  /** Gives the weights back and frees the program. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const weight of this.#weights) {
      if (weight.home === this) weight.hold(this.read(weight));
    }
    finalizers.unregister(this);
    this.executable.dispose();
  }

  /** Where a weight lies in the arena. */
  #place(weight: Weight): { offset: number; length: number } {
    const place = this.program.variables.get(weight.variable);
    if (place === undefined) throw internalError(`the program has no variable ${weight.variable.name}`);
    return place;
  }

  #slot(name: string): Region | null {
    return this.program.slots.find((slot) => slot.name === name)?.region ?? null;
  }

  #numberOffset(name: string): number | null {
    return this.program.numbers.find((number) => number.name === name)?.offset ?? null;
  }

  /** Slots are laid out like the trainable variables, which come first in the parameter region. */
  #slotOffset(weight: Weight, region: Region | null): number | null {
    if (region === null) return null;
    const distance = this.#place(weight).offset - this.program.parameters.offset;
    return distance + weight.size <= region.length ? region.offset + distance : null;
  }

  #routine(draft: Draft): Routine {
    const { fn } = draft;
    const range = this.program.functions[fn.name];
    if (range === undefined) throw internalError(`the program has no function ${fn.name}`);
    const planned = (x: SymbolicTensor | null) => (x === null ? null : this.program.tensor(fn.name, x));
    const reports = draft.reports.map((report): SizedReport => {
      const width = report.tensors.reduce((sum, x) => sum + this.program.tensor(fn.name, x).columns, 0);
      return { ...report, width };
    });
    return {
      ...range,
      inputs: draft.inputs.map((x) => this.program.tensor(fn.name, x)),
      targets: draft.targets.map(planned),
      weights: draft.weights.map(planned),
      outputs: draft.outputs.map((x) => this.program.tensor(fn.name, x)),
      reports,
      reported: reports.flatMap(({ tensors }) => tensors.map((x) => this.program.tensor(fn.name, x).index)),
    };
  }
}

/** The sum of squares of the trained weights. Squares beyond float32 make it infinite, too. */
function sizeOfTrained(weights: readonly Weight[]): SymbolicTensor {
  const trained = weights.filter(({ variable }) => variable.trainable);
  return trained.map(({ node }) => ops.sumSquares(node)).reduce(add);
}

function draftPrediction(topology: Topology): Draft {
  const { inputs, outputs } = buildPass(topology, false);
  const fn = { name: "predict", inputs, outputs };
  return { fn, inputs, targets: [], weights: [], outputs, reports: [] };
}

function draftScoring(name: "evaluate" | "train", topology: Topology, plan: TrainingPlan, needs: Needs): Draft {
  const { inputs, outputs, assigned, losses: added } = buildPass(topology, name === "train");
  const scored = plan.outputs.map((output, i) => {
    return scoreOutput(
      output,
      outputs[i] as SymbolicTensor,
      plan,
      needs.targetWidths[i] ?? 0,
      needs.weighted[i] ?? false,
    );
  });
  const losses = scored.flatMap(({ loss }, i) => {
    return loss === null ? [] : [reportMean(outputName(plan.outputs[i]?.name ?? "", "loss"), loss)];
  });
  const variables = topology.weights.map(({ weight }) => weight);
  const total = withLayer("loss", () => [...added, ...penalties(variables)].reduce(add, weightedSum(scored)));
  const reports = [
    reportMean("loss", total),
    ...(plan.separateLosses ? losses : []),
    ...scored.flatMap(({ metrics }) => metrics),
  ];
  const targets = scored.map(({ target }) => target);
  const weights = scored.map((score) => score.weights);
  const all = [...inputs, ...targets, ...weights].filter((x) => x !== null);
  const assign = [...assigned].map(([{ variable }, value]) => ({ variable, value }));
  const constrain = constrained(variables);
  const training = name === "train" ? { loss: total, assign, update: true, constrain } : {};
  const fn = { name, inputs: all, outputs: reports.flatMap(({ tensors }) => tensors), ...training };
  return { fn, inputs, targets, weights, outputs: [], reports };
}

interface Score {
  readonly target: SymbolicTensor | null;
  readonly weights: SymbolicTensor | null;
  readonly loss: SymbolicTensor | null;
  readonly lossWeight: number;
  readonly metrics: readonly Report[];
}

/** Loss and metrics of one output. */
function scoreOutput(
  { name, loss, lossWeight, metrics }: OutputPlan,
  output: SymbolicTensor,
  plan: TrainingPlan,
  targetWidth: number,
  weighted: boolean,
): Score {
  if (targetWidth === 0) return { target: null, weights: null, loss: null, lossWeight, metrics: [] };
  const single = plan.outputs.length === 1;
  const called = (thing: string) => (single ? thing : outputName(name, thing));
  const of = single ? "" : ` of output "${name}"`;
  const outputWidth = output.shape.slice(1).reduce<number>((a, b) => a * (b ?? 1), 1);
  // Targets of the width of the output take its shape, whatever its rank, so that they can be compared element by element.
  const shape = targetWidth === outputWidth ? output.shape : [null, targetWidth];
  const target = inputNode(called("target"), shape);
  const needsWeights = (weighted && loss !== null) || metrics.some((entry) => entry.weighted);
  const weights = needsWeights ? inputNode(called("sampleWeight"), [null, 1]) : null;
  const lossWeights = weighted && weights !== null ? weights : undefined;
  const value =
    loss === null
      ? null
      : withLayer(called("loss"), () => reduceLoss(`loss "${loss.name}"${of}`, loss, target, output, lossWeights));
  const measured = metrics.map((entry) =>
    withLayer(entry.name, () => {
      const context = { loss, weights: entry.weighted ? weights : null };
      return reportMetric(`metric "${entry.metric.name}"${of}`, entry.name, entry.metric, target, output, context);
    }),
  );
  return { target, weights, loss: value, lossWeight, metrics: measured };
}

/** The loss that is minimised: those of the outputs, each times its weight. */
function weightedSum(scored: readonly Score[]): SymbolicTensor {
  const parts = scored.flatMap(({ loss, lossWeight }) => {
    if (loss === null) return [];
    return [lossWeight === 1 ? loss : ops.mul(loss, lossWeight)];
  });
  return parts.reduce(add);
}

/** What the regularizers of trained weights add to the loss. */
function penalties(weights: readonly Weight[]): SymbolicTensor[] {
  return weights.flatMap(({ regularizer, variable, node }) => {
    if (regularizer === null || !variable.trainable) return [];
    return [withLayer(layerOf(variable), () => regularizer(node))];
  });
}

/** What the constraints of trained weights make of them. */
function constrained(weights: readonly Weight[]): Assignment[] {
  return weights.flatMap(({ constraint, variable, node }) => {
    if (constraint === null || !variable.trainable) return [];
    return [{ variable, value: withLayer(layerOf(variable), () => constraint(node)) }];
  });
}
