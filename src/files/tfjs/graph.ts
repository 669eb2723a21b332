// Functional models of TensorFlow.js: layers with the results that each of their calls was made on.

import { describeValue, explain, FormatError } from "../../errors.js";
import type { SymbolicTensor } from "../../graph/node.js";
import { input } from "../../layers/input.js";
import { fields, list } from "../fields.js";
import { guarded } from "./model-json.js";

/** Calls a layer on results; makes it with its first call. */
export type CallLayer = (place: string, inputs: readonly SymbolicTensor[]) => SymbolicTensor;

/** What makes the layer of an entry of the list. */
export type LayerMaker = (place: string, className: unknown, config: Readonly<Record<string, unknown>>) => CallLayer;

interface Call {
  readonly place: string;
  readonly key: string;
  readonly sources: readonly string[];
  readonly layer: CallLayer;
  missing: number;
}

/** The inputs and outputs of a graph, of which the calls are made as soon as what they are made on is there. */
export function readGraph(
  where: string,
  config: Readonly<Record<string, unknown>>,
  maker: LayerMaker,
): { readonly inputs: SymbolicTensor[]; readonly outputs: SymbolicTensor[] } {
  const results = new Map<string, SymbolicTensor>();
  const { calls, starts } = readCalls(where, list(`${where}, layers`, config.layers), maker);
  const waiting = new Map<string, Call[]>();
  for (const call of calls.values()) {
    for (const source of call.sources) {
      if (!calls.has(source) && !starts.has(source)) {
        throw new FormatError(explain(call.place, "expected a result of a layer", source));
      }
      const others = waiting.get(source);
      if (others === undefined) waiting.set(source, [call]);
      else others.push(call);
    }
  }
  const ready = [...starts.keys()];
  // The list grows while it is gone through.
  for (const key of ready) {
    const call = calls.get(key);
    if (call !== undefined) {
      const xs = call.sources.map((source) => results.get(source) as SymbolicTensor);
      results.set(
        key,
        guarded(call.place, () => call.layer(call.place, xs)),
      );
    } else results.set(key, starts.get(key) as SymbolicTensor);
    for (const next of waiting.get(key) ?? []) if (--next.missing === 0) ready.push(next.key);
  }
  const ends = (name: string) =>
    list(`${where}, ${name}`, config[name]).map((end) => {
      const key = keyOf(`${where}, ${name}`, end);
      const result = results.get(key);
      if (result !== undefined) return result;
      throw new FormatError(explain(`${where}, ${name}`, "expected a result that can be computed", key));
    });
  return { inputs: ends("input_layers"), outputs: ends("output_layers") };
}

function readCalls(where: string, entries: readonly unknown[], maker: LayerMaker) {
  const calls = new Map<string, Call>();
  const starts = new Map<string, SymbolicTensor>();
  const names = new Set<unknown>();
  for (const [i, entry] of entries.entries()) {
    const { name, class_name: className, config: given, inbound_nodes: nodes } = fields(`${where}, layer ${i}`, entry);
    const place = `${where}, layer ${i}`;
    const options = fields(`${place}, config`, given);
    if (typeof name !== "string" || names.has(name)) {
      throw new FormatError(explain(place, "expected a name of its own", describeValue(name)));
    }
    names.add(name);
    if (className === "InputLayer") {
      const [, ...shape] = list(`${place}, batch_input_shape`, options.batch_input_shape ?? options.batchInputShape);
      starts.set(
        keyOf(place, [name, 0, 0]),
        guarded(place, () => input({ shape: shape as number[], name })),
      );
      continue;
    }
    const layer = guarded(place, () => maker(place, className, { ...options, name }));
    for (const [call, node] of list(`${place}, inbound_nodes`, nodes).entries()) {
      const sources = list(`${place}, an inbound node`, node).map((source) => keyOf(place, source));
      if (sources.length === 0) throw new FormatError(explain(place, "expected a call on one or more results", "none"));
      const key = keyOf(place, [name, call, 0]);
      calls.set(key, { place, key, sources, layer, missing: sources.length });
    }
  }
  return { calls, starts };
}

/** `["dense", 0, 0]`: a layer, which of its calls, which of that call's results; all layers known here have one. */
function keyOf(place: string, source: unknown): string {
  const [name, call, result] = list(`${place}, a result`, source);
  if (typeof name === "string" && Number.isInteger(call) && result === 0)
    return `${JSON.stringify(name)}, call ${call}`;
  const expectation = "expected a result as [layer, call, 0]";
  throw new FormatError(explain(place, expectation, describeValue(source)));
}
