// Compares gradients with central differences, both in double precision on the reference backend.

import { createReferenceBackend, type ReferenceExecutable } from "../backends/reference/index.js";
import { checkInteger, checkNumber, checkOptions, describeValue, explain } from "../errors.js";
import { compileGraph, type PlannedTensor } from "../graph/compile.js";
import type { TensorInput } from "../tensor.js";
import { readInput } from "./forms.js";
import { functionName, graphFunction, type OpsFunction, traceScalar } from "./trace.js";

export interface GradientCheckOptions {
  /** Half the distance of the two points of a difference, relative to max(1, |x|); default 1e-5. */
  step?: number;
  /** The step counter that random masks see; default 0. */
  seed?: number;
}

/** Where the gradient and the difference disagree most. */
export interface GradientMismatch {
  /** The number of the input. */
  readonly input: number;
  /** The place in its values, row by row. */
  readonly index: number;
  readonly gradient: number;
  readonly difference: number;
}

export interface GradientCheck {
  /** The largest |gradient - difference| / max(|gradient|, |difference|, 0.001). Below 1e-6 for smooth functions. */
  readonly maxRelativeError: number;
  readonly maxAbsoluteError: number;
  readonly worst: GradientMismatch | null;
  /** The gradients, input by input. */
  readonly gradients: readonly Float64Array[];
}

const smallest = 1e-3;

/** The implementation of `gradientCheck`. */
export function checkGradients(
  f: OpsFunction,
  inputs: readonly TensorInput[],
  options: GradientCheckOptions = {},
): GradientCheck {
  const where = "gradientCheck";
  checkOptions(where, options, ["step", "seed"]);
  const step = checkNumber(where, "step", options.step ?? 1e-5, Number.MIN_VALUE);
  const seed = checkInteger(where, "seed", options.seed ?? 0, 0);
  if (!Array.isArray(inputs)) {
    const example = "For example gradientCheck(f, [2, [0.5, 1]]) for a number and a vector.";
    throw new TypeError(explain(where, "expected an array of inputs", describeValue(inputs), example));
  }
  const given = inputs.map((input, i) => readInput(`${where}, input ${i}`, input));
  const traced = traceScalar(
    where,
    f,
    given.map(({ shape }) => shape),
  );
  const value = { ...graphFunction(traced, false), name: "value" };
  const program = compileGraph({ functions: [graphFunction(traced, true), value], variables: [], batchRows: 1 });
  const executable = createReferenceBackend({ dtype: "float64" }).createProgram(program.words);
  for (const { offset, values } of program.constants) executable.write(offset, values);

  const run = (name: string): void => {
    for (const [i, node] of traced.inputs.entries()) {
      executable.write(program.tensor(name, node).offset, given[i]?.values ?? []);
    }
    execute(name);
  };
  const execute = (name: string): void => {
    const { first = 0, last = 0 } = program.functions[name] ?? {};
    executable.run(first, last, 1, { learningRate: 0, step: 0, seed: [seed, 0] });
  };
  run(functionName);
  const gradients = traced.inputs.map((node) => readDoubles(executable, program.gradient(node)));
  // Inputs keep their values while a function runs, so that only one number has to be written for each difference.
  run("value");
  const result = program.tensor("value", traced.outputs[0] as (typeof traced.outputs)[number]);
  const valueAt = (place: number, x: number): number => {
    executable.write(place, [x]);
    execute("value");
    return executable.arena[result.offset] as number;
  };
  const differences = traced.inputs.map((node, i) => {
    const { offset } = program.tensor("value", node);
    return Float64Array.from(given[i]?.values ?? [], (x, index) => {
      const h = step * Math.max(1, Math.abs(x));
      const difference = (valueAt(offset + index, x + h) - valueAt(offset + index, x - h)) / (2 * h);
      executable.write(offset + index, [x]);
      return difference;
    });
  });
  return compare(gradients, differences);
}

function readDoubles({ arena }: ReferenceExecutable, { offset, rows, columns }: PlannedTensor): Float64Array {
  return Float64Array.from(arena.subarray(offset, offset + rows * columns));
}

function compare(gradients: readonly Float64Array[], differences: readonly Float64Array[]): GradientCheck {
  let maxRelativeError = 0;
  let maxAbsoluteError = 0;
  let worst: GradientMismatch | null = null;
  for (const [input, values] of gradients.entries()) {
    for (const [index, gradient] of values.entries()) {
      const difference = differences[input]?.[index] ?? Number.NaN;
      const absolute = Math.abs(gradient - difference);
      const relative = absolute / Math.max(Math.abs(gradient), Math.abs(difference), smallest);
      maxAbsoluteError = Math.max(maxAbsoluteError, absolute);
      // Written such that NaN counts as the worst.
      if (!(relative <= maxRelativeError)) {
        maxRelativeError = relative;
        worst = { input, index, gradient, difference };
      }
    }
  }
  return { maxRelativeError, maxAbsoluteError, worst, gradients };
}
