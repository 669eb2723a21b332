// What an update reads and writes besides the parameters: gradients, slots and single numbers. Each is a variable of its own, so
// that updates are graphs like all others; where they lie is decided by the layout.

import type { Variable } from "./node.js";

/** A part of a region of the arena: that of one trainable variable, or of all of them in one row when `of` is null. */
export interface ArrayPlace {
  readonly region: "parameters" | "gradients" | { readonly slot: string } | { readonly number: string };
  readonly of: Variable | null;
}

export class UpdateArrays {
  readonly places = new Map<Variable, ArrayPlace>();
  readonly #known = new Map<string, Variable>();
  readonly #length: number;

  constructor(readonly trainable: readonly Variable[]) {
    this.#length = trainable.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  }

  /** All trainable parameters in one row. */
  get parameters(): Variable {
    return this.#array("parameters", { region: "parameters", of: null });
  }

  /** The gradient of a variable, or all of them in one row. */
  gradient(of: Variable | null): Variable {
    return this.#array("gradient", { region: "gradients", of });
  }

  /** The slot of a variable, or that of all of them in one row. */
  slot(name: string, of: Variable | null): Variable {
    return this.#array(`slot ${name}`, { region: { slot: name }, of });
  }

  /** A single number that outlives the step. */
  number(name: string): Variable {
    return this.#array(`number ${name}`, { region: { number: name }, of: null });
  }

  #array(kind: string, place: ArrayPlace): Variable {
    const { of, region } = place;
    const name = of === null ? kind : `${kind}(${of.name})`;
    // Names of variables are unique in a model, but a test may use two of one name.
    const key = `${kind} ${of === null ? "" : this.trainable.indexOf(of)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const single = typeof region === "object" && "number" in region;
    const shape = single ? [] : of === null ? [this.#length] : of.shape;
    const variable: Variable = { name, shape, trainable: false, learningRateScale: 1 };
    this.places.set(variable, place);
    this.#known.set(key, variable);
    return variable;
  }
}
