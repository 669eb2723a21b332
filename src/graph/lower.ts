// From nodes to steps: equal computations become one, reshaping becomes a view, and what is known before the program runs
// (arithmetic of scalar constants, multiplication by one) is not computed again.

import { binaryFunctions } from "../backends/reference/binary.js";
import { unaryFunctions } from "../backends/reference/unary.js";
import { internalError } from "../errors.js";
import { type BinaryName, ops, type UnaryName } from "../program/ops.gen.js";
import { baseOf, resultValue, type Step, sameSize, type Value } from "../program/steps.js";
import type { SymbolicTensor, Variable } from "./node.js";
import { readsOf, toMatrix } from "./shapes.js";

/** Values that all functions of a program share. */
export class SharedValues {
  readonly variables = new Map<Variable, Value>();
  readonly #constants = new Map<string, Value>();

  variable(variable: Variable): Value {
    const known = this.variables.get(variable);
    if (known !== undefined) return known;
    const { rows, columns } = toMatrix(variable.shape);
    const value: Value = { kind: "variable", rows, columns, name: variable.name, base: null, numbers: null };
    this.variables.set(variable, value);
    return value;
  }

  constant(numbers: Float32Array, rows: number, columns: number): Value {
    const key = `${rows} ${columns} ${Array.from(numbers, exactText).join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value: Value = { kind: "constant", rows, columns, name: "", base: null, numbers };
    this.#constants.set(key, value);
    return value;
  }
}

/** The steps of one function, with the value of every node. */
export class Lowering {
  readonly steps: Step[] = [];
  readonly values = new Map<SymbolicTensor, Value>();
  readonly inputs = new Set<Value>();
  readonly #replaced = new Map<Variable, Value>();
  readonly #known = new Map<string, Value>();
  readonly #views = new Map<string, Value>();
  readonly #numbers = new Map<Value, number>();

  constructor(private readonly shared: SharedValues) {}

  /** Lowers everything that the roots depend on. */
  add(roots: readonly SymbolicTensor[]): void {
    const found = new Set<SymbolicTensor>();
    const open = [...roots];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (found.has(node) || this.values.has(node)) continue;
      found.add(node);
      open.push(...node.inputs);
    }
    // Nodes are numbered as they are made: inputs come before results, and forward passes before gradients.
    for (const node of [...found].sort((a, b) => a.id - b.id)) this.values.set(node, this.#lower(node));
  }

  /** From now on the variable has this value in the function. */
  replace(variable: Variable, node: SymbolicTensor): void {
    this.#replaced.set(variable, this.value(node));
  }

  value(node: SymbolicTensor): Value {
    const value = this.values.get(node);
    if (value === undefined) throw internalError(`node ${node.id} was not lowered`);
    return value;
  }

  #lower(node: SymbolicTensor): Value {
    const { rows, columns } = toMatrix(node.shape);
    if (node.kind === "variable" && node.variable !== null) {
      return this.#replaced.get(node.variable) ?? this.shared.variable(node.variable);
    }
    if (node.kind === "constant" && node.values !== null) {
      return this.shared.constant(node.values, rows ?? 1, columns);
    }
    if (node.kind === "input") {
      const value: Value = { kind: "input", rows, columns, name: node.name, base: null, numbers: null };
      this.inputs.add(value);
      return value;
    }
    const inputs = node.inputs.map((input) => this.value(input));
    const short = this.#simplify(node, inputs, resultValue(rows, columns));
    return short ?? this.#step(node, inputs, rows, columns);
  }

  #step(node: SymbolicTensor, inputs: readonly Value[], rows: number | null, columns: number): Value {
    if (node.op === null) throw internalError(`node ${node.id} of kind ${node.kind} has no op`);
    let op = node.op;
    let parameters: Readonly<Record<string, number | string>> = node.attributes;
    let operands = placeOperands(node, inputs);
    const [first] = inputs;
    if (op === "expand" && node.attributes.mean === 0 && first?.kind === "constant" && first.numbers?.length === 1) {
      op = "fill";
      parameters = { value: first.numbers[0] as number };
      operands = [];
    }
    const kept = Object.fromEntries(ops[op].parameters.map(({ name }) => [name, parameters[name] ?? 0]));
    const key = `${op} ${Object.values(kept).map(exactText)} ${operands.map((x) => (x === null ? "-" : this.#number(x)))} ${rows} ${columns}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const output = resultValue(rows, columns);
    const outputs = ops[op].outputs.map((_, i) => (i === 0 ? output : null));
    this.steps.push({ op, outputs, inputs: operands, parameters: kept, layer: node.layer });
    this.#known.set(key, output);
    return output;
  }

  /** The value of a node that needs no step, if there is one. */
  #simplify(node: SymbolicTensor, inputs: readonly Value[], size: Value): Value | null {
    const [x, y] = inputs;
    if (x === undefined) return null;
    const name = node.attributes.function;
    const numbers = inputs.map(scalarOf);
    switch (node.op) {
      case "copy":
        return this.#view(x, size);
      case "transpose":
        return size.rows === 1 || size.columns === 1 ? this.#view(x, size) : null;
      case "unary": {
        if (name === "linear") return x;
        const [a] = numbers as [number | null];
        if (a === null) return null;
        return this.#constant(unaryFunctions[name as UnaryName].value(a, node.attributes.alpha as number));
      }
      case "unaryGrad":
        return name === "linear" ? x : null;
      case "reduce":
        return name !== "argmax" && name !== "sumSquares" && sameSize(x, size) ? x : null;
      case "expand":
        return sameSize(x, size) ? x : null;
      case "binary": {
        const [a, b] = numbers as [number | null, number | null];
        if (a !== null && b !== null) return this.#constant(binaryFunctions[name as BinaryName](a, b));
        const one = name === "multiply" || name === "divide" ? 1 : name === "add" || name === "subtract" ? 0 : null;
        if (one === null || y === undefined) return null;
        if (b === one && sameSize(x, size)) return x;
        return a === one && (name === "multiply" || name === "add") && sameSize(y, size) ? y : null;
      }
      default:
        return null;
    }
  }

  #constant(number: number): Value {
    return this.shared.constant(Float32Array.of(number), 1, 1);
  }

  #view(x: Value, size: Value): Value {
    if (sameSize(x, size)) return x;
    const base = baseOf(x);
    if (sameSize(base, size)) return base;
    const key = `${this.#number(base)} ${size.rows} ${size.columns}`;
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const view: Value = { ...base, rows: size.rows, columns: size.columns, base };
    this.#views.set(key, view);
    return view;
  }

  #number(value: Value): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(value, number);
    return number;
  }
}

/** Different texts for different numbers, -0 and NaN among them. */
function exactText(value: number | string): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function scalarOf(value: Value): number | null {
  return value.numbers?.length === 1 && value.rows === 1 ? (value.numbers[0] as number) : null;
}

/** Nodes have the operands that are present; steps have a place for each operand of the table. */
function placeOperands(node: SymbolicTensor, inputs: readonly Value[]): (Value | null)[] {
  if (node.op === "unaryGrad") {
    const reads = readsOf(node.attributes.function);
    const rest = [...inputs];
    return [reads.x ? (rest.shift() ?? null) : null, reads.y ? (rest.shift() ?? null) : null, rest[0] ?? null];
  }
  if (node.op === "denseInputGrad") {
    const reads = readsOf(node.attributes.function);
    const [dy, w, ...rest] = inputs;
    const x = reads.y ? (rest[0] ?? null) : null;
    return [dy ?? null, w ?? null, x, reads.x ? (rest[rest.length - 1] ?? null) : null];
  }
  const operands = node.op === null ? [] : ops[node.op].inputs;
  return operands.map((_, i) => inputs[i] ?? null);
}
