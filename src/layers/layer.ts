// How layers work: the state behind a layer, and the callable object that users see. What they are is in definition.ts.

import {
  checkBoolean,
  checkNumber,
  checkOptions,
  describeShape,
  describeValue,
  explain,
  formatShape,
  ShapeError,
  unknownName,
} from "../errors.js";
import { fill } from "../graph/build.js";
import { functionInside, inputNode, layerInside, type SymbolicTensor, withLayer, withStreams } from "../graph/node.js";
import { sameShape } from "../graph/shapes.js";
import { resolveConstraint } from "../constraints/resolve.js";
import { resolveInitializer } from "../initializers/resolve.js";
import { type SavedThing, savedForm } from "../naming.js";
import * as ops from "../ops/index.js";
import { isSymbolic } from "../ops/operand.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import { resolveRegularizer } from "../regularizers/resolve.js";
import type { Accepts, CallContext, Layer, LayerDefinition, LayerInput, ShapeOf, WeightOptions } from "./definition.js";
import { Pass } from "./pass.js";
import { inputsOf, type LayerUse, recordUse } from "./use.js";
import { Weight } from "./weight.js";
import { copyWeights, replaceWeights } from "./weight-values.js";

export type {
  Accepts,
  BuildContext,
  CallContext,
  Layer,
  LayerDefinition,
  LayerInput,
  LayerOptions,
  ShapeOf,
  WeightOptions,
} from "./definition.js";
export { checkLayerOptions, layerOptionNames } from "./definition.js";

/** The state behind a `Layer`; models work with it. */
export class LayerCore {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputShape: readonly number[] | undefined;
  /** Those of sublayers are in `weights` only. */
  readonly ownWeights: Weight[] = [];
  /** The others are not kept: a layer may outlive thousands of models. */
  firstUse: LayerUse | null = null;
  calls = 0;
  /** Given by the user, or by the first model that the layer became a part of. */
  name: string | undefined;
  learningRateScale: number;
  builtFor: string | null = null;
  #trainable: boolean;
  #appliedTrainable: boolean;
  readonly #activityRegularizer: Regularizer | null;
  readonly definition: LayerDefinition<LayerInput>;
  readonly #weightsByName = new Map<string, Weight>();

