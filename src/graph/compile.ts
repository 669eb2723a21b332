// From graphs to one program: gradients, fusion, the layout of the arena, and the words.

import { checkInteger, internalError } from "../errors.js";
import { type EncodableInstruction, encodeProgram } from "../program/encode.js";
import { ops, optimizers } from "../program/ops.gen.js";
import { planMemory } from "../program/plan.js";
import type { Step, Value } from "../program/steps.js";
import type {
  CompiledProgram,
  CompileOptions,
  FunctionRange,
  OptimizerSpec,
  PlannedTensor,
  Region,
} from "./compiled.js";
import { type Draft, type DraftPart, draftFunction, stepsOf } from "./draft.js";
import { type Layout, layOut } from "./layout.js";
import { SharedValues } from "./lower.js";
import type { SymbolicTensor, Variable } from "./node.js";
import { planUpdate } from "./update.js";

export type {
  Assignment,
  CompiledProgram,
  CompileOptions,
  CoreRule,
  FunctionRange,
  GraphFunction,
  GraphRule,
  OptimizerSpec,
  PlannedTensor,
  Region,
  RuleInput,
  RuleResult,
} from "./compiled.js";

/**
 * Compiles functions that share their variables into one program over one arena.
 *
 * The arena begins with what outlives an execution (parameters, gradients, slots, constants); behind it lie the activations
 * of all functions over each other, since only one function runs at a time.
 */
export function compileGraph(options: CompileOptions): CompiledProgram {
  const { functions, variables, optimizer, batchRows } = options;
  checkInteger("program", "batchRows", batchRows, 1);
  const shared = new SharedValues();
  const trainable = variables.filter((variable) => variable.trainable);
  const update = optimizer === undefined ? null : planUpdate(optimizer, trainable);
  const drafts = functions.map((fn) => draftFunction(fn, trainable, shared, options.fuse ?? true, update));
  const differentiated = functions.some((fn) => fn.loss !== undefined);
  const used = usedValues(drafts);
  const layout = layOut(
    variables,
    differentiated,
    update,
    [...used].filter((value) => value.kind === "constant" && value.base === null),
  );
  const assembly = new Assembly(layout, shared, batchRows);
  const ranges: Record<string, FunctionRange> = {};
  const scopes = new Map<string, Scope>();
  for (const draft of drafts) {
    const { name } = draft.fn;
    if (Object.hasOwn(ranges, name)) throw internalError(`two functions have the name ${name}`);
    const scope = assembly.function(draft);
    scopes.set(name, scope);
    const first = assembly.instructions.length;
    for (const step of draft.steps) assembly.add(step, scope);
    const updateFirst = assembly.instructions.length;
    assembly.addParts(draft.each, scope, optimizer);
    const applyFirst = assembly.instructions.length;
    assembly.addParts(draft.apply, scope, optimizer);
    ranges[name] = { first, updateFirst, applyFirst, last: assembly.instructions.length };
    for (const value of [...draft.inputs, ...draft.kept]) assembly.tensor(value, scope);
  }
  return finish(assembly, layout, options, { drafts, ranges, scopes });
}

/** All values that functions read, write or give out. */
function usedValues(drafts: readonly Draft[]): Set<Value> {
  const used = new Set<Value>();
  for (const draft of drafts) {
    const operands = stepsOf(draft).flatMap((step) => [...step.inputs, ...step.outputs]);
    for (const value of [...operands, ...draft.kept]) {
      if (value !== null) used.add(value).add(value.base ?? value);
    }
  }
  return used;
}

/** The tensors of one function. Values of different functions may share memory, but never a number. */
interface Scope {
  readonly offsets: ReadonlyMap<Value, number>;
  readonly tensors: Map<Value, PlannedTensor>;
}

/** Collects the tensor table and the instructions. */
class Assembly {
  readonly tensors: PlannedTensor[] = [];
  readonly names: string[] = [];
  readonly instructions: (EncodableInstruction & { readonly layer: string })[] = [];
  arenaLength: number;
  readonly #constants: ReadonlyMap<Value, number>;
  readonly #variables = new Map<Value, { variable: Variable; offset: number }>();
  readonly #shared = new Map<Value, PlannedTensor>();
  readonly #regions = new Map<string, number>();

