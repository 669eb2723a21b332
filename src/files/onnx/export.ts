// Models as ONNX files: the steps of the program that predicts, one by one. Layers do not appear, so that every layer is
// exported, custom ones included.

import { checkInteger, checkOptions, describeValue, explain } from "../../errors.js";
import { draftFunction } from "../../graph/draft.js";
import { SharedValues } from "../../graph/lower.js";
import type { SymbolicTensor, Variable } from "../../graph/node.js";
import type { NamedWeight } from "../../layers/layer.js";
import type { Step, Value } from "../../program/steps.js";
import { OnnxBuilder } from "./builder.js";
import { encodeOnnx } from "./encode.js";
import { type ExportContext, exporters, NotExported } from "./operations.js";
import { dataTypes, type OnnxPort } from "./proto.js";

export interface OnnxOptions {
  /** The version of ONNX' operations, 13 to 21; default 17. Runtimes read their own version and all that are older. */
  opset?: number;
  /** A fixed number of rows; default any number, the size "batch". */
  batchSize?: number;
  /** The name of the graph; default that of the model. */
  name?: string;
}

/** What is exported: a graph between inputs and outputs, with the weights in it. */
export interface OnnxSource {
  /** How errors call it. */
  readonly where: string;
  readonly name: string;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly weights: readonly NamedWeight[];
}

// A protocol buffer has less than 2^31 bytes.
const mostBytes = 2 ** 31 - 2 ** 20;

/** The bytes of an .onnx file. */
export async function exportOnnx(source: OnnxSource, options: OnnxOptions): Promise<Uint8Array> {
  const { where } = source;
  checkOptions(where, options, ["opset", "batchSize", "name"]);
  const opset = checkInteger(where, "opset", options.opset ?? 17, 13, 21);
  const batchSize = options.batchSize === undefined ? null : checkInteger(where, "batchSize", options.batchSize, 1);
  const name = options.name ?? source.name;
  if (typeof name !== "string") throw new TypeError(explain(where, "name must be a text", describeValue(name)));
  const bytes = source.weights.reduce((sum, { weight }) => sum + 4 * weight.size, 0);
  if (bytes > mostBytes) throw new RangeError(explain(where, "expected weights of less than 2 GB", `${bytes} bytes`));
  const graph = new GraphExport(opset, batchSize, source);
  const { inputs, outputs } = graph.export();
  return await encodeOnnx({ opset, name, inputs, outputs, ...graph.prune(outputs.map((port) => port.name)) });
}

class GraphExport extends OnnxBuilder implements ExportContext {
  readonly #source: OnnxSource;
  readonly #batchSize: number | null;
  readonly #names = new Map<Value, string>();
  /** Vectors and single numbers as they are stored, beside the matrices that they stand for. */
  readonly #stored = new Map<Value, string>();
  #batch = "";
  #firstInput = "";

  constructor(opset: number, batchSize: number | null, source: OnnxSource) {
    super(opset);
    this.#batchSize = batchSize;
    this.#source = source;
  }

  export(): { inputs: OnnxPort[]; outputs: OnnxPort[] } {
    const { inputs, outputs, inputNames, outputNames, weights } = this.#source;
    const shared = new SharedValues();
    const { steps, values } = draftFunction({ name: "predict", inputs, outputs }, [], shared, true, null);
    const port = (name: string | undefined, x: SymbolicTensor): OnnxPort => {
      const shape = x.shape.map((size) => size ?? this.#batchSize ?? "batch");
      return { name: this.unique(name ?? "port"), elementType: dataTypes.float, shape };
    };
    const inputPorts = inputs.map((x, i) => port(inputNames[i], x));
    const outputPorts = outputs.map((x, i) => port(outputNames[i], x));
    this.#addWeights(weights, shared.variables);
    this.#firstInput = inputPorts[0]?.name ?? "";
    inputs.forEach((x, i) => {
      const { name } = inputPorts[i] as OnnxPort;
      const value = values.get(x) as Value;
      this.#names.set(value, x.shape.length === 2 ? name : this.reshapeRows(name, value.rows, [value.columns]));
    });
    for (const step of steps) this.#step(step);
    this.enter("");
    outputs.forEach((x, i) => {
      const result = this.#matrix(values.get(x) as Value);
      const shaped = x.shape.length === 2 ? result : this.reshapeRows(result, null, x.shape.slice(1) as number[]);
      this.rename(shaped, (outputPorts[i] as OnnxPort).name);
    });
    return { inputs: inputPorts, outputs: outputPorts };
  }

  /** Those that predictions depend on. */
  #addWeights(weights: readonly NamedWeight[], used: ReadonlyMap<Variable, Value>): void {
    for (const { name, weight } of weights) {
      const value = used.get(weight.variable);
      if (value === undefined) continue;
      const { shape } = weight.variable;
      const stored = this.weight(name, weight.read(), shape);
      if (shape.length === 2) this.#names.set(value, stored);
      else if (shape.length < 2) this.#stored.set(value, stored);
      else this.#names.set(value, this.node("Reshape", [stored, this.sizeOf(value)]));
    }
  }

  #step(step: Step): void {
    this.enter(step.layer);
    const exporter = exporters[step.op];
    const names = step.inputs.map((value) => (value === null ? "" : this.#matrix(value)));
    const repeated = step.inputs.map((value, i) => (value && this.#stored.get(value)) ?? (names[i] as string));
    try {
      if ("refused" in exporter) throw new NotExported(exporter.refused);
      const made = [exporter(this, { ...step, names, repeated })].flat();
      step.outputs.forEach((value, i) => {
        if (value !== null) this.#names.set(value, made[i] as string);
      });
    } catch (error) {
      if (!(error instanceof NotExported)) throw error;
      const layer = step.layer === "" ? "" : `, layer "${step.layer}"`;
      throw new TypeError(
        explain(`${this.#source.where}${layer}`, "expected what an ONNX model can compute", error.message),
      );
    }
  }

  /** The name of a value as a matrix. */
  #matrix(value: Value): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name = this.#make(value);
    this.#names.set(value, name);
    return name;
  }

  #make(value: Value): string {
    if (value.base !== null) return this.node("Reshape", [this.#matrix(value.base), this.sizeOf(value)]);
    if (value.numbers !== null) return this.floats(value.numbers, [value.rows ?? 1, value.columns]);
    return this.node("Reshape", [this.#stored.get(value) ?? "", this.sizeOf(value)]);
  }

  sizeOf({ rows, columns }: Pick<Value, "rows" | "columns">): string {
    const fixed = rows ?? this.#batchSize;
    if (fixed !== null) return this.integers([fixed, columns]);
    if (this.#batch === "") {
      const shape = this.node("Shape", [this.#firstInput]);
      this.#batch = this.node("Gather", [shape, this.integers([0])], { axis: { kind: "int", value: 0 } });
    }
    return this.node("Concat", [this.#batch, this.integers([columns])], { axis: { kind: "int", value: 0 } });
  }

  reshapeRows(x: string, rows: number | null, shape: readonly number[]): string {
    // 0 copies the size of the axis.
    return this.node("Reshape", [x, this.integers([rows ?? this.#batchSize ?? 0, ...shape])]);
  }
}
