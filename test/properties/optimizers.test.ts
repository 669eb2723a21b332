// How steps depend on the scale of the gradient and on the learning rate.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { type OptimizerName, optimizers } from "../../src/program/ops.gen.js";
import { testBackends } from "../backends.js";
import { buildProgram } from "../program-words.js";
import { anySeed, distance, numbersFrom, runs } from "./numbers.js";

const count = 11;
const steps = 5;

interface Training {
  readonly optimizer: OptimizerName;
  readonly parameters: Readonly<Record<string, number>>;
  readonly slots?: readonly string[];
}

/** The parameters after five steps from 0 with random gradients times `scale`. */
function train(
  backend: Backend,
  { optimizer, parameters, slots }: Training,
  seed: number,
  scale: number,
  rate: number,
) {
  const known = optimizers[optimizer];
  const present = slots ?? known.slots.filter(({ optional }) => !optional).map(({ name }) => name);
  const operands: Record<string, number> = { p: 0, g: 1 };
  for (const [s, { name }] of known.slots.entries()) {
    if (present.includes(name)) operands[`s${s}`] = Object.keys(operands).length;
  }
  const options = Object.fromEntries(known.parameters.map((name, i) => [`o${i}`, parameters[name] ?? 0]));
  const { words, offsets } = buildProgram({
    tensors: Array.from({ length: 2 + present.length }, () => ({ rows: 1, columns: count })),
    instructions: [{ op: "update", operands, parameters: { function: optimizer, learningRateScale: 1, ...options } }],
  });
  const executable = backend.createProgram(words);
  for (let step = 0; step < steps; step++) {
    const g = numbersFrom(seed, count, -1, 1, step).map((value) => value * scale);
    executable.write(offsets[1] as number, g);
    executable.run(0, 1, 1, { learningRate: rate, step, seed: [0, 0] });
  }
  const p = executable.read(offsets[0] as number, count);
  executable.dispose();
  return p;
}

const moments = { beta1: 0.9, beta2: 0.99 };
const invariant: readonly Training[] = [
  { optimizer: "adam", parameters: moments },
  { optimizer: "adam", parameters: moments, slots: ["m", "v", "vMaximum"] },
  { optimizer: "adamax", parameters: moments },
  { optimizer: "nadam", parameters: moments },
  { optimizer: "lion", parameters: moments },
  { optimizer: "adagrad", parameters: {} },
  { optimizer: "rmsprop", parameters: { rho: 0.9 } },
  { optimizer: "rprop", parameters: { etaMinus: 0.5, etaPlus: 1.2, minimum: 1e-6, maximum: 50 } },
];

const linear: readonly Training[] = [
  { optimizer: "sgd", parameters: {} },
  { optimizer: "sgd", parameters: { momentum: 0.9 }, slots: ["velocity"] },
  { optimizer: "sgd", parameters: { momentum: 0.9, nesterov: 1 }, slots: ["velocity"] },
];

describe.each(testBackends)("optimizers on $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  // Powers of 4, whose square roots are exact as well.
  it.each(invariant)("$optimizer $slots without epsilon does not see the scale of the gradient", (training) => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: -8, max: 8 }), (seed, exponent) => {
        const plain = train(backend, training, seed, 1, 0.1);
        expect(distance(train(backend, training, seed, 4 ** exponent, 0.1), plain)).toBeLessThan(1e-6);
      }),
      runs,
    );
  });

  it.each(linear)("$optimizer $slots $parameters is linear in gradient and learning rate", (training) => {
    fc.assert(
      fc.property(anySeed, fc.double({ min: 0.125, max: 8, noNaN: true }), (seed, factor) => {
        const plain = train(backend, training, seed, 1, 0.1).map((value) => value * factor);
        expect(distance(train(backend, training, seed, factor, 0.1), plain)).toBeLessThan(2e-6);
        expect(distance(train(backend, training, seed, 1, 0.1 * factor), plain)).toBeLessThan(2e-6);
      }),
      runs,
    );
  });
});
