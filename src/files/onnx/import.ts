// ONNX files as models: products with constant matrices become dense layers, normalisations become layers, other nodes
// become layers without weights or `ops.*`. What a node means is in nodes.ts.

import { checkOptions, describeValue, explain, FormatError, unknownName } from "../../errors.js";
import { constantNode, type SymbolicTensor } from "../../graph/node.js";
import { input } from "../../layers/input.js";
import { type Layer, layerCore } from "../../layers/layer.js";
import type { Model } from "../../models/model.js";
import { model } from "../../models/sequential.js";
import { type Constant, isConstant, type Known, readConstant } from "./constants.js";
import { decodeOnnx } from "./decode.js";
import { importers } from "./nodes.js";
import type { OnnxModel, OnnxNode, OnnxPort } from "./proto.js";

export interface ImportOnnxOptions {
  /** The names of the results that become outputs; default those of the graph. Nodes that they do not need are not read. */
  outputs?: readonly string[];
  /** The name of the model; default "model". */
  name?: string;
  /** The seed of later trainings. */
  seed?: number;
}

/** `importOnnx` with the caller's name for the messages. */
export async function readOnnx(where: string, bytes: Uint8Array, options: ImportOnnxOptions): Promise<Model> {
  checkOptions(where, options, ["outputs", "name", "seed"]);
  const { outputs, ...rest } = options;
  return new GraphImport(await decodeOnnx(bytes, where), where).model(outputs, rest);
}

export class GraphImport {
  readonly #known = new Map<string, Known>();
  readonly #readers = new Map<string, OnnxNode[]>();
  readonly #layerNames = new Set<string>();
  /** Results that were taken together with what they were made from. */
  readonly #done = new Set<OnnxNode>();
  #current = "";

  constructor(
    readonly graph: OnnxModel,
    readonly where: string,
  ) {}

  model(given: readonly string[] | undefined, options: { name?: string; seed?: number }): Model {
    this.#checkNames();
    const wanted = this.#outputs(given);
    const nodes = this.#needed(wanted);
    for (const tensor of this.graph.initializers) this.#known.set(tensor.name, readConstant(this.where, tensor));
    const ports = this.graph.inputs.filter(({ name }) => !this.#known.has(name));
    const inputs = ports.map((port) => this.#input(port));
    for (const node of nodes) {
      for (const name of node.inputs) {
        const readers = this.#readers.get(name);
        if (readers === undefined) this.#readers.set(name, [node]);
        else readers.push(node);
      }
    }
    for (const node of nodes) if (!this.#done.has(node)) this.#import(node);
    const outputs = wanted.map((name) => this.#result(name));
    const named = <T>(names: readonly string[], values: readonly T[]) =>
      values.length === 1 ? (values[0] as T) : Object.fromEntries(names.map((name, i) => [name, values[i] as T]));
    const names = ports.map(({ name }) => name);
    const net = this.#guard("the graph", () => {
      return model({ inputs: named(names, inputs), outputs: named(wanted, outputs), ...options });
    });
    return net as Model;
  }

  /** Each name stands for one thing; only an initializer may be the default of an input. */
  #checkNames(): void {
    const { inputs, initializers, nodes } = this.graph;
    const once = (names: readonly string[]) => {
      const taken = new Set<string>();
      for (const name of names) {
        if (name !== "" && taken.has(name)) {
          throw new FormatError(explain(this.where, "expected each name once", `${describeValue(name)} twice`));
        }
        taken.add(name);
      }
      return taken;
    };
    const stored = once(initializers.map(({ name }) => name));
    const ports = inputs.map(({ name }) => name).filter((name) => !stored.has(name));
    once([...stored, ...ports, ...nodes.flatMap((node) => node.outputs)]);
  }

  #outputs(given: readonly string[] | undefined): readonly string[] {
    const all = this.graph.outputs.map(({ name }) => name);
    if (given === undefined) {
      if (all.length === 0) throw new FormatError(explain(this.where, "expected a graph with outputs", "none"));
      return all;
    }
    if (!Array.isArray(given) || given.length === 0) {
      throw new TypeError(explain(this.where, "outputs must be an array of names", describeValue(given)));
    }
    const known = [...all, ...this.graph.nodes.flatMap((node) => node.outputs)];
    for (const name of given) if (!known.includes(name)) throw unknownName(`${this.where}, outputs`, name, known);
    return given;
  }

