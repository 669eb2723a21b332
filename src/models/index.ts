// Models, as users see them.

export type { OnnxOptions } from "../files/onnx/export.js";
export type { TfjsModel } from "../files/tfjs/model-json.js";
export type { LoadStateDictOptions, StateDictOptions } from "../files/state-dict.js";
export type { InputData, TargetData } from "./data.js";
export type {
  BatchesFor,
  CallsFor,
  Formed,
  InputsFor,
  ListOf,
  NameOf,
  Prediction,
  Symbols,
  TargetsFor,
} from "./forms.js";
export type { HistoryValues, SearchStop } from "./history.js";
export { History } from "./history.js";
export type { AnyModel, LossAndMetrics } from "./model.js";
export { Model } from "./model.js";
export type {
  CompileOptions,
  EvaluateOptions,
  FitOptions,
  MetricsOfOutput,
  PredictOptions,
  SummaryOptions,
  TrainOnBatchOptions,
} from "./options.js";
export type { ClassWeight, SampleWeight } from "./row-weights.js";
export type { FunctionalOptions, ModelOptions } from "./sequential.js";
export { model, sequential } from "./sequential.js";
export type { Batch, Batches } from "./stream.js";
export type { TracedInstruction, TracedTensor } from "./trace.js";
export type { WeightInfo, WeightInput } from "./structure.js";
