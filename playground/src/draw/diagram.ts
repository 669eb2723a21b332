// Draws the network: lines whose width and colour are weights, and each neuron with its own map of the plane. For digits the
// neurons of the first layer show their weights as a picture.

import { digitSize } from "../data/digits.js";
import { gridSize, type Snapshot, type Started } from "../worker/messages.js";
import { css, palettes, type Theme } from "./colors.js";
import type { DiagramLayout, NodePlace } from "./layout.js";
import { MapPainter, type Scaling } from "./maps.js";

// Lines of about the same width are drawn in one path.
const widths = 6;
const widest = 5;

// Lines and four times the neurons that are drawn in one frame while it trains: more would cost frames. What is left comes in
// the next ones, layer by layer.
const mostWork = 150;

export interface DiagramOptions {
  readonly theme: Theme;
  readonly chosen: { readonly layer: number; readonly unit: number } | null;
  readonly activation: string;
  /** The layer that is worked on, in a recorded step. */
  readonly layer: string;
  /** Draw all of it at once. */
  readonly whole: boolean;
}

export class DiagramPainter {
  readonly #map = new MapPainter(gridSize / 2);
  readonly #picture = new MapPainter(digitSize);
  #next = 0;
  #drawn = "";

  draw(
    context: CanvasRenderingContext2D,
    layout: DiagramLayout,
    started: Started,
    snapshot: Snapshot,
    options: DiagramOptions,
  ): void {
    const { layers, width, height } = layout;
    const { theme, chosen, layer } = options;
    const key = [started.run, width, height, theme, chosen?.layer, chosen?.unit, layer, context.canvas.width].join();
    const whole = options.whole || key !== this.#drawn;
    this.#drawn = key;
    context.imageSmoothingEnabled = true;
    if (whole) context.clearRect(0, 0, width, height);
    for (let work = 0, count = 0; count < layers.length && (whole || work < mostWork); count++) {
      work += this.#layer(context, layout, this.#next, started, snapshot, options);
      this.#next = (this.#next + 1) % layers.length;
    }
  }

