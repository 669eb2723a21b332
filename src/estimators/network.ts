// The model inside an estimator: dense layers with scikit-learn's initial weights, and the loss with its L2 penalty.

import { explain, formatShape, ShapeError } from "../errors.js";
import type { SymbolicTensor } from "../graph/node.js";
import { randomUniform } from "../initializers/random.js";
import { dense } from "../layers/dense.js";
import { layerCore } from "../layers/layer.js";
import { binaryCrossentropy, sparseCategoricalCrossentropy } from "../losses/crossentropy.js";
import { divideOrZero } from "../losses/reduction.js";
import { meanSquaredError } from "../losses/regression.js";
import type { History } from "../models/history.js";
import type { Model } from "../models/model.js";
import type { FitOptions } from "../models/options.js";
import { sequential } from "../models/sequential.js";
import * as ops from "../ops/index.js";
import { adam } from "../optimizers/adam.js";
import { lbfgs } from "../optimizers/lbfgs.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { sgd } from "../optimizers/sgd.js";
import { type TensorData, tensor } from "../tensor.js";
import type { MlpParams } from "./options.js";

/** What turns the network's outputs into predictions. The network itself ends without it: losses take logits. */
export type OutActivation = "identity" | "exp" | "logistic" | "softmax";

/** Rows of equal width, row-major. */
export interface Rows {
  readonly data: TensorData;
  readonly rows: number;
  readonly width: number;
}

// A float32 whose logarithm is finite.
const smallest = 2 ** -126;

/** The activations of layers by their names here. */
export const activations = { identity: "linear", logistic: "sigmoid", tanh: "tanh", relu: "relu" } as const;

/** The units of all layers, inputs first, and what the hidden ones end with. */
export interface Structure {
  readonly sizes: readonly number[];
  readonly activation: MlpParams["activation"];
  readonly outActivation: OutActivation;
}

export class Network implements Structure {
  readonly model: Model;
  readonly sizes: readonly number[];
  readonly activation: MlpParams["activation"];
  readonly outActivation: OutActivation;
  /** The options that it was compiled with. */
  compiled: MlpParams | null = null;

  /** A network around a model of this structure. */
  constructor(model: Model, { sizes, activation, outActivation }: Structure) {
    this.model = model;
    this.sizes = sizes;
    this.activation = activation;
    this.outActivation = outActivation;
  }

  /** A new network with initial weights. */
  static create(
    name: string,
    features: number,
    outputs: number,
    outActivation: OutActivation,
    params: MlpParams,
  ): Network {
    const { activation, randomState } = params;
    const hidden = params.hiddenLayerSizes as readonly number[];
    const sizes = [features, ...hidden, outputs];
    const layers = sizes.slice(1).map((units, i) => {
      // Glorot's bound, for biases, too; logistic units get a narrower one.
      const fans = (sizes[i] as number) + units;
      const bound = Math.sqrt((activation === "logistic" ? 2 : 6) / fans);
      const initializer = randomUniform({ minval: -bound, maxval: bound });
      return dense({
        units,
        activation: i < hidden.length ? activations[activation] : "linear",
        kernelInitializer: initializer,
        biasInitializer: initializer,
        ...(i === 0 && { inputShape: [features] }),
      });
    });
    const model = sequential(layers, { name, ...(randomState !== null && { seed: randomState }) });
    return new Network(model, { sizes, activation, outActivation });
  }

  get features(): number {
    return this.sizes[0] as number;
  }

  get outputs(): number {
    return this.sizes.at(-1) as number;
  }

  /** Makes a new optimizer for the options. */
  compile(params: MlpParams): void {
    this.compiled = params;
    const { loss, excess } = lossesFor(() => this.model, this, params.alpha);
    const metrics = this.outActivation === "identity" && this.outputs > 1 ? [excess] : [];
    this.model.compile({ optimizer: optimizerOf(params), loss, metrics });
  }

  /** Trains; rows without weights count 1. */
  async fit(x: Rows, y: Rows, weights: Float32Array | null, options: FitOptions): Promise<History> {
    const width = y.width + 1;
    const packed = new Float32Array(y.rows * width);
    for (let row = 0; row < y.rows; row++) {
      packed.set(y.data.subarray(row * y.width, (row + 1) * y.width), row * width);
      packed[row * width + y.width] = weights?.[row] ?? 1;
    }
    return await this.model.fit(tensor(x.data, [x.rows, x.width]), tensor(packed, [y.rows, width]), options);
  }

  /** The outputs before `outActivation`. */
  async outputsOf(x: Rows): Promise<Float32Array> {
    const { data } = await this.model.predict(tensor(x.data, [x.rows, x.width]), { batchSize: Math.min(x.rows, 256) });
    return data;
  }

