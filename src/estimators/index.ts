// Estimators with the interface of scikit-learn, as users see them: `estimators.mlpClassifier({...})`.

export type { LabelPrediction, MlpClassifier, PartialFitSettings } from "./classifier.js";
export { mlpClassifier } from "./classifier.js";
export type { Label, LabelInput } from "./labels.js";
export type { FitSettings } from "./multilayer-perceptron.js";
export type { MlpOptions, MlpParams, MlpRegressorOptions, RegressorLoss } from "./options.js";
export type { MlpRegressor } from "./regressor.js";
export { mlpRegressor } from "./regressor.js";
