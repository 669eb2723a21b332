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
    const m = moveMean(u, "m", u.g, beta1);
    const v = moveMean(u, "v", u.g * u.g, beta2);
    let variance = v;
    if (u.slots.vMaximum !== undefined) {
      variance = Math.max(u.slots.vMaximum, v);
      u.slots.vMaximum = variance;
    }
    const rate = (u.learningRate * Math.sqrt(1 - beta2 ** u.t)) / (1 - beta1 ** u.t);
    u.p -= (m * rate) / (Math.sqrt(variance) + epsilon);
  },

  adamax: (u) => {
    const { beta1 = 0, beta2 = 0, epsilon = 0 } = u.parameters;
    const m = moveMean(u, "m", u.g, beta1);
    const largest = Math.max(beta2 * (u.slots.u ?? 0), Math.abs(u.g));
    u.slots.u = largest;
    u.p -= (u.learningRate * m) / ((1 - beta1 ** u.t) * (largest + epsilon));
  },

  nadam: (u) => {
    const { beta1 = 0, beta2 = 0, epsilon = 0 } = u.parameters;
    const m = moveMean(u, "m", u.g, beta1);
    const v = moveMean(u, "v", u.g * u.g, beta2);
    const momentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** t);
    let product = 1;
    for (let t = 1; t <= u.t; t++) product *= momentum(t);
    const next = momentum(u.t + 1);
    const mean = (next * m) / (1 - product * next) + ((1 - momentum(u.t)) * u.g) / (1 - product);
    u.p -= (u.learningRate * mean) / (Math.sqrt(v / (1 - beta2 ** u.t)) + epsilon);
  },

  radam: (u) => {
    const { beta1 = 0, beta2 = 0, epsilon = 0 } = u.parameters;
    const mean = moveMean(u, "m", u.g, beta1) / (1 - beta1 ** u.t);
    const v = moveMean(u, "v", u.g * u.g, beta2);
    const limit = 2 / (1 - beta2) - 1;
    const length = limit - (2 * u.t * beta2 ** u.t) / (1 - beta2 ** u.t);
    if (length <= 5) {
      u.p -= u.learningRate * mean;
    } else {
      const shrink = ((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length);
      u.p -= (u.learningRate * mean * Math.sqrt(shrink * (1 - beta2 ** u.t))) / (Math.sqrt(v) + epsilon);
    }
  },

  lion: (u) => {
    const { beta1 = 0, beta2 = 0 } = u.parameters;
    const m = u.slots.m ?? 0;
    u.p -= u.learningRate * Math.sign(beta1 * m + (1 - beta1) * u.g);
    u.slots.m = beta2 * m + (1 - beta2) * u.g;
  },

  adagrad: (u) => {
    const { initialAccumulatorValue = 0, epsilon = 0 } = u.parameters;
    const sum = (u.slots.accumulator ?? 0) + u.g * u.g;
    u.slots.accumulator = sum;
    u.p -= (u.learningRate * u.g) / Math.sqrt(initialAccumulatorValue + sum + epsilon);
  },

  adadelta: (u) => {
    const { rho = 0, epsilon = 0 } = u.parameters;
    const r = rho * (u.slots.meanSquare ?? 0) + (1 - rho) * u.g * u.g;
    const s = u.slots.meanSquareChange ?? 0;
    const change = (u.g * Math.sqrt(s + epsilon)) / Math.sqrt(r + epsilon);
    u.slots.meanSquare = r;
    u.slots.meanSquareChange = rho * s + (1 - rho) * change * change;
    u.p -= u.learningRate * change;
  },

  ftrl: (u) => {
    const {
      learningRatePower = 0,
      initialAccumulatorValue = 0,
      l1 = 0,
      l2 = 0,
      l2Shrinkage = 0,
      beta = 0,
    } = u.parameters;
    if (u.learningRate === 0) return;
    const before = u.slots.accumulator ?? 0;
    const after = before + u.g * u.g;
    const powerBefore = (before + initialAccumulatorValue) ** -learningRatePower;
    const powerAfter = (after + initialAccumulatorValue) ** -learningRatePower;
    const change = ((powerAfter - powerBefore) / u.learningRate) * u.p;
    const linear = (u.slots.linear ?? 0) + u.g + 2 * l2Shrinkage * u.p - change;
    u.slots.accumulator = after;
    u.slots.linear = linear;
    const clipped = Math.min(Math.max(linear, -l1), l1);
    u.p = (clipped - linear) / (powerAfter / u.learningRate + 2 * l2 + beta / u.learningRate);
  },

  rprop: (u) => {
    const { etaMinus = 0, etaPlus = 0, minimum = 0, maximum = 0 } = u.parameters;
    const agreement = u.g * (u.slots.previousGradient ?? 0);
    const factor = agreement > 0 ? etaPlus : agreement < 0 ? etaMinus : 1;
    const size = (u.t === 1 ? u.learningRate : (u.slots.size ?? 0)) * factor;
    const next = Math.min(Math.max(size, minimum), maximum);
    const used = agreement < 0 ? 0 : u.g;
    u.slots.previousGradient = used;
    u.slots.size = next;
    u.p -= next * Math.sign(used);
  },
};

/** mean += (value - mean)(1 - beta); gives the new mean. */
function moveMean(u: Element, slot: string, value: number, beta: number): number {
  const mean = u.slots[slot] ?? 0;
  const moved = mean + (value - mean) * (1 - beta);
  u.slots[slot] = moved;
  return moved;
}

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
