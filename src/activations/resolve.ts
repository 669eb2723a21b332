// From a name, an object or a function to an activation.

import { fromName, named, ofUser, type SavedThing, shortForm, wrongKind } from "../naming.js";
import type { Activation, ActivationFactory, ActivationFunction } from "./activation.js";
import * as functions from "./functions.js";
import * as gates from "./gates.js";
import * as rectifiers from "./rectifiers.js";
import * as shrinkage from "./shrinkage.js";

// `threshold` is missing: it has no defaults.
const factories = {
  celu: rectifiers.celu,
  elu: rectifiers.elu,
  exponential: functions.exponential,
  gelu: gates.gelu,
  glu: gates.glu,
  hardShrink: shrinkage.hardShrink,
  hardSigmoid: functions.hardSigmoid,
  hardSilu: gates.hardSilu,
  hardSwish: gates.hardSwish,
  hardTanh: functions.hardTanh,
  leakyRelu: rectifiers.leakyRelu,
  linear: functions.linear,
  logSigmoid: functions.logSigmoid,
  logSoftmax: functions.logSoftmax,
  mish: gates.mish,
  quickGelu: gates.quickGelu,
  relu: rectifiers.relu,
  relu6: rectifiers.relu6,
  reluSquared: rectifiers.reluSquared,
  selu: rectifiers.selu,
  sigmoid: functions.sigmoid,
  silu: gates.silu,
  softShrink: shrinkage.softShrink,
  softmax: functions.softmax,
  softplus: functions.softplus,
  softsign: functions.softsign,
  sparsePlus: functions.sparsePlus,
  sparseSigmoid: functions.sparseSigmoid,
  squareplus: functions.squareplus,
  step: functions.step,
  swish: gates.swish,
  tanh: functions.tanh,
  tanhShrink: shrinkage.tanhShrink,
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
  const name = apply.name === "" ? "custom" : apply.name;
  return ofUser(named((x: Parameters<ActivationFunction>[0]) => apply(x), name, { config: {} }));
}

/** How an activation is saved in the options of a layer. */
export function savedActivation(activation: Activation): SavedThing | string {
  return shortForm("activation", activation, factories as unknown as Readonly<Record<string, () => Activation>>);
}
