// What a file may ask for, beyond what it holds: a few hundred bytes could describe a graph that fills any memory. The limits are
// far above what anybody trains.

import { explain, FormatError } from "../errors.js";
import type { Shape } from "../graph/node.js";
import { countElements } from "../graph/shapes.js";
import { type Fields, isFields } from "../files/fields.js";

const mostLayers = 10_000;
/** Models in models. */
const deepest = 64;
/** Calls of layers and operations, those inside of nested models counted for each of their calls. */
const mostNodes = 1_000_000;
/** Of one row of a tensor. */
const mostElements = 2 ** 31;

/** Options that are numbers of nodes or of values which are made at once. */
const largest: Readonly<Record<string, number>> = { powerIterations: 1000, nsSteps: 1000, numThresholds: 1_000_000 };

function tooMany(where: string, what: string, most: number, count: number | string): FormatError {
  return new FormatError(explain(where, `expected at most ${most.toLocaleString("en")} ${what}`, String(count)));
}

/** Throws for an architecture whose graph would be beyond reason, before anything of it is made. */
export function checkLimits(where: string, { layers, model }: Fields): void {
  if (!Array.isArray(layers)) return;
  if (layers.length > mostLayers) throw tooMany(where, "layers", mostLayers, layers.length);
  const sizes: { readonly nodes: number; readonly depth: number }[] = [];
  for (const entry of [...layers.map((layer: unknown) => (isFields(layer) ? layer.thing : null)), model]) {
    const nodes = isFields(entry) && Array.isArray(entry.nodes) ? entry.nodes : [];
    const called = nodes.map((node: unknown) => (isFields(node) ? sizes[Number(node.layer)] : undefined));
    const size = {
      nodes: called.reduce((sum, inner) => sum + (inner?.nodes ?? 1), 1),
      depth: called.reduce((depth, inner) => Math.max(depth, inner?.depth ?? 0), 0) + (nodes.length > 0 ? 1 : 0),
    };
    if (size.nodes > mostNodes) throw tooMany(where, "calls of layers and operations", mostNodes, "more");
    if (size.depth > deepest) throw tooMany(where, "models in each other", deepest, "more");
    sizes.push(size);
  }
}

/** Throws for a tensor that no machine could hold. */
export function checkElements(where: string, shape: Shape): void {
  const elements = countElements(shape);
  if (!(elements <= mostElements)) throw tooMany(where, "numbers in a row of a tensor", mostElements, elements);
}

/** Throws for an option that would make too much at once. */
export function checkOption(where: string, name: string, value: unknown): void {
  const most = Object.hasOwn(largest, name) ? (largest[name] as number) : Number.POSITIVE_INFINITY;
  if (typeof value === "number" && value > most) {
    throw new FormatError(explain(where, `expected a ${name} of at most ${most}`, String(value)));
  }
}
