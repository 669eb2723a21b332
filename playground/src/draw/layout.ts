// Where the neurons of the diagram are: columns from left to right, each in the middle of the height.

export interface NodePlace {
  readonly layer: number;
  readonly unit: number;
  /** The middle. */
  readonly x: number;
  readonly y: number;
}

export interface DiagramLayout {
  readonly width: number;
  readonly height: number;
  /** The side of a neuron's picture. */
  readonly node: number;
  readonly layers: readonly (readonly NodePlace[])[];
  /** Units of a layer that are not drawn. */
  readonly hidden: readonly number[];
}

export const mostInputs = 8;

/** The height depends on the choices alone, so that nothing jumps. */
export function layoutDiagram(sizes: readonly number[], width: number): DiagramLayout {
  const picture = (sizes[0] ?? 0) > 64;
  const drawn = sizes.map((size, i) => (i === 0 ? (picture ? 1 : Math.min(size, mostInputs)) : size));
  const most = Math.max(...drawn);
  const node = Math.max(16, Math.min(36, (width / sizes.length) * 0.55, most > 10 ? 24 : most > 7 ? 28 : 36));
  const gap = node * 0.32;
  const height = Math.max(170, most * (node + gap) + 34);
  const left = (picture ? Math.min(64, width / 5) : node) / 2 + 6;
  const step = sizes.length < 2 ? 0 : (width - left - node / 2 - 6) / (sizes.length - 1);
  const layers = drawn.map((count, layer) =>
    Array.from({ length: count }, (_, unit): NodePlace => {
      return {
        layer,
        unit,
        x: left + layer * step,
        y: 22 + (height - 22) / 2 + (unit - (count - 1) / 2) * (node + gap),
      };
    }),
  );
  return { width, height, node, layers, hidden: sizes.map((size, i) => size - (drawn[i] ?? 0)) };
}
