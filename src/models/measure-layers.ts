// Measures the layers of a model on a sample of rows: activations from the program's prediction, gradients from its training. It runs
// between two steps, and leaves weights and the optimizer's state as they are.

import type { LayerMeasurements } from "../callbacks/running-training.js";
import { layerOf } from "../graph/node.js";
import type { ModelCore } from "./core.js";
import type { Dataset } from "./data.js";
import { gatherRows } from "./gather-rows.js";
import { needsOf } from "./predict.js";
import type { Routine, Session } from "./session.js";

/** The layers in the order in which they compute. `batchRows` is the size of the training's batches. */
export function measureLayers(
  core: ModelCore,
  method: string,
  sample: Dataset,
  batchRows: number,
): LayerMeasurements[] {
  const size = Math.min(batchRows, sample.rows);
  const session = core.trainingSession(method, needsOf(sample, size));
  const activations = new Map<string, Moments>();
  const gradients = new Float64Array(session.program.gradients.length);
  for (let begin = 0; begin < sample.rows; begin += size) {
    const rows = Int32Array.from({ length: Math.min(size, sample.rows - begin) }, (_, i) => begin + i);
    addActivations(core, session, sample, rows, activations);
    addGradients(core, session, sample, rows, gradients);
  }
  const weights = measureWeights(core, session, gradients);
  const names = new Set([...activations.keys(), ...weights.keys()]);
  return [...names].map((name) => ({
    name,
    activation: activations.get(name)?.result() ?? null,
    weights: weights.get(name) ?? null,
  }));
}

/** Instruction by instruction, because later ones overwrite the results of earlier ones; the last one of a layer counts. */
function addActivations(
  core: ModelCore,
  { executable, program, predict }: Session,
  sample: Dataset,
  rows: Int32Array,
  activations: Map<string, Moments>,
): void {
  gatherRows(executable, predict, sample, rows);
  const last = new Map<string, number>();
  for (let i = predict.first; i < predict.updateFirst; i++) last.set(program.instructions[i]?.layer ?? "", i);
  const state = { learningRate: 0, step: core.step, seed: core.seed };
  for (let i = predict.first; i < predict.updateFirst; i++) {
    executable.run(i, i + 1, rows.length, state);
    const { layer = "", outputs = [] } = program.instructions[i] ?? {};
    const tensor = program.tensors[outputs[0] ?? -1];
    if (layer === "" || last.get(layer) !== i || tensor === undefined || !tensor.batch) continue;
    let moments = activations.get(layer);
    if (moments === undefined) {
      moments = new Moments(tensor.columns);
      activations.set(layer, moments);
    }
    moments.add(executable.read(tensor.offset, rows.length * tensor.columns));
  }
}

/** Adds the rows' share of the gradient of the mean loss over the sample. */
function addGradients(
  core: ModelCore,
  session: Session,
  sample: Dataset,
  rows: Int32Array,
  gradients: Float64Array,
): void {
  const { executable, program } = session;
  const train = session.train as Routine;
  gatherRows(executable, train, sample, rows);
  executable.run(train.first, train.updateFirst, rows.length, { learningRate: 0, step: core.step, seed: core.seed });
  const share = rows.length / sample.rows;
  const values = executable.read(program.gradients.offset, gradients.length);
  for (let i = 0; i < values.length; i++) gradients[i] = (gradients[i] as number) + share * (values[i] as number);
}

/** Norms over the trained weights of each layer. */
function measureWeights(
  core: ModelCore,
  { program }: Session,
  gradients: Float64Array,
): Map<string, NonNullable<LayerMeasurements["weights"]>> {
  const layers = new Map<string, { gradient: number; values: Float32Array[] }>();
  for (const { name, weight } of core.weights) {
    const place = program.variables.get(weight.variable);
    if (place === undefined || !weight.variable.trainable) continue;
    const layer = layerOf({ name });
    const entry = layers.get(layer) ?? { gradient: 0, values: [] };
    layers.set(layer, entry);
    const begin = place.offset - program.parameters.offset;
    entry.gradient += sumOfSquares(gradients.subarray(begin, begin + place.length));
    entry.values.push(weight.read());
  }
  return new Map(
    [...layers].map(([name, { gradient, values }]) => {
      const all = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
      let offset = 0;
      for (const part of values) {
        all.set(part, offset);
        offset += part.length;
      }
      return [name, { gradientNorm: Math.sqrt(gradient), weightNorm: Math.sqrt(sumOfSquares(all)), values: all }];
    }),
  );
}

function sumOfSquares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return sum;
}

/** Mean and deviation of all values, and which columns are constant. */
class Moments {
  #count = 0;
  #sum = 0;
  #squares = 0;
  readonly #least: Float32Array;
  readonly #greatest: Float32Array;

  constructor(columns: number) {
    this.#least = new Float32Array(columns).fill(Number.POSITIVE_INFINITY);
    this.#greatest = new Float32Array(columns).fill(Number.NEGATIVE_INFINITY);
  }

  add(values: Float32Array): void {
    const columns = this.#least.length;
    for (let i = 0; i < values.length; i++) {
      const [value, column] = [values[i] as number, i % columns];
      this.#sum += value;
      this.#squares += value * value;
      if (value < (this.#least[column] as number)) this.#least[column] = value;
      if (value > (this.#greatest[column] as number)) this.#greatest[column] = value;
    }
    this.#count += values.length;
  }

  result(): NonNullable<LayerMeasurements["activation"]> {
    const columns = this.#least.length;
    const mean = this.#sum / this.#count;
    const standardDeviation = Math.sqrt(Math.max(0, this.#squares / this.#count - mean * mean));
    const constant = this.#least.filter((value, i) => value === this.#greatest[i]).length;
    // Of a single row nothing can be said.
    return { mean, standardDeviation, deadUnits: this.#count === columns ? 0 : constant / columns };
  }
}
