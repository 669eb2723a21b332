// From a name, an object or a function to an initializer.

import { fromName, type SavedThing, shortForm, wrongKind } from "../naming.js";
import { constant, identity, ones, zeros } from "./constant.js";
import {
  customInitializer,
  type Initializer,
  type InitializerFunction,
  type InitializerObject,
} from "./initializer.js";
import { orthogonal } from "./orthogonal.js";
import { randomNormal, randomUniform, truncatedNormal } from "./random.js";
import { torchLinear } from "./torch.js";
import * as scaling from "./variance-scaling.js";

// `sparse` is missing: it has no defaults. `normal` and `uniform` are what Keras calls them, too.
const factories = {
  constant,
  glorotNormal: scaling.glorotNormal,
  glorotUniform: scaling.glorotUniform,
  heNormal: scaling.heNormal,
  heUniform: scaling.heUniform,
  identity,
  kaimingNormal: scaling.kaimingNormal,
  kaimingUniform: scaling.kaimingUniform,
  lecunNormal: scaling.lecunNormal,
  lecunUniform: scaling.lecunUniform,
  normal: randomNormal,
  ones,
  orthogonal,
  randomNormal,
  randomUniform,
  torchLinear,
  truncatedNormal,
  uniform: randomUniform,
  varianceScaling: scaling.varianceScaling,
  xavierNormal: scaling.xavierNormal,
  xavierUniform: scaling.xavierUniform,
  zeros,
};

/** The names that `kernelInitializer` and `biasInitializer` know. */
export type InitializerShortcut = keyof typeof factories;

/** A name, an initializer, or a function that gives the values for a shape. */
export type InitializerInput = InitializerShortcut | InitializerObject | InitializerFunction;

/** Accepts an initializer, its name, its factory (`initializers.zeros` without the call), or a function of users. */
export function resolveInitializer(where: string, value: InitializerInput): Initializer {
  if (typeof value === "string") return fromName(where, value, factories);
  if (typeof value !== "function") throw wrongKind(where, `an initializer such as "glorotUniform"`, value);
  if ("config" in value) return value as unknown as Initializer;
  const factory = Object.values(factories).find((candidate) => (candidate as unknown) === value);
  return factory === undefined ? customInitializer(value) : factory();
}

/** How an initializer is saved in the options of a layer. */
export function savedInitializer(initializer: Initializer): SavedThing | string {
  return shortForm("initializer", initializer, factories);
}
