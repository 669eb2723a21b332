// What the normalising layers have in common: the learnt scale `gamma` and offset `beta` of each feature.

import { checkBoolean } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { type InitializerInput, resolveInitializer } from "../initializers/resolve.js";
import * as ops from "../ops/index.js";
import { perFeature } from "./features.js";
import type { BuildContext, CallContext } from "./layer.js";

export interface ScaleOffsetOptions {
  /** Add the weight `beta`; default true. */
  center?: boolean;
  /** Multiply by the weight `gamma`; default true. */
  scale?: boolean;
  /** Default "zeros". */
  betaInitializer?: InitializerInput;
  /** Default "ones". */
  gammaInitializer?: InitializerInput;
}

export const scaleOffsetNames = ["center", "scale", "betaInitializer", "gammaInitializer"] as const;

/** `gamma x + beta` with the checked options of a layer. */
export class ScaleOffset {
  readonly config: Readonly<Record<string, unknown>>;
  readonly #center: boolean;
  readonly #scale: boolean;
  readonly #beta: ReturnType<typeof resolveInitializer>;
  readonly #gamma: ReturnType<typeof resolveInitializer>;

  constructor(where: string, options: ScaleOffsetOptions) {
    this.#center = checkBoolean(where, "center", options.center ?? true);
    this.#scale = checkBoolean(where, "scale", options.scale ?? true);
    this.#beta = resolveInitializer(`${where}, betaInitializer`, options.betaInitializer ?? "zeros");
    this.#gamma = resolveInitializer(`${where}, gammaInitializer`, options.gammaInitializer ?? "ones");
    this.config = {
      center: this.#center,
      scale: this.#scale,
      betaInitializer: this.#beta.name,
      gammaInitializer: this.#gamma.name,
    };
  }

  /** Adds the weights, one value a feature. */
  build(context: BuildContext, features: number): void {
    if (this.#scale) context.variable("gamma", [features], { initializer: this.#gamma });
    if (this.#center) context.variable("beta", [features], { initializer: this.#beta });
  }

  apply(x: SymbolicTensor, { variables: { gamma, beta } }: CallContext): SymbolicTensor {
    const scaled = gamma === undefined ? x : ops.mul(x, perFeature(gamma, x));
    return beta === undefined ? scaled : ops.add(scaled, perFeature(beta, x));
  }
}
