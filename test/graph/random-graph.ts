// Random graphs for property tests: chains and branches of all kinds of ops over a batch, with weights.

import fc from "fast-check";
import { inputNode, type SymbolicTensor, type Variable, variableNode } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { variable } from "./execute.js";

/** What a step does, with which earlier tensors, and how wide a layer it makes. */
export type Choice = readonly [kind: number, first: number, second: number, width: number];

export const choices: fc.Arbitrary<Choice[]> = fc.array(
  fc.tuple(fc.nat(17), fc.nat(100), fc.nat(100), fc.integer({ min: 1, max: 5 })),
  { minLength: 1, maxLength: 14 },
);

export interface RandomGraph {
  readonly input: SymbolicTensor;
  readonly target: SymbolicTensor;
  readonly variables: readonly Variable[];
  readonly output: SymbolicTensor;
  readonly loss: SymbolicTensor;
  /** Every op node, for programs in which nothing shares memory. */
  readonly all: readonly SymbolicTensor[];
}

export function randomGraph(list: readonly Choice[], columns = 3): RandomGraph {
  const input = inputNode("x", [null, columns]);
  const target = inputNode("target", [null, 1]);
  const tensors: SymbolicTensor[] = [input];
  const variables: Variable[] = [];
  const weight = (shape: readonly number[]): SymbolicTensor => {
    const made = variable(`w${variables.length}`, shape, variables.length % 4 !== 3);
    variables.push(made);
    return variableNode(made);
  };
  list.forEach(([kind, i, j, width], number) => {
    const x = tensors[i % tensors.length] as SymbolicTensor;
    const same = tensors.filter(({ shape }) => shape[1] === x.shape[1]);
    const y = same[j % same.length] as SymbolicTensor;
    const n = x.shape[1] as number;
    tensors.push(step(kind, x, y, n, width, number, weight));
  });
  const output = tensors[tensors.length - 1] as SymbolicTensor;
  const columnsOut = output.shape[1] as number;
  const score = ops.matmul(output, weight([columnsOut, 1]));
  const loss = ops.add(ops.mean(ops.loss("meanSquaredError", score, target)), ops.mean(ops.square(output)));
  return { input, target, variables, output, loss, all: opNodes([loss, output]) };
}

function step(
  kind: number,
  x: SymbolicTensor,
  y: SymbolicTensor,
  n: number,
  width: number,
  number: number,
  weight: (shape: readonly number[]) => SymbolicTensor,
): SymbolicTensor {
  switch (kind) {
    case 0:
      return ops.relu(ops.dense(x, weight([n, width]), weight([width])));
    case 1:
      return ops.gelu(ops.dense(x, weight([n, width]), weight([width])));
    case 2:
      return ops.dense(x, weight([n, width]));
    case 3:
      return ops.dropout(ops.tanh(ops.dense(x, weight([n, width]), weight([width]))), 0.3, number);
    case 4:
      return ops.add(x, y);
    case 5:
      return ops.mul(ops.sigmoid(x), y);
    case 6:
      return ops.softmax(x);
    case 7:
      return ops.sub(x, ops.mean(x, 1, { keepDims: true }));
    case 8:
      return ops.sub(x, ops.mean(x, 0));
    case 9:
      return ops.where(ops.greater(x, y), ops.silu(x), ops.neg(y));
    case 10:
      return ops.mul(x, weight([n]));
    case 11:
      return ops.logSoftmax(ops.mul(x, 0.5));
    case 12:
      return ops.dropout(x, 0.2, number);
    case 13:
      return ops.concatenate([x, ops.tanh(y)]);
    case 14:
      return ops.slice(x, n >> 1);
    case 15:
      return ops.add(x, ops.randomNormal(x, { stddev: 0.1, stream: number }));
    case 16:
      return ops.add(x, ops.flatten(ops.take(weight([3, n]), ops.step(ops.slice(y, 0, 1)))));
    default:
      return ops.matmul(x, ops.transpose(ops.reshape(weight([width * n]), [width, n])));
  }
}

function opNodes(roots: readonly SymbolicTensor[]): SymbolicTensor[] {
  const seen = new Set<SymbolicTensor>(roots);
  for (const node of seen) for (const input of node.inputs) seen.add(input);
  return [...seen].filter((node) => node.kind === "op");
}