  /** The kernels, `coefs[layer][input][unit]`. */
  get coefs(): number[][][] {
    return this.#arrays(0).map(({ shape, data }) => tensor(data, shape).toArray<number[][]>());
  }

  /** The biases, `intercepts[layer][unit]`. */
  get intercepts(): number[][] {
    return this.#arrays(1).map(({ data }) => [...data]);
  }

  /** Replaces all kernels (0) or all biases (1). */
  replace(where: string, kind: 0 | 1, values: readonly unknown[]): void {
    const weights = this.model.getWeights();
    if (!Array.isArray(values) || values.length !== weights.length / 2) {
      const received = Array.isArray(values) ? String(values.length) : typeof values;
      throw new ShapeError(explain(where, `expected ${weights.length / 2} arrays, one for each layer`, received));
    }
    values.forEach((value, i) => {
      const weight = weights[2 * i + kind];
      const { shape, data } = tensor(value as number[]);
      if (weight === undefined || formatShape(shape) !== formatShape(weight.shape)) {
        const place = `${where}, layer ${i}`;
        throw new ShapeError(explain(place, `expected shape ${formatShape(weight?.shape ?? [])}`, formatShape(shape)));
      }
      weights[2 * i + kind] = { ...weight, data: Float32Array.from(data) };
    });
    this.model.setWeights(weights);
  }

  #arrays(kind: 0 | 1) {
    return this.model.getWeights().filter((_, i) => i % 2 === kind);
  }
}

/** What a model is trained with, by the names under which files have it. The model is asked for when its graph is built. */
export function lossesFor(model: () => Model, { sizes, outActivation }: Structure, alpha: number) {
  const outputs = sizes.at(-1) as number;
  // A batch whose weights are all 0 teaches nothing.
  const loss = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => {
    const { losses, weights } = weightedLosses(outActivation, yTrue, yPred);
    return divideOrZero(ops.add(ops.sum(losses), ops.mul(sumOfSquares(model()), alpha / 2)), ops.sum(weights));
  };
  // scikit-learn reports the mean over the outputs of a regressor, but follows the gradient of the sum.
  const excess = (yTrue: SymbolicTensor, yPred: SymbolicTensor) => {
    const { losses, weights } = weightedLosses(outActivation, yTrue, yPred);
    return divideOrZero(ops.mul(ops.sum(losses), 1 - 1 / outputs), ops.sum(weights));
  };
  return { loss, excess };
}

/** The sum of the squared kernels. */
function sumOfSquares(model: Model): SymbolicTensor {
  const squares = model.layers.map((layer) => ops.sumSquares(layerCore(layer)?.weights[0]?.node as SymbolicTensor));
  return squares.reduce((a, b) => ops.add(a, b));
}

/**
 * One loss a row, times its weight: half the squared error, or the cross-entropy, summed over the outputs. The weights are the
 * last column of the targets.
 */
function weightedLosses(
  kind: OutActivation,
  yTrue: SymbolicTensor,
  yPred: SymbolicTensor,
): { losses: SymbolicTensor; weights: SymbolicTensor } {
  const targets = ops.slice(yTrue, 0, (yTrue.shape[1] as number) - 1);
  const weights = ops.slice(yTrue, -1, 1);
  return { losses: ops.mul(rowLosses(kind, targets, yPred), weights), weights };
}

function rowLosses(kind: OutActivation, yTrue: SymbolicTensor, yPred: SymbolicTensor): SymbolicTensor {
  const outputs = yPred.shape[1] as number;
  if (kind === "identity") return ops.mul(meanSquaredError()(yTrue, yPred), outputs / 2);
  if (kind === "exp") return poissonDeviance(yTrue, yPred);
  if (kind === "logistic") return ops.mul(binaryCrossentropy({ fromLogits: true })(yTrue, yPred), outputs);
  return sparseCategoricalCrossentropy({ fromLogits: true })(yTrue, yPred);
}

/** Half the deviance, `y log(y / p) - y + p` with `p = exp(logits)`, summed over the outputs; 0 log 0 is 0. */
function poissonDeviance(y: SymbolicTensor, logits: SymbolicTensor): SymbolicTensor {
  const log = ops.log(ops.maximum(y, smallest));
  const deviance = ops.add(ops.sub(ops.mul(y, ops.sub(log, logits)), y), ops.exp(logits));
  return ops.sum(deviance, 1, { keepDims: true });
}

function optimizerOf(params: MlpParams): Optimizer {
  const {
    solver,
    learningRateInit: learningRate,
    momentum,
    nesterovsMomentum,
    beta1,
    beta2,
    epsilon,
    tol,
    maxFun,
  } = params;
  if (solver === "adam") return adam({ learningRate, beta1, beta2, epsilon });
  if (solver === "sgd") return sgd({ learningRate, momentum, nesterov: nesterovsMomentum });
  return lbfgs({ gradientTolerance: tol, maxEvaluations: maxFun });
}
