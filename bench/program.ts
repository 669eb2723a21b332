// A network of the bench as the program that `fit` runs, for what looks inside: the profile and the account of the memory.

import type { Backend } from "../src/backends/backend.js";
import { input } from "../src/layers/input.js";
import * as layers from "../src/layers/index.js";
import * as losses from "../src/losses/index.js";
import { Session } from "../src/models/session.js";
import { findTopology } from "../src/models/topology.js";
import { planTraining } from "../src/models/training-plan.js";
import * as optimizers from "../src/optimizers/index.js";
import type { Network } from "./networks.js";

/** Compiles prediction, evaluation and training for the network's batch. */
export function openSession(backend: Backend, { sizes, batch }: Pick<Network, "sizes" | "batch">): Session {
  const [inputs = 1, ...units] = sizes;
  const outputs = units.at(-1) ?? 1;
  const x = input({ shape: [inputs] });
  let h = x;
  for (const count of units.slice(0, -1)) {
    h = layers.dense({ units: count, activation: inputs === 2 ? "tanh" : "relu" })(h);
  }
  const y = layers.dense({ units: outputs, ...(outputs === 1 && { activation: "sigmoid" }) })(h);
  const topology = findTopology("bench", x, y);
  topology.weights.forEach(({ weight }, stream) => {
    weight.initialize({ seed: [1, 0], stream });
  });
  const loss = outputs === 1 ? losses.binaryCrossentropy() : losses.sparseCategoricalCrossentropy({ fromLogits: true });
  const plan = planTraining("bench", { optimizer: optimizers.adam(), loss }, topology.outputs.names);
  const needs = { batchRows: batch, targetWidths: [1], weighted: [false] };
  const session = new Session(backend, topology, plan, needs, () => false);
  session.takeWeights();
  return session;
}
