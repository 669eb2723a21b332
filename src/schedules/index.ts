// Learning-rate schedules, as users see them: `schedules.cosine({...})`.

export type { CosineOptions, PolynomialOptions } from "./decay.js";
export { cosine, polynomial } from "./decay.js";
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
