// The plane that is drawn: its extent, the data in it, and a grid of rows for the network. Of more than two inputs the first
// two span it; the others are as in the mean of the data.

import type { PlaygroundData } from "../data/data-set.js";
import { gridSize, type PlanePoints } from "./messages.js";

export interface Plane {
  readonly points: PlanePoints;
  readonly extent: readonly [number, number, number, number];
  readonly grid: Float32Array;
}

export function makePlane({ width, train, test }: PlaygroundData, fixed: readonly [number, number] | null): Plane {
  const count = train.count + test.count;
  const column = (index: number) => {
    const values = new Float32Array(count);
    [train, test].forEach((rows, part) => {
      const offset = part * train.count;
      for (let i = 0; i < rows.count; i++) values[offset + i] = index < width ? (rows.x[i * width + index] ?? 0) : 0;
    });
    return values;
  };
  const [x, y] = [column(0), column(1)];
  const label = new Float32Array(count);
  label.set(train.y);
  label.set(test.y, train.count);
  const [x0, x1] = fixed ?? rangeOf(x);
  const [y0, y1] = fixed ?? rangeOf(y);
  const means = Array.from({ length: width }, (_, i) => column(i).reduce((sum, value) => sum + value, 0) / count);
  const grid = new Float32Array(gridSize * gridSize * width);
  for (let row = 0; row < gridSize; row++) {
    for (let col = 0; col < gridSize; col++) {
      const at = (row * gridSize + col) * width;
      grid.set(means, at);
      grid[at] = x0 + ((col + 0.5) / gridSize) * (x1 - x0);
      // Rows go down, y goes up.
      if (width > 1) grid[at + 1] = y1 - ((row + 0.5) / gridSize) * (y1 - y0);
    }
  }
  return { points: { x, y, label, trained: train.count }, extent: [x0, x1, y0, y1], grid };
}

function rangeOf(values: Float32Array): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const margin = (most - least) * 0.08 || 1;
  return [least - margin, most + margin];
}
