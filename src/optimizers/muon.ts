// Muon: momentum whose update of a matrix is made orthogonal; everything that is no matrix is left to Adam.

import { belowOne, checkBoolean, checkInteger, checkFloat32, checkOptions, describeValue, explain } from "../errors.js";
import type { GraphRule, RuleInput, RuleResult } from "../graph/compiled.js";
import type { SymbolicTensor, Variable } from "../graph/node.js";
import * as ops from "../ops/index.js";
import type { LearningRate } from "../schedules/schedule.js";
import { type CommonOptions, commonNames, commonSettings } from "./common.js";
import { Optimizer } from "./optimizer.js";
import { correction, decayedParameter, decayOf, movedMean } from "./rule-parts.js";

export interface MuonOptions extends CommonOptions {
  /** Default 0.001. */
  learningRate?: LearningRate;
  /** Decay of Adam's mean of gradients, in [0, 1); default 0.9. */
  adamBeta1?: number;
  /** Decay of Adam's mean of squared gradients, in [0, 1); default 0.999. */
  adamBeta2?: number;
  /** Decoupled weight decay of the weights that Adam updates; default 0.004. */
  adamWeightDecay?: number;
  /** Of Adam; default 1e-7. */
  epsilon?: number;
  /** Decoupled weight decay of the matrices; default 0.004. */
  weightDecay?: number;
  /** Matrices whose name (`layer/weight`) contains one of these texts are updated by Adam, e.g. the output layer's; default none. */
  excludeLayers?: readonly string[];
  /** Matrices with "embedding" in their name are updated by Adam; default true. */
  excludeEmbeddings?: boolean;
  /** The polynomial `a x + b x^3 + c x^5` of the iteration; defaults 3.4445, -4.775, 2.0315. */
  muonA?: number;
  muonB?: number;
  muonC?: number;
  /** Adam's learning rate as a multiple of the learning rate; default 1. */
  adamLrRatio?: number;
  /** In [0, 1]; default 0.95. */
  momentum?: number;
  /** The number of iterations of Newton and Schulz, at least 1; default 5. */
  nsSteps?: number;
  /** Default true. */
  nesterov?: boolean;
  /** The update is multiplied by `rmsRate * sqrt(max(rows, columns))` (Liu et al. 2025); default 0.2, null for no factor. */
  rmsRate?: number | null;
}

const names = [
  "learningRate",
  "adamBeta1",
  "adamBeta2",
  "adamWeightDecay",
  "epsilon",
  "weightDecay",
  "excludeLayers",
  "excludeEmbeddings",
  "muonA",
  "muonB",
  "muonC",
  "adamLrRatio",
  "momentum",
  "nsSteps",
  "nesterov",
  "rmsRate",
];

type Settings = Required<Omit<MuonOptions, keyof CommonOptions | "learningRate">>;

