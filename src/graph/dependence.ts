// What a node of a graph, or the gradient that somebody has written for it, is computed from.

import { type SymbolicTensor, sourcesOf } from "./node.js";

/** True when `y` is one of `xs`, is computed from one of them, or has a written gradient that flows to one of them. */
export function dependsOnAny(y: SymbolicTensor, xs: readonly SymbolicTensor[]): boolean {
  return findNode(y, (node) => xs.includes(node)) !== undefined;
}

/** An input or a variable that `y` is computed from and that is none of `known`; undefined when there is none. */
export function findSource(y: SymbolicTensor, known: readonly SymbolicTensor[]): SymbolicTensor | undefined {
  return findNode(y, (node) => (node.kind === "input" || node.kind === "variable") && !known.includes(node));
}

/** The first node that is `wanted`, of `y` and all that it is computed from. */
function findNode(y: SymbolicTensor, wanted: (node: SymbolicTensor) => boolean): SymbolicTensor | undefined {
  const seen = new Set<SymbolicTensor>([y]);
  const open = [y];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (wanted(node)) return node;
    for (const input of sourcesOf(node)) {
      if (seen.has(input)) continue;
      seen.add(input);
      open.push(input);
    }
  }
  return undefined;
}
