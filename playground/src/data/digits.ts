// Digits drawn like handwriting, in the format of MNIST: 28 x 28 pixels in [0, 1], white on black, about 20 pixels high and
// with the centre of mass in the middle. Each is a skeleton of strokes that is slanted, stretched and shaken.

import { normal, type Random } from "./random.js";

export const digitSize = 28;

type Stroke = readonly (readonly [x: number, y: number])[];

/** Points on a part of an ellipse; angles in turns, 0 is to the right, 0.25 below. */
function arc(x: number, y: number, width: number, height: number, from: number, to: number): Stroke {
  return Array.from({ length: 13 }, (_, i) => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / 12);
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)] as const;
  });
}

/** In a box of width and height 1, y downwards; some digits are written in two ways. */
const skeletons: readonly (readonly (readonly Stroke[])[])[] = [
  [[arc(0.5, 0.5, 0.3, 0.48, -0.25, 0.75)]],
  [
    [
      [
        [0.5, 0.02],
        [0.5, 0.98],
      ],
    ],
    [
      [
        [0.32, 0.2],
        [0.52, 0.02],
        [0.52, 0.98],
      ],
    ],
  ],
  [[[...arc(0.5, 0.27, 0.3, 0.25, -0.48, 0.08), [0.2, 0.96], [0.82, 0.96]]]],
  [[[...arc(0.46, 0.26, 0.27, 0.24, -0.42, 0.25), ...arc(0.46, 0.73, 0.31, 0.25, -0.25, 0.42)]]],
  [
    [
      [
        [0.62, 0.02],
        [0.16, 0.62],
        [0.86, 0.62],
      ],
      [
        [0.64, 0.3],
        [0.62, 0.98],
      ],
    ],
    [
      [
        [0.25, 0.05],
        [0.22, 0.5],
        [0.75, 0.48],
      ],
      [
        [0.75, 0.05],
        [0.72, 0.98],
      ],
    ],
  ],
  [[[[0.78, 0.04], [0.3, 0.04], [0.26, 0.43], ...arc(0.46, 0.7, 0.31, 0.27, -0.3, 0.4)]]],
  [[[[0.66, 0.02], [0.36, 0.3], ...arc(0.49, 0.7, 0.27, 0.26, 0.5, 1.5)]]],
  [
    [
      [
        [0.18, 0.05],
        [0.8, 0.05],
        [0.4, 0.98],
      ],
    ],
    [
      [
        [0.18, 0.05],
        [0.8, 0.05],
        [0.4, 0.98],
      ],
      [
        [0.3, 0.52],
        [0.74, 0.52],
      ],
    ],
  ],
  [[arc(0.5, 0.26, 0.24, 0.24, 0.25, 1.25), arc(0.5, 0.74, 0.29, 0.24, -0.25, 0.75)]],
  [
    [
      arc(0.48, 0.28, 0.27, 0.25, 0, 1),
      [
        [0.75, 0.28],
        [0.72, 0.6],
        [0.58, 0.98],
      ],
    ],
  ],
];

/** A digit as pixels, row by row. */
export function drawDigit(digit: number, noise: number, random: Random): Float32Array {
  const ways = skeletons[digit] ?? [];
  const strokes = ways[Math.floor(random() * ways.length)] ?? [];
  const slant = 0.18 * normal(random);
  const [width, height] = [15 * (1 + 0.12 * normal(random)), 19 * (1 + 0.06 * normal(random))];
  const turn = 0.1 * normal(random);
  const wobble = 0.35 + 3 * noise;
  const moved = strokes.map((stroke) =>
    stroke.map(([x, y]): [number, number] => {
      const [dx, dy] = [(x - 0.5 - slant * (y - 0.5)) * width, (y - 0.5) * height];
      return [
        14 + dx * Math.cos(turn) - dy * Math.sin(turn) + wobble * normal(random),
        14 + dx * Math.sin(turn) + dy * Math.cos(turn) + wobble * normal(random),
      ];
    }),
  );
  return centred(paint(moved, 1.1 + 0.5 * random()));
}

/** Pixels whose middle is within `radius` of a stroke are white, with a soft edge. */
function paint(strokes: readonly (readonly [number, number][])[], radius: number): Float32Array {
  const pixels = new Float32Array(digitSize * digitSize);
  for (const stroke of strokes) {
    for (let s = 0; s + 1 < stroke.length; s++) {
      const [ax, ay] = stroke[s] as [number, number];
      const [bx, by] = stroke[s + 1] as [number, number];
      const reach = radius + 1;
      const lastRow = Math.min(digitSize - 1, Math.ceil(Math.max(ay, by) + reach));
      const lastColumn = Math.min(digitSize - 1, Math.ceil(Math.max(ax, bx) + reach));
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      for (let row = Math.max(0, Math.floor(Math.min(ay, by) - reach)); row <= lastRow; row++) {
        for (let column = Math.max(0, Math.floor(Math.min(ax, bx) - reach)); column <= lastColumn; column++) {
          const [px, py] = [column + 0.5 - ax, row + 0.5 - ay];
          const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * (bx - ax) + py * (by - ay)) / length));
          const distance = Math.hypot(px - along * (bx - ax), py - along * (by - ay));
          const ink = Math.min(1, Math.max(0, radius + 0.5 - distance));
          const at = row * digitSize + column;
          if (ink > (pixels[at] as number)) pixels[at] = ink;
        }
      }
    }
  }
  return pixels;
}

/** Moves the centre of mass into the middle, by whole pixels, as in MNIST. An empty picture stays as it is. */
export function centred(pixels: Float32Array): Float32Array {
  let [mass, x, y] = [0, 0, 0];
  for (let i = 0; i < pixels.length; i++) {
    const ink = pixels[i] as number;
    mass += ink;
    x += ink * ((i % digitSize) + 0.5);
    y += ink * (Math.floor(i / digitSize) + 0.5);
  }
  const result = new Float32Array(pixels.length);
  if (mass === 0) return result;
  const [right, down] = [Math.round(digitSize / 2 - x / mass), Math.round(digitSize / 2 - y / mass)];
  for (let i = 0; i < pixels.length; i++) {
    const [column, row] = [(i % digitSize) + right, Math.floor(i / digitSize) + down];
    if (column < 0 || column >= digitSize || row < 0 || row >= digitSize) continue;
    result[row * digitSize + column] = pixels[i] as number;
  }
  return result;
}
