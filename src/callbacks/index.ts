// Callbacks, as users see them: `callbacks.earlyStopping({ patience: 3 })`.

export type { BackupAndRestoreOptions } from "./backup-and-restore.js";
export { backupAndRestore } from "./backup-and-restore.js";
export type { Callback, CallbackInput, CallbackModel, FitParameters, HookResult, Logs } from "./callback.js";
export type { CsvLoggerOptions } from "./csv-logger.js";
export { csvLogger } from "./csv-logger.js";
export type { Diagnostics, DiagnosticsOptions, EpochDiagnostics, LayerDiagnostics } from "./diagnostics.js";
export { diagnostics } from "./diagnostics.js";
export type { EarlyStoppingOptions } from "./early-stopping.js";
export { earlyStopping } from "./early-stopping.js";
export type { HistoryCallback } from "./history.js";
export { history } from "./history.js";
export { lambda } from "./lambda.js";
export { learningRateScheduler } from "./learning-rate-scheduler.js";
export type { ModelCheckpointOptions } from "./model-checkpoint.js";
export { modelCheckpoint } from "./model-checkpoint.js";
export type { MonitorMode } from "./monitor.js";
export type { EpochProgress, ProgressWriter } from "./progress.js";
export type { ProgressBarOptions } from "./progress-bar.js";
export { progressBar } from "./progress-bar.js";
export type { ReduceLROnPlateauOptions } from "./reduce-lr-on-plateau.js";
export { reduceLROnPlateau } from "./reduce-lr-on-plateau.js";
export type { SwapEmaWeightsOptions } from "./swap-ema-weights.js";
export { swapEmaWeights } from "./swap-ema-weights.js";
export type { TensorBoardOptions } from "./tensor-board.js";
export { tensorBoard } from "./tensor-board.js";
export { terminateOnNaN } from "./terminate-on-nan.js";
export type { Verbose } from "./verbose.js";
