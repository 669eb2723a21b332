// A computation graph as SVG: operations as circles, values above the arrows, gradients below them.

export interface GraphNode {
  readonly name: string;
  readonly at: readonly [column: number, row: number];
  readonly value: number;
  readonly gradient: number;
  readonly from?: readonly string[];
  /** What the circle shows; a node without one is an input. */
  readonly operation?: string;
}

const [columnWidth, rowHeight, radius] = [170, 92, 21];

/** Draws nodes at their places; an arrow starts at a node and carries its value (forward) and its gradient (backward). */
export function drawGraph(title: string, nodes: readonly GraphNode[]): string {
  const x = (node: GraphNode) => 70 + node.at[0] * columnWidth;
  const y = (node: GraphNode) => 82 + node.at[1] * rowHeight;
  const width = 140 + (Math.max(...nodes.map(({ at }) => at[0])) + 0.75) * columnWidth;
  const height = 150 + Math.max(...nodes.map(({ at }) => at[1])) * rowHeight;
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const arrows: string[] = [];
  const used = new Set<string>();
  const label = (node: GraphNode, cx: number, cy: number, apart = 0) =>
    [
      `<text x="${cx + apart}" y="${cy - 7 - Math.abs(apart) / 4}" text-anchor="middle" font-size="13" fill="#00704f">${node.name} = ${digits(node.value)}</text>`,
      `<text x="${cx - apart}" y="${cy + 17 + Math.abs(apart) / 4}" text-anchor="middle" font-size="13" fill="#b34700">${digits(node.gradient)}</text>`,
    ].join("");
  const arrow = (x1: number, y1: number, x2: number, y2: number) =>
    `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#888888" stroke-width="1.4" marker-end="url(#tip)"/>`;
  for (const node of nodes) {
    for (const source of (node.from ?? []).flatMap((name) => byName.get(name) ?? [])) {
      const [x1, y1, x2, y2] = [x(source), y(source), x(node), y(node)];
      const length = Math.hypot(x2 - x1, y2 - y1);
      const [dx, dy] = [((x2 - x1) / length) * radius, ((y2 - y1) / length) * radius];
      arrows.push(arrow(x1 + dx, y1 + dy, x2 - dx * 1.3, y2 - dy * 1.3));
      if (used.has(source.name)) continue;
      used.add(source.name);
      // Inputs carry their label on their left end, results in the middle of the arrow, on either side of it.
      const slope = (y2 - y1) / (x2 - x1);
      if (source.operation !== undefined) arrows.push(label(source, (x1 + x2) / 2, (y1 + y2) / 2, 28 * slope));
    }
  }
  const shapes = nodes.map((node) => {
    const [cx, cy] = [x(node), y(node)];
    if (node.operation === undefined) return label(node, cx - 10, cy);
    const circle = `<circle cx="${cx}" cy="${cy}" r="${radius}" fill="#eef5fa" stroke="#555555"/>`;
    const sign = `<text x="${cx}" y="${cy + 5}" text-anchor="middle" font-size="${node.operation.length > 2 ? 11 : 18}" fill="#333333">${node.operation}</text>`;
    if (used.has(node.name)) return circle + sign;
    return circle + sign + arrow(cx + radius, cy, cx + 100, cy) + label(node, cx + 70, cy);
  });
  const tip =
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#888888"/></marker></defs>';
  const key = `<text x="14" y="${height - 14}" font-size="12" fill="#6b6b6b">above: value, forward; below: gradient of the end, backward</text>`;
  const heading = `<text x="${width / 2}" y="26" text-anchor="middle" font-size="15" font-weight="600" fill="#333333">${title}</text>`;
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="system-ui, sans-serif"><title>${title}</title><rect width="${width}" height="${height}" fill="#ffffff"/>${tip}${heading}${arrows.join("")}${shapes.join("")}${key}</svg>`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}
