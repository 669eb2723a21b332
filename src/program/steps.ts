// A program before it has addresses: steps over values. Lowering makes them from a graph, fusion rewrites them,
// the memory plan gives them places, and the encoder writes them as words.

import type { OpName } from "./ops.gen.js";

/** A matrix that a program reads or writes. `rows` is null for a batch. */
export interface Value {
  readonly kind: "input" | "variable" | "constant" | "result";
  readonly rows: number | null;
  readonly columns: number;
  /** For printing: the variable's or the input's name. */
  readonly name: string;
  /** The value whose elements these are, when this is only another view of them; never a view itself. */
  readonly base: Value | null;
  /** For kind "constant". */
  readonly numbers: Float32Array | null;
}

/** One instruction: operands in the order of ops.def, null where an optional one is absent. */
export interface Step {
  readonly op: OpName;
  readonly outputs: readonly (Value | null)[];
  readonly inputs: readonly (Value | null)[];
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly layer: string;
}

export function resultValue(rows: number | null, columns: number): Value {
  return { kind: "result", rows, columns, name: "", base: null, numbers: null };
}

/** The value that has the memory. */
export function baseOf(value: Value): Value {
  return value.base ?? value;
}

export function sameSize(a: Pick<Value, "rows" | "columns">, b: Pick<Value, "rows" | "columns">): boolean {
  return a.rows === b.rows && a.columns === b.columns;
}

/** The operands that are present. */
export function present(operands: readonly (Value | null)[]): Value[] {
  return operands.filter((operand) => operand !== null);
}

/**
 * Brings steps into an order in which everything is computed before it is read, as near to the given order as possible,
 * and leaves out what nobody needs.
 */
export function schedule(steps: readonly Step[], kept: Iterable<Value>): Step[] {
  const producers = new Map<Value, Step>();
  for (const step of steps) for (const output of present(step.outputs)) producers.set(output, step);
  const needed = new Set<Step>();
  const open = [...kept].map((value) => producers.get(baseOf(value)));
  for (; open.length > 0; ) {
    const step = open.pop();
    if (step === undefined || needed.has(step)) continue;
    needed.add(step);
    for (const input of present(step.inputs)) open.push(producers.get(baseOf(input)));
  }
  const result: Step[] = [];
  const done = new Set<Step>();
  // A stack of its own, since a chain of thousands of steps would overflow that of calls.
  for (const wanted of steps) {
    if (!needed.has(wanted)) continue;
    const stack = [wanted];
    while (stack.length > 0) {
      const step = stack[stack.length - 1] as Step;
      const missing = present(step.inputs)
        .map((input) => producers.get(baseOf(input)))
        .filter((producer) => producer !== undefined && !done.has(producer)) as Step[];
      if (done.has(step) || missing.length === 0) {
        stack.pop();
        if (!done.has(step)) result.push(step);
        done.add(step);
      } else stack.push(...missing.reverse());
    }
  }
  return result;
}
