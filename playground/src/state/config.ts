// What can be chosen on the page, with the limits of each choice. Plain data: it goes to the worker, into the address and
// into the code that is exported.

export const dataKinds = ["circle", "xor", "gauss", "spiral", "digits", "csv"] as const;
export const activationNames = ["relu", "leakyRelu", "elu", "gelu", "silu", "tanh", "sigmoid", "linear"] as const;
export const initializerNames = [
  "glorotUniform",
  "glorotNormal",
  "heUniform",
  "heNormal",
  "lecunNormal",
  "orthogonal",
  "randomNormal",
  "zeros",
] as const;
export const optimizerNames = ["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"] as const;
export const penaltyNames = ["none", "l1", "l2"] as const;

export interface Config {
  readonly data: (typeof dataKinds)[number];
  readonly points: number;
  readonly noise: number;
  /** The part of the rows to train on; the others test. */
  readonly trainShare: number;
  /** Units of the hidden layers. */
  readonly hidden: readonly number[];
  readonly activation: (typeof activationNames)[number];
  readonly initializer: (typeof initializerNames)[number];
  readonly optimizer: (typeof optimizerNames)[number];
  readonly learningRate: number;
  readonly batchSize: number;
  readonly penalty: (typeof penaltyNames)[number];
  readonly penaltyFactor: number;
  readonly dropout: number;
  readonly seed: number;
}

export const defaults: Config = {
  data: "circle",
  points: 400,
  noise: 0.05,
  trainShare: 0.7,
  hidden: [6, 4],
  activation: "tanh",
  initializer: "glorotUniform",
  optimizer: "adam",
  learningRate: 0.01,
  batchSize: 16,
  penalty: "none",
  penaltyFactor: 0.001,
  dropout: 0,
  seed: 1,
};

export const limits = {
  points: { least: 20, most: 2000, step: 20, whole: true },
  noise: { least: 0, most: 0.5, step: 0.01, whole: false },
  trainShare: { least: 0.1, most: 0.9, step: 0.05, whole: false },
  learningRate: { least: 1e-5, most: 10, step: 0, whole: false },
  batchSize: { least: 1, most: 256, step: 1, whole: true },
  penaltyFactor: { least: 0, most: 1, step: 0, whole: false },
  dropout: { least: 0, most: 0.8, step: 0.05, whole: false },
  seed: { least: 0, most: 2 ** 31 - 1, step: 1, whole: true },
} as const;

export type NumberKey = keyof typeof limits;

export const mostLayers = 6;
export const mostUnits = 16;

/** A network that learns the data well, chosen together with them. */
export function preset(data: Config["data"]): Partial<Config> {
  if (data === "spiral") return { hidden: [12, 8], points: 600, noise: 0.05, batchSize: 16, learningRate: 0.01 };
  if (data === "digits") return { hidden: [16], points: 800, noise: 0.05, batchSize: 32, learningRate: 0.005 };
  if (data === "csv") return { hidden: [8, 8], batchSize: 16, learningRate: 0.01 };
  return { hidden: [6, 4], points: 400, noise: 0.05, batchSize: 16, learningRate: 0.01 };
}

const choices = {
  data: dataKinds,
  activation: activationNames,
  initializer: initializerNames,
  optimizer: optimizerNames,
  penalty: penaltyNames,
} as const;

/** True when the value is one that the key may have. */
export function isValid(key: keyof Config, value: unknown): boolean {
  if (key === "hidden") {
    return (
      Array.isArray(value) &&
      value.length <= mostLayers &&
      value.every((units) => Number.isInteger(units) && units >= 1 && units <= mostUnits)
    );
  }
  if (key in choices) return (choices[key as keyof typeof choices] as readonly unknown[]).includes(value);
  const { least, most, whole } = limits[key as NumberKey];
  return typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
}

/** Of what is given the values that are valid, and the names of the others. */
export function readConfig(given: Readonly<Record<string, unknown>>): { config: Config; ignored: string[] } {
  const entries = Object.entries(given);
  const known = (key: string, value: unknown) => Object.hasOwn(defaults, key) && isValid(key as keyof Config, value);
  return {
    config: { ...defaults, ...Object.fromEntries(entries.filter(([key, value]) => known(key, value))) },
    ignored: entries.filter(([key, value]) => !known(key, value)).map(([key]) => key),
  };
}
