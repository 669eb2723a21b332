// Diagrams of networks: neurons and connections of a chain of layers, or boxes and arrows of any graph.

import { type Drawing, element, ink, label, palette, round, shorten } from "./svg.js";

/** An input or a layer of the network. */
export interface DiagramNode {
  readonly name: string;
  /** What stands below the name: kind, shape, number of parameters. */
  readonly details: readonly string[];
  /** The places of the nodes in front of this one. */
  readonly sources: readonly number[];
  /** How many neurons stand for it: the inputs' and those of layers that connect all with all. Null: it is drawn as a bar. */
  readonly units: number | null;
  /** Strengths of the connections from the neurons before, [units before, units]. Null: all are drawn the same. */
  readonly kernel: ArrayLike<number> | null;
}

/** A column of neurons: which ones are shown, null for the sign that some are left out. */
interface Column {
  readonly shown: readonly (number | null)[];
  readonly x: number;
}

const spacing = 26;
const radius = 8;
const nodeGap = 150;
const barGap = 76;
const nameLength = 24;

/** Layers from left to right; of more than `maxUnits` neurons the first and the last are shown. */
export function neuronDiagram(title: string, nodes: readonly DiagramNode[], maxUnits: number): Drawing {
  const widths = nodes.map(({ name, details }) => Math.max(...[name, ...details].map((text) => textWidth(text))));
  let x = Math.max(70, 16 + (widths[0] as number) / 2);
  const columns: Column[] = nodes.map(({ units }, i) => {
    if (i > 0) {
      const drawn = units === null || nodes[i - 1]?.units === null ? barGap : nodeGap;
      x += Math.max(drawn, ((widths[i - 1] as number) + (widths[i] as number)) / 2 + 14);
    }
    return { shown: units === null ? [] : shownUnits(units, maxUnits), x };
  });
  const tallest = Math.max(...columns.map(({ shown }) => shown.length), 3);
  const middle = 60 + (tallest * spacing) / 2;
  const bottom = 60 + tallest * spacing + 14;
  const lines = Math.max(...nodes.map(({ details }) => details.length));
  const place = (column: Column, k: number) => middle + (k - (column.shown.length - 1) / 2) * spacing;

  const connections: string[] = [];
  const signs: string[] = [];
  let last: Column | undefined;
  for (const [i, node] of nodes.entries()) {
    const column = columns[i] as Column;
    if (node.units === null) {
      const size = {
        x: column.x - 9,
        y: middle - (tallest * spacing) / 2,
        width: 18,
        height: tallest * spacing,
        rx: 6,
      };
      signs.push(element("rect", { ...size, fill: "#f2f2f2", stroke: ink.axis }));
    } else {
      if (last !== undefined) connections.push(...connect(node, last, column, place));
      last = column;
      for (const [k, unit] of column.shown.entries()) signs.push(neuron(column.x, place(column, k), unit, i));
    }
    const [name, ...details] = [node.name, ...node.details];
    const at = { x: column.x, "text-anchor": "middle" };
    signs.push(label(shorten(name, nameLength), { ...at, y: bottom + 14, "font-weight": 600 }));
    for (const [k, line] of details.entries()) {
      signs.push(
        label(shorten(line, nameLength), { ...at, y: bottom + 30 + k * 15, "font-size": 11, fill: ink.faint }),
      );
    }
  }
  const width = Math.max(x + Math.max(70, 16 + (widths.at(-1) as number) / 2), titleWidth(title));
  const heading = label(title, { x: width / 2, y: 26, "text-anchor": "middle", "font-size": 15, "font-weight": 600 });
  return { width, height: bottom + 30 + lines * 15, body: heading + connections.join("") + signs.join("") };
}

/** The picture is as wide as its title, too. */
function titleWidth(title: string): number {
  return [...title].length * 9 + 40;
}

/** About as wide as the text will be. */
function textWidth(text: string): number {
  return Math.min([...text].length, nameLength) * 7;
}

function shownUnits(units: number, most: number): (number | null)[] {
  if (units <= most) return Array.from({ length: units }, (_, k) => k);
  const half = Math.floor((most - 1) / 2);
  const first = Array.from({ length: most - 1 - half }, (_, k) => k);
  const last = Array.from({ length: half }, (_, k) => units - half + k);
  return [...first, null, ...last];
}

function neuron(x: number, y: number, unit: number | null, layer: number): string {
  if (unit === null) return label("⋮", { x, y: y + 6, "text-anchor": "middle", "font-size": 18 });
  const fill = layer === 0 ? "#ffffff" : "#dcebf5";
  return element("circle", { cx: x, cy: y, r: radius, fill, stroke: ink.text });
}

