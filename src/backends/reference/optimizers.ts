// The update rules, element by element, as Keras 3 writes them.

import { type OptimizerName, optimizers } from "../../program/ops.gen.js";
import { at, elementCount, type Matrix } from "./matrix.js";

/** One element with its slots and the parameters of the rule, by their names in ops.def. An absent slot is undefined. */
interface Element {
  p: number;
  g: number;
  readonly slots: Record<string, number | undefined>;
  readonly parameters: Readonly<Record<string, number>>;
  readonly learningRate: number;
  /** Counts from 1. */
  readonly t: number;
}

/** Each changes `p` and the slots that are present. */
const rules: Readonly<Record<OptimizerName, (u: Element) => void>> = {
  sgd: (u) => {
    const { momentum = 0, nesterov = 0 } = u.parameters;
    if (u.slots.velocity === undefined) {
      u.p -= u.learningRate * u.g;
    } else {
      const v = momentum * u.slots.velocity - u.learningRate * u.g;
      u.slots.velocity = v;
      u.p += nesterov === 0 ? v : momentum * v - u.learningRate * u.g;
    }
  },

  rmsprop: (u) => {
    const { rho = 0, momentum = 0, epsilon = 0 } = u.parameters;
    const r = rho * (u.slots.meanSquare ?? 0) + (1 - rho) * u.g * u.g;
    u.slots.meanSquare = r;
    let variance = r;
    if (u.slots.meanGradient !== undefined) {
      const a = rho * u.slots.meanGradient + (1 - rho) * u.g;
      u.slots.meanGradient = a;
      variance -= a * a;
    }
    const d = (u.learningRate * u.g) / Math.sqrt(variance + epsilon);
    if (u.slots.velocity === undefined) {
      u.p -= d;
    } else {
      u.slots.velocity = momentum * u.slots.velocity + d;
      u.p -= u.slots.velocity;
    }
  },

  adam: (u) => {
    const { beta1 = 0, beta2 = 0, epsilon = 0 } = u.parameters;
    const m = (u.slots.m ?? 0) + (u.g - (u.slots.m ?? 0)) * (1 - beta1);
    const v = (u.slots.v ?? 0) + (u.g * u.g - (u.slots.v ?? 0)) * (1 - beta2);
    u.slots.m = m;
    u.slots.v = v;
    let variance = v;
    if (u.slots.vMaximum !== undefined) {
      variance = Math.max(u.slots.vMaximum, v);
      u.slots.vMaximum = variance;
    }
    const rate = (u.learningRate * Math.sqrt(1 - beta2 ** u.t)) / (1 - beta1 ** u.t);
    u.p -= (m * rate) / (Math.sqrt(variance) + epsilon);
  },
};

/** Decoupled weight decay, then the rule, for each element of p. `slots` and `values` are in the order of ops.def. */
export function update(
  p: Matrix,
  slots: readonly (Matrix | undefined)[],
  g: Matrix,
  name: OptimizerName,
  learningRate: number,
  step: number,
  values: readonly number[],
): void {
  const description = optimizers[name];
  const parameters = Object.fromEntries(description.parameters.map((parameter, i) => [parameter, values[i] ?? 0]));
  const present = description.slots.flatMap((slot, i) => {
    const matrix = slots[i];
    return matrix === undefined ? [] : [{ name: slot.name, matrix }];
  });
  const u: Element = { p: 0, g: 0, slots: {}, parameters, learningRate, t: step + 1 };
  const decay = learningRate * (parameters.weightDecay ?? 0);
  for (let i = 0; i < elementCount(p); i++) {
    u.p = at(p, i) * (1 - decay);
    u.g = at(g, i);
    for (const slot of present) u.slots[slot.name] = at(slot.matrix, i);
    rules[name](u);
    p.data[i] = u.p;
    for (const slot of present) slot.matrix.data[i] = u.slots[slot.name] as number;
  }
}
