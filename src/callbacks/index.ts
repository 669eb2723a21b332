// Callbacks, as users see them: `callbacks.earlyStopping({ patience: 3 })`.

export type { Callback, CallbackInput, CallbackModel, HookResult, Logs } from "./callback.js";
export type { EarlyStoppingOptions } from "./early-stopping.js";
export { earlyStopping } from "./early-stopping.js";
export { lambda } from "./lambda.js";
