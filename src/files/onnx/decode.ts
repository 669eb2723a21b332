// ONNX models from bytes. Every length is checked against the message in which it stands before it is used, so that nothing
// is read past the end or allocated beyond the size of the file.

import { explain, FormatError } from "../../errors.js";
import {
  dataTypes,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensor,
} from "./proto.js";

type PbfReaderClass = Awaited<typeof import("pbf")>["PbfReader"];
/** A number of a varint, or the bytes of everything else. */
type Field = number | Uint8Array;
type Visit = Readonly<Record<number, (value: Field) => void>>;

/** Reads an .onnx file; `where` begins the messages. */
export async function decodeOnnx(bytes: Uint8Array, where: string): Promise<OnnxModel> {
  const { PbfReader } = await import("pbf");
  return new Decoder(PbfReader, where).model(bytes);
}

const text = new TextDecoder();

class Decoder {
  constructor(
    readonly Reader: PbfReaderClass,
    readonly where: string,
  ) {}

  model(bytes: Uint8Array): OnnxModel {
    let graph: Uint8Array | null = null;
    let opset = 0;
    this.#read(bytes, "the model", {
      7: (value) => {
        graph = this.#bytes(value, "graph");
      },
      8: (value) => {
        const [domain, version] = this.#opset(value);
        if (domain === "" || domain === "ai.onnx") opset = version;
      },
    });
    if (graph === null || opset === 0) throw this.#error("expected an ONNX model with a graph and an opset", "none");
    return { opset, ...this.#graph(graph) };
  }

  #opset(value: Field): readonly [string, number] {
    let [domain, version] = ["", 0];
    this.#read(this.#bytes(value, "opset"), "an opset", {
      1: (name) => {
        domain = this.#text(name);
      },
      2: (number) => {
        version = this.#number(number, "opset");
      },
    });
    return [domain, version];
  }

  #graph(bytes: Uint8Array): Omit<OnnxModel, "opset"> {
    const [inputs, outputs]: [OnnxPort[], OnnxPort[]] = [[], []];
    const [nodes, initializers]: [OnnxNode[], OnnxTensor[]] = [[], []];
    let name = "";
    this.#read(bytes, "the graph", {
      1: (value) => nodes.push(this.#node(value)),
      2: (value) => {
        name = this.#text(value);
      },
      5: (value) => initializers.push(this.#tensor(value)),
      11: (value) => inputs.push(this.#port(value)),
      12: (value) => outputs.push(this.#port(value)),
    });
    return { name, inputs, outputs, nodes, initializers };
  }

  #node(value: Field): OnnxNode {
    const [inputs, outputs]: [string[], string[]] = [[], []];
    const attributes = new Map<string, OnnxAttribute>();
    let [name, op, domain] = ["", "", ""];
    this.#read(this.#bytes(value, "node"), "a node", {
      1: (input) => inputs.push(this.#text(input)),
      2: (output) => outputs.push(this.#text(output)),
      3: (given) => {
        name = this.#text(given);
      },
      4: (given) => {
        op = this.#text(given);
      },
      5: (given) => {
        const [key, attribute] = this.#attribute(given);
        if (attribute !== null) attributes.set(key, attribute);
      },
      7: (given) => {
        domain = this.#text(given);
      },
    });
    return { name, op, domain, inputs, outputs, attributes };
  }

  /** Null for kinds that are not used: graphs of loops and branches, sparse tensors, lists of texts. */
  #attribute(value: Field): readonly [string, OnnxAttribute | null] {
    let name = "";
    let attribute: OnnxAttribute | null = null;
    const [floats, integers]: [number[], number[]] = [[], []];
    let type = 0;
    this.#read(this.#bytes(value, "attribute"), "an attribute", {
      1: (given) => {
        name = this.#text(given);
      },
      2: (given) => {
        attribute = { kind: "float", value: this.#floats(given)[0] as number };
      },
      3: (given) => {
        attribute = { kind: "int", value: this.#number(given, "attribute") };
      },
      4: (given) => {
        attribute = { kind: "string", value: this.#text(given) };
      },
      5: (given) => {
        attribute = { kind: "tensor", value: this.#tensor(given) };
      },
      7: (given) => {
        for (const number of this.#floats(given)) floats.push(number);
      },
      8: (given) => this.#integers(given, integers),
      20: (given) => {
        type = this.#number(given, "attribute");
      },
    });
    if (type === 6) attribute = { kind: "floats", value: floats };
    else if (type === 7) attribute = { kind: "ints", value: integers };
    return [name, attribute];
  }

  #tensor(value: Field): OnnxTensor {
    let [name, dataType, raw]: [string, number, Uint8Array] = ["", 0, new Uint8Array(0)];
    const [dims, integers]: [number[], number[]] = [[], []];
    const floats: Uint8Array[] = [];
    let elsewhere = false;
    this.#read(this.#bytes(value, "tensor"), "a tensor", {
      1: (given) => this.#integers(given, dims),
      2: (given) => {
        dataType = this.#number(given, "data type");
      },
      4: (given) => floats.push(this.#bytes(given, "float data")),
      5: (given) => this.#integers(given, integers),
      7: (given) => this.#integers(given, integers),
      8: (given) => {
        name = this.#text(given);
      },
      9: (given) => {
        raw = this.#bytes(given, "raw data");
      },
      10: (given) => floats.push(this.#bytes(given, "double data")),
      14: (given) => {
        elsewhere = given === 1;
      },
    });
    if (elsewhere) throw this.#error(`tensor "${name}" must be in the file`, "one in another file");
    if (floats.length > 0) raw = joined(floats);
    if (integers.length > 0) raw = packed(dataType, integers);
    return { name, dims, dataType, bytes: raw };
  }

  #port(value: Field): OnnxPort {
    let [name, elementType]: [string, number] = ["", 0];
    const sizes: (number | string)[] = [];
    let known = false;
    const size = (given: Field) => {
      let result: number | string = "";
      this.#read(this.#bytes(given, "dimension"), "a dimension", {
        1: (number) => {
          result = this.#number(number, "dimension");
        },
        2: (label) => {
          result = this.#text(label);
        },
      });
      sizes.push(result);
    };
    const tensorType: Visit = {
      1: (given) => {
        elementType = this.#number(given, "element type");
      },
      2: (given) => {
        known = true;
        this.#read(this.#bytes(given, "shape"), "a shape", { 1: size });
      },
    };
    this.#read(this.#bytes(value, "port"), "an input or output", {
      1: (given) => {
        name = this.#text(given);
      },
      2: (given) => {
        this.#read(this.#bytes(given, "type"), "a type", {
          1: (inner) => this.#read(this.#bytes(inner, "type"), "a type", tensorType),
        });
      },
    });
    return { name, elementType, shape: known ? sizes : null };
  }

  /** Goes through the fields of a message; those that nobody asks for are passed over. */
  #read(bytes: Uint8Array, what: string, visit: Visit): void {
    const reader = new this.Reader(bytes);
    while (reader.pos < bytes.length) {
      const tag = this.#varint(reader, bytes, what);
      const value = this.#value(reader, bytes, tag & 7, what);
      const field = tag >>> 3;
      if (Object.hasOwn(visit, field)) visit[field]?.(value);
    }
  }

  #value(reader: InstanceType<PbfReaderClass>, bytes: Uint8Array, type: number, what: string): Field {
    if (type === 0) return this.#varint(reader, bytes, what, true);
    const length = type === 2 ? this.#varint(reader, bytes, what) : type === 1 ? 8 : type === 5 ? 4 : -1;
    if (length < 0) throw this.#error(`expected a known kind of field in ${what}`, String(type));
    const rest = bytes.length - reader.pos;
    if (length > rest) throw this.#error(`expected at most ${rest} bytes in a field of ${what}`, String(length));
    const start = reader.pos;
    reader.pos += length;
    return bytes.subarray(start, start + length);
  }

  #varint(reader: InstanceType<PbfReaderClass>, bytes: Uint8Array, what: string, signed = false): number {
    let value = Number.NaN;
    try {
      value = reader.readVarint(signed);
    } catch {
      // A number of more than ten bytes.
    }
    if (Number.isNaN(value) || reader.pos > bytes.length) {
      throw this.#error(`expected a whole number in ${what}`, "one that is cut off or too long");
    }
    return value;
  }

  /** A number, or several that are packed. */
  #integers(value: Field, result: number[]): void {
    if (typeof value === "number") {
      result.push(value);
      return;
    }
    const reader = new this.Reader(value);
    while (reader.pos < value.length) result.push(this.#varint(reader, value, "a list", true));
  }

  #floats(value: Field): Float32Array {
    const bytes = this.#bytes(value, "float");
    if (bytes.length === 0 || bytes.length % 4 !== 0) {
      throw this.#error("expected floats of 4 bytes", `${bytes.length} bytes`);
    }
    return new Float32Array(bytes.slice().buffer);
  }

  #bytes(value: Field, what: string): Uint8Array {
    if (typeof value !== "number") return value;
    throw this.#error(`expected bytes for a ${what}`, "a number");
  }

  #number(value: Field, what: string): number {
    if (typeof value === "number") return value;
    throw this.#error(`expected a number for a ${what}`, "bytes");
  }

  #text(value: Field): string {
    return text.decode(this.#bytes(value, "text"));
  }

  #error(expectation: string, received: string): FormatError {
    return new FormatError(explain(this.where, expectation, received));
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Integers that were written one by one, as they would lie in raw data. */
function packed(dataType: number, values: readonly number[]): Uint8Array {
  if (dataType === dataTypes.int64) {
    return new Uint8Array(BigInt64Array.from(values, (value) => BigInt(Math.trunc(value))).buffer);
  }
  if (dataType === dataTypes.int32) return new Uint8Array(Int32Array.from(values).buffer);
  if (dataType === dataTypes.int16 || dataType === dataTypes.float16) {
    return new Uint8Array(Int16Array.from(values).buffer);
  }
  return Uint8Array.from(values);
}
