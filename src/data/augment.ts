// Random changes of batches, to be used with `map`: they differ in each pass. Images are changed here and not by layers, because
// the operations of the core have no gather within a row.

import { checkInteger, checkNumber, checkOptions, describeValue, explain, ShapeError, unknownName } from "../errors.js";
import { formatShape } from "../errors.js";
import type { RandomStream } from "../random/philox.js";
import { isTensorLike, Tensor } from "../tensor.js";
import type { DataBatch } from "./batch.js";
import { orderStream } from "./folds.js";
import { type FillMode, fillModes, sampleImage } from "./images.js";
import { rowWidth } from "./rows.js";

/** What `set.batch(n).map` takes. */
export type BatchMap = (batch: DataBatch) => DataBatch;

export interface MixupOptions {
  /** Of the beta distribution of the shares: small values leave most rows almost as they are. Default 0.2. */
  alpha?: number;
  /** Any integer; without one each call gives other numbers. */
  seed?: number;
}

/**
 * Mixes each row with another one of its batch: `x = l x1 + (1 - l) x2` and `y = l y1 + (1 - l) y2` with l from Beta(alpha, alpha),
 * drawn for each row (Zhang et al. 2018; keras.layers.MixUp). y must be one-hot rows or numbers, since class numbers cannot be
 * mixed.
 *
 * @throws TypeError for batches without y, and for y of integers (in the pass).
 * @example
 * const mixed = data.fromArrays(x, data.oneHot(y, 3)).batch(32).map(data.mixup({ alpha: 0.2, seed: 1 }));
 */
export function mixup(options: MixupOptions = {}): BatchMap {
  const where = "data.mixup";
  checkOptions(where, options, ["alpha", "seed"]);
  const alpha = checkNumber(where, "alpha", options.alpha ?? 0.2, Number.MIN_VALUE);
  const random = orderStream(options.seed);
  return (batch) => {
    const x = oneTensor(where, "x", batch[0]);
    const y = oneTensor(where, "y", batch[1]);
    if (tagOf(y) !== "Float32Array") {
      throw new TypeError(
        explain(`${where}, y`, "expected one-hot rows or numbers", tagOf(y), "Use data.oneHot before."),
      );
    }
    const rows = x.shape[0] as number;
    const others = random.permutation(rows);
    const shares = Float64Array.from({ length: rows }, () => beta(random, alpha));
    const mixed = [x, y].map((tensor) => mix(tensor, others, shares)) as [Tensor, Tensor];
    const [, , weights] = batch;
    return weights === undefined ? mixed : [...mixed, mix(weights, others, shares)];
  };
}

function mix(tensor: Tensor, others: Int32Array, shares: Float64Array): Tensor {
  const width = rowWidth(tensor);
  const { data } = tensor;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) {
    const row = Math.floor(i / width);
    const share = shares[row] as number;
    const other = data[(others[row] as number) * width + (i % width)] as number;
    out[i] = share * (data[i] as number) + (1 - share) * other;
  }
  return new Tensor(out, tensor.shape);
}

/** Beta(alpha, alpha) from two gamma variates (Marsaglia and Tsang 2000), in logarithms: small alphas underflow otherwise. */
function beta(random: RandomStream, alpha: number): number {
  const difference = logGamma(random, alpha) - logGamma(random, alpha);
  return 1 / (1 + Math.exp(-difference));
}

/** The logarithm of a gamma variate. */
function logGamma(random: RandomStream, alpha: number): number {
  if (alpha < 1) return logGamma(random, alpha + 1) + Math.log(random.uniform() + 2 ** -25) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const n = random.normal();
    const v = (1 + c * n) ** 3;
    if (v > 0 && Math.log(random.uniform() + 2 ** -25) < 0.5 * n * n + d - d * v + d * Math.log(v))
      return Math.log(d * v);
  }
}

export interface GaussianNoiseMapOptions {
  /** Standard deviation, in the units of x. */
  stddev: number;
  seed?: number;
}

/**
 * Adds normal numbers to x. In a model, `layers.gaussianNoise` does it while training.
 *
 * @example
 * await net.fit(set.batch(32).map(data.gaussianNoise({ stddev: 0.1 })), { epochs: 10 });
 */
export function gaussianNoise(options: GaussianNoiseMapOptions): BatchMap {
  const where = "data.gaussianNoise";
  checkOptions(where, options, ["stddev", "seed"]);
  const stddev = checkNumber(where, "stddev", options.stddev, 0);
  const random = orderStream(options.seed);
  return (batch) => {
    const x = oneTensor(where, "x", batch[0]);
    const noisy = Float32Array.from(x.data, (value) => value + random.normal(0, stddev));
    return withX(batch, new Tensor(noisy, x.shape));
  };
}

export interface ImageMapOptions {
  /** `[height, width]` or `[height, width, channels]` of a row of x; default that of x when its rows have such a shape. */
  imageShape?: readonly number[];
  /**
   * What is outside of the image: "reflect" (default), mirrored at the edges; "nearest", the edge; "wrap", the other side;
   * "constant", `fillValue`.
   */
  fillMode?: FillMode;
  /** For "constant"; default 0. */
  fillValue?: number;
  /** "bilinear" (default) or "nearest". */
  interpolation?: "bilinear" | "nearest";
  seed?: number;
}

