// What the normalising layers have in common: the learnt scale `gamma` and offset `beta` of each feature.

import type { ConstraintInput } from "../constraints/resolve.js";
import { checkBoolean } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { InitializerInput } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import type { RegularizerInput } from "../regularizers/resolve.js";
import { perFeature } from "./features.js";
import type { BuildContext, CallContext, WeightOptions } from "./layer.js";
import { weightOptionNames, weightOptions } from "./weight-options.js";

export interface ScaleOffsetOptions {
  /** Add the weight `beta`; default true. */
  center?: boolean;
  /** Multiply by the weight `gamma`; default true. */
  scale?: boolean;
  /** Default "zeros". */
  betaInitializer?: InitializerInput;
  /** A penalty on `beta` that is added to the loss; default none. */
  betaRegularizer?: RegularizerInput | null;
  /** Applied to `beta` after each update; default none. */
  betaConstraint?: ConstraintInput | null;
  /** Default "ones". */
  gammaInitializer?: InitializerInput;
  /** A penalty on `gamma` that is added to the loss; default none. */
  gammaRegularizer?: RegularizerInput | null;
  /** Applied to `gamma` after each update; default none. */
  gammaConstraint?: ConstraintInput | null;
}

export const scaleOffsetNames = ["center", "scale", ...weightOptionNames("beta"), ...weightOptionNames("gamma")];

/** `gamma x + beta` with the checked options of a layer. */
export class ScaleOffset {
  readonly config: Readonly<Record<string, unknown>>;
  readonly #center: boolean;
  readonly #scale: boolean;
  readonly #beta: WeightOptions;
  readonly #gamma: WeightOptions;

  constructor(where: string, options: ScaleOffsetOptions) {
    this.#center = checkBoolean(where, "center", options.center ?? true);
    this.#scale = checkBoolean(where, "scale", options.scale ?? true);
    const beta = weightOptions(where, "beta", options, "zeros");
    const gamma = weightOptions(where, "gamma", options, "ones");
    this.#beta = beta.options;
    this.#gamma = gamma.options;
    this.config = { center: this.#center, scale: this.#scale, ...beta.config, ...gamma.config };
  }

  /** Adds the weights, one value a feature. */
  build(context: BuildContext, features: number): void {
    if (this.#scale) context.variable("gamma", [features], this.#gamma);
    if (this.#center) context.variable("beta", [features], this.#beta);
  }

  apply(x: SymbolicTensor, { variables: { gamma, beta } }: CallContext): SymbolicTensor {
    const scaled = gamma === undefined ? x : ops.mul(x, perFeature(gamma, x));
    return beta === undefined ? scaled : ops.add(scaled, perFeature(beta, x));
  }
}
