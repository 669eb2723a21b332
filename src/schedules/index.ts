// Learning-rate schedules, as users see them: `schedules.cosine({...})`.

export type { CyclicOptions, OneCycleOptions } from "./cycles.js";
export { cyclic, oneCycle } from "./cycles.js";
export type { CosineOptions, LinearOptions, PolynomialOptions } from "./decay.js";
export { cosine, linear, polynomial } from "./decay.js";
export type { PiecewiseOptions, SequentialOptions } from "./piecewise.js";
export { piecewise, sequential } from "./piecewise.js";
export type { CosineRestartsOptions } from "./restarts.js";
export { cosineRestarts } from "./restarts.js";
export type {
  ConstantOptions,
  ExponentialOptions,
  InverseTimeOptions,
  LearningRate,
  MultiStepOptions,
  Schedule,
  StepOptions,
} from "./schedule.js";
export { constant, exponential, inverseTime, multiStep, step } from "./schedule.js";
