// The part of `Model` that is about what a model consists of: layers, inputs, outputs, weights, and its use as a layer.

import { checkOptions, describeValue, explain, unknownName } from "../errors.js";
import type { OnnxOptions } from "../files/onnx/export.js";
import type { WriteNpzOptions } from "../files/npz.js";
import type { TfjsModel } from "../files/tfjs/model-json.js";
import type { LoadStateDictOptions, StateDictOptions, StateDictSource } from "../files/state-dict.js";
import type { SymbolicTensor } from "../graph/node.js";
import type { Layer } from "../layers/layer.js";
import { copyWeights, replaceWeights, type WeightValues } from "../layers/weight-values.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { TensorInput } from "../tensor.js";
import type { ModelCore } from "./core.js";
import { type DiagramOptions, modelDiagram } from "./diagram.js";
import type { CallsFor, Formed, ListOf, Symbols } from "./forms.js";
import type { SummaryOptions } from "./options.js";
import { distribute } from "./ports.js";
import { summaryText } from "./summary.js";
import { buildPass } from "./topology.js";

/** Weights as `setWeights` takes them: what `getWeights` gave, or arrays in the same order. */
export type WeightInput = WeightValues | TensorInput;

/** A weight without its values. */
export interface WeightInfo {
  /** The layer's name and its own: `hidden/kernel`; behind the name of a model that is used as a layer. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

export class ModelStructure<In extends Symbols, Out extends Symbols> {
  readonly #core: ModelCore;

  constructor(core: ModelCore) {
    this.#core = core;
  }

  get name(): string {
    return this.#core.name;
  }

  /** The layers in the order of computation. */
  get layers(): readonly Layer[] {
    const { pending } = this.#core;
    return pending ?? [...new Set(this.#core.topology("layers").uses.map((use) => use.layer))];
  }

  /** The symbolic tensors between which the model computes, as a list: for models with the same inputs and other outputs. */
  get inputs(): ListOf<In> {
    return this.#core.topology("inputs").inputs.tensors as ListOf<In>;
  }

  /** The symbolic results, as a list. */
  get outputs(): ListOf<Out> {
    return this.#core.topology("outputs").outputs.tensors as ListOf<Out>;
  }

  /**
   * A layer by its name, or by its place in `layers`. Follows keras.Model.get_layer.
   *
   * @throws RangeError for a name or a place that the model does not have.
   * @example
   * const features = model({ inputs: net.inputs, outputs: net.getLayer("hidden").output });
   */
  getLayer(nameOrIndex: string | number): Layer {
    const where = this.#core.where("getLayer");
    const { layers } = this;
    if (typeof nameOrIndex === "number") {
      const found = layers[nameOrIndex];
      if (found !== undefined) return found;
      throw new RangeError(explain(where, `expected a place in [0, ${layers.length - 1}]`, String(nameOrIndex)));
    }
    const found = layers.find((layer) => layer.name === nameOrIndex);
    if (found !== undefined) return found;
    const known = layers.map((layer) => layer.name);
    throw unknownName(where, nameOrIndex, known);
  }

  /**
   * Uses the model as a layer: its layers and weights become a part of the model that is made of the result, and stay those
   * of this one. `x` is one symbolic tensor, a list, or an object by the names of the inputs; the result has the form of the
   * outputs. Follows the call of a keras.Model.
   *
   * @throws TypeError for a wrong number of inputs, ShapeError for wrong shapes.
   * @example
   * const encoder = sequential([layers.dense({ units: 8, activation: "tanh", inputShape: [4] })], { name: "encoder" });
   * const [a, b] = [input({ shape: [4], name: "a" }), input({ shape: [4], name: "b" })];
   * const siamese = model({ inputs: [a, b], outputs: layers.dot()([encoder.call(a), encoder.call(b)]) });
   */
  call(x: CallsFor<In>): Formed<Out, SymbolicTensor> {
    const core = this.#core;
    const names = core.pending === null ? core.inputs.names : ["input"];
    const xs = distribute(core.where("call"), "symbolic tensors", "input", names, unwrapped(x));
    const result = this.asLayer()((xs.length === 1 ? xs[0] : xs) as SymbolicTensor);
    return core.formed([result].flat()) as Formed<Out, SymbolicTensor>;
  }

  /** The layer that stands for this model in others, always the same one: `call` uses it, and `sequential` does. */
  asLayer(): Layer {
    return this.#core.nested;
  }

  /** True when one of the layers is trainable; setting it sets them all. Takes effect with the next `compile`. */
  get trainable(): boolean {
    return this.#core.layers.some((layer) => layer.trainable);
  }

  set trainable(value: boolean) {
    if (typeof value !== "boolean") {
      throw new TypeError(explain(this.#core.where("trainable"), "expected true or false", describeValue(value)));
    }
    for (const layer of this.#core.layers) layer.trainable = value;
  }

  /** The weights that the next `compile` will train. */
  get trainableWeights(): readonly WeightInfo[] {
    return this.#weightInfos("trainableWeights").filter(({ trainable }) => trainable);
  }

  /** The weights of frozen layers, and the state of layers that no optimizer changes. */
  get nonTrainableWeights(): readonly WeightInfo[] {
    return this.#weightInfos("nonTrainableWeights").filter(({ trainable }) => !trainable);
  }

  /** The number of all weights' elements. Follows keras.Model.count_params. */
  countParams(): number {
    return this.#core.topology("countParams").weights.reduce((sum, { weight }) => sum + weight.size, 0);
  }

  /**
   * A table of the layers with output shapes and numbers of parameters; for layers that are no chain also with what each of
   * them is connected.
   *
   * @throws TypeError for a `sequential` that does not know its input shape yet.
   * @example
   * console.log(net.summary());
   */
  summary(options: SummaryOptions = {}): string {
    checkOptions(this.#core.where("summary"), options, ["print"]);
    const { plan } = this.#core;
    const optimizer = plan === null ? null : { slots: slotCount(plan.optimizer) };
    const text = summaryText(this.name, this.#core.topology("summary"), optimizer);
    if (options.print) console.log(text);
    return text;
  }

  /**
   * A picture of the model as SVG: neurons and connections of a small chain of layers, boxes and arrows of any other.
   *
   * @throws TypeError for a `sequential` that does not know its input shape yet, and for unknown options; RangeError for
   * `maxUnits` outside [3, 40].
   * @example
   * const svg = net.toSvg({ maxUnits: 8 });
   */
  toSvg(options: DiagramOptions = {}): string {
    const core = this.#core;
    core.checkIdle("toSvg");
    return modelDiagram(core.where("toSvg"), this.name, core.topology("toSvg"), options);
  }

  /**
   * Copies of all weights in the order of the layers, as `{ name, shape, data }`; names are `layer/weight`.
   *
   * @throws TypeError before the model knows its input shape; an error while steps are running (call it in a callback).
   * @example
   * const [kernel, bias] = net.getWeights();
   */
  getWeights(): WeightValues[] {
    this.#core.checkIdle("getWeights");
    return copyWeights(this.#core.topology("getWeights").weights);
  }

  /**
   * Sets all weights, in the order of `getWeights`. Nothing is changed when one does not fit.
   *
   * @throws RangeError for a wrong number of weights or one that is not finite; ShapeError for a wrong shape.
   * @example
   * other.setWeights(net.getWeights());
   */
  setWeights(weights: readonly WeightInput[]): void {
    this.#core.checkIdle("setWeights");
    replaceWeights(this.#core.where("setWeights"), this.#core.topology("setWeights").weights, weights);
  }

  /**
   * The model as the bytes of an ONNX file, for runtimes such as onnxruntime: what `predict` computes, in float32. Every layer
   * is exported, custom ones too, unless its prediction is random. Inputs and outputs keep their names and shapes, the
   * weights are initializers under the names of `getWeights`.
   *
   * @throws TypeError for a `sequential` that does not know its input shape yet and for what ONNX cannot compute;
   * RangeError for weights of 2 GB and more; an error while steps are running.
   * @example
   * const bytes = await net.exportOnnx({ opset: 17 });
   */
  async exportOnnx(options: OnnxOptions = {}): Promise<Uint8Array> {
    const { exportOnnx } = await import("../files/onnx/export.js");
    this.#core.checkIdle("exportOnnx");
    const topology = this.#core.topology("exportOnnx");
    const { inputs, outputs } = buildPass(topology, false);
    const names = { inputNames: topology.inputs.names, outputNames: topology.outputs.names };
    const { name, weights } = { name: this.name, weights: topology.weights };
    return await exportOnnx(
      { where: this.#core.where("exportOnnx"), name, inputs, outputs, weights, ...names },
      options,
    );
  }

  /**
   * The weights as the bytes of a safetensors file with the names and shapes of PyTorch's state_dict: dense, embedding, prelu,
   * layer and batch normalisation. In PyTorch: `net.load_state_dict(safetensors.torch.load_file(path))`.
   *
   * @throws TypeError for layers that PyTorch does not have; an error while steps are running.
   * @example
   * const bytes = await net.exportStateDict({ names: { hidden: "fc1", out: "fc2" } });
   */
  async exportStateDict(options: StateDictOptions = {}): Promise<Uint8Array> {
    const { writeStateDict } = await import("../files/state-dict.js");
    return writeStateDict(this.#stateDict("exportStateDict"), options);
  }

  /**
   * Takes the weights from the bytes of a safetensors file that `safetensors.torch.save_file(net.state_dict(), path)` has written.
   * Nothing is changed when one does not fit. An epsilon is no weight: PyTorch's is 1e-5.
   *
   * @throws FormatError for a damaged file, for tensors that are missing or have another shape, and with `strict` for others.
   * @example
   * await net.loadStateDict(await readFile("net.safetensors"));
   */
  async loadStateDict(bytes: Uint8Array, options: LoadStateDictOptions = {}): Promise<void> {
    const { readStateDict } = await import("../files/state-dict.js");
    this.setWeights(readStateDict(this.#stateDict("loadStateDict"), bytes, options));
  }

  /**
   * The weights as the bytes of an .npz file, under the names of `getWeights`; `numpy.load` and `loadWeights` read it.
   *
   * @throws TypeError for a `sequential` that does not know its input shape yet; an error while steps are running.
   * @example
   * const bytes = await net.exportNpz({ compress: true });   // numpy.load(path)["hidden/kernel"]
   */
  async exportNpz(options: WriteNpzOptions = {}): Promise<Uint8Array> {
    const { writeNpz } = await import("../files/npz.js");
    const where = this.#core.where("exportNpz");
    this.#core.checkIdle("exportNpz");
    const weights = copyWeights(this.#core.topology("exportNpz").weights);
    return await writeNpz(Object.fromEntries(weights.map((weight) => [weight.name, weight])), options, where);
  }

  /**
   * The model as a layers model of TensorFlow.js: the contents of model.json, and of weights.bin. For layers that both have.
   *
   * @throws TypeError for other layers, activations and `ops.*` between layers; an error while steps are running.
   * @example
   * const { modelJson, weights } = await net.exportTfjs();
   */
  async exportTfjs(): Promise<TfjsModel> {
    const { writeTfjs } = await import("../files/tfjs/write.js");
    const core = this.#core;
    const where = core.where("exportTfjs");
    core.checkIdle("exportTfjs");
    const topology = core.topology("exportTfjs");
    return writeTfjs({ where, name: this.name, sequential: core.kind === "sequential", topology });
  }

  #stateDict(method: string): StateDictSource {
    const core = this.#core;
    core.checkIdle(method);
    const { weights, layers } = core.topology(method);
    return { where: core.where(method), weights, layers, sequential: core.kind === "sequential" };
  }

  #weightInfos(method: string): WeightInfo[] {
    return this.#core.topology(method).weights.map(({ name, weight, layer }) => {
      return { name, shape: weight.variable.shape, trainable: layer.trainable && weight.trainable };
    });
  }
}

/** What the optimizer keeps for each trainable number. */
function slotCount({ rule, common }: Optimizer): number {
  const { accumulationSteps = 1, average } = common;
  return rule.slots.length + (accumulationSteps > 1 ? 1 : 0) + (average === undefined ? 0 : 1);
}

/** A list of one stands for its element. */
function unwrapped(x: unknown): unknown {
  return Array.isArray(x) && x.length === 1 ? x[0] : x;
}
