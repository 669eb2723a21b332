// What an initializer is: a function from a shape to values, with its own random numbers for each variable of a model.

import { describeValue, explain, formatShape, internalError, ShapeError } from "../errors.js";
import { named, ofUser } from "../naming.js";
import { purposes, RandomStream, type Seed, seedFrom } from "../random/philox.js";
import { isTensorLike, Tensor, type TensorInput, toTensor } from "../tensor.js";

/** Where the random numbers of a variable come from: the model's seed, and the variable's number in the model. */
export interface InitializerContext {
  readonly seed: Seed;
  readonly stream: number;
}

/** What an initializer is apart from being a function: so that parameters of a user's function get their types. */
export interface InitializerObject {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Makes the first values of a weight. Made by `initializers.heNormal()` and its siblings; may be called by users, too. */
export interface Initializer extends InitializerObject {
  /** The values for a shape, e.g. `initializers.heNormal({ seed: 1 })([4, 3])`. */
  (shape: readonly number[], context?: InitializerContext): Tensor<Float32Array>;
}

/** A function of users that gives the first values of a weight; `random` is seeded for this weight. */
export type InitializerFunction = (shape: readonly number[], random: RandomStream) => TensorInput;

/** Options of every random initializer. */
export interface SeedOptions {
  /**
   * With a seed the values depend on it and on the shape alone: two weights of the same shape get the same values.
   * Without one they come from the model's seed and differ from weight to weight.
   */
  seed?: number;
}

type Fill = (values: Float32Array, shape: readonly number[], random: RandomStream) => void;

/** An initializer from a function that fills `values`; `random` is undefined for deterministic ones. */
export function createInitializer(name: string, config: Readonly<Record<string, unknown>>, fill: Fill): Initializer {
  const initialize = (shape: readonly number[], context?: InitializerContext): Tensor<Float32Array> => {
    checkShape(name, shape);
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fill(values, shape, randomFor(config, context));
    return new Tensor(values, Object.freeze([...shape]));
  };
  return named(initialize, name, { config }) as Initializer;
}

/** Gives the values of a weight in parts, one after the other. */
export type Draw = (part: Float32Array) => void;

const draws = new WeakMap<Initializer, (shape: readonly number[], context: InitializerContext) => Draw>();

/**
 * The same for one that cannot fail and whose values follow from each other without a look at the rest: they may be made
 * part by part, when they are needed.
 */
export function createDrawnInitializer(
  name: string,
  config: Readonly<Record<string, unknown>>,
  fill: Fill,
): Initializer {
  const initializer = createInitializer(name, config, fill);
  draws.set(initializer, (shape, context) => {
    const random = randomFor(config, context);
    return (part) => fill(part, shape, random);
  });
  return initializer;
}

/** Draws what `initializer(shape, context)` gives from the beginning; undefined for one that gives all at once. */
export function drawFrom(
  initializer: Initializer,
  shape: readonly number[],
  context: InitializerContext,
): Draw | undefined {
  return draws.get(initializer)?.(shape, context);
}

function randomFor(config: Readonly<Record<string, unknown>>, context?: InitializerContext): RandomStream {
  const own = typeof config.seed === "number" ? config.seed : undefined;
  const seed = own === undefined ? (context?.seed ?? seedFrom(undefined)) : seedFrom(own);
  return new RandomStream(seed, purposes.weights, own === undefined ? (context?.stream ?? 0) : 0);
}

/** Makes an initializer of a user's function and checks what it returns. */
export function customInitializer(create: InitializerFunction): Initializer {
  const name = create.name === "" ? "custom" : create.name;
  const made = createInitializer(name, {}, (values, shape, random) => {
    const where = `initializer "${name}"`;
    const result = toTensor(create(shape, random), undefined, where);
    if (result.size !== values.length) {
      throw new ShapeError(explain(where, `expected values of shape ${formatShape(shape)}`, formatShape(result.shape)));
    }
    values.set(result.data);
  });
  return ofUser(made);
}

function checkShape(name: string, shape: unknown): void {
  const valid = Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0);
  if (!valid || isTensorLike(shape)) {
    const where = `initializers.${name}`;
    throw new TypeError(explain(where, "expected a shape such as [4, 3]", describeValue(shape)));
  }
}

/** The number of inputs and outputs of one unit: rows and columns of a kernel (Keras' compute_fans). */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  const last = shape[shape.length - 1];
  if (last === undefined) throw internalError("a shape with a hole");
  if (shape.length === 1) return { fanIn: last, fanOut: last };
  const receptive = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  return { fanIn: (shape[shape.length - 2] ?? 1) * receptive, fanOut: last * receptive };
}
