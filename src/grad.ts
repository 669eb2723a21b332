// Functions and gradients without a model: `grad`, `valueAndGrad`, `compileFunction` and `gradientCheck` over `ops.*`.

import { checkOptions, describeValue, explain, formatShape, ShapeError } from "./errors.js";
import { checkGradients, type GradientCheck, type GradientCheckOptions } from "./functions/check.js";
import { commonForm, type Given, type Result, readInput, writeResult } from "./functions/forms.js";
import { type OpsFunction, Runner, trace, traceScalar } from "./functions/trace.js";
import type { SymbolicTensor } from "./graph/node.js";
import { countElements, sameShape } from "./graph/shapes.js";
import { printProgram } from "./program/print.js";
import type { NestedNumbers, Tensor, TensorInput } from "./tensor.js";

export type { GradientCheck, GradientCheckOptions, GradientMismatch } from "./functions/check.js";

/** A function over `ops.*` that gives a single number. */
export type ScalarFunction = (...inputs: SymbolicTensor[]) => SymbolicTensor | number;

/** Each result has the form of its input: a number for a number, nested arrays for nested arrays, a tensor for a tensor. */
export type GradientResults<Inputs extends readonly TensorInput[]> = { [K in keyof Inputs]: Result<Inputs[K]> };

/**
 * The gradients of a function with respect to all of its inputs.
 *
 * The function is called once for each combination of input shapes, compiled, and run on the backend in use (float32). The
 * programs of the last 16 combinations are kept.
 *
 * @throws ShapeError when the function does not give a single number; TypeError when it calls a layer, whose weights have
 * values in a model alone.
 * @example
 * await grad((x, y, z) => ops.mul(ops.add(x, y), z))(-2, 5, -4); // [-4, -4, 3]
 */
export function grad(
  f: ScalarFunction,
): <Inputs extends readonly TensorInput[]>(...inputs: Inputs) => Promise<GradientResults<Inputs>> {
  const run = differentiable("grad", f);
  return async (...inputs) => (await run(inputs)).grads as GradientResults<typeof inputs>;
}

/**
 * The value of a function and its gradients with respect to all of its inputs, as `grad`.
 *
 * @example
 * await valueAndGrad((x, y, z) => ops.mul(ops.add(x, y), z))(-2, 5, -4); // { value: -12, grads: [-4, -4, 3] }
 */
export function valueAndGrad(
  f: ScalarFunction,
): <Inputs extends readonly TensorInput[]>(
  ...inputs: Inputs
) => Promise<{ value: number; grads: GradientResults<Inputs> }> {
  const run = differentiable("valueAndGrad", f);
  return async (...inputs) => {
    const { value, grads } = await run(inputs);
    return { value, grads: grads as GradientResults<typeof inputs> };
  };
}

function differentiable(where: string, f: ScalarFunction) {
  if (typeof f !== "function") throw new TypeError(explain(where, "expected a function over ops.*", describeValue(f)));
  // In the order of their last use.
  const runners = new Map<string, Runner>();
  return async (inputs: readonly TensorInput[]): Promise<{ value: number; grads: unknown[] }> => {
    const given = inputs.map((input, i) => readInput(`${where}, input ${i}`, input));
    const shapes = given.map(({ shape }) => shape);
    const key = JSON.stringify(shapes);
    let runner = runners.get(key);
    runner ??= new Runner(traceScalar(where, f, shapes), true);
    runners.delete(key);
    runners.set(key, runner);
    forgetOldest(runners);
    const { outputs, gradients } = await runner.call(given);
    const grads = gradients.map((data, i) => writeResult(data, shapes[i] ?? [], given[i]?.form ?? "nested"));
    return { value: outputs[0]?.[0] ?? Number.NaN, grads };
  };
}

// Programs that a function of gradients keeps, one for each combination of input shapes.
const mostRunners = 16;

function forgetOldest(runners: Map<string, Runner>): void {
  for (const [key, runner] of runners) {
    if (runners.size <= mostRunners) return;
    runners.delete(key);
    // Calls that are waiting for it end before.
    runner.dispose();
  }
}

