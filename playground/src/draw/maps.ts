// Values on the grid of the plane as small pictures.

import { gridSize } from "../worker/messages.js";
import { classColor, divergingTable, mix, palettes, tableIndex, type Theme, word } from "./colors.js";

/** How a neuron's values become numbers in [-1, 1]: a probability around 1/2, others by the largest. */
export type Scaling = "probability" | "largest";

export class MapPainter {
  readonly canvas: HTMLCanvasElement;
  readonly #size: number;
  readonly #context: CanvasRenderingContext2D;
  readonly #image: ImageData;
  readonly #words: Uint32Array;

  /** `size` divides the size of the grid. */
  constructor(size = gridSize) {
    this.#size = size;
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = size;
    this.#context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    this.#image = this.#context.createImageData(size, size);
    this.#words = new Uint32Array(this.#image.data.buffer);
  }

  /** Column `unit` of `units` columns. */
  paintUnit(values: Float32Array, unit: number, units: number, scaling: Scaling, theme: Theme, pale = false): void {
    const table = divergingTable(theme, pale);
    const [size, stride] = [this.#size, gridSize / this.#size];
    let largest = 1e-6;
    if (scaling === "largest") {
      for (let i = unit; i < values.length; i += units * stride) {
        const value = Math.abs(values[i] as number);
        if (value > largest) largest = value;
      }
    }
    for (let row = 0, at = 0; row < size; row++) {
      for (let column = 0; column < size; column++, at++) {
        const value = values[(row * stride * gridSize + column * stride) * units + unit] as number;
        this.#words[at] = table[tableIndex(scaling === "probability" ? 2 * value - 1 : value / largest)] as number;
      }
    }
    this.#context.putImageData(this.#image, 0, 0);
  }

  /** The most probable of several classes, the paler the less certain. */
  paintClasses(values: Float32Array, classes: number, theme: Theme): void {
    const colors = Array.from({ length: classes }, (_, label) =>
      Array.from({ length: 33 }, (_, i) =>
        word(mix(palettes[theme].zero, classColor(theme, label, classes), 0.5 * (i / 32))),
      ),
    );
    const stride = gridSize / this.#size;
    for (let row = 0, at = 0; row < this.#size; row++) {
      for (let column = 0; column < this.#size; column++, at++) {
        const first = (row * stride * gridSize + column * stride) * classes;
        let best = 0;
        for (let label = 1; label < classes; label++) {
          if ((values[first + label] as number) > (values[first + best] as number)) best = label;
        }
        const certainty = ((values[first + best] as number) - 1 / classes) / (1 - 1 / classes);
        const place = Math.round(32 * Math.min(1, Math.max(0, certainty)));
        this.#words[at] = (Number.isNaN(place) ? 0 : (colors[best]?.[place] ?? 0)) >>> 0;
      }
    }
    this.#context.putImageData(this.#image, 0, 0);
  }

  /** A picture of any values, row by row, by the largest of them. */
  paintPicture(values: ArrayLike<number>, first: number, stride: number, theme: Theme, largest: number): void {
    const table = divergingTable(theme);
    for (let i = 0; i < this.#words.length; i++) {
      this.#words[i] = table[tableIndex((values[first + i * stride] as number) / largest)] as number;
    }
    this.#context.putImageData(this.#image, 0, 0);
  }
}