  constructor(
    readonly layout: Layout,
    shared: SharedValues,
    readonly batchRows: number,
  ) {
    this.arenaLength = layout.end;
    this.#constants = new Map(layout.constants.map(({ value, offset }) => [value, offset]));
    for (const [variable, value] of shared.variables) {
      const place = layout.places.get(variable);
      if (place === undefined) throw internalError(`variable ${variable.name} is used, but not listed`);
      this.#variables.set(value, { variable, offset: place.offset });
    }
  }

  /** Plans the memory of a function's values. */
  function(draft: Draft): Scope {
    const { layout, batchRows } = this;
    const fixed = new Map<Value, number>();
    for (const [variable, value] of draft.variableGradients) fixed.set(value, this.gradientOffset(variable));
    const replacing = new Set<Value>();
    for (const [value, variable] of placedValues(draft)) {
      fixed.set(value, this.#variables.get(variable)?.offset ?? 0);
      replacing.add(value);
    }
    const steps = stepsOf(draft);
    const plan = planMemory({ steps, inputs: draft.inputs, kept: draft.kept, fixed, replacing, batchRows });
    this.arenaLength = Math.max(this.arenaLength, layout.end + plan.length);
    const offsets = new Map<Value, number>();
    for (const [value, place] of plan.offsets)
      offsets.set(value, place.fixed ? place.offset : layout.end + place.offset);
    const scope = { offsets, tensors: new Map<Value, PlannedTensor>() };
    for (const [variable, value] of draft.variableGradients) this.tensor(value, scope, `d(${variable.name})`);
    return scope;
  }

  gradientOffset(variable: Variable): number {
    const { variables, parameters, gradients } = this.layout;
    const place = variables.get(variable);
    if (place === undefined) throw internalError(`variable ${variable.name} is not listed`);
    return gradients.offset + place.offset - parameters.offset;
  }

  tensor(value: Value, scope: Scope, name = ""): PlannedTensor {
    const known = this.#shared.get(value) ?? scope.tensors.get(value);
    if (known !== undefined) return known;
    const base = value.base ?? value;
    const offset = this.#variables.get(base)?.offset ?? this.#constants.get(base) ?? scope.offsets.get(base);
    if (offset === undefined) throw internalError(`a value of kind ${value.kind} has no place`);
    const baseName = value.base === null ? "" : this.names[this.tensor(value.base, scope).index];
    const tensor = this.#add(offset, value.rows, value.columns, name || baseName || nameOf(value));
    if (value.kind === "variable" || value.kind === "constant") this.#shared.set(value, tensor);
    else scope.tensors.set(value, tensor);
    return tensor;
  }

  add(step: Step, scope: Scope): void {
    const operands = [
      ...pad(step.outputs, ops[step.op].outputs.length),
      ...pad(step.inputs, ops[step.op].inputs.length),
    ];
    this.instructions.push({
      op: step.op,
      operands: operands.map((value) => (value === null ? -1 : this.tensor(value, scope).index)),
      parameters: step.parameters,
      layer: step.layer,
    });
  }

  addParts(parts: readonly DraftPart[], scope: Scope, optimizer: OptimizerSpec | undefined): void {
    for (const part of parts) {
      if (part === "rule") this.#addUpdates(optimizer);
      else for (const step of part.steps) this.add(step, scope);
    }
  }

  /** One update for all trainable parameters, or one for each run of variables that are updated alike. */
  #addUpdates(optimizer: OptimizerSpec | undefined): void {
    if (optimizer === undefined || "update" in optimizer.rule) throw internalError("expected a rule of the core");
    const { layout } = this;
    const { rule, decays = () => true } = optimizer;
    const { slots, parameters } = optimizers[rule.name];
    const unknown = rule.slots.find((name) => !slots.some((slot) => slot.name === name));
    if (unknown !== undefined) throw internalError(`optimizer ${rule.name} has no slot ${unknown}`);
    for (const { scale, decay, offset, length } of runsOfEqualUpdates(layout, decays)) {
      const part = (name: string, region: Region) => this.#region(name, region.offset + offset, length);
      const slotTensors = [0, 1, 2].map((i) => {
        const slot = layout.slots.find(({ name }) => name === slots[i]?.name);
        return slot === undefined ? -1 : part(slot.name, slot.region);
      });
      const parameter = (name = "") => (name === "weightDecay" && !decay ? 0 : (rule.parameters[name] ?? 0));
      const values = Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`o${i}`, parameter(parameters[i])]));
      this.instructions.push({
        op: "update",
        operands: [part("parameters", layout.parameters), ...slotTensors, part("gradients", layout.gradients)],
        parameters: { function: rule.name, learningRateScale: scale, ...values },
        layer: "",
      });
    }
  }

  #region(name: string, offset: number, length: number): number {
    const key = `${offset} ${length}`;
    const known = this.#regions.get(key);
    if (known !== undefined) return known;
    const { index } = this.#add(offset, 1, length, name);
    this.#regions.set(key, index);
    return index;
  }

  #add(offset: number, rows: number | null, columns: number, name: string): PlannedTensor {
    const index = this.tensors.length;
    const tensor = { index, offset, rows: rows ?? this.batchRows, columns, batch: rows === null };
    this.tensors.push(tensor);
    this.names.push(name === "" ? `t${index}` : name);
    return tensor;
  }
}