  /** The neurons of a layer and the lines that lead to them; returns how much work it was. */
  #layer(
    context: CanvasRenderingContext2D,
    layout: DiagramLayout,
    layer: number,
    started: Started,
    snapshot: Snapshot,
    options: DiagramOptions,
  ): number {
    const { layers, height } = layout;
    const places = layers[layer] ?? [];
    const size = this.#size(layout, started, layer);
    const right = (places[0]?.x ?? 0) - size / 2;
    context.clearRect(right - 1, 0, size + 2, height);
    const before = layers[layer - 1] ?? [];
    if (layer > 0) {
      const left = (before[0]?.x ?? 0) + this.#size(layout, started, layer - 1) / 2 + 1;
      context.save();
      context.beginPath();
      context.rect(left, 0, right - 1 - left, height);
      context.clip();
      context.clearRect(left, 0, right - 1 - left, height);
      const kernel = snapshot.kernels[layer - 1] as Float32Array;
      this.#lines(context, [before, places], [left, right - 1], kernel, started.sizes[layer] ?? 1, options.theme);
      context.restore();
    }
    const name = layer === layers.length - 1 ? "output" : `hidden${layer}`;
    for (const place of places) {
      this.#node(context, layout, place, started, snapshot, options);
      const chosen = options.chosen?.layer === layer && options.chosen.unit === place.unit;
      const marked = chosen || (layer > 0 && options.layer === name);
      const line = marked ? 3 : 1;
      context.lineWidth = line;
      context.strokeStyle = marked ? palettes[options.theme].text : palettes[options.theme].faint;
      context.strokeRect(place.x - (size - line) / 2, place.y - (size - line) / 2, size - line, size - line);
    }
    return before.length * places.length + 4 * places.length;
  }

  #size({ node, width }: DiagramLayout, { samples }: Started, layer: number): number {
    return layer === 0 && samples !== null ? Math.min(64, width / 5) : node;
  }

  #lines(
    context: CanvasRenderingContext2D,
    [from, to]: readonly [readonly NodePlace[], readonly NodePlace[]],
    [left, right]: readonly [number, number],
    kernel: Float32Array,
    units: number,
    theme: Theme,
  ): void {
    // A picture has one line to each neuron: the mean size of its weights.
    const weightOf = (a: NodePlace, b: NodePlace) => {
      if (from.length * units === kernel.length || from.length > 1) return kernel[a.unit * units + b.unit] ?? 0;
      let sum = 0;
      for (let i = b.unit; i < kernel.length; i += units) sum += Math.abs(kernel[i] as number);
      return (sum / kernel.length) * units;
    };
    let largest = 0.5;
    for (const a of from) for (const b of to) largest = Math.max(largest, Math.abs(weightOf(a, b)));
    const paths = Array.from({ length: 2 * widths }, () => new Path2D());
    for (const a of from) {
      for (const b of to) {
        const weight = weightOf(a, b);
        const size = Math.abs(weight) / largest;
        if (!(size > 0.05)) continue;
        const bucket = Math.min(widths - 1, Math.floor(size * widths));
        const path = paths[bucket + (weight < 0 ? widths : 0)] as Path2D;
        const middle = (left + right) / 2;
        path.moveTo(left, a.y);
        path.bezierCurveTo(middle, a.y, middle, b.y, right, b.y);
      }
    }
    const { negative, positive } = palettes[theme];
    paths.forEach((path, i) => {
      const size = ((i % widths) + 0.5) / widths;
      context.lineWidth = 0.6 + size * (widest - 0.6);
      context.strokeStyle = css(i < widths ? positive : negative, 0.25 + 0.6 * size);
      context.stroke(path);
    });
  }

  #node(
    context: CanvasRenderingContext2D,
    layout: DiagramLayout,
    { layer, unit, x, y }: NodePlace,
    started: Started,
    snapshot: Snapshot,
    { theme, activation }: { theme: Theme; activation: string },
  ): void {
    const { sizes, samples } = started;
    const size = this.#size(layout, started, layer);
    const put = (canvas: HTMLCanvasElement) => context.drawImage(canvas, x - size / 2, y - size / 2, size, size);
    const last = layer === sizes.length - 1;
    if (layer === 0) {
      if (samples !== null) {
        const shown = Math.floor(snapshot.epoch / 20) % (samples.length / digitSize ** 2);
        this.#picture.paintPicture(samples, shown * digitSize ** 2, 1, theme, 1);
        put(this.#picture.canvas);
        return;
      }
      this.#map.paintUnit(inputMap(unit), 0, 1, "largest", theme);
      put(this.#map.canvas);
      return;
    }
    const units = sizes[layer] ?? 1;
    const { maps } = snapshot;
    if (maps !== null) {
      const probability: Scaling = last || activation === "sigmoid" ? "probability" : "largest";
      this.#map.paintUnit(maps[layer - 1] as Float32Array, unit, units, probability, theme);
      put(this.#map.canvas);
      return;
    }
    const kernel = snapshot.kernels[layer - 1] as Float32Array;
    if (layer === 1) {
      let largest = 1e-6;
      for (let i = unit; i < kernel.length; i += units) largest = Math.max(largest, Math.abs(kernel[i] as number));
      this.#picture.paintPicture(kernel, unit, units, theme, largest);
      put(this.#picture.canvas);
      return;
    }
    context.fillStyle = palettes[theme].surface;
    context.fillRect(x - size / 2, y - size / 2, size, size);
    if (!last) return;
    context.fillStyle = palettes[theme].text;
    context.font = `${Math.round(size * 0.5)}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(started.classes[unit] ?? "", x, y + 1);
  }
}

const inputMaps: Float32Array[] = [];

/** The first input grows to the right, the second one upwards; others are the same everywhere. */
function inputMap(unit: number): Float32Array {
  inputMaps[unit] ??= Float32Array.from({ length: gridSize * gridSize }, (_, i) => {
    const [row, column] = [Math.floor(i / gridSize), i % gridSize];
    if (unit === 0) return column / (gridSize / 2) - 1;
    return unit === 1 ? 1 - row / (gridSize / 2) : 0;
  });
  return inputMaps[unit];
}
