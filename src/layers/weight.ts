// One array of a layer: its variable in the graph, how it begins, and where its values are at the moment.

import { explain, formatShape } from "../errors.js";
import type { SymbolicTensor, Variable } from "../graph/node.js";
import { variableNode } from "../graph/node.js";
import type { Constraint } from "../constraints/constraint.js";
import { drawFrom, type Initializer, type InitializerContext } from "../initializers/initializer.js";
import type { Regularizer } from "../regularizers/regularizer.js";

/** Who holds the newest values of weights: the arena of a model's program. */
export interface WeightHome {
  read(weight: Weight): Float32Array;
}

/** Floats that are drawn at a time: 2 ms of the thread. */
const partSize = 1 << 16;

// Places in a program are 32-bit integers; such a weight alone fills 8 GiB.
const largestSize = 2 ** 31 - 1;

export type WeightBehaviour = Pick<Weight, "trainable" | "regularizer" | "constraint">;

/**
 * The values live in the arena of the model that trained last (`home`), else in `held`; random first values nowhere until they
 * are asked for, so that they are drawn into the arena. A layer may belong to several models: a model that runs brings home
 * the weights that another one holds.
 */
export class Weight {
  readonly variable: Variable;
  readonly initializer: Initializer;
  readonly size: number;
  /** False for the state of a layer, which no optimizer touches; `layer.trainable` can freeze the others, too. */
  readonly trainable: boolean;
  /** Its penalty is a part of the loss while the weight is trained. */
  readonly regularizer: Regularizer | null;
  /** What becomes of the weight after each update. */
  readonly constraint: Constraint | null;
  home: WeightHome | null = null;
  #held: Float32Array | null = null;
  /** Where the first values come from while there are no others. */
  #context: InitializerContext | null = null;
  #node: SymbolicTensor | null = null;

  constructor(variable: Variable, initializer: Initializer, options: WeightBehaviour) {
    this.trainable = options.trainable;
    this.regularizer = options.regularizer;
    this.constraint = options.constraint;
    this.variable = variable;
    this.initializer = initializer;
    this.size = variable.shape.reduce((a, b) => a * b, 1);
    if (this.size > largestSize) {
      const received = `${formatShape(variable.shape)} with ${this.size}`;
      throw new RangeError(explain(`weight "${variable.name}"`, `expected at most ${largestSize} elements`, received));
    }
  }

  /** The node that stands for this weight in every graph. */
  get node(): SymbolicTensor {
    this.#node ??= variableNode(this.variable);
    return this.#node;
  }

  /** Makes the first values unless there are values already. */
  initialize(context: InitializerContext): void {
    if (this.home !== null || this.#held !== null || this.#context !== null) return;
    if (drawFrom(this.initializer, this.variable.shape, context) !== undefined) this.#context = context;
    else this.#held = this.initializer(this.variable.shape, context).data;
  }

  /** A copy of the newest values. */
  read(): Float32Array {
    if (this.home !== null) return this.home.read(this);
    if (this.#held === null && this.#context !== null) {
      return this.initializer(this.variable.shape, this.#context).data;
    }
    if (this.#held === null) {
      const remedy = "Make a model of it, or set its values.";
      const expectation = "expected a weight of a model";
      throw new TypeError(explain(`weight "${this.variable.name}"`, expectation, "one without values", remedy));
    }
    return this.#held.slice();
  }

  /** New values, held here until a program takes them: an array that nobody else has. */
  hold(values: Float32Array): void {
    this.#held = values;
    this.#context = null;
    this.home = null;
  }

  /**
   * Hands the newest values to `take`, which copies them to `home` from element `at` on: that has them from now on. It may be
   * interrupted where it yields; when anybody has moved or replaced the values meanwhile, it ends without a further word.
   */
  *moveTo(home: WeightHome, take: (values: Float32Array, at: number) => void): Generator<void, void> {
    const context = this.#context;
    const draw = context === null ? undefined : drawFrom(this.initializer, this.variable.shape, context);
    if (draw === undefined) {
      const values = this.#held ?? this.read();
      take(values, 0);
      free(values);
    } else {
      const part = new Float32Array(Math.min(partSize, this.size));
      for (let at = 0; at < this.size; at += part.length) {
        const drawn = part.subarray(0, this.size - at);
        draw(drawn);
        take(drawn, at);
        yield;
        if (this.#context !== context) return;
      }
    }
    this.home = home;
    this.#held = null;
    this.#context = null;
  }
}

/**
 * Gives back the memory of an array of our own at once, where the engine can (Node 22, browsers since 2024): garbage collection
 * comes too late for the peak, which would have all weights twice.
 */
function free({ buffer, byteLength }: Float32Array): void {
  // Arrays that are parts of one buffer, as those of a file, are let go with the last of them.
  if (byteLength !== buffer.byteLength) return;
  (buffer as { transfer?: (length: number) => unknown }).transfer?.(0);
}
