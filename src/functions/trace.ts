// Functions over ops, compiled for given shapes: traced once, run on the backend in use, one run at a time.

import type { Backend, Executable } from "../backends/backend.js";
import { currentBackend, ready } from "../backends/registry.js";
import { describeValue, explain, formatShape, ShapeError } from "../errors.js";
import { type CompiledProgram, compileGraph, type GraphFunction, type PlannedTensor } from "../graph/compile.js";
import { findSource } from "../graph/dependence.js";
import { constantNode, inputNode, type SymbolicTensor, withFunction } from "../graph/node.js";
import { isSymbolic } from "../ops/operand.js";
import type { Given } from "./forms.js";

/** A function over `ops.*`; a plain number is a constant. */
export type OpsFunction = (...inputs: SymbolicTensor[]) => SymbolicTensor | number | readonly SymbolicTensor[];

export interface Trace {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** True when the function gave a list of results. */
  readonly list: boolean;
}

/** Calls the function once with symbolic tensors of these shapes. */
export function trace(where: string, f: OpsFunction, shapes: readonly (readonly number[])[]): Trace {
  if (typeof f !== "function") throw new TypeError(explain(where, "expected a function over ops.*", describeValue(f)));
  const inputs = shapes.map((shape, i) => inputNode(`x${i}`, shape));
  const result = call(where, f, inputs);
  const list = Array.isArray(result);
  const results: unknown[] = list ? result : [result];
  const outputs = results.map((output) => {
    if (isSymbolic(output)) return output;
    // NaN is what JavaScript's operators make of symbolic tensors.
    if (typeof output === "number" && !Number.isNaN(output)) return constantNode([output], []);
    const remedy = "Use ops.add(x, y) instead of x + y.";
    throw new TypeError(explain(where, "the function must return a result of ops.*", describeValue(output), remedy));
  });
  checkSources(where, outputs, inputs);
  return { inputs, outputs, list };
}

/**
 * What the function gives. It may have parameters that can be left out, as `ops.sum` has; that too few inputs were given shows
 * when it fails for that.
 */
function call(where: string, f: OpsFunction, inputs: readonly SymbolicTensor[]): unknown {
  const tooFew = () =>
    explain(where, `expected as many inputs as the function has parameters, ${f.length}`, String(inputs.length));
  let result: unknown;
  try {
    result = withFunction(where, () => f(...inputs));
  } catch (error) {
    if (f.length > inputs.length && error instanceof TypeError) throw new TypeError(tooFew(), { cause: error });
    throw error;
  }
  if (result === undefined && f.length > inputs.length) throw new TypeError(tooFew());
  return result;
}

/** Inputs of models, and what came out of layers before, have no numbers here: they would count as 0. */
function checkSources(where: string, outputs: readonly SymbolicTensor[], inputs: readonly SymbolicTensor[]): void {
  const foreign = outputs.map((output) => findSource(output, inputs)).find((source) => source !== undefined);
  if (foreign === undefined) return;
  const expectation = "the function must compute from its inputs and from numbers";
  const received = `a symbolic tensor of another graph, "${foreign.name}"`;
  throw new TypeError(explain(where, expectation, received, "Give its values as an input."));
}

/** The trace with its gradients: the function must give a single number. */
export function traceScalar(where: string, f: OpsFunction, shapes: readonly (readonly number[])[]): Trace {
  const traced = trace(where, f, shapes);
  const [value] = traced.outputs;
  if (traced.outputs.length === 1 && value?.shape.every((size) => size === 1)) return traced;
  const received = traced.list ? describeValue(traced.outputs) : `shape ${formatShape(value?.shape ?? [])}`;
  const remedy = "Reduce the result with ops.sum or ops.mean.";
  throw new ShapeError(explain(where, "the function must return a single number", received, remedy));
}

export const functionName = "call";

/** The graph function of a trace, with the gradients of its single output when they are wanted. */
export function graphFunction({ inputs, outputs }: Trace, withGradients: boolean): GraphFunction {
  const [loss] = outputs;
  const differentiated = withGradients && loss !== undefined ? { loss, gradientOutputs: inputs } : {};
  return { name: functionName, inputs, outputs, ...differentiated };
}

// Wasm programs live outside the garbage-collected heap; the executable must not refer to its owner for this to work.
const finalizers = new FinalizationRegistry<Executable>((executable) => executable.dispose());

// A hop to another thread costs about 0.05 ms, in which a program over so many floats has run several times.
const smallArena = 1 << 14;

/** What one call gives, as it lies in the arena. */
export interface Results {
  readonly outputs: readonly Float32Array[];
  readonly gradients: readonly Float32Array[];
}

/** A compiled trace on the backend in use. Concurrent calls wait for each other. */
export class Runner {
  readonly program: CompiledProgram;
  #backend: Backend | null = null;
  #executable: Executable | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  constructor(
    readonly traced: Trace,
    readonly withGradients: boolean,
  ) {
    const functions = [graphFunction(traced, withGradients)];
    this.program = compileGraph({ functions, variables: [], batchRows: 1 });
  }

  /** Runs once and reads the results, and the gradients with respect to all inputs. */
  async call(given: readonly Given[]): Promise<Results> {
    // The caller may change its arrays before it is this call's turn.
    const values = given.map((x) => (ArrayBuffer.isView(x.values) ? Float32Array.from(x.values) : x.values));
    this.#pending++;
    try {
      const run = () => this.#run(values);
      const result = this.#last.then(run, run);
      this.#last = result;
      return await result;
    } finally {
      this.#pending--;
    }
  }

  /** Frees the memory, when the calls that were made before are done. The next call takes it again. */
  dispose(): void {
    if (this.#pending === 0) this.#free();
    else this.#last = this.#last.then(this.#free, this.#free);
  }

  async #run(values: readonly ArrayLike<number>[]): Promise<Results> {
    await ready();
    const executable = this.#prepare(currentBackend());
    for (const [i, node] of this.traced.inputs.entries()) {
      executable.write(this.program.tensor(functionName, node).offset, values[i] ?? []);
    }
    const { first, last } = this.#range();
    const state = { learningRate: 0, step: 0, seed: [0, 0] } as const;
    if (this.program.arenaLength < smallArena) executable.run(first, last, 1, state);
    else await executable.runAsync(first, last, 1, state);
    return this.#results(executable);
  }

  readonly #free = (): void => {
    if (this.#executable === null) return;
    finalizers.unregister(this);
    this.#executable.dispose();
    this.#executable = null;
    this.#backend = null;
  };

  #range() {
    const range = this.program.functions[functionName];
    return { first: range?.first ?? 0, last: range?.last ?? 0 };
  }

  #prepare(backend: Backend): Executable {
    if (backend === this.#backend && this.#executable !== null) return this.#executable;
    this.#free();
    const executable = backend.createProgram(this.program.words);
    this.#executable = executable;
    this.#backend = backend;
    finalizers.register(this, executable, this);
    for (const { offset, values } of this.program.constants) executable.write(offset, values);
    return executable;
  }

  #results(executable: Executable): Results {
    const read = ({ offset, rows, columns }: PlannedTensor) => executable.read(offset, rows * columns);
    const { inputs, outputs } = this.traced;
    return {
      outputs: outputs.map((node) => read(this.program.tensor(functionName, node))),
      gradients: this.withGradients ? inputs.map((node) => read(this.program.gradient(node))) : [],
    };
  }
}
