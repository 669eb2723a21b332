// The table of a model's layers, as text.

import { formatShape } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { LayerCore } from "../layers/layer.js";
import { inputsOf, type LayerUse, layerUse } from "../layers/use.js";
import type { Topology } from "./topology.js";

/** What the optimizer keeps for each trainable number. */
interface OptimizerState {
  readonly slots: number;
}

/**
 * One row per use of a layer: its name and kind, the shape of its output, the number of its parameters. When the layers are
 * no chain, there are rows for the inputs, and a column that tells with what each layer is connected; operations between
 * layers are left out there.
 */
export function summaryText(name: string, topology: Topology, optimizer: OptimizerState | null): string {
  const chain = isChain(topology);
  const header = ["Layer (type)", "Output shape", "Param #", ...(chain ? [] : ["Connected to"])];
  const { inputs } = topology;
  const inputRows = inputs.tensors.map((x, i) => [`${inputs.names[i]} (input)`, formatShape(x.shape), "0", "-"]);
  const rows = [...(chain ? [] : inputRows), ...layerRows(topology)];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) =>
    widths
      .map((width, i) => (i === 2 ? (cells[i] ?? "").padStart(width) : (cells[i] ?? "").padEnd(width)))
      .join("  ")
      .trimEnd();
  const rule = "-".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const count = (kept: (entry: Topology["weights"][number]) => boolean) =>
    topology.weights.reduce((sum, entry) => sum + (kept(entry) ? entry.weight.size : 0), 0);
  const total = count(() => true);
  const trainable = count(({ layer, weight }) => layer.trainable && weight.trainable);
  const optimized = optimizer === null ? null : optimizer.slots * trainable;
  return [
    `Model "${name}"`,
    rule,
    line(header),
    rule,
    ...rows.map(line),
    rule,
    `Total params: ${formatCount(total)} (${formatBytes(total * 4)})`,
    `Trainable params: ${formatCount(trainable)}`,
    `Non-trainable params: ${formatCount(total - trainable)}`,
    ...(optimized === null ? [] : [`Optimizer params: ${formatCount(optimized)}`]),
  ].join("\n");
}

function layerRows(topology: Topology): string[][] {
  const counted = new Set<LayerCore>();
  return topology.uses.map((use) => {
    const { core, outputs } = use;
    const shared = counted.has(core);
    counted.add(core);
    const count = core.weights.reduce((sum, weight) => sum + weight.size, 0);
    const shapes = outputs.map(({ shape }) => formatShape(shape)).join(", ");
    const sources = [...new Set(inputsOf(use).flatMap((x) => sourcesOf(topology, x)))];
    return [`${core.name} (${core.type})`, shapes, shared ? "shared" : formatCount(count), sources.join(", ")];
  });
}

/** True when each layer takes what the one before gives, from the input to the output. */
export function isChain({ inputs, outputs, uses, order }: Topology): boolean {
  if (inputs.tensors.length !== 1 || outputs.tensors.length !== 1 || order.length !== uses.length) return false;
  let [last] = inputs.tensors;
  for (const use of uses) {
    const [source, ...others] = inputsOf(use);
    if (source !== last || others.length > 0) return false;
    [last] = use.outputs;
  }
  return outputs.tensors[0] === last;
}

/** The names of the layers and inputs that a tensor comes from, through operations. */
export function sourcesOf({ inputs }: Topology, x: SymbolicTensor): string[] {
  const found: string[] = [];
  const seen = new Set<SymbolicTensor>();
  const open = [x];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const place = inputs.tensors.indexOf(node);
    const use: LayerUse | undefined = layerUse(node);
    if (place >= 0) found.push(inputs.names[place] as string);
    else if (use !== undefined) found.push(use.core.name ?? use.core.type);
    else open.push(...[...node.inputs].reverse());
  }
  return found;
}

/** 407050 as `407,050`, whatever the locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(2)} KB` : `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}
