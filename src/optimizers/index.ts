// Optimizers, as users see them: `optimizers.adam({...})`.

export type { AdadeltaOptions, AdagradOptions } from "./adagrad.js";
export { adadelta, adagrad } from "./adagrad.js";
export type { AdamOptions } from "./adam.js";
export { adam, adamw } from "./adam.js";
export type { AdamRelativeOptions } from "./adam-relatives.js";
export { adamax, nadam, radam } from "./adam-relatives.js";
export type { CommonOptions } from "./common.js";
export type { CustomOptimizerOptions, UpdateContext, UpdateResult } from "./custom.js";
export { custom } from "./custom.js";
export type { FtrlOptions } from "./ftrl.js";
export { ftrl } from "./ftrl.js";
export type { LbfgsOptions } from "./lbfgs.js";
export { lbfgs } from "./lbfgs.js";
export type { LionOptions } from "./lion.js";
export { lion } from "./lion.js";
export type { MuonOptions } from "./muon.js";
export { muon } from "./muon.js";
export type { Optimizer, OptimizerRule } from "./optimizer.js";
export type { OptimizerShortcut } from "./resolve.js";
export type { RmspropOptions } from "./rmsprop.js";
export { rmsprop } from "./rmsprop.js";
export type { RpropOptions } from "./rprop.js";
export { rprop } from "./rprop.js";
export type { ScheduleFreeAdamWOptions } from "./schedule-free.js";
export { scheduleFreeAdamW } from "./schedule-free.js";
export type { GradientDescentOptions, MomentumOptions, SgdOptions } from "./sgd.js";
export { gradientDescent, momentum, nesterov, sgd } from "./sgd.js";