  #needed(outputs: readonly string[]): OnnxNode[] {
    const needed = new Set(outputs);
    const nodes: OnnxNode[] = [];
    for (const node of [...this.graph.nodes].reverse()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      nodes.push(node);
      for (const name of node.inputs) needed.add(name);
    }
    return nodes.reverse();
  }

  #input({ name, shape }: OnnxPort): SymbolicTensor {
    const sizes = (shape ?? []).slice(1);
    if (sizes.length === 0 || !sizes.every((size) => typeof size === "number" && size >= 1)) {
      const text = shape === null ? "none" : `[${shape.join(", ")}]`;
      const expectation = "expected a shape with a batch and known sizes behind it";
      throw new FormatError(explain(`${this.where}, input "${name}"`, expectation, text));
    }
    const node = this.#guard(`input "${name}"`, () =>
      input({ name: name === "" ? "input" : name, shape: sizes as number[] }),
    );
    this.#known.set(name, node);
    return node;
  }

  #import(node: OnnxNode): void {
    const standard = node.domain === "" || node.domain === "ai.onnx";
    const importer = standard && Object.hasOwn(importers, node.op) ? importers[node.op] : undefined;
    if (importer === undefined) {
      const name = standard ? node.op : `${node.domain}.${node.op}`;
      const remedy = `Known operations: ${Object.keys(importers).join(", ")}.`;
      throw new FormatError(explain(`${this.where}, node "${node.name}"`, "expected a known operation", name, remedy));
    }
    this.#current = `node "${node.name}" (${node.op})`;
    const result = this.#guard(this.#current, () => importer(this, node));
    const [output = ""] = node.outputs;
    this.#known.set(output, result);
    if (node.outputs.slice(1).some((name) => this.#readers.has(name)))
      throw this.refuse("expected one result", "several");
  }

  #result(name: string): SymbolicTensor {
    const value = this.#known.get(name);
    if (value !== undefined && !isConstant(value)) return value;
    const received = value === undefined ? "nothing" : "a constant";
    throw new FormatError(explain(`${this.where}, output "${name}"`, "expected a result of the inputs", received));
  }

  /** Errors of layers and operations are those of the file. */
  #guard<T>(place: string, build: () => T): T {
    try {
      return build();
    } catch (error) {
      if (error instanceof FormatError) throw error;
      const reason = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
      throw new FormatError(explain(`${this.where}, ${place}`, "expected what can be had here", reason), {
        cause: error,
      });
    }
  }

  /** The error for a use of the current node that is not known. */
  refuse(expectation: string, received: string): FormatError {
    return new FormatError(explain(`${this.where}, ${this.#current}`, expectation, received));
  }

  /** The operand at a place; undefined when it is left out. */
  operand(node: OnnxNode, place: number): Known | undefined {
    const name = node.inputs[place] ?? "";
    if (name === "") return undefined;
    const value = this.#known.get(name);
    if (value === undefined) throw this.refuse(`expected input "${name}" to be computed before`, "nothing");
    return value;
  }

  required(node: OnnxNode, place: number): Known {
    const value = this.operand(node, place);
    if (value === undefined) throw this.refuse(`expected an input at place ${place}`, "none");
    return value;
  }

  /** The operand as a symbolic tensor. */
  tensor(node: OnnxNode, place: number): SymbolicTensor {
    return this.lifted(this.required(node, place));
  }

  lifted(value: Known): SymbolicTensor {
    return isConstant(value) ? constantNode(value.values, value.dims) : value;
  }

  /** The operand, which must be known beforehand; undefined when it is left out. */
  constant(node: OnnxNode, place: number): Constant | undefined {
    const value = this.operand(node, place);
    if (value === undefined || isConstant(value)) return value;
    throw this.refuse(`expected a constant at place ${place}`, "a result of the inputs");
  }

  /** The only node that reads a result, when it is of this kind. */
  onlyReader(name: string, op: string): OnnxNode | undefined {
    const readers = this.#readers.get(name) ?? [];
    const isOutput = this.graph.outputs.some((port) => port.name === name);
    return readers.length === 1 && readers[0]?.op === op && !isOutput ? readers[0] : undefined;
  }

  /** The result of a node that was taken together with the current one. */
  finish(node: OnnxNode, result: SymbolicTensor): SymbolicTensor {
    this.#done.add(node);
    this.#known.set(node.outputs[0] ?? "", result);
    return result;
  }

  known(name: string): Known | undefined {
    return this.#known.get(name);
  }

  /** Calls a layer, which gets these values as its weights. */
  layer(layer: Layer, x: SymbolicTensor, weights: readonly Float32Array[]): SymbolicTensor {
    const y = layer(x);
    const sizes = layerCore(layer)?.weights.map((weight) => weight.size) ?? [];
    if (sizes.join() !== weights.map(({ length }) => length).join()) {
      throw this.refuse(
        `expected weights of sizes ${sizes.join(", ")}`,
        weights.map(({ length }) => length).join(", "),
      );
    }
    // Held before the model is made, which would draw initial ones otherwise.
    layer.setWeights(weights);
    return y;
  }

  /** `{ name }` for a layer, after its weight: "fc1" for "fc1.weight" and for "fc1/kernel". */
  layerName(weight: Constant | undefined): { name?: string } {
    const name = (weight?.name ?? "").replace(/[./_](weight|kernel|W|gamma|embeddings)$/, "").replace(/\//g, "_");
    if (name === "") return {};
    let free = name;
    for (let i = 1; this.#layerNames.has(free); i++) free = `${name}_${i}`;
    this.#layerNames.add(free);
    return { name: free };
  }
}
