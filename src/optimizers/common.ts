// The options that every optimizer has: clipping, averages of the weights, accumulation of gradients, what does not decay.

import { checkBoolean, checkInteger, checkFloat32, describeValue, explain, largestUint32 } from "../errors.js";
import type { OptimizerSpec } from "../graph/compiled.js";
import type { Variable } from "../graph/node.js";

/** Options of every optimizer, as those of keras.optimizers.Optimizer. At most one way of clipping may be chosen. */
export interface CommonOptions {
  /** Clip each element of the gradients to [-clipValue, clipValue]; default no clipping. */
  clipValue?: number;
  /** Shorten the gradient of each weight to at most this norm; default no clipping. */
  clipNorm?: number;
  /** Shorten all gradients together to at most this norm; default no clipping. */
  globalClipNorm?: number;
  /** Keep a moving average of the weights, which `fit` puts in their place at its end; default false. */
  useEma?: boolean;
  /** `average = emaMomentum * average + (1 - emaMomentum) * weight` after each update, in [0, 1]; default 0.99. */
  emaMomentum?: number;
  /** Put the average in the place of the weights after every so many updates; default null, never. */
  emaOverwriteFrequency?: number | null;
  /** Add up the gradients of so many steps, at least 2, and apply their mean; default null, each step for itself. */
  gradientAccumulationSteps?: number | null;
  /** Weights whose name (`layer/weight`) contains one of these texts do not decay, e.g. ["bias"]; default none. */
  excludeFromWeightDecay?: readonly string[];
}

/** The names of `CommonOptions`, for the check of options. */
export const commonNames = [
  "clipValue",
  "clipNorm",
  "globalClipNorm",
  "useEma",
  "emaMomentum",
  "emaOverwriteFrequency",
  "gradientAccumulationSteps",
  "excludeFromWeightDecay",
] as const;

// The core counts in float32, which is exact up to here.
const mostCounted = 2 ** 24;

export type CommonSettings = Omit<OptimizerSpec, "rule">;

/** What the options mean for the update. */
export function commonSettings(where: string, options: CommonOptions): CommonSettings {
  const clip = clipping(where, options);
  const average = averaging(where, options);
  const steps = options.gradientAccumulationSteps ?? null;
  const decays = decayRule(where, options);
  return {
    ...(clip !== undefined && { clip }),
    ...(average !== undefined && { average }),
    ...(steps !== null && {
      accumulationSteps: checkInteger(where, "gradientAccumulationSteps", steps, 2, largestUint32),
    }),
    ...(decays !== undefined && { decays }),
  };
}

/** The common options that were given, as they would be saved. */
export function commonConfig(options: CommonOptions): Readonly<Record<string, unknown>> {
  const given = commonNames.map((name) => [name, options[name]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function clipping(where: string, options: CommonOptions): CommonSettings["clip"] {
  const kinds = { clipValue: "value", clipNorm: "norm", globalClipNorm: "globalNorm" } as const;
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    const received = given.map((name) => `${name} ${describeValue(options[name])}`).join(" and ");
    throw new TypeError(explain(where, "expected one of clipValue, clipNorm and globalClipNorm", received));
  }
  const [name] = given;
  if (name === undefined) return undefined;
  // Keras takes 0 for "none"; a limit that stops all learning would be a mistake.
  const limit = checkFloat32(where, name, options[name], Number.MIN_VALUE);
  return { by: kinds[name], limit };
}

function averaging(where: string, options: CommonOptions): CommonSettings["average"] {
  const { useEma = false, emaMomentum = 0.99, emaOverwriteFrequency = null } = options;
  const momentum = checkFloat32(where, "emaMomentum", emaMomentum, 0, 1);
  const every =
    emaOverwriteFrequency === null
      ? null
      : checkInteger(where, "emaOverwriteFrequency", emaOverwriteFrequency, 1, mostCounted);
  if (!checkBoolean(where, "useEma", useEma)) return undefined;
  return { momentum, ...(every !== null && { overwriteEvery: every }) };
}

function decayRule(where: string, { excludeFromWeightDecay: texts }: CommonOptions): CommonSettings["decays"] {
  if (texts === undefined) return undefined;
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string" && text !== "")) {
    const expectation = "excludeFromWeightDecay must be an array of texts";
    throw new TypeError(explain(where, expectation, describeValue(texts)));
  }
  return ({ name }: Variable) => !texts.some((text: string) => name.includes(text));
}