function nameOf(value: Value): string {
  if (value.kind === "constant") return value.numbers?.length === 1 ? String(value.numbers[0]) : "";
  return value.kind === "result" ? "" : value.name;
}

function pad(values: readonly (Value | null)[], length: number): (Value | null)[] {
  return Array.from({ length }, (_, i) => values[i] ?? null);
}

/** Neighbouring trainable variables with one learning rate scale, decaying or not, as ranges of the parameter region. */
function runsOfEqualUpdates({ trainable, variables }: Layout, decays: (variable: Variable) => boolean) {
  const runs: { scale: number; decay: boolean; offset: number; length: number }[] = [];
  for (const variable of trainable) {
    const { offset, length } = variables.get(variable) as Region;
    const [scale, decay] = [variable.learningRateScale, decays(variable)];
    const last = runs[runs.length - 1];
    if (last?.scale === scale && last.decay === decay) last.length += length;
    else runs.push({ scale, decay, offset, length });
  }
  return runs;
}

/** Results of the update that are computed in the place of variables. */
function placedValues({ each, apply }: Draft): [Value, Value][] {
  return [...each, ...apply].flatMap((part) => (part === "rule" ? [] : [...part.placed]));
}

interface Parts {
  readonly drafts: readonly Draft[];
  readonly ranges: Readonly<Record<string, FunctionRange>>;
  readonly scopes: ReadonlyMap<string, Scope>;
}

function finish(assembly: Assembly, layout: Layout, options: CompileOptions, parts: Parts): CompiledProgram {
  const { tensors, names, instructions, arenaLength } = assembly;
  const { batchRows } = options;
  const { drafts, ranges, scopes } = parts;
  const words = encodeProgram({ arenaLength, batchRows, tensors, instructions });
  const gradients = new Map<SymbolicTensor | Variable, PlannedTensor>();
  for (const draft of drafts) {
    const scope = scopes.get(draft.fn.name) as Scope;
    for (const [key, value] of [...draft.variableGradients, ...draft.outputGradients]) {
      if (!gradients.has(key)) gradients.set(key, assembly.tensor(value, scope));
    }
  }
  return {
    words,
    arenaLength,
    batchRows,
    functions: ranges,
    tensor(fn, node) {
      const draft = drafts.find((candidate) => candidate.fn.name === fn);
      const value = draft?.values.get(node);
      const scope = scopes.get(fn);
      // Other values have a place, too, but something else may be there when the function has run.
      const readable = value !== undefined && (draft?.kept.has(value) || value.kind !== "result");
      if (value === undefined || scope === undefined || !readable) {
        throw internalError(`node ${node.id} is neither an input nor an output of function ${fn}`);
      }
      return assembly.tensor(value, scope);
    },
    gradient(node) {
      const key = "kind" in node && node.variable !== null ? node.variable : node;
      const tensor = gradients.get(node) ?? gradients.get(key);
      if (tensor === undefined) throw internalError(`${node.name} has no gradient in this program`);
      return tensor;
    },
    variables: layout.variables,
    parameters: layout.parameters,
    gradients: layout.gradients,
    learns: drafts.some((draft) => draft.learns),
    slots: layout.slots,
    numbers: layout.numbers,
    constants: layout.constants.map(({ offset, values }) => ({ offset, values })),
    instructions: instructions.map(({ op, layer, operands }) => {
      const { length } = ops[op].outputs;
      const present = (indices: readonly number[]) => indices.filter((index) => index >= 0);
      return { op, layer, outputs: present(operands.slice(0, length)), inputs: present(operands.slice(length)) };
    }),
    tensors,
    printable: { arenaLength, batchRows, tensors, names, instructions, functions: ranges, layout },
  };
}