  constructor(definition: LayerDefinition<LayerInput>) {
    const { type, options, config } = definition;
    if (options.name !== undefined && (typeof options.name !== "string" || options.name === "")) {
      throw new TypeError(
        explain(type, "name must be a text with one or more characters", describeValue(options.name)),
      );
    }
    this.type = type;
    this.config = config;
    this.name = options.name;
    this.#trainable = checkBoolean(this.where, "trainable", options.trainable ?? true);
    this.#appliedTrainable = this.#trainable;
    this.learningRateScale = checkScale(this.where, options.learningRateScale ?? 1);
    this.inputShape = options.inputShape === undefined ? undefined : checkShape(this.where, options.inputShape);
    const { activityRegularizer = null } = options;
    this.#activityRegularizer =
      activityRegularizer === null
        ? null
        : resolveRegularizer(`${this.where}, activityRegularizer`, activityRegularizer);
    if (this.#activityRegularizer !== null) {
      this.config = { ...config, activityRegularizer: savedForm("regularizer", this.#activityRegularizer) };
    }
    this.definition = definition;
  }

  /** How errors call the layer: `dense "hidden"`. */
  get where(): string {
    return this.name === undefined ? this.type : `${this.type} "${this.name}"`;
  }

  get sublayers(): readonly LayerCore[] {
    return this.definition.sublayers?.() ?? [];
  }

  get weights(): readonly Weight[] {
    return [...this.ownWeights, ...this.sublayers.flatMap((layer) => layer.weights)];
  }

  /** A model is trainable when one of its layers is; setting it sets them all, as in Keras. */
  get trainable(): boolean {
    return this.definition.sublayers === undefined ? this.#trainable : this.sublayers.some((layer) => layer.trainable);
  }

  set trainable(value: boolean) {
    this.#trainable = checkBoolean(this.where, "trainable", value);
    for (const layer of this.sublayers) layer.trainable = value;
  }

  /** The weight of this name, once the layer is built. */
  weight(name: string): Weight | undefined {
    return this.#weightsByName.get(name);
  }

  /** Makes the weights. A layer that is used again must get rows of the same shape. */
  build(x: LayerInput): void {
    const shape = isSymbolic(x) ? x.shape : x.map((part) => part.shape);
    const text = isSymbolic(x) ? formatShape(x.shape) : x.map((part) => formatShape(part.shape)).join(" and ");
    if (this.builtFor !== null) {
      if (this.builtFor === text || this.weights.length === 0) return;
      const expectation = `expected input of shape ${this.builtFor}, for which its weights were made`;
      throw new ShapeError(explain(this.where, expectation, text));
    }
    try {
      this.definition.build?.(shape as ShapeOf<LayerInput>, {
        variable: (name, size, options = {}) => this.#addWeight(name, size, options),
      });
    } catch (error) {
      // A second try begins anew.
      this.#dropWeights();
      throw error;
    }
    this.builtFor = text;
  }

  /** Keeps what the first uses change; the function that it gives takes them back. */
  remember(): () => void {
    const { firstUse, calls, name, builtFor } = this;
    const inner = [...this.sublayers.map((layer) => layer.remember()), this.definition.remember?.()];
    return () => {
      Object.assign(this, { firstUse, calls, name, builtFor });
      if (builtFor === null) this.#dropWeights();
      for (const restore of inner) restore?.();
    };
  }

  #dropWeights(): void {
    this.ownWeights.length = 0;
    this.#weightsByName.clear();
  }

  /** Builds the graph of one use of a layer that has one result. */
  call(x: LayerInput, pass: Pass): SymbolicTensor {
    return this.callAll(x, pass)[0] as SymbolicTensor;
  }

  /** The same with several results, which models that are used as a layer may have. */
  callAll(x: LayerInput, pass: Pass): readonly SymbolicTensor[] {
    this.build(x);
    const label = `${pass.prefix}${this.name ?? this.type}`;
    const call = () => this.#regularized(this.definition.call(x, this.#callContext(pass), pass), pass);
    const build = () => withStreams(() => pass.randomStream(), call);
    const nested = this.definition.sublayers !== undefined;
    const result: unknown = withLayer(label, nested ? () => pass.within(`${label}/`, build) : build);
    if (isSymbolic(result)) return [result];
    if (nested) return result as readonly SymbolicTensor[];
    throw new TypeError(explain(this.where, "call must return a result of ops.*", describeValue(result)));
  }

  #regularized<T>(result: T, pass: Pass): T {
    if (this.#activityRegularizer !== null && isSymbolic(result)) {
      pass.losses.push(ops.div(this.#activityRegularizer(result), ops.sum(fill(1, [null, 1]))));
    }
    return result;
  }

  /** Hands `trainable` and the scale of the learning rate down to the variables; models do it before they are compiled. */
  applyTrainable(trainable = this.trainable, learningRateScale = this.learningRateScale): void {
    this.#appliedTrainable = trainable;
    for (const { variable, trainable: updated } of this.ownWeights) {
      variable.trainable = trainable && updated;
      variable.learningRateScale = learningRateScale;
    }
  }

  /** All weights with their names, those of sublayers behind the name of this layer: `encoder/dense/kernel`. */
  namedWeights(): NamedWeight[] {
    const own = this.ownWeights.map((weight) => ({ name: weight.variable.name, weight, layer: this }));
    const nested = this.sublayers.flatMap((layer) => layer.namedWeights());
    return [...own, ...nested.map((entry) => ({ ...entry, name: `${this.name ?? this.type}/${entry.name}` }))];
  }

  #addWeight(name: string, shape: readonly number[], options: WeightOptions): void {
    const where = `${this.where}, weight "${name}"`;
    checkOptions(where, options, ["initializer", "trainable", "regularizer", "constraint"]);
    if (this.#weightsByName.has(name))
      throw new RangeError(explain(this.where, "weights need names of their own", `"${name}" twice`));
    const trainable = checkBoolean(where, "trainable", options.trainable ?? true);
    const core = this;
    const variable = {
      get name() {
        return `${core.name ?? core.type}/${name}`;
      },
      shape: checkShape(where, shape),
      trainable: this.trainable && trainable,
      learningRateScale: this.learningRateScale,
    };
    const initializer = resolveInitializer(where, options.initializer ?? "glorotUniform");
    const { regularizer = null, constraint = null } = options;
    const weight = new Weight(variable, initializer, {
      trainable,
      regularizer: regularizer === null ? null : resolveRegularizer(`${where}, regularizer`, regularizer),
      constraint: constraint === null ? null : resolveConstraint(`${where}, constraint`, constraint),
    });
    this.ownWeights.push(weight);
    this.#weightsByName.set(name, weight);
  }

  #callContext(pass: Pass): CallContext {
    const variables: Record<string, SymbolicTensor> = {};
    for (const [name, weight] of this.#weightsByName) {
      // A getter: the value changes with `assign`.
      Object.defineProperty(variables, name, { get: () => pass.valueOf(weight), enumerable: true });
    }
    return {
      training: pass.training,
      trainable: this.#appliedTrainable,
      variables,
      randomStream: () => pass.randomStream(),
      assign: (name, value) => pass.assign(this.#assignable(name, value), value),
      addLoss: (loss) => pass.losses.push(this.#checkLoss(loss)),
    };
  }

  /** The weight of this name, when it can take the value. */
  #assignable(name: string, value: SymbolicTensor): Weight {
    const where = `${this.where}, assign`;
    const weight = this.#weightsByName.get(name);
    if (weight === undefined) throw unknownName(where, name, [...this.#weightsByName.keys()]);
    const { shape } = weight.variable;
    const expectation = `expected a new value of "${name}" of shape ${formatShape(shape)}`;
    if (!isSymbolic(value)) throw new TypeError(explain(where, expectation, describeValue(value)));
    if (!sameShape(value.shape, shape)) throw new ShapeError(explain(where, expectation, formatShape(value.shape)));
    return weight;
  }

  #checkLoss(loss: SymbolicTensor): SymbolicTensor {
    const where = `${this.where}, addLoss`;
    const expectation = "expected a single number, a result of ops.*";
    if (!isSymbolic(loss)) throw new TypeError(explain(where, expectation, describeValue(loss)));
    if (loss.shape.every((size) => size === 1)) return loss;
    const remedy = "Reduce it with ops.sum or ops.mean.";
    throw new ShapeError(explain(where, expectation, `shape ${formatShape(loss.shape)}`, remedy));
  }
}

/** How a layer is saved, apart from what all layers have. A layer of users is saved by its name. */
export function savedLayer({ type, name, config }: LayerCore): SavedThing {
  if (type === "custom") return { kind: "layer", name: name ?? type, custom: true };
  return { kind: "layer", name: type, config };
}

/** A weight as a model or a layer with sublayers calls it. */
export interface NamedWeight {
  readonly name: string;
  readonly weight: Weight;
  /** The layer that made it. */
  readonly layer: LayerCore;
}

function checkScale(where: string, scale: unknown): number {
  return checkNumber(where, "learningRateScale", scale, 0);
}

function checkShape(where: string, shape: readonly number[]): readonly number[] {
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n > 0)) {
    const remedy = Array.isArray(shape) && shape.includes(null) ? "Leave out the batch." : "";
    throw new ShapeError(explain(where, "a shape must be an array of positive integers", describeShape(shape), remedy));
  }
  return Object.freeze([...shape]);
}

const cores = new WeakMap<object, LayerCore>();

/** The state behind a layer; undefined for anything else. */
export function layerCore(value: unknown): LayerCore | undefined {
  return typeof value === "function" ? cores.get(value) : undefined;
}

/** Makes the callable object that users see. */
export function createLayer<X extends LayerInput = SymbolicTensor>(
  definition: LayerDefinition<X>,
  accepts: Accepts = "one",
): Layer {
  // `checkInput` sees to it that a layer gets what it accepts.
  const core = new LayerCore(definition as unknown as LayerDefinition<LayerInput>);
  const layer = ((x: LayerInput) => {
    checkInput(core.where, x, accepts);
    checkPlace(core.where);
    const outputs = useLayer(core, x);
    const use = { core, layer, input: x, outputs };
    core.firstUse ??= use;
    core.calls++;
    recordUse(use);
    // Models with several outputs have a method with a type for this, `call`.
    return (outputs.length === 1 ? outputs[0] : outputs) as SymbolicTensor;
  }) as Layer;
  Object.defineProperties(layer, {
    name: { get: () => core.name ?? core.type, enumerable: true, configurable: true },
    type: { value: core.type, enumerable: true },
    config: { value: core.config, enumerable: true },
    trainable: {
      get: () => core.trainable,
      set: (value: boolean) => {
        core.trainable = value;
      },
      enumerable: true,
    },
    learningRateScale: {
      get: () => core.learningRateScale,
      set: (value: number) => {
        core.learningRateScale = checkScale(core.where, value);
      },
      enumerable: true,
    },
    variables: {
      get: () => core.namedWeights().map(({ name, weight }) => ({ ...weight.variable, name })),
      enumerable: true,
    },
    input: { get: () => onlyOne(core, "input") },
    output: { get: () => onlyOne(core, "output") },
    inputs: { get: () => inputsOf(onlyUse(core, "inputs")) },
    outputs: { get: () => onlyUse(core, "outputs").outputs },
    countParams: { value: () => countElements(core.weights) },
    getWeights: { value: () => copyWeights(core.namedWeights()) },
    setWeights: {
      value: (values: readonly unknown[]) => replaceWeights(`${core.where}, setWeights`, core.namedWeights(), values),
    },
  });
  cores.set(layer, core);
  return layer;
}

/** What a layer gives to users stands for its result until a model is made, so it is nothing to compute with at once. */
function checkPlace(where: string): void {
  const caller = functionInside();
  if (caller !== "") {
    const expectation = "expected a function that computes with ops.* alone";
    const remedy =
      "Layers have their weights in a model: give the weights as inputs, as in ops.dense(x, kernel, bias).";
    throw new TypeError(explain(caller, expectation, `one that calls layer ${where}`, remedy));
  }
  const place = layerInside();
  if (place === "") return;
  const remedy = "Join layers in a model, and use that as a layer; in a layer compute with ops.*.";
  throw new TypeError(explain(where, "expected a call outside of other layers", `one in layer "${place}"`, remedy));
}

function checkInput(where: string, x: unknown, accepts: Accepts): void {
  const remedy = "Call layers on the result of input({ shape: [8] }) or of another layer.";
  if (isSymbolic(x)) {
    if (accepts !== "list") return;
    throw new TypeError(explain(where, "expected an array of symbolic tensors", "one", "Call it on [a, b]."));
  }
  if (!Array.isArray(x)) throw new TypeError(explain(where, "expected a symbolic tensor", describeValue(x), remedy));
  if (accepts === "one") {
    const join = "Join them first, for example with layers.add().";
    throw new TypeError(explain(where, "expected one symbolic tensor", describeValue(x), join));
  }
  if (x.length === 0) throw new TypeError(explain(where, "expected one or more symbolic tensors", "none", remedy));
  const wrong = x.findIndex((part) => !isSymbolic(part));
  if (wrong < 0) return;
  const received = `${describeValue(x[wrong])} at place ${wrong}`;
  throw new TypeError(explain(where, "expected an array of symbolic tensors", received, remedy));
}

/** The shapes of the results come from a trial pass; models build the real graph from the record of uses. */
function useLayer(core: LayerCore, x: LayerInput): readonly SymbolicTensor[] {
  return core.callAll(x, new Pass(false)).map((trial) => inputNode(core.name ?? core.type, trial.shape));
}

/** The call of a layer that was called once. */
function onlyUse(core: LayerCore, property: string): LayerUse {
  if (core.firstUse !== null && core.calls === 1) return core.firstUse;
  const remedy = core.calls === 0 ? "Call it first, or put it into a model." : "Keep what each call returned.";
  const expectation = `${property} needs a layer that was called once`;
  throw new TypeError(explain(core.where, expectation, `${core.calls} calls`, remedy));
}

function onlyOne(core: LayerCore, property: "input" | "output"): SymbolicTensor {
  const use = onlyUse(core, property);
  const list = property === "input" ? inputsOf(use) : use.outputs;
  if (list.length === 1) return list[0] as SymbolicTensor;
  throw new TypeError(
    explain(core.where, `expected a layer with one ${property}`, String(list.length), `Use layer.${property}s.`),
  );
}

function countElements(weights: readonly Weight[]): number {
  return weights.reduce((sum, weight) => sum + weight.size, 0);
}
