// Runs one layer outside a model: its result, the gradients with respect to input and weights, and its new state.

import type { Backend } from "../../src/backends/backend.js";
import { compileGraph } from "../../src/graph/compile.js";
import { inputNode, type Shape, type SymbolicTensor } from "../../src/graph/node.js";
import { type Layer, type LayerCore, layerCore } from "../../src/layers/layer.js";
import { Pass } from "../../src/layers/pass.js";
import type { Weight } from "../../src/layers/weight.js";
import * as ops from "../../src/ops/index.js";
import { Execution, float64 } from "../graph/execute.js";

export interface LayerInput {
  readonly shape: readonly number[];
  readonly x: ArrayLike<number>;
  /** The gradient with respect to the result: that of sum(y dy) is computed. */
  readonly dy: (shape: Shape) => ArrayLike<number>;
  /** Values by the names of the weights; the others keep those of their initializers. */
  readonly weights?: Readonly<Record<string, ArrayLike<number>>>;
  readonly training?: boolean;
  /** For a layer of several inputs: how they are made of x. */
  readonly inputs?: (x: SymbolicTensor) => readonly SymbolicTensor[];
}

/** A layer with its program. */
export class LayerRun {
  readonly core: LayerCore;
  readonly outputShape: Shape;
  readonly #execution: Execution;
  readonly #x: ReturnType<typeof inputNode>;
  readonly #y: ReturnType<typeof inputNode>;
  readonly #loss: ReturnType<typeof inputNode>;

  constructor(layer: Layer, input: LayerInput, backend: Backend = float64) {
    this.core = layerCore(layer) as LayerCore;
    const [rows, ...row] = input.shape;
    const x = inputNode("x", [null, ...row]);
    const given = input.inputs?.(x) ?? x;
    this.core.build(given);
    this.core.applyTrainable();
    const pass = new Pass(input.training ?? false);
    const y = this.core.call(given, pass);
    const dy = inputNode("dy", y.shape);
    const loss = ops.sum(ops.mul(y, dy));
    const assign = [...pass.assigned].map(([{ variable }, value]) => ({ variable, value }));
    const fn = { name: "layer", inputs: [x, dy], outputs: [y, loss], loss, gradientOutputs: [x], assign };
    const variables = this.core.weights.map(({ variable }) => variable);
    const program = compileGraph({ functions: [fn], variables, batchRows: rows as number });
    this.#execution = new Execution(program, backend);
    this.#execution.input("layer", x, input.x).input("layer", dy, input.dy(y.shape));
    for (const [i, weight] of this.core.weights.entries()) {
      weight.initialize({ seed: [1, 2], stream: i });
      this.#execution.set(weight.variable, input.weights?.[nameOf(weight)] ?? weight.read());
    }
    this.outputShape = y.shape;
    [this.#x, this.#y, this.#loss] = [x, y, loss];
    this.#execution.run("layer", false);
  }

  get y(): number[] {
    return this.#execution.output("layer", this.#y);
  }

  get loss(): number {
    return this.#execution.output("layer", this.#loss)[0] as number;
  }

  get dx(): number[] {
    return this.#execution.gradient(this.#x);
  }

  /** By the names of the trainable weights. */
  get gradients(): Record<string, number[]> {
    const trainable = this.core.weights.filter(({ variable }) => variable.trainable);
    return Object.fromEntries(trainable.map((w) => [nameOf(w), this.#execution.gradient(w.variable)]));
  }

  /** Takes the step, and gives the values of the weights that are not trained. */
  step(): Record<string, number[]> {
    this.#execution.run("layer");
    const fixed = this.core.weights.filter(({ variable }) => !variable.trainable);
    return Object.fromEntries(fixed.map((w) => [nameOf(w), this.#execution.value(w.variable)]));
  }

  /** The values of a weight. */
  values(name: string): number[] {
    return this.#execution.value(this.#weight(name).variable);
  }

  /** The loss with another input. */
  lossAt(x: ArrayLike<number>): number {
    this.#execution.input("layer", this.#x, x).run("layer", false);
    return this.loss;
  }

  /** The loss with other values of a weight. */
  lossWith(name: string, values: ArrayLike<number>): number {
    this.#execution.set(this.#weight(name).variable, values).run("layer", false);
    return this.loss;
  }

  #weight(name: string): Weight {
    return this.core.weights.find((candidate) => nameOf(candidate) === name) as Weight;
  }

  dispose(): void {
    this.#execution.dispose();
  }
}

/** `gamma` of `layerNormalization/gamma`. */
function nameOf(weight: Weight): string {
  return weight.variable.name.split("/").at(-1) as string;
}
