// Prints a program for people: where everything lies in the arena, and one line for each instruction.

import type { TensorEntry } from "./decode.js";
import type { EncodableInstruction } from "./encode.js";
import { type OptimizerName, ops, optimizers } from "./ops.gen.js";

interface Range {
  readonly offset: number;
  readonly length: number;
}

export interface PrintableProgram {
  readonly arenaLength: number;
  readonly batchRows: number;
  readonly tensors: readonly TensorEntry[];
  /** One for each tensor. */
  readonly names: readonly string[];
  readonly instructions: readonly (EncodableInstruction & { readonly layer: string })[];
  readonly functions: Readonly<
    Record<string, { first: number; updateFirst: number; applyFirst: number; last: number }>
  >;
  readonly layout: {
    readonly parameters: Range;
    readonly gradients: Range;
    readonly slots: readonly { readonly name: string; readonly region: Range }[];
    readonly numbers: readonly { readonly name: string; readonly offset: number }[];
    readonly constants: readonly { readonly offset: number; readonly values: ArrayLike<number> }[];
    readonly end: number;
  };
}

/** The whole program as text. Variables and inputs have their names; `t7` is a result, `d(w)` the gradient of w. */
export function printProgram(program: PrintableProgram): string {
  const { instructions, arenaLength, batchRows, functions } = program;
  const lines = [
    `program: ${count(instructions.length, "instruction")}, arena of ${count(arenaLength, "float")} (${bytes(arenaLength)}), ` +
      `batches of up to ${count(batchRows, "row")}`,
    ...printArena(program),
  ];
  const width = Math.max(0, ...instructions.map(({ layer }) => layer.length));
  for (const [name, { first, updateFirst, applyFirst, last }] of Object.entries(functions)) {
    const apply = applyFirst > updateFirst && last > applyFirst ? `, applied from ${applyFirst}` : "";
    const update = last > updateFirst ? `, update from ${updateFirst}${apply}` : "";
    lines.push("", `${name}: instructions ${first} to ${last - 1}${update}`);
    for (let i = first; i < last; i++) lines.push(printInstruction(program, i, width));
  }
  return lines.join("\n");
}

function printArena({ layout, arenaLength }: PrintableProgram): string[] {
  const { parameters, gradients, slots, numbers, constants, end } = layout;
  const rows: [string, Range][] = [
    ["parameters", parameters],
    ["gradients", gradients],
    ...slots.map(({ name, region }): [string, Range] => [`slot ${name}`, region]),
    ...numbers.map(({ name, offset }): [string, Range] => [`number ${name}`, { offset, length: 1 }]),
  ];
  const [first] = constants;
  const last = constants[constants.length - 1];
  if (first !== undefined && last !== undefined) {
    rows.push(["constants", { offset: first.offset, length: last.offset + last.values.length - first.offset }]);
  }
  rows.push(["activations", { offset: end, length: arenaLength - end }]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .filter(([, { length }]) => length > 0)
    .map(([name, { offset, length }]) => `  ${name.padEnd(width)}  @${offset} ${count(length, "float")}`);
}

/** `  3  hidden  t5 (batch, 8) @640 = dense x, hidden/kernel, hidden/bias; relu` */
function printInstruction(program: PrintableProgram, index: number, layerWidth: number): string {
  const { instructions, tensors, names } = program;
  const { op, operands, layer } = instructions[index] as (typeof instructions)[number];
  const results = operands.slice(0, ops[op].outputs.length).filter((tensor) => tensor >= 0);
  const left = results.map((tensor) => `${names[tensor]} ${place(tensors[tensor] as TensorEntry)}`).join(", ");
  const column = layerWidth > 0 ? `  ${layer.padEnd(layerWidth)}` : "";
  return `${String(index).padStart(4)}${column}  ${left} = ${printOperation(program, index)}`;
}

/** What an instruction does, without its results: `dense x, hidden/kernel, b=hidden/bias; relu`. */
export function printOperation(
  { instructions, names }: Pick<PrintableProgram, "instructions" | "names">,
  index: number,
): string {
  const { op, operands, parameters } = instructions[index] as (typeof instructions)[number];
  const { outputs, inputs, parameters: known } = ops[op];
  const sources = operands.slice(outputs.length);
  // Operands that may be absent are printed with their names, since their position tells nothing.
  const right = sources.flatMap((tensor, i) => {
    if (tensor < 0) return [];
    const { name, optional } = inputs[i] as (typeof inputs)[number];
    return [optional ? `${name}=${names[tensor]}` : `${names[tensor]}`];
  });
  const settings = known.flatMap(({ name, kind }) => {
    const value = parameters[name];
    if (value === 0 || value === undefined || value === "linear") return [];
    if (kind !== "int" && kind !== "float") return [String(value)];
    return [`${optionName(parameters.function, name)} ${Number(Number(value).toPrecision(7))}`];
  });
  const text = [op, ...(right.length > 0 ? [right.join(", ")] : [])].join(" ");
  return settings.length > 0 ? `${text}; ${settings.join(", ")}` : text;
}

/** The optimizer's name for its parameter `o0`; other parameters have their names already. */
function optionName(optimizer: number | string | undefined, name: string): string {
  const known = /^o\d$/.test(name) && Object.hasOwn(optimizers, String(optimizer));
  return (known && optimizers[optimizer as OptimizerName].parameters[Number(name.slice(1))]) || name;
}

function place({ offset, rows, columns, batch }: TensorEntry): string {
  return `(${batch ? "batch" : rows}, ${columns}) @${offset}`;
}

function count(n: number, unit: string): string {
  return `${n.toLocaleString("en-US")} ${unit}${n === 1 ? "" : "s"}`;
}

function bytes(floats: number): string {
  const size = floats * 4;
  if (size < 2 ** 20) return `${(size / 2 ** 10).toFixed(1)} KiB`;
  return `${(size / 2 ** 20).toFixed(1)} MiB`;
}
