// Measures the layers after each epoch, so that vanishing and exploding gradients, dead units and steps of a wrong size can be seen.

import { checkInteger, checkOptions } from "../errors.js";
import { lineChart } from "../plots/line-chart.js";
import { arrange, type Drawing, svgDocument } from "../plots/svg.js";
import type { Callback } from "./callback.js";
import type { LayerMeasurements, RunningTraining } from "./running-training.js";

export interface DiagnosticsOptions {
  /** Rows of the training data that are looked at, evenly spread over them; of batches the first ones. Default 128. */
  rows?: number;
}

/** A layer after an epoch. */
export interface LayerDiagnostics {
  /** As in the names of weights: `hidden`, `encoder/dense`. */
  readonly name: string;
  /** The Euclidean norm of the loss's gradient with respect to all trainable weights of the layer; NaN without such. */
  readonly gradientNorm: number;
  /** The norm of these weights. */
  readonly weightNorm: number;
  /** The norm of their change in the epoch, divided by their norm before. */
  readonly updateRatio: number;
  /** Mean and standard deviation of what the layer gives in inference; NaN when another layer's operation contains it. */
  readonly activationMean: number;
  readonly activationStandardDeviation: number;
  /** The part of the units, in [0, 1], whose value is the same for every row: nothing is learnt through them. */
  readonly deadUnits: number;
}

export interface EpochDiagnostics {
  readonly epoch: number;
  /** In the order of computation. */
  readonly layers: readonly LayerDiagnostics[];
}

/** What `callbacks.diagnostics()` gives. */
export interface Diagnostics extends Callback {
  /** One entry an epoch, of all trainings one behind the other. */
  readonly results: readonly EpochDiagnostics[];
  /** Charts as SVG: gradient norms over the layers, and gradient norms, update ratios, weights and activations over the epochs. */
  toSvg(options?: { width?: number; height?: number }): string;
}

/**
 * After each epoch measures every layer on a sample of rows: norms of gradients and weights, how far an epoch moved the
 * weights, mean and spread of the activations, the part of dead units. A gradient norm that falls by powers of ten from layer
 * to layer towards the inputs vanishes, one that grows explodes; an update ratio far above 0.1 asks for a smaller learning
 * rate. Keras has no such callback; the measures are those of Glorot and Bengio, "Understanding the difficulty of training
 * deep feedforward neural networks" (2010).
 *
 * @throws RangeError for rows below 2; in `toSvg` for sizes out of range.
 * @example
 * const look = callbacks.diagnostics();
 * await net.fit(x, y, { epochs: 10, callbacks: [look] });
 * look.results.at(-1)?.layers.map(({ name, gradientNorm }) => [name, gradientNorm]);
 * const svg = look.toSvg();
 */
export function diagnostics(options: DiagnosticsOptions = {}): Diagnostics {
  const where = "callbacks.diagnostics";
  checkOptions(where, options, ["rows"]);
  const rows = checkInteger(where, "rows", options.rows ?? 128, 2);
  const results: EpochDiagnostics[] = [];
  let training: RunningTraining | null = null;
  let before = new Map<string, Float32Array>();
  const measure = () => {
    const layers = training?.measure(rows) ?? [];
    const previous = before;
    before = new Map(layers.flatMap(({ name, weights }) => (weights === null ? [] : [[name, weights.values]])));
    return layers.map((layer) => diagnosed(layer, previous.get(layer.name)));
  };
  return {
    results,
    setTraining(running) {
      training = running;
    },
    onTrainBegin() {
      measure();
    },
    onEpochEnd(epoch) {
      results.push({ epoch, layers: measure() });
    },
    toSvg: (sizes = {}) => draw(`${where}, toSvg`, results, sizes),
  };
}

function diagnosed(
  { name, activation, weights }: LayerMeasurements,
  before: Float32Array | undefined,
): LayerDiagnostics {
  return {
    name,
    gradientNorm: weights?.gradientNorm ?? Number.NaN,
    weightNorm: weights?.weightNorm ?? Number.NaN,
    updateRatio: weights === null || before === undefined ? Number.NaN : relativeChange(before, weights.values),
    activationMean: activation?.mean ?? Number.NaN,
    activationStandardDeviation: activation?.standardDeviation ?? Number.NaN,
    deadUnits: activation?.deadUnits ?? Number.NaN,
  };
}

/** 0 when nothing moved, also from zeros. */
function relativeChange(before: Float32Array, after: Float32Array): number {
  let [change, size] = [0, 0];
  for (let i = 0; i < after.length; i++) {
    const old = before[i] ?? 0;
    change += ((after[i] as number) - old) ** 2;
    size += old * old;
  }
  return change === 0 ? 0 : Math.sqrt(change / size);
}

// A legend of more lines cannot be read: of deep networks the first and the last layers and some between are drawn.
const mostLines = 7;

function spread<T>(all: readonly T[]): readonly T[] {
  if (all.length <= mostLines) return all;
  return Array.from({ length: mostLines }, (_, i) => all[Math.round((i * (all.length - 1)) / (mostLines - 1))] as T);
}

function draw(where: string, results: readonly EpochDiagnostics[], sizes: { width?: number; height?: number }): string {
  checkOptions(where, sizes, ["width", "height"]);
  const width = checkInteger(where, "width", sizes.width ?? 460, 200, 4000);
  const height = checkInteger(where, "height", sizes.height ?? 300, 200, 4000);
  const layers = results.at(-1)?.layers ?? [];
  const trained = layers.filter(({ gradientNorm }) => !Number.isNaN(gradientNorm)).map(({ name }) => name);
  const active = layers.filter(({ activationMean }) => !Number.isNaN(activationMean)).map(({ name }) => name);
  const value = (epoch: EpochDiagnostics, name: string, key: Exclude<keyof LayerDiagnostics, "name">) =>
    epoch.layers.find((layer) => layer.name === name)?.[key] ?? Number.NaN;
  const overEpochs = (
    title: string,
    key: Exclude<keyof LayerDiagnostics, "name">,
    names: readonly string[],
    scale: "log" | "linear" = "log",
  ): Drawing => {
    const series = spread(names).map((name) => {
      return { name, x: results.map(({ epoch }) => epoch), y: results.map((epoch) => value(epoch, name, key)) };
    });
    return lineChart({ title, xLabel: "epoch", series, scale, width, height, ...(key === "deadUnits" && unit) });
  };
  const overLayers = lineChart({
    title: "Gradient norm from the first to the last layer",
    xLabel: "layer",
    series: [...new Set([results[0], results[results.length >> 1], results.at(-1)])].flatMap((epoch) => {
      if (epoch === undefined) return [];
      const y = trained.map((name) => value(epoch, name, "gradientNorm"));
      return [{ name: `epoch ${epoch.epoch}`, x: trained.map((_, i) => i + 1), y }];
    }),
    ...{ scale: "log", width, height },
  });
  const charts = [
    overLayers,
    overEpochs("Gradient norm", "gradientNorm", trained),
    overEpochs("Change of the weights in an epoch / weights", "updateRatio", trained),
    overEpochs("Weight norm", "weightNorm", trained),
    overEpochs("Standard deviation of the activations", "activationStandardDeviation", active),
    overEpochs("Part of dead units", "deadUnits", active, "linear"),
  ];
  return svgDocument("Diagnostics", arrange("Diagnostics", charts, 2));
}

const unit = { yRange: [0, 1] } as const;
