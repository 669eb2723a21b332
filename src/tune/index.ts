// Search for hyper-parameters.

export type { FloatOptions, IntOptions, ParameterValue } from "./distributions.js";
export type { Pruner, PrunerContext, PrunerName } from "./pruners/index.js";
export type { Direction, TrialRecord, TrialResult, TrialState } from "./records.js";
export type { Objective } from "./run.js";
export type { Sampler, SamplerContext, SamplerName } from "./samplers/index.js";
export type { Storage, StoredStudy } from "./storage/storage.js";
export type { BestTrial, StudyPlot, StudyPlotOptions, StudyTableOptions } from "./study.js";
export { Study } from "./study.js";
export type { PruningCallbackOptions } from "./trial.js";
export { Trial, TrialPruned } from "./trial.js";
export type { TuneOptions } from "./tune.js";
export { loadStudy, tune } from "./tune.js";
