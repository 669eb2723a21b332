// Draws the plane: what the network says everywhere, and the data. Points to train on are filled, those to test on are rings.

import type { Snapshot, Started } from "../worker/messages.js";
import { classColor, css, palettes, type Theme } from "./colors.js";
import { MapPainter } from "./maps.js";

export class BoundaryPainter {
  readonly #map = new MapPainter();
  #points: HTMLCanvasElement | null = null;
  #pointsOf: unknown[] = [];

  /** `chosen` is a neuron whose values are shown instead of the network's. */
  draw(
    context: CanvasRenderingContext2D,
    size: number,
    started: Started,
    { maps }: Snapshot,
    { theme, chosen, activation }: { theme: Theme; chosen: { layer: number; unit: number } | null; activation: string },
  ): void {
    if (maps === null) return;
    const layer = chosen === null || chosen.layer === 0 ? maps.length : chosen.layer;
    const values = maps[layer - 1] as Float32Array;
    const units = started.sizes[layer] ?? 1;
    const output = layer === maps.length;
    if (output && units > 1 && (chosen === null || chosen.layer === 0)) this.#map.paintClasses(values, units, theme);
    else {
      const scaling = output || activation === "sigmoid" ? "probability" : "largest";
      this.#map.paintUnit(values, chosen?.layer === layer ? chosen.unit : 0, units, scaling, theme, true);
    }
    context.imageSmoothingEnabled = true;
    context.drawImage(this.#map.canvas, 0, 0, size, size);
    const points = this.#pointsLayer(context, size, started, theme);
    if (points !== null) context.drawImage(points, 0, 0, size, size);
  }

  /** Drawn once: thousands of circles would take longer than a frame. */
  #pointsLayer(context: CanvasRenderingContext2D, size: number, started: Started, theme: Theme) {
    const scale = context.canvas.width / size;
    const key = [started.run, size, scale, theme];
    if (key.every((part, i) => part === this.#pointsOf[i])) return this.#points;
    this.#pointsOf = key;
    const { points, extent, classes } = started;
    if (points === null) return null;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.round(size * scale);
    const layer = canvas.getContext("2d") as CanvasRenderingContext2D;
    layer.scale(scale, scale);
    const [x0, x1, y0, y1] = extent;
    const count = Math.min(points.x.length, 4000);
    const radius = count > 800 ? 2.2 : 3;
    for (let i = 0; i < count; i++) {
      const x = (((points.x[i] as number) - x0) / (x1 - x0)) * size;
      const y = ((y1 - (points.y[i] as number)) / (y1 - y0)) * size;
      const color = css(classColor(theme, points.label[i] as number, classes.length));
      layer.beginPath();
      layer.arc(x, y, radius, 0, 2 * Math.PI);
      layer.lineWidth = 1.4;
      if (i < points.trained) {
        layer.fillStyle = color;
        layer.fill();
        layer.strokeStyle = palettes[theme].surface;
        layer.stroke();
      } else {
        layer.fillStyle = palettes[theme].surface;
        layer.fill();
        layer.strokeStyle = color;
        layer.stroke();
      }
    }
    this.#points = canvas;
    return canvas;
  }
}
