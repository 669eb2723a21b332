// The entry for browsers and every other place without Node: the whole API on WebAssembly.
// The Node entry is node.ts, which exports the same and adds the native addon.

export * as activations from "./activations/index.js";
export type { BackendAttempt, BackendInfo, BackendOptions } from "./backends/registry.js";
export { backendInfo } from "./backends/registry.js";
export type {
  Callback,
  CallbackInput,
  CallbackModel,
  Logs,
} from "./callbacks/index.js";
export * as callbacks from "./callbacks/index.js";
export type { Constraint, ConstraintFunction } from "./constraints/index.js";
export * as constraints from "./constraints/index.js";
export type * from "./data/index.js";
export * as data from "./data/index.js";
export { AbortError, BackendError, FormatError, ShapeError } from "./errors.js";
export type * from "./estimators/index.js";
export * as estimators from "./estimators/index.js";
export { loadEstimator } from "./estimators/load.js";
export type { ImportOnnxOptions, TfjsModel } from "./files/import-export.js";
export { importOnnx, importTfjs } from "./files/import-export.js";
export * from "./grad.js";
export type { Shape, SymbolicTensor } from "./graph/node.js";
export * as initializers from "./initializers/index.js";
export type { Layer, WeightValues } from "./layers/index.js";
export * as layers from "./layers/index.js";
export { input } from "./layers/input.js";
export type { Loss, LossFunction } from "./losses/index.js";
export * as losses from "./losses/index.js";
export type { Metric, MetricFunction } from "./metrics/index.js";
export * as metrics from "./metrics/index.js";
export type * from "./models/index.js";
export { History, Model, model, sequential } from "./models/index.js";
export * as ops from "./ops/index.js";
export type { Optimizer } from "./optimizers/index.js";
export * as optimizers from "./optimizers/index.js";
export type { Perceptron, PerceptronFit, PerceptronFitOptions, PerceptronOptions } from "./perceptron.js";
export { perceptron } from "./perceptron.js";
export type * from "./plots/index.js";
export * as plots from "./plots/index.js";
export { ready, setBackend } from "./ready.js";
export type { Regularizer, RegularizerFunction } from "./regularizers/index.js";
export * as regularizers from "./regularizers/index.js";
export type { LoadOptions } from "./saving/load.js";
export { loadModel } from "./saving/load.js";
export type { FileSource } from "./saving/places.js";
export * as schedules from "./schedules/index.js";
export type { AnyTypedArray, ArrayInput, NestedNumbers, TensorData, TensorInput } from "./tensor.js";
export { Tensor, tensor } from "./tensor.js";
export * from "./tune/index.js";
export * as pruners from "./tune/pruners/index.js";
export * as samplers from "./tune/samplers/index.js";
export { version } from "./version.js";
