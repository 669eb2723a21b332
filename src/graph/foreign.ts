// Functions of users may capture a tensor of another graph, whose value nobody gives when a program runs.

import { explain } from "../errors.js";
import type { SymbolicTensor } from "./node.js";

/**
 * Throws a TypeError when the roots depend on an input that is not among `inputs`. The error names the layer that reads it,
 * or else `where`.
 */
export function refuseForeign(
  where: string,
  roots: readonly SymbolicTensor[],
  inputs: readonly SymbolicTensor[],
): void {
  const seen = new Set<SymbolicTensor>(inputs);
  // The first root goes on top.
  const open = roots.map((node) => ({ node, layer: "" })).reverse();
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const { node, layer } = top;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "input") {
      const place = layer === "" ? where : `layer "${layer}"`;
      const received = `a symbolic tensor of another graph, "${node.name}"`;
      const remedy = "Call the layer on it as well, or make it an output of the model with a loss of its own.";
      throw new TypeError(explain(place, "expected a tensor computed from the arguments", received, remedy));
    }
    const reader = node.layer === "" ? layer : node.layer;
    for (const input of node.inputs) open.push({ node: input, layer: reader });
  }
}
