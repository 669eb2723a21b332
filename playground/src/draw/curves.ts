// Draws the curves of loss or accuracy over the epochs: training as a full line, test as a dashed one.

import type { CurvePoint } from "../worker/messages.js";
import { css, palettes, type Theme } from "./colors.js";

export type Measure = "loss" | "accuracy";

const margin = { left: 40, right: 10, top: 10, bottom: 22 };

/** Round numbers between 0 and `most`, at most five. */
export function ticks(most: number): number[] {
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** The top of the axis: 1 for accuracy; of losses the one before training, or what most of them stay below. */
export function axisTop(curve: readonly CurvePoint[], measure: Measure): number {
  if (measure === "accuracy") return 1;
  const values = curve.flatMap(({ trainLoss, testLoss }) => [trainLoss, testLoss]).filter(Number.isFinite);
  if (values.length === 0) return 1;
  const first = values[0] as number;
  const sorted = values.sort((a, b) => a - b);
  return Math.max(1e-3, 1.1 * first, 1.1 * (sorted[Math.floor(0.98 * (sorted.length - 1))] as number));
}

export function drawCurves(
  context: CanvasRenderingContext2D,
  { width, height }: { width: number; height: number },
  curve: readonly CurvePoint[],
  measure: Measure,
  theme: Theme,
): void {
  const { text, faint, grid, negative, positive } = palettes[theme];
  context.clearRect(0, 0, width, height);
  const top = axisTop(curve, measure);
  const lastEpoch = Math.max(10, curve.at(-1)?.epoch ?? 0);
  const x = (epoch: number) => margin.left + (epoch / lastEpoch) * (width - margin.left - margin.right);
  const y = (value: number) => {
    const share = Math.min(1.02, value / top);
    return height - margin.bottom - share * (height - margin.top - margin.bottom);
  };
  context.font = "11px system-ui, sans-serif";
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of ticks(top)) {
    context.strokeStyle = grid;
    context.beginPath();
    context.moveTo(margin.left, Math.round(y(tick)) + 0.5);
    context.lineTo(width - margin.right, Math.round(y(tick)) + 0.5);
    context.stroke();
    context.fillStyle = faint;
    context.fillText(String(tick), margin.left - 6, y(tick));
  }
  context.textAlign = "center";
  context.fillStyle = faint;
  for (const tick of ticks(lastEpoch)) if (tick <= lastEpoch) context.fillText(String(tick), x(tick), height - 9);
  const line = (key: keyof CurvePoint, color: string, dash: number[]) => {
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.setLineDash(dash);
    context.beginPath();
    curve.forEach((point, i) => {
      if (i === 0) context.moveTo(x(point.epoch), y(point[key]));
      else context.lineTo(x(point.epoch), y(point[key]));
    });
    context.stroke();
    context.setLineDash([]);
  };
  line(measure === "loss" ? "testLoss" : "testAccuracy", css(negative), [6, 4]);
  line(measure === "loss" ? "trainLoss" : "trainAccuracy", css(positive), []);
  context.fillStyle = text;
}
