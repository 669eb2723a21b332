// Whether one node of a graph is computed from others.

import type { SymbolicTensor } from "./node.js";

/** True when `y` is one of `xs`, or is computed from one of them. */
export function dependsOnAny(y: SymbolicTensor, xs: readonly SymbolicTensor[]): boolean {
  const seen = new Set<SymbolicTensor>([y]);
  const open = [y];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (xs.includes(node)) return true;
    for (const input of node.inputs) {
      if (seen.has(input)) continue;
      seen.add(input);
      open.push(input);
    }
  }
  return false;
}