/**
 * Muon (Jordan et al. 2024) for hidden layers, Adam for biases and for what `excludeLayers` names.
 *
 * `m = momentum * m + g`; `u = g + momentum * m` (or `m` without nesterov); `u` is divided by its norm, and `nsSteps` iterations
 * `u = a u + (b A + c A^2) u` with `A = u u^T` bring its singular values near 1;
 * `p -= learningRate * rmsRate * sqrt(max(rows, columns)) * u`. Weight decay comes before it: `p -= learningRate * weightDecay * p`.
 * Follows keras.optimizers.Muon (of version 3.15).
 *
 * @throws RangeError for options outside their range.
 * @example
 * net.compile({ optimizer: optimizers.muon({ learningRate: 0.01, excludeLayers: ["logits"] }), loss: "mse" });
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const where = "optimizers.muon";
  checkOptions(where, options, [...names, ...commonNames]);
  const settings = checkSettings(where, options);
  const { decays } = commonSettings(where, options);
  const decay = decayOf(settings.weightDecay, decays);
  const adamDecay = decayOf(settings.adamWeightDecay, decays);
  const rule: GraphRule = {
    slots: ["momentum", "velocity"],
    update(input) {
      const { variable } = input;
      if (isForAdam(variable, settings)) return adamUpdate(input, adamDecay(variable), settings);
      return muonUpdate(input, decay(variable), settings);
    },
  };
  return new Optimizer("muon", options.learningRate ?? 0.001, { ...settings }, rule, { common: options });
}

function isForAdam({ name, shape }: Variable, { excludeLayers, excludeEmbeddings }: Settings): boolean {
  if (shape.length !== 2 || excludeLayers.some((text) => name.includes(text))) return true;
  return excludeEmbeddings && name.toLowerCase().includes("embedding");
}

function muonUpdate(input: RuleInput, weightDecay: number, settings: Settings): RuleResult {
  const { gradient, slots, learningRate, variable } = input;
  const momentum = ops.add(ops.mul(slots.momentum as SymbolicTensor, settings.momentum), gradient);
  const direction = settings.nesterov ? ops.add(gradient, ops.mul(momentum, settings.momentum)) : momentum;
  const scale = settings.rmsRate === null ? 1 : settings.rmsRate * Math.sqrt(Math.max(...variable.shape));
  const change = ops.mul(orthogonalized(direction, settings), ops.mul(learningRate, scale));
  return { parameter: ops.sub(decayedParameter(input, weightDecay), change), slots: { momentum } };
}

/** Brings the singular values near 1; the smaller one of `x x^T` and `x^T x` is worked with. */
function orthogonalized(direction: SymbolicTensor, { muonA, muonB, muonC, nsSteps }: Settings): SymbolicTensor {
  const [rows = 0, columns = 0] = direction.shape as readonly number[];
  const tall = rows > columns;
  const norm = ops.sqrt(ops.sumSquares(direction));
  let x = ops.div(direction, ops.add(norm, 1e-7));
  for (let i = 0; i < nsSteps; i++) {
    const gram = ops.matmul(x, x, { transposeA: tall, transposeB: !tall });
    const factor = ops.add(ops.mul(gram, muonB), ops.mul(ops.matmul(gram, gram), muonC));
    x = ops.add(ops.mul(x, muonA), tall ? ops.matmul(x, factor) : ops.matmul(factor, x));
  }
  return x;
}

function adamUpdate(input: RuleInput, weightDecay: number, settings: Settings): RuleResult {
  const { gradient, slots, learningRate, step } = input;
  const { adamBeta1, adamBeta2, adamLrRatio, epsilon } = settings;
  const momentum = movedMean(slots.momentum as SymbolicTensor, gradient, adamBeta1);
  const velocity = movedMean(slots.velocity as SymbolicTensor, ops.square(gradient), adamBeta2);
  const corrected = ops.div(ops.sqrt(correction(adamBeta2, step)), correction(adamBeta1, step));
  const rate = ops.mul(ops.mul(learningRate, adamLrRatio), corrected);
  const change = ops.div(ops.mul(momentum, rate), ops.add(ops.sqrt(velocity), epsilon));
  return { parameter: ops.sub(decayedParameter(input, weightDecay), change), slots: { momentum, velocity } };
}

function checkSettings(where: string, options: MuonOptions): Settings {
  const { excludeLayers = [], rmsRate = 0.2 } = options;
  if (!Array.isArray(excludeLayers) || !excludeLayers.every((text) => typeof text === "string" && text !== "")) {
    throw new TypeError(explain(where, "excludeLayers must be an array of texts", describeValue(excludeLayers)));
  }
  return {
    adamBeta1: checkFloat32(where, "adamBeta1", options.adamBeta1 ?? 0.9, 0, belowOne),
    adamBeta2: checkFloat32(where, "adamBeta2", options.adamBeta2 ?? 0.999, 0, belowOne),
    adamWeightDecay: checkFloat32(where, "adamWeightDecay", options.adamWeightDecay ?? 0.004, 0),
    epsilon: checkFloat32(where, "epsilon", options.epsilon ?? 1e-7, Number.MIN_VALUE),
    weightDecay: checkFloat32(where, "weightDecay", options.weightDecay ?? 0.004, 0),
    excludeLayers,
    excludeEmbeddings: checkBoolean(where, "excludeEmbeddings", options.excludeEmbeddings ?? true),
    muonA: checkFloat32(where, "muonA", options.muonA ?? 3.4445),
    muonB: checkFloat32(where, "muonB", options.muonB ?? -4.775),
    muonC: checkFloat32(where, "muonC", options.muonC ?? 2.0315),
    adamLrRatio: checkFloat32(where, "adamLrRatio", options.adamLrRatio ?? 1, 0),
    momentum: checkFloat32(where, "momentum", options.momentum ?? 0.95, 0, 1),
    nsSteps: checkInteger(where, "nsSteps", options.nsSteps ?? 5, 1),
    nesterov: checkBoolean(where, "nesterov", options.nesterov ?? true),
    rmsRate: rmsRate === null ? null : checkFloat32(where, "rmsRate", rmsRate, 0),
  };
}
