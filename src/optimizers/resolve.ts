// From a name or an object to an optimizer.

import { fromName, wrongKind } from "../naming.js";
import { adadelta, adagrad } from "./adagrad.js";
import { adam, adamw } from "./adam.js";
import { adamax, nadam, radam } from "./adam-relatives.js";
import { ftrl } from "./ftrl.js";
import { lamb } from "./lamb.js";
import { lbfgs } from "./lbfgs.js";
import { lion } from "./lion.js";
import { muon } from "./muon.js";
import { Optimizer } from "./optimizer.js";
import { rmsprop } from "./rmsprop.js";
import { rprop } from "./rprop.js";
import { scheduleFreeAdamW } from "./schedule-free.js";
import { gradientDescent, momentum, nesterov, sgd } from "./sgd.js";

const factories = {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  ftrl,
  gradientDescent,
  lamb,
  lbfgs,
  lion,
  momentum,
  muon,
  nadam,
  nesterov,
  radam,
  rmsprop,
  rprop,
  scheduleFreeAdamW,
  sgd,
};

/** The names that `compile({ optimizer })` knows. */
export type OptimizerShortcut = keyof typeof factories;

/** Accepts an optimizer, its name, or its factory (`optimizers.adam` without the call). */
export function resolveOptimizer(where: string, value: unknown): Optimizer {
  if (value instanceof Optimizer) return value;
  if (typeof value === "string") return fromName(where, value, factories);
  const factory = Object.values(factories).find((candidate) => candidate === value);
  if (factory !== undefined) return factory();
  throw wrongKind(where, `an optimizer such as "adam" or optimizers.adam({ learningRate: 0.001 })`, value);
}
