// Data: files and arrays to data sets, and what is done with their rows before a model sees them.

export { npy, npz, safetensors } from "./array-files.js";
export {
  type AffineMap,
  type BatchMap,
  type GaussianNoiseMapOptions,
  gaussianNoise,
  type ImageMapOptions,
  type MixupOptions,
  mixup,
  type RandomRotationOptions,
  type RandomTranslationOptions,
  randomRotation,
  randomTranslation,
} from "./augment.js";
export type { BatchInput, BatchPart, BatchPartInput, DataBatch } from "./batch.js";
export { classWeight } from "./class-weight.js";
export {
  type CrossValidated,
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
} from "./cross-validate.js";
export { csv, csvStream } from "./csv/csv.js";
export type { ColumnKind, ColumnReference, CsvOptions, CsvStreamOptions, Missing } from "./csv/options.js";
export type { CsvColumn, CsvSchema } from "./csv/schema.js";
export type { PieceStream, TextSource } from "./csv/source.js";
export {
  type DataSet,
  type DataSetNames,
  type FoldOptions,
  type FromArraysOptions,
  fromArrays,
  fromGenerator,
  type SetBatchOptions,
  type SplitOptions,
} from "./data-set.js";
export type { BatchOptions, DataStream, StreamShuffleOptions } from "./data-stream.js";
export { type Fold, type KFoldOptions, kFold, stratifiedKFold } from "./folds.js";
export { type ClassLabel, type LabelEncoder, labelEncoder, oneHot } from "./encoders.js";
export { idx } from "./idx.js";
export type { FillMode } from "./images.js";
export {
  type MinMaxScalerOptions,
  minMaxScaler,
  type RobustScalerOptions,
  robustScaler,
  type Scaler,
  type ScalerState,
  type StandardScalerOptions,
  standardScaler,
} from "./scalers.js";
export { type TrainTestSplit, type TrainTestSplitOptions, trainTestSplit } from "./train-test-split.js";
