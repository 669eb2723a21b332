// Estimators out of files that their `save` wrote. The files are input: everything is checked.

import { explain, FormatError } from "../errors.js";
import { readSafetensors, type StoredTensors } from "../files/safetensors.js";
import { layerCore } from "../layers/layer.js";
import type { WeightValues } from "../layers/weight-values.js";
import type { Model } from "../models/model.js";
import { count, type Fields, fields, flag, list, numeric, oneOf } from "../files/fields.js";
import { fromJson } from "../saving/json.js";
import { modelOfFile, understood } from "../saving/load.js";
import { type FileSource, readFile } from "../saving/places.js";
import { storedFloats } from "../files/stored-floats.js";
import { type MlpClassifier, mlpClassifier, outActivations } from "./classifier.js";
import { Classes, type Label, readLabels } from "./labels.js";
import { restoreState } from "./multilayer-perceptron.js";
import { activations, lossesFor, Network, type Structure } from "./network.js";
import { completeParams, type MlpOptions, type MlpParams } from "./options.js";
import { type MlpRegressor, mlpRegressor } from "./regressor.js";
import { bestPrefix } from "./save.js";
import { TrainingRecord } from "./training-record.js";

/**
 * Loads an estimator that its `save` wrote, from bytes, a path, a URL, `indexeddb://name`, or a File or Blob. It predicts, and
 * `partialFit` and warm starts go on, as if it had never been saved. Stands for scikit-learn's pickles, without their code.
 *
 * @throws FormatError for a file that is damaged or of another kind; Error when it cannot be read.
 * @example
 * const clf = await loadEstimator("iris.safetensors");
 * await clf.score(x, y);
 */
export async function loadEstimator(source: FileSource): Promise<MlpClassifier | MlpRegressor> {
  const where = "loadEstimator";
  const file = readSafetensors(await readFile(where, source), where);
  const text = file.metadata.get("estimator");
  if (text === undefined) {
    const remedy = "Use loadModel for what model.save wrote.";
    throw new FormatError(explain(where, "expected a file of an estimator", "another one", remedy));
  }
  const saved = fields(where, fromJson(`${where}, estimator`, text));
  return understood(where, {}, () => estimatorOf(where, saved, file));
}

function estimatorOf(where: string, saved: Fields, file: StoredTensors): MlpClassifier | MlpRegressor {
  const kind = oneOf(`${where}, kind`, saved.kind, ["mlpClassifier", "mlpRegressor"]);
  const params = fields(`${where}, params`, saved.params) as MlpOptions;
  const estimator = kind === "mlpClassifier" ? mlpClassifier(params) : mlpRegressor(params);
  const classes = kind === "mlpClassifier" ? classesOf(`${where}, classes`, saved.classes) : null;
  const network = networkOf(where, fields(`${where}, network`, saved.network), file, estimator.getParams(), classes);
  restoreState(estimator, {
    trained: { network, record: recordOf(`${where}, record`, saved.record, network, file), classes },
    iterations: count(`${where}, iterations`, saved.iterations),
    loss: numeric(`${where}, loss`, saved.loss),
    converged: flag(`${where}, converged`, saved.converged),
  });
  return estimator;
}

function classesOf(where: string, value: unknown): Classes {
  const saved = fields(where, value);
  const labels = list(`${where}, labels`, saved.labels) as readonly Label[];
  const several = { kind: "multilabel", data: new Float32Array(0), rows: 0, width: labels.length } as const;
  const classes = Classes.of(where, saved.kind === "multilabel" ? several : readLabels(where, labels));
  const same = classes.labels.length === labels.length && classes.labels.every((label, i) => label === labels[i]);
  if (same && classes.kind === saved.kind && labels.length > 0) return classes;
  throw new FormatError(explain(where, "expected sorted classes", JSON.stringify(labels).slice(0, 80)));
}

function networkOf(
  where: string,
  saved: Fields,
  file: StoredTensors,
  params: MlpParams,
  classes: Classes | null,
): Network {
  const place = `${where}, network`;
  const possible = classes === null ? (["identity", "exp"] as const) : ([outActivations[classes.kind]] as const);
  const structure: Structure = {
    sizes: list(`${place}, sizes`, saved.sizes).map((units) => count(`${place}, sizes`, units)),
    activation: oneOf(`${place}, activation`, saved.activation, ["identity", "logistic", "tanh", "relu"]),
    outActivation: oneOf(`${place}, outActivation`, saved.outActivation, possible),
  };
  const compiled = completeParams(place, fields(`${place}, compiled`, saved.compiled) as MlpOptions, params);
  // The graphs with the losses are built when the network is used, which is after this.
  const holder: { model: Model | null } = { model: null };
  const losses = lossesFor(() => holder.model as Model, structure, compiled.alpha);
  const model = modelOfFile(where, file, true, { ...losses });
  holder.model = model;
  checkStructure(place, model, structure);
  const expected = classes?.outputs ?? structure.sizes.at(-1);
  if (structure.sizes.at(-1) !== expected || model.optimizer?.name !== compiled.solver) {
    throw new FormatError(explain(place, `expected ${expected} outputs and solver ${compiled.solver}`, "others"));
  }
  const network = new Network(model, structure);
  network.compiled = compiled;
  return network;
}

/** Throws unless the model is a chain of dense layers of these sizes. */
function checkStructure(where: string, model: Model, { sizes, activation }: Structure): void {
  const { layers } = model;
  const expected = sizes.slice(1).map((units, i) => {
    const end = i < sizes.length - 2 ? activations[activation] : "linear";
    return `dense ${sizes[i]} x ${units} ${end}`;
  });
  const found = layers.map((layer) => {
    const core = layerCore(layer);
    const [kernel, bias] = core?.weights ?? [];
    const end = core?.config.activation;
    return `${core?.type} ${kernel?.variable.shape.join(" x ")} ${bias === undefined ? "without bias" : end}`;
  });
  if (expected.length > 0 && expected.join() === found.join()) return;
  throw new FormatError(explain(where, `expected the layers ${expected.join(", ")}`, found.join(", ")));
}

function recordOf(where: string, value: unknown, network: Network, file: StoredTensors): TrainingRecord {
  const saved = fields(where, value);
  const numbers = (key: string) => list(`${where}, ${key}`, saved[key]).map((n) => numeric(`${where}, ${key}`, n));
  const record = new TrainingRecord();
  for (const loss of numbers("lossCurve")) record.lossCurve.push(loss);
  for (const score of numbers("validationScores")) record.validationScores.push(score);
  record.bestLoss = numeric(`${where}, bestLoss`, saved.bestLoss);
  record.bestScore = numeric(`${where}, bestScore`, saved.bestScore);
  record.rowsSeen = count(`${where}, rowsSeen`, saved.rowsSeen);
  record.withoutImprovement = count(`${where}, withoutImprovement`, saved.withoutImprovement);
  if (flag(`${where}, best`, saved.best)) record.bestWeights = bestWeights(where, network, file);
  return record;
}

function bestWeights(where: string, network: Network, { tensors }: StoredTensors): WeightValues[] {
  return network.model.getWeights().map(({ name, shape }) => {
    const stored = tensors.get(`${bestPrefix}${name}`);
    if (stored !== undefined && stored.shape.join() === shape.join())
      return { name, shape, data: storedFloats(where, name, stored).slice() };
    throw new FormatError(explain(where, `expected "${bestPrefix}${name}" of shape [${shape.join(", ")}]`, "none"));
  });
}