function connect(
  { kernel, units }: DiagramNode,
  last: Column,
  column: Column,
  place: (column: Column, k: number) => number,
): string[] {
  const strength = (i: number, j: number) => kernel?.[i * (units as number) + j] ?? 0;
  const pairs = last.shown.flatMap((i, a) =>
    column.shown.flatMap((j, b) => (i === null || j === null ? [] : [{ a, b, value: strength(i, j) }])),
  );
  const largest = Math.max(...pairs.map(({ value }) => Math.abs(value)).filter(Number.isFinite), Number.MIN_VALUE);
  return pairs.map(({ a, b, value }) => {
    const share = Math.min(1, Math.abs(value) / largest);
    const ends = { x1: last.x + radius, y1: place(last, a), x2: column.x - radius, y2: place(column, b) };
    const look =
      kernel === null
        ? { stroke: ink.axis, "stroke-opacity": 0.45 }
        : {
            stroke: value < 0 ? palette[1] : palette[0],
            "stroke-opacity": 0.08 + 0.82 * share,
            "stroke-width": 0.5 + 2 * share,
          };
    return element("line", { ...ends, ...look });
  });
}

const boxWidth = 168;

/** Boxes from top to bottom, each below all that it depends on, with arrows. */
export function boxDiagram(title: string, nodes: readonly DiagramNode[]): Drawing {
  const level: number[] = [];
  for (const { sources } of nodes) level.push(Math.max(-1, ...sources.map((source) => level[source] as number)) + 1);
  const rows: number[][] = Array.from({ length: Math.max(...level) + 1 }, () => []);
  for (const [i, row] of level.entries()) rows[row]?.push(i);
  const lines = Math.max(...nodes.map(({ details }) => details.length));
  const [boxHeight, widest] = [26 + lines * 15, Math.max(...rows.map((row) => row.length))];
  const [stepX, stepY] = [boxWidth + 28, boxHeight + 40];
  const width = Math.max(widest * stepX + 40, titleWidth(title));
  const places = nodes.map((_, i) => {
    const row = rows[level[i] as number] as number[];
    const x = width / 2 + (row.indexOf(i) - (row.length - 1) / 2) * stepX;
    return { x, y: 48 + (level[i] as number) * stepY };
  });
  const arrows = nodes.flatMap(({ sources }, i) => {
    const to = places[i] as { x: number; y: number };
    return sources.map((source) => {
      const from = places[source] as { x: number; y: number };
      const [y1, y2] = [from.y + boxHeight, to.y - 5];
      const bend = Math.min(60, (y2 - y1) / 2);
      const passed = rows.slice((level[source] as number) + 1, level[i] as number);
      const aside =
        passed.length === 0
          ? null
          : detour(from.x, to.x, width / 2, Math.max(...passed.map((row) => row.length)) * stepX);
      const [first, second] = [aside ?? from.x, aside ?? to.x];
      const d = `M${from.x} ${y1}C${round(first)} ${y1 + bend} ${round(second)} ${y2 - bend} ${to.x} ${y2}`;
      return element("path", { d, fill: "none", stroke: ink.axis, "stroke-width": 1.4, "marker-end": "url(#arrow)" });
    });
  });
  const boxes = nodes.flatMap(({ name, details, sources }, i) => {
    const { x, y } = places[i] as { x: number; y: number };
    const fill = sources.length === 0 ? "#ffffff" : "#eef5fa";
    const size = { x: x - boxWidth / 2, y, width: boxWidth, height: boxHeight, rx: 7 };
    return [
      element("rect", { ...size, fill, stroke: ink.axis }),
      label(shorten(name, 22), { x, y: y + 18, "text-anchor": "middle", "font-weight": 600 }),
      ...details.map((line, k) =>
        label(shorten(line, 27), { x, y: y + 34 + k * 15, "text-anchor": "middle", "font-size": 11, fill: ink.faint }),
      ),
    ];
  });
  const tip = element("path", { d: "M0 0L8 4L0 8z", fill: ink.axis });
  const marker = { id: "arrow", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" };
  const heading = label(title, { x: width / 2, y: 26, "text-anchor": "middle", "font-size": 15, "font-weight": 600 });
  const definitions = element("defs", {}, [element("marker", marker, [tip])]);
  const body = [definitions, heading, ...arrows, ...boxes].join("");
  return { width, height: 48 + rows.length * stepY - 24, body };
}

/** Where an arrow must bend to, to go round boxes that are `occupied` wide about `center`, on the side of its ends. */
function detour(from: number, to: number, center: number, occupied: number): number {
  const side = from + to < 2 * center ? -1 : 1;
  // The middle of a cubic curve lies at an eighth of its ends and three eighths of what it bends to.
  return (8 * (center + (side * occupied) / 2) - from - to) / 6;
}