export interface RandomTranslationOptions extends ImageMapOptions {
  /** The most to shift down or up, as a part of the height, or `[lowest, highest]`, positive down. */
  heightFactor: number | readonly [number, number];
  /** The same to the right or left, of the width. */
  widthFactor: number | readonly [number, number];
}

/**
 * Shifts each image by other random distances. Follows keras.layers.RandomTranslation, with rows that are flat, too.
 *
 * @throws ShapeError for rows that are no such images (in the pass).
 * @example
 * const shifted = set.batch(32).map(data.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1, imageShape: [28, 28] }));
 */
export function randomTranslation(options: RandomTranslationOptions): BatchMap {
  const where = "data.randomTranslation";
  const change = imageMap(where, options, ["heightFactor", "widthFactor"]);
  const height = checkFactor(where, "heightFactor", options.heightFactor);
  const width = checkFactor(where, "widthFactor", options.widthFactor);
  return change((random, h, w) => [1, 0, -random.uniform(...width) * w, 0, 1, -random.uniform(...height) * h]);
}

export interface RandomRotationOptions extends ImageMapOptions {
  /** The most to turn either way, as a part of a full turn, or `[lowest, highest]`, positive counter-clockwise. */
  factor: number | readonly [number, number];
}

/**
 * Turns each image around its middle by another random angle. Follows keras.layers.RandomRotation, with rows that are flat, too.
 *
 * @throws ShapeError for rows that are no such images (in the pass).
 * @example
 * const turned = set.batch(32).map(data.randomRotation({ factor: 0.03, imageShape: [28, 28] }));
 */
export function randomRotation(options: RandomRotationOptions): BatchMap {
  const where = "data.randomRotation";
  const change = imageMap(where, options, ["factor"]);
  const factor = checkFactor(where, "factor", options.factor);
  return change((random, h, w) => {
    const angle = 2 * Math.PI * random.uniform(...factor);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [x, y] = [(w - 1) / 2, (h - 1) / 2];
    return [cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y];
  });
}

/** Where a pixel (x, y) of the result comes from: (a x + b y + c, d x + e y + f). */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

function imageMap(where: string, options: ImageMapOptions, names: readonly string[]) {
  checkOptions(where, options, [...names, "imageShape", "fillMode", "fillValue", "interpolation", "seed"]);
  const { imageShape, fillMode = "reflect", interpolation = "bilinear" } = options;
  if (!fillModes.includes(fillMode)) throw unknownName(`${where}, fillMode`, fillMode, fillModes);
  const fillValue = checkNumber(where, "fillValue", options.fillValue ?? 0);
  const kinds = ["bilinear", "nearest"];
  if (!kinds.includes(interpolation)) throw unknownName(`${where}, interpolation`, interpolation, kinds);
  if (imageShape !== undefined) checkImageShape(where, imageShape);
  const random = orderStream(options.seed);
  return (draw: (random: RandomStream, height: number, width: number) => AffineMap): BatchMap =>
    (batch) => {
      const x = oneTensor(where, "x", batch[0]);
      const shape = imageShape ?? x.shape.slice(1);
      const size = rowWidth(x);
      if (shape.length < 2 || shape.length > 3 || shape.reduce((a, b) => a * b, 1) !== size) {
        const remedy = "Give imageShape: [height, width] or [height, width, channels].";
        throw new ShapeError(explain(where, `expected images of ${size} numbers`, formatShape(shape), remedy));
      }
      const [height, width, channels = 1] = shape as [number, number, number?];
      const out = new Float32Array(x.size);
      for (let at = 0; at < out.length; at += size) {
        const image = { data: x.data.subarray(at, at + size), height, width, channels };
        const map = draw(random, height, width);
        sampleImage(out.subarray(at, at + size), image, map, { fillMode, fillValue, interpolation });
      }
      return withX(batch, new Tensor(out, x.shape));
    };
}

function checkImageShape(where: string, shape: unknown): void {
  if (!Array.isArray(shape) || shape.length < 2 || shape.length > 3) {
    throw new TypeError(
      explain(where, "imageShape must be [height, width] or [height, width, channels]", describeValue(shape)),
    );
  }
  for (const size of shape) checkInteger(where, "each size of imageShape", size, 1);
}

/** A number f is [-f, f]. */
function checkFactor(where: string, name: string, factor: unknown): [number, number] {
  if (Array.isArray(factor) && factor.length === 2) {
    const [low, high] = factor.map((value) => checkNumber(where, name, value, -1, 1)) as [number, number];
    if (low <= high) return [low, high];
    throw new RangeError(explain(where, `${name} must be [lowest, highest]`, `[${low}, ${high}]`));
  }
  const most = checkNumber(where, name, factor, 0, 1);
  return [-most, most];
}

function oneTensor(where: string, name: string, part: DataBatch[0] | undefined): Tensor {
  if (isTensorLike(part)) return part as Tensor;
  const received = part === undefined ? "none" : "several";
  throw new TypeError(explain(`${where}, ${name}`, "expected one tensor", received));
}

function withX(batch: DataBatch, x: Tensor): DataBatch {
  const [, y, weights] = batch;
  if (y === undefined) return [x];
  return weights === undefined ? [x, y] : [x, y, weights];
}

function tagOf({ data }: Tensor): string {
  return Object.prototype.toString.call(data).slice(8, -1);
}
