// Puts ONNX nodes together: names that are unique, constants that are written once.

import { dataTypes, type OnnxAttribute, type OnnxNode, type OnnxTensor } from "./proto.js";

/** Attributes as they are written down: integers of a node say so, since ONNX tells 1 and 1.0 apart. */
export const int = (value: number): OnnxAttribute => ({ kind: "int", value });
export const ints = (value: readonly number[]): OnnxAttribute => ({ kind: "ints", value });
export const float = (value: number): OnnxAttribute => ({ kind: "float", value });

export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly #taken = new Set<string>();
  readonly #constants = new Map<string, string>();
  #layer = "";

  /** `opset` is the version of ONNX' operations. */
  constructor(readonly opset: number) {}

  /** The name, with a number behind it when it is taken. */
  unique(name: string): string {
    let free = name;
    for (let i = 1; this.#taken.has(free); i++) free = `${name}_${i}`;
    this.#taken.add(free);
    return free;
  }

  /** Nodes that follow are called after this layer. */
  enter(layer: string): void {
    this.#layer = layer;
  }

  /** Adds a node with one result; gives the result's name. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
    const name = this.unique(this.#layer === "" ? op : `${this.#layer}/${op}`);
    this.#add(op, inputs, name, attributes);
    return name;
  }

  /** Gives a result another name. */
  rename(from: string, to: string): void {
    this.#add("Identity", [from], to, {});
  }

  #add(op: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, OnnxAttribute>>) {
    const node = { name: output, op, domain: "", inputs, outputs: [output] };
    this.nodes.push({ ...node, attributes: new Map(Object.entries(attributes)) });
  }

  /** A weight. */
  weight(name: string, values: Float32Array, dims: readonly number[]): string {
    const free = this.unique(name);
    this.initializers.push({ name: free, dims, dataType: dataTypes.float, bytes: bytesOf(values) });
    return free;
  }

  /** Numbers that are a part of the computation. */
  floats(values: Float32Array, dims: readonly number[]): string {
    return this.#constant("constant", dataTypes.float, bytesOf(values), dims);
  }

  /** A single number, which goes with any shape. */
  scalar(value: number): string {
    return this.floats(Float32Array.of(value), []);
  }

  /** Sizes, axes and places. */
  integers(values: readonly number[]): string {
    return this.#constant("sizes", dataTypes.int64, bytesOf(BigInt64Array.from(values, BigInt)), [values.length]);
  }

  /** Leaves out what no output depends on. */
  prune(outputs: readonly string[]): { nodes: OnnxNode[]; initializers: OnnxTensor[] } {
    const needed = new Set(outputs);
    // Every node stands behind those that it reads.
    for (const { outputs: made, inputs } of [...this.nodes].reverse()) {
      if (made.some((name) => needed.has(name))) for (const name of inputs) needed.add(name);
    }
    return {
      nodes: this.nodes.filter((node) => node.outputs.some((name) => needed.has(name))),
      initializers: this.initializers.filter(({ name }) => needed.has(name)),
    };
  }

  #constant(prefix: string, dataType: number, bytes: Uint8Array, dims: readonly number[]): string {
    // Large ones are not worth a comparison.
    const key = bytes.length > 64 ? null : `${dataType} ${dims.join()} ${bytes.join()}`;
    const known = key === null ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.unique(prefix);
    this.initializers.push({ name, dims, dataType, bytes });
    if (key !== null) this.#constants.set(key, name);
    return name;
  }
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
