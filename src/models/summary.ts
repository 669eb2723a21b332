// The table of a model's layers, as text.

import { formatShape } from "../errors.js";
import { type LayerCore, layerUse } from "../layers/layer.js";
import type { Topology } from "./topology.js";

/** One row per use of a layer: its name and kind, the shape of its output, the number of its parameters. */
export function summaryText(name: string, topology: Topology): string {
  const counted = new Set<LayerCore>();
  const rows = topology.order.flatMap((x) => {
    const use = layerUse(x);
    if (use === undefined) return [];
    const shared = counted.has(use.core);
    counted.add(use.core);
    const count = use.core.weights.reduce((sum, weight) => sum + weight.size, 0);
    const label = `${use.core.name} (${use.core.type})`;
    return [[label, formatShape(x.shape), shared ? "shared" : formatCount(count)]];
  });
  const header = ["Layer (type)", "Output shape", "Param #"];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join("  ");
  const rule = "-".repeat(line(header).length);
  const total = topology.weights.reduce((sum, weight) => sum + weight.size, 0);
  const trainable = topology.weights.reduce((sum, w) => sum + (w.variable.trainable ? w.size : 0), 0);
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
  ].join("\n");
}

/** 407050 as `407,050`, whatever the locale. */
function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(2)} KB` : `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}
