// From a name, an object or a function to an activation.

import { fromName, named, wrongKind } from "../naming.js";
import type { Activation, ActivationFactory, ActivationFunction } from "./activation.js";
import * as functions from "./functions.js";

const factories = {
  elu: functions.elu,
  gelu: functions.gelu,
  leakyRelu: functions.leakyRelu,
  linear: functions.linear,
  logSoftmax: functions.logSoftmax,
  relu: functions.relu,
  selu: functions.selu,
  sigmoid: functions.sigmoid,
  silu: functions.silu,
  softmax: functions.softmax,
  softplus: functions.softplus,
  step: functions.step,
  tanh: functions.tanh,
} satisfies Record<string, ActivationFactory<never>>;

/** The names that `activation` knows. */
export type ActivationShortcut = keyof typeof factories;

/** A name, an activation with options, or a function over `ops.*`. */
export type ActivationInput = ActivationShortcut | Activation | ActivationFunction;

/** Accepts an activation, its name, its factory (`activations.relu` without the call), or a function of users. */
export function resolveActivation(where: string, value: ActivationInput): Activation {
  if (typeof value === "string") {
    return fromName(where, value, factories as Readonly<Record<string, () => Activation>>);
  }
  if (typeof value !== "function") throw wrongKind(where, `an activation such as "relu"`, value);
  if ("config" in value) return value;
  for (const factory of Object.values(factories) as (() => Activation)[]) {
    if ((factory as unknown) === value) return factory();
  }
  const apply = value;
  return named((x: Parameters<ActivationFunction>[0]) => apply(x), apply.name === "" ? "custom" : apply.name, {
    config: {},
  });
}
