// What a layer is: a callable object with a name, options and weights, whose computation is a function over `ops.*`.
// These are the types of all sides: of those who use layers, of those who write them, and of models.

import type { ConstraintInput } from "../constraints/resolve.js";
import { checkOptions } from "../errors.js";
import type { Shape, SymbolicTensor } from "../graph/node.js";
import type { InitializerInput } from "../initializers/resolve.js";
import type { RegularizerInput } from "../regularizers/resolve.js";
import type { LayerCore } from "./layer.js";
import type { Pass } from "./pass.js";
import type { WeightValues } from "./weight-values.js";

/** What a layer is called on: one symbolic tensor, or for layers like `layers.add` a list of them. */
export type LayerInput = SymbolicTensor | readonly SymbolicTensor[];

/** The shapes that belong to a `LayerInput`. */
export type ShapeOf<X extends LayerInput> = X extends SymbolicTensor ? Shape : readonly Shape[];

/**
 * A layer: put it into `sequential([...])`, or call it on a symbolic tensor: `layers.dense({ units: 4 })(x)`. A layer that
 * is called again uses the same weights again.
 */
export interface Layer {
  (input: LayerInput): SymbolicTensor;
  /** The name in summaries, errors, programs and files; unique in a model, which gives one to layers without. */
  readonly name: string;
  /** The kind of layer, e.g. "dense". */
  readonly type: string;
  /** False freezes the weights, those of a model that is used as a layer, too; takes effect with the next `compile`. */
  trainable: boolean;
  /** What the learning rate is multiplied with for these weights; takes effect with the next `compile`. */
  learningRateScale: number;
  /** The options, as they would be saved. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The weights' names and shapes; empty until the layer has been built. */
  readonly variables: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly trainable: boolean;
  }[];
  /** What the layer was called on and what it gave, for models between other layers: see `model.getLayer`. */
  readonly input: SymbolicTensor;
  readonly output: SymbolicTensor;
  /** The same for layers of several inputs or outputs. */
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** The number of all weights' elements. */
  countParams(): number;
  /** Copies of the weights, as `model.getWeights` gives them. */
  getWeights(): WeightValues[];
  /** Sets all weights, in the order of `getWeights`. Nothing is changed when one does not fit. */
  setWeights(weights: readonly unknown[]): void;
}

/** Options that every layer has. */
export interface LayerOptions {
  /** Unique in the model; default the layer's kind and a number. */
  name?: string;
  /** Shape of one row of the input, for the first layer of a `sequential`; e.g. [784]. */
  inputShape?: readonly number[];
  /** False freezes the weights; default true. */
  trainable?: boolean;
  /** A penalty on the outputs, divided by the rows of the batch, that is added to the loss; default none. */
  activityRegularizer?: RegularizerInput | null;
  /**
   * What the optimizer's learning rate is multiplied with for the weights of this layer, at least 0; default 1. It scales the
   * whole update, decoupled weight decay included; L-BFGS, which has no learning rate, leaves it aside. Keras has none; it is
   * the `lr` of parameter groups of PyTorch.
   */
  learningRateScale?: number;
}

/** The names of `LayerOptions`, for the check of options. */
export const layerOptionNames = [
  "name",
  "inputShape",
  "trainable",
  "activityRegularizer",
  "learningRateScale",
] as const;

/** Checks the names of a layer's options; gives how errors call the layer: `dense "hidden"`. */
export function checkLayerOptions(type: string, options: LayerOptions, names: readonly string[]): string {
  checkOptions(type, options, [...names, ...layerOptionNames]);
  return options.name === undefined ? type : `${type} "${options.name}"`;
}

/** Options of a weight in `build`. */
export interface WeightOptions {
  /** Default "glorotUniform". */
  initializer?: InitializerInput;
  /** Default true. */
  trainable?: boolean;
  /** A penalty on the weight that is added to the loss; default none. */
  regularizer?: RegularizerInput | null;
  /** Applied to the weight after each update; default none. */
  constraint?: ConstraintInput | null;
}

/** What a layer can do while it is built. */
export interface BuildContext {
  /** Adds a weight; `call` finds it as `ctx.variables[name]`. */
  variable(name: string, shape: readonly number[], options?: WeightOptions): void;
}

/** What a layer knows while its graph is built. */
export interface CallContext {
  /** True in the graph that is trained; dropout computes something only then. */
  readonly training: boolean;
  /** False for a layer that is frozen. */
  readonly trainable: boolean;
  /** The weights by name, as symbolic tensors. */
  readonly variables: Readonly<Record<string, SymbolicTensor>>;
  /** A number for `ops.dropout` that no other layer of the model uses. */
  randomStream(): number;
  /**
   * Gives a weight a new value with this step: `ctx.assign("mean", mean)`. It counts in training alone, and only when the step
   * is taken: not for a loss that is NaN. After it `ctx.variables` has the new value, also in the next use of a shared layer,
   * so that several assignments follow each other, as in Keras.
   */
  assign(name: string, value: SymbolicTensor): void;
  /** Adds a single number to the loss that is trained and evaluated. Follows `add_loss` of keras.Layer. */
  addLoss(loss: SymbolicTensor): void;
}

/** What makes one kind of layer different from another. Shapes include the batch: `[null, 784]`. */
export interface LayerDefinition<X extends LayerInput = SymbolicTensor> {
  readonly type: string;
  readonly options: LayerOptions;
  readonly config: Readonly<Record<string, unknown>>;
  build?(shape: ShapeOf<X>, context: BuildContext): void;
  call(x: X, context: CallContext, pass: Pass): SymbolicTensor | readonly SymbolicTensor[];
  /** The layers of a model that is used as a layer, which may give several results. */
  sublayers?(): readonly LayerCore[];
  /** Keeps what `build` changes besides the layers and their weights; the function that it gives takes it back. */
  remember?(): () => void;
}

/** What a kind of layer may be called on. */
export type Accepts = "one" | "list" | "both";
