// From a file that `save` wrote to a model that goes on training where it ended.

import { checkBoolean, checkOptions, describeValue, explain, FormatError } from "../errors.js";
import { readSafetensors, type StoredTensor, type StoredTensors } from "../files/safetensors.js";
import type { TfjsModel } from "../files/tfjs/model-json.js";
import type { ModelCore } from "../models/core.js";
import { Model } from "../models/model.js";
import type { CompileOptions } from "../models/options.js";
import { compileOptions } from "./compiled.js";
import { checkFormat } from "./format.js";
import { count, type Fields, fields, finite, flag, list } from "../files/fields.js";
import { isTfjs, loadForeign, loadTfjs } from "./foreign.js";
import { fromJson } from "./json.js";
import { type FileSource, readFile } from "./places.js";
import { rebuild } from "./rebuild.js";
import { type CustomObjects, checkCustomObjects } from "./registry.js";
import { slotsOf } from "./slots.js";
import { fillWeights } from "./weights.js";

export interface LoadOptions {
  /** Compile as the saved model was, with the state of its optimizer; default true. */
  compile?: boolean;
  /**
   * What you have written yourself and the model uses, by name: functions as they were given; layers, optimizers and metrics, or
   * functions that make them.
   */
  customObjects?: CustomObjects;
}

/**
 * Loads a model from bytes, a path, a URL, `indexeddb://name`, or a File or Blob that `save` wrote. A training goes on bit for
 * bit where it ended: `net.fit(x, y, { epochs: k + n, initialEpoch: k })` after k epochs. Of an estimator's file it loads the
 * network, which ends without its output's activation and is not compiled. Follows keras.models.load_model.
 *
 * What a file is, is told by its content: ONNX files, and layers models of TensorFlow.js by the path or URL of their model.json or as
 * `{ modelJson, weights }`, give models that are not compiled.
 *
 * @throws FormatError for a file that is damaged or of another kind, with what is wrong and where; TypeError when
 * `customObjects` are missing, which it names; Error when the file cannot be read.
 * @example
 * const net = await loadModel("net.safetensors");
 * await net.fit(x, y, { epochs: 20, initialEpoch: 10 });
 */
export async function loadModel(source: FileSource | TfjsModel, options: LoadOptions = {}): Promise<Model> {
  const where = "loadModel";
  checkOptions(where, options, ["compile", "customObjects"]);
  const compiles = checkBoolean(where, "compile", options.compile ?? true);
  const { customObjects = {} } = options;
  if (typeof customObjects !== "object" || customObjects === null) {
    throw new TypeError(explain(where, "customObjects must be an object", describeValue(customObjects)));
  }
  if (isTfjs(source)) return await loadTfjs(where, source);
  const bytes = await readFile(where, source);
  const place = typeof source === "string" ? `${where} "${source}"` : where;
  const foreign = await loadForeign(place, bytes, source);
  if (foreign !== null) return foreign;
  const file = readSafetensors(bytes, place);
  // The losses of estimators are their own; loadEstimator has them.
  return modelOfFile(place, file, compiles && !file.metadata.has("estimator"), customObjects);
}

/** The model in the tensors and metadata of a file. */
export function modelOfFile(
  where: string,
  file: StoredTensors,
  compiles: boolean,
  customObjects: CustomObjects,
): Model {
  const { metadata, tensors } = file;
  checkFormat(where, metadata);
  const part = (key: string) => {
    const text = metadata.get(key);
    return text === undefined ? undefined : fromJson(`${where}, ${key}`, text);
  };
  const architecture = part("architecture");
  const training = compiles ? part("training") : undefined;
  const user = part("user");
  checkCustomObjects(where, [architecture, training], customObjects);
  return understood(where, customObjects, () => {
    const core = rebuild(where, architecture, customObjects);
    fillWeights(where, core, tensors);
    if (user !== undefined) core.metadata = fields(`${where}, user`, user);
    const model = new Model(core);
    if (training !== undefined)
      resume(where, core, model, fields(`${where}, training`, training), tensors, customObjects);
    return model;
  });
}

/** What layers and optimizers refuse is the file's mistake, unless functions of users were at work. */
export function understood<T>(where: string, customObjects: CustomObjects, build: () => T): T {
  try {
    return build();
  } catch (error) {
    const refusal = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
    const own = Object.keys(customObjects).length > 0 || !refusal;
    if (error instanceof FormatError || own) throw error;
    const message = `${where}: the file describes no model that can be made: ${error.message}`;
    throw new FormatError(message, { cause: error });
  }
}

function resume(
  where: string,
  core: ModelCore,
  model: Model,
  training: Fields,
  tensors: ReadonlyMap<string, StoredTensor>,
  customObjects: CustomObjects,
): void {
  const place = `${where}, training`;
  const layers = list(`${place}, layers`, training.layers).map((entry) => {
    const [trainable, scale] = list(`${place}, layers`, entry);
    return { trainable: flag(`${place}, trainable`, trainable), scale: finite(`${place}, scale`, scale) };
  });
  const step = count(`${place}, step`, training.step);
  const shuffledEpochs = count(`${place}, shuffledEpochs`, training.shuffledEpochs);
  const options = compileOptions(place, training, core, customObjects);
  // What was trainable when the model was compiled need not be so any more.
  const restore = core.allLayers.map((layer, i) => {
    const before = { trainable: layer.trainable, learningRateScale: layer.learningRateScale };
    const taken = layers[i];
    if (taken === undefined || layer.sublayers.length > 0) return () => {};
    Object.assign(layer, { trainable: taken.trainable, learningRateScale: taken.scale });
    return () => Object.assign(layer, before);
  });
  model.compile(options as CompileOptions);
  for (const take of restore) take();
  core.restore(step, shuffledEpochs, slotsOf(where, core, tensors));
}
