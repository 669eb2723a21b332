// What `fit` says of data that a network learns badly from: inputs that are not scaled, targets and outputs that do not fit the loss.
// It looks at a sample of the rows before the first step, and only warns; what cannot be trained at all is refused in data.ts.

import type { LayerCore } from "../layers/layer.js";
import { inputsOf, layerUse } from "../layers/use.js";
import type { Loss } from "../losses/loss.js";
import type { ModelCore } from "./core.js";
import type { Matrix } from "./data.js";
import type { TrainingFeed } from "./feed.js";
import { placeOfPort } from "./ports.js";
import type { Topology } from "./topology.js";
import type { Warnings } from "./warnings.js";

// 200,000 numbers take half a millisecond.
const sampledRows = 256;
// The root mean square of a column. A network begins with weights for inputs of about 1; pixels up to 255 have 80 and more.
const largestScale = 50;
// Kernels, for which the scale of their input matters.
const scaled = new Set(["dense", "maxout", "bilinear", "glu", "geglu", "reglu", "swiglu"]);
// Layers that leave the scale as it is.
const transparent = new Set([
  ...["flatten", "reshape", "concatenate", "dropout", "gaussianDropout", "gaussianNoise", "alphaDropout"],
  ...["relu", "leakyRelu", "prelu", "activityRegularization"],
]);

/** Warns of what the data and the model tell before the training. */
export function adviseOnData(core: ModelCore, method: string, feed: TrainingFeed, warnings: Warnings): void {
  const sample = feed.sample(sampledRows);
  if (sample === null) return;
  const topology = core.topology(method);
  const { names } = core.inputs;
  sample.inputs.forEach((input, i) => {
    const place = `${core.where(method)}, ${placeOfPort("x", names, i)}`;
    if (reachesKernel(topology, i)) adviseOnInput(place, input, warnings);
  });
  core.compiled(method).outputs.forEach(({ loss }, i) => {
    const target = sample.targets[i] ?? null;
    if (loss === null || target === null) return;
    const suffix = core.outputNames.length === 1 ? "" : ` of output "${core.outputNames[i]}"`;
    const place = `${core.where(method)}, ${placeOfPort("y", core.outputNames, i)}`;
    const last = lastActivation(topology, i);
    adviseOnTarget(place, loss, target, warnings);
    adviseOnOutput(core.where(method), loss, last, suffix, warnings);
    adviseOnRange(place, loss, last, target, warnings);
  });
}

/** True when the input reaches a kernel with nothing between that scales it. */
function reachesKernel({ uses, inputs }: Topology, i: number): boolean {
  const reached = new Set([inputs.tensors[i]]);
  // Uses stand in the order of computation.
  for (const use of uses) {
    if (!inputsOf(use).some((x) => reached.has(x))) continue;
    if (scaled.has(use.core.type)) return true;
    if (transparent.has(use.core.type)) for (const output of use.outputs) reached.add(output);
  }
  return false;
}

function adviseOnInput(place: string, { data, rows, width }: Matrix, warnings: Warnings): void {
  const squares = new Float64Array(width);
  for (let i = 0; i < data.length; i++) squares[i % width] = (squares[i % width] as number) + (data[i] as number) ** 2;
  const worst = squares.indexOf(squares.reduce((a, b) => Math.max(a, b)));
  const size = Math.sqrt((squares[worst] as number) / rows);
  if (size <= largestScale) return;
  warnings.add(`scale ${place}`, () => {
    const pixels = data.constructor.name === "Uint8Array";
    const remedy = pixels
      ? "For pixels put layers.rescaling({ scale: 1 / 255 }) first."
      : "Put layers.normalization() first and adapt it to x, or use data.standardScaler().";
    const where = width === 1 ? "values are" : `values of column ${worst} are`;
    return `${place}: ${where} about ${rounded(size)} in size and no layer scales them, which makes training slow or unstable. ${remedy}`;
  });
}

function adviseOnTarget(place: string, loss: Loss, { data, rows, width }: Matrix, warnings: Warnings): void {
  if (loss.targets !== "categorical" || width === 1) return;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += data[i] as number;
    if (Math.abs(sum - 1) <= 1e-3) continue;
    warnings.add(`targets ${place}`, () => {
      const remedy = "Where several classes may hold at once, use a sigmoid and binaryCrossentropy.";
      return `${place}: ${loss.name} expects one-hot targets or probabilities, whose sum is 1, but there is a row with the sum ${rounded(sum)}. ${remedy}`;
    });
    return;
  }
}

const probabilities = new Set(["sigmoid", "softmax"]);
const unbounded = new Set(["linear", "relu", "tanh", "leakyRelu", "elu", "selu", "gelu", "silu", "softplus"]);

/** Logits where probabilities are expected, and probabilities where logits are. */
function adviseOnOutput(where: string, loss: Loss, last: string, suffix: string, warnings: Warnings): void {
  if (!("fromLogits" in loss.config)) return;
  if (loss.fromLogits && probabilities.has(last)) {
    const remedy = "Leave out the activation, or set fromLogits to false.";
    warnings.add(`logits${suffix}`, () => {
      return `${where}: ${loss.name} with fromLogits expects outputs without an activation, but the last layer${suffix} has ${last}. ${remedy}`;
    });
  }
  if (!loss.fromLogits && unbounded.has(last)) {
    const activation = loss.targets === "binary" ? "sigmoid" : "softmax";
    const remedy = `Give it the activation "${activation}", or set fromLogits to true in losses.${loss.name}.`;
    warnings.add(`logits${suffix}`, () => {
      return `${where}: ${loss.name} expects probabilities, but the last layer${suffix} has the activation ${last}. ${remedy}`;
    });
  }
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  sigmoid: [0, 1],
  hardSigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
  hardTanh: [-1, 1],
  softsign: [-1, 1],
  relu: [0, Number.POSITIVE_INFINITY],
  softplus: [0, Number.POSITIVE_INFINITY],
  exponential: [0, Number.POSITIVE_INFINITY],
};

/** Numbers that the last activation can never give. */
function adviseOnRange(place: string, loss: Loss, last: string, { data }: Matrix, warnings: Warnings): void {
  const range = Object.hasOwn(ranges, last) ? ranges[last] : undefined;
  if (loss.targets !== "values" || range === undefined) return;
  const [low, high] = range;
  const outside = data.find((value) => value < low || value > high);
  if (outside === undefined) return;
  warnings.add(`range ${place}`, () => {
    const end = high === Number.POSITIVE_INFINITY ? "infinity)" : `${high}]`;
    const remedy = "Leave out the activation of the last layer, or scale the targets.";
    return `${place}: there are targets such as ${rounded(outside)}, but the last layer's ${last} gives numbers in [${low}, ${end} alone. ${remedy}`;
  });
}

/** The activation of the layer that gives an output; empty when it is not known. */
function lastActivation(topology: Topology, i: number): string {
  const tensor = topology.outputs.tensors[i];
  const use = tensor === undefined ? undefined : layerUse(tensor);
  return use === undefined ? "" : activationOf(use.core);
}

function activationOf({ type, config }: LayerCore): string {
  const { activation } = config;
  if (activation === undefined) return type;
  if (typeof activation === "string") return activation;
  return typeof activation === "object" && activation !== null && "name" in activation ? String(activation.name) : "";
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