export interface CompileFunctionOptions {
  /** The shape of each input; `[]` is a number. */
  shapes: readonly (readonly number[])[];
}

/** What a compiled function can give. */
export type FunctionResult = number | NestedNumbers[] | Float32Array | Tensor<Float32Array> | FunctionResult[];

/** A function that was compiled for given shapes. */
export interface CompiledFunction {
  /**
   * Runs it. A single number comes as such; other results have the form of the first input that is no number. A function
   * that gives a list of results gives a list here, too.
   */
  <T extends FunctionResult = FunctionResult>(...inputs: TensorInput[]): Promise<T>;
  /** The shapes of the results. */
  readonly outputShapes: readonly (readonly number[])[];
  /** Frees its memory at once; otherwise garbage collection does. It can still be called. */
  dispose(): void;
  /** The compiled program as text. */
  toString(): string;
}

/**
 * Compiles a function over `ops.*` once for inputs of given shapes, to be run many times on the backend in use.
 *
 * @throws ShapeError for shapes that the function cannot use, and, when it is called, for inputs of other shapes; TypeError
 * for a function that calls a layer, whose weights have values in a model alone.
 * @example
 * const norm = compileFunction((x) => ops.sqrt(ops.sum(ops.square(x))), { shapes: [[2]] });
 * await norm([3, 4]); // 5
 */
export function compileFunction(f: OpsFunction, options: CompileFunctionOptions): CompiledFunction {
  const where = "compileFunction";
  checkOptions(where, options, ["shapes"]);
  if (!Array.isArray(options.shapes) || !options.shapes.every(Array.isArray)) {
    const example = "For example { shapes: [[2, 3], []] }.";
    throw new TypeError(explain(where, "shapes must be an array of shapes", describeValue(options.shapes), example));
  }
  const shapes = options.shapes.map((shape) => [...shape]);
  const runner = new Runner(trace(where, f, shapes), false);
  const { outputs, list } = runner.traced;
  const outputShapes = outputs.map(({ shape }) => shape as readonly number[]);
  const call = async <T extends FunctionResult>(...inputs: TensorInput[]): Promise<T> => {
    const given = readArguments(inputs, shapes);
    const results = await runner.call(given);
    const form = commonForm(given);
    const values = results.outputs.map((data, i) => writeResult(data, outputShapes[i] ?? [], form));
    return (list ? values : values[0]) as T;
  };
  return Object.assign(call, {
    outputShapes,
    dispose: () => runner.dispose(),
    toString: () => printProgram(runner.program.printable),
  });
}

function readArguments(inputs: readonly TensorInput[], shapes: readonly (readonly number[])[]): Given[] {
  const where = "compiled function";
  if (inputs.length !== shapes.length) {
    throw new TypeError(explain(where, `expected ${shapes.length} inputs`, String(inputs.length)));
  }
  return inputs.map((input, i) => {
    const given = readInput(`${where}, input ${i}`, input);
    const shape = shapes[i] ?? [];
    // A typed array has no shape of its own: it may hold the values of any.
    const fits = given.form === "typed" && given.values.length === countElements(shape);
    if (fits || sameShape(given.shape, shape)) return given;
    const expectation = `input ${i} must have shape ${formatShape(shape)}`;
    throw new ShapeError(explain(where, expectation, formatShape(given.shape), "Compile it again for other shapes."));
  });
}

/**
 * Compares the gradients of a function with central differences, in double precision.
 *
 * Kinks (relu at 0) and jumps near the inputs show up as errors, since differences are wrong there.
 *
 * @throws ShapeError when the function does not give a single number; TypeError when it calls a layer, as for `grad`.
 * @example
 * const { maxRelativeError } = await gradientCheck((x) => ops.sum(ops.tanh(x)), [[0.5, -1]]); // about 1e-10
 */
export async function gradientCheck(
  f: ScalarFunction,
  inputs: readonly TensorInput[],
  options: GradientCheckOptions = {},
): Promise<GradientCheck> {
  return checkGradients(f, inputs, options);
}
