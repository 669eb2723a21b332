// A model's program on a backend: it builds the graphs of prediction, evaluation and training, compiles them into one program,
// and knows where the weights, the optimizer's slots, inputs and results lie in the arena.

import type { Backend, Executable } from "../backends/backend.js";
import { internalError } from "../errors.js";
import { add } from "../graph/build.js";
import { type CompiledProgram, compileGraph, type GraphFunction, type PlannedTensor } from "../graph/compile.js";
import { inputNode, type SymbolicTensor, withLayer } from "../graph/node.js";
import type { Weight, WeightHome } from "../layers/weight.js";
import { batchMean, type Loss } from "../losses/loss.js";
import type { Metric } from "../metrics/metric.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { buildPass, type Topology } from "./topology.js";

/** What `compile` decided. */
export interface TrainingPlan {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly metrics: readonly Metric[];
}

/** What a program must be able to do; a program that can do more is as good. */
export interface Needs {
  readonly batchRows: number;
  /** Columns of the targets; 0 without a plan. */
  readonly targetWidth: number;
  readonly weighted: boolean;
}

/** One of the program's functions, as the caller of `train` sees it: tensor numbers and instruction ranges. */
export interface Routine {
  readonly first: number;
  readonly updateFirst: number;
  readonly last: number;
  readonly inputs: readonly PlannedTensor[];
  readonly target: PlannedTensor | null;
  readonly weights: PlannedTensor | null;
  readonly output: PlannedTensor | null;
  /** Loss, then metrics. */
  readonly scalars: readonly number[];
}

interface Draft {
  readonly fn: GraphFunction;
  readonly inputs: readonly SymbolicTensor[];
  readonly target: SymbolicTensor | null;
  readonly weights: SymbolicTensor | null;
  readonly output: SymbolicTensor | null;
  readonly scalars: readonly SymbolicTensor[];
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
  #disposed = false;

  constructor(backend: Backend, topology: Topology, plan: TrainingPlan | null, needs: Needs) {
    this.backend = backend;
    this.needs = needs;
    this.#weights = topology.weights;
    const drafts = [draftPrediction(topology)];
    if (plan !== null) {
      drafts.push(draftScoring("evaluate", topology, plan, needs));
      if (topology.weights.some((weight) => weight.variable.trainable))
        drafts.push(draftScoring("train", topology, plan, needs));
    }
    this.program = compileGraph({
      functions: drafts.map((draft) => draft.fn),
      variables: topology.weights.map((weight) => weight.variable),
      ...(plan === null || drafts.length < 3 ? {} : { optimizer: plan.optimizer.rule }),
      batchRows: needs.batchRows,
    });
    this.executable = backend.createProgram(this.program.words);
    finalizers.register(this, this.executable, this);
    for (const { offset, values } of this.program.constants) this.executable.write(offset, values);
    const routine = (draft: Draft | undefined) => (draft === undefined ? null : this.#routine(draft));
    this.predict = this.#routine(drafts[0] as Draft);
    this.evaluate = routine(drafts[1]);
    this.train = routine(drafts[2]);
  }

  /** True when this program can be used for what is asked. */
  fits(backend: Backend, needs: Needs): boolean {
    const mine = this.needs;
    return (
      this.backend === backend &&
      mine.batchRows >= needs.batchRows &&
      (needs.targetWidth === 0 || mine.targetWidth === needs.targetWidth) &&
      (mine.weighted || !needs.weighted)
    );
  }

  /** Brings in the weights that are held elsewhere. */
  takeWeights(): void {
    for (const weight of this.#weights) {
      if (weight.home === this) continue;
      const place = this.#place(weight);
      this.executable.write(place.offset, weight.read());
      weight.moveTo(this);
    }
  }

  read(weight: Weight): Float32Array {
    const place = this.#place(weight);
    return this.executable.read(place.offset, place.length);
  }

  /** The optimizer's slots, variable by variable, as `slot name` and values. */
  readSlots(): { weight: Weight; slot: string; values: Float32Array }[] {
    const slots: { weight: Weight; slot: string; values: Float32Array }[] = [];
    for (const { name, region } of this.program.slots) {
      for (const weight of this.#weights) {
        const offset = this.#slotOffset(weight, region);
        if (offset !== null) slots.push({ weight, slot: name, values: this.executable.read(offset, weight.size) });
      }
    }
    return slots;
  }

  /** Takes over the slots of an earlier program; those that are missing here are dropped. */
  writeSlots(slots: readonly { weight: Weight; slot: string; values: Float32Array }[]): void {
    for (const { weight, slot, values } of slots) {
      const region = this.program.slots.find(({ name }) => name === slot)?.region;
      const offset = region === undefined ? null : this.#slotOffset(weight, region);
      if (offset !== null) this.executable.write(offset, values);
    }
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

  /** Slots are laid out like the trainable variables, which come first in the parameter region. */
  #slotOffset(weight: Weight, region: { offset: number; length: number }): number | null {
    const distance = this.#place(weight).offset - this.program.parameters.offset;
    return distance + weight.size <= region.length ? region.offset + distance : null;
  }

  #routine(draft: Draft): Routine {
    const { fn } = draft;
    const range = this.program.functions[fn.name];
    if (range === undefined) throw internalError(`the program has no function ${fn.name}`);
    const planned = (x: SymbolicTensor | null) => (x === null ? null : this.program.tensor(fn.name, x));
    return {
      ...range,
      inputs: draft.inputs.map((x) => this.program.tensor(fn.name, x)),
      target: planned(draft.target),
      weights: planned(draft.weights),
      output: planned(draft.output),
      scalars: draft.scalars.map((x) => this.program.tensor(fn.name, x).index),
    };
  }
}

function draftPrediction(topology: Topology): Draft {
  const { inputs, output } = buildPass(topology, false);
  const fn = { name: "predict", inputs, outputs: [output] };
  return { fn, inputs, target: null, weights: null, output, scalars: [] };
}

function draftScoring(name: "evaluate" | "train", topology: Topology, plan: TrainingPlan, needs: Needs): Draft {
  const { inputs, output, assigned, losses } = buildPass(topology, name === "train");
  const outputWidth = output.shape.slice(1).reduce<number>((a, b) => a * (b ?? 1), 1);
  // Targets of the width of the output take its shape, whatever its rank, so that they can be compared element by element.
  const shape = needs.targetWidth === outputWidth ? output.shape : [null, needs.targetWidth];
  const target = inputNode("target", shape);
  const weights = needs.weighted ? inputNode("sampleWeight", [null, 1]) : null;
  const where = `loss "${plan.loss.name}"`;
  const loss = withLayer("loss", () =>
    losses.reduce(add, batchMean(where, plan.loss(target, output), weights ?? undefined)),
  );
  const metrics = plan.metrics.map((metric) =>
    withLayer(metric.name, () => batchMean(`metric "${metric.name}"`, metric(target, output))),
  );
  const assign = [...assigned].map(([{ variable }, value]) => ({ variable, value }));
  const training = name === "train" ? { loss, assign, update: true } : {};
  const scalars = [loss, ...metrics];
  const all = [...inputs, target, ...(weights === null ? [] : [weights])];
  const fn = { name, inputs: all, outputs: scalars, ...training };
  return { fn, inputs, target, weights, output: null, scalars };
}
