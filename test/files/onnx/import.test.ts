// Models from ONNX files: those of PyTorch, those of this package, damaged and hostile ones.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeOnnx } from "../../../src/files/onnx/encode.js";
import type { OnnxModel, OnnxNode } from "../../../src/files/onnx/proto.js";
import {
  FormatError,
  importOnnx,
  input,
  layers,
  model,
  ops,
  sequential,
  setBackend,
  tensor,
} from "../../../src/index.js";
import { expectClose } from "../../fixtures/fixture.js";
import { numbers } from "../../graph/random.js";
import { mutations } from "../mutations.js";
import { scramble, tolerance } from "./runtime.js";

interface Case {
  readonly name: string;
  readonly bytes: string;
  readonly shape: number[];
  readonly x: number[];
  readonly outputShape: number[];
  readonly y: number[];
  readonly weights: readonly string[];
}

const { cases } = JSON.parse(readFileSync(new URL("torch.json", import.meta.url), "utf8")) as { cases: Case[] };
const decode = (text = "") => new Uint8Array(Buffer.from(text, "base64"));
const caseOf = (name: string) => cases.find((entry) => entry.name === name) as Case;

beforeAll(async () => {
  await setBackend("reference");
});

/** A graph with the input x of shape [batch, 2] and the output y. */
function graphOf(nodes: readonly Partial<OnnxNode>[], changes: Partial<OnnxModel> = {}): Promise<Uint8Array> {
  const port = (name: string) => ({ name, elementType: 1, shape: ["batch", 2] });
  return encodeOnnx({
    opset: 17,
    name: "g",
    inputs: [port("x")],
    outputs: [port("y")],
    initializers: [{ name: "two", dims: [2], dataType: 1, bytes: new Uint8Array(Float32Array.of(1, 2).buffer) }],
    nodes: nodes.map((node) => ({
      name: "n",
      op: "",
      domain: "",
      inputs: ["x"],
      outputs: ["y"],
      attributes: new Map(),
      ...node,
    })),
    ...changes,
  });
}

describe("importOnnx", () => {
  it.each(cases)("predicts as PyTorch: $name", async ({ bytes, shape, x, outputShape, y }) => {
    const net = await importOnnx(decode(bytes));
    const predicted = await net.predict(tensor(Float32Array.from(x), shape));
    expect(predicted.shape).toEqual(outputShape);
    expectClose(Array.from(predicted.data), y, tolerance, "y");
  });

  it("gives layers that can be trained, named as in the file", async () => {
    const net = await importOnnx(decode(caseOf("mlp").bytes), { name: "mine", seed: 1 });
    expect(net.name).toBe("mine");
    expect(
      net
        .getWeights()
        .map(({ name }) => name)
        .slice(0, 4),
    ).toEqual(["1/kernel", "1/bias", "2/gamma", "2/beta"]);
    net.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    const x = tensor(Float32Array.from(numbers(1, 48)), [8, 2, 3]);
    const y = Array.from({ length: 8 }, (_, i) => [0, 1, 2].map((k) => (k === i % 3 ? 1 : 0)));
    const { history } = await net.fit(x, y, { epochs: 30, verbose: 0 });
    expect(history.loss?.at(-1)).toBeLessThan(history.loss?.[0] as number);
  });

  it("keeps dropout for further training", async () => {
    const net = await importOnnx(
      await graphOf([{ op: "Dropout", attributes: new Map([["ratio", { kind: "float", value: 0.25 }]]) }]),
    );
    expect(net.layers.map(({ type, config }) => [type, config])).toEqual([["dropout", { rate: 0.25 }]]);
  });

  it("reads what exportOnnx writes", async () => {
    const [a, b] = [input({ shape: [3], name: "a" }), input({ shape: [4], name: "b" })];
    const h = layers.batchNormalization()(layers.dense({ units: 4, activation: "gelu" })(a));
    const sum = ops.add(layers.layerNormalization()(h), layers.prelu()(b));
    const net = model({
      inputs: { a, b },
      outputs: { p: layers.dense({ units: 2, activation: "softmax" })(sum), q: h },
    });
    scramble(net);
    for (const opset of [13, 21]) {
      const read = await importOnnx(await net.exportOnnx({ opset }));
      const x = [tensor(Float32Array.from(numbers(1, 6)), [2, 3]), tensor(Float32Array.from(numbers(2, 8)), [2, 4])];
      const [expected, found] = [
        await net.predict({ a: x[0], b: x[1] } as never),
        await read.predict({ a: x[0], b: x[1] } as never),
      ];
      for (const name of ["p", "q"] as const) {
        const data = (found as unknown as typeof expected)[name].data;
        expectClose(Array.from(data), Array.from(expected[name].data), tolerance, name);
      }
    }
  });

  it("gives other results of the graph as outputs", async () => {
    const bytes = await graphOf([
      { op: "Add", inputs: ["x", "two"], outputs: ["h"] },
      { op: "Loop", inputs: ["h"] },
    ]);
    await expect(importOnnx(bytes)).rejects.toThrow(
      /^importOnnx, node "n": expected a known operation, received Loop\. Known operations: Gemm/,
    );
    const net = await importOnnx(bytes, { outputs: ["h"] });
    expect((await net.predict([[1, 1]])).toArray()).toEqual([[2, 3]]);
    await expect(importOnnx(bytes, { outputs: ["hh"] })).rejects.toThrow(
      /outputs: expected a known name, received "hh"\. Did you mean "h"/,
    );
    await expect(importOnnx(bytes, { output: ["h"] } as never)).rejects.toThrow(/expected a known option/);
  });

  it("names what it cannot have", async () => {
    const message = async (bytes: Promise<Uint8Array>) => {
      const error: unknown = await importOnnx(await bytes).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(FormatError);
      return (error as Error).message;
    };
    expect(await message(graphOf([{ op: "Scaler", domain: "ai.onnx.ml" }]))).toMatch(
      /^importOnnx, node "n": expected a known operation, received ai\.onnx\.ml\.Scaler/,
    );
    expect(await message(graphOf([{ op: "Relu", inputs: ["later"] }]))).toBe(
      'importOnnx, node "n" (Relu): expected input "later" to be computed before, received nothing.',
    );
    expect(await message(graphOf([{ op: "MatMul", inputs: ["x", "x"] }]))).toMatch(
      /^importOnnx, node "n" \(MatMul\): expected what can be had here, received ops\.matmul: /,
    );
    expect(await message(graphOf([{ op: "Identity", inputs: ["two"] }]))).toBe(
      'importOnnx, output "y": expected a result of the inputs, received a constant.',
    );
    const unknown = [{ name: "x", elementType: 1, shape: ["batch", "n"] }];
    expect(await message(graphOf([{ op: "Relu" }], { inputs: unknown }))).toBe(
      'importOnnx, input "x": expected a shape with a batch and known sizes behind it, received [batch, n].',
    );
    const short = [{ name: "two", dims: [2, 2 ** 40], dataType: 1, bytes: new Uint8Array(8) }];
    expect(await message(graphOf([{ op: "Add", inputs: ["x", "two"] }], { initializers: short }))).toBe(
      'importOnnx, tensor "two": expected 2 numbers, as many as there are bytes for, received shape [2, 1099511627776].',
    );
    const huge = [{ name: "x", elementType: 1, shape: ["batch", 2 ** 40] }];
    const vectors = ["x", "two", "two", "two", "two"];
    expect(await message(graphOf([{ op: "BatchNormalization", inputs: vectors }], { inputs: huge }))).toBe(
      'importOnnx, node "n" (BatchNormalization): expected vectors of 1099511627776 numbers, received 2.',
    );
  });

  it("computes what ONNX says, or refuses it", async () => {
    const float = (value: number) => ({ kind: "float", value }) as const;
    const int = (value: number) => ({ kind: "int", value }) as const;
    const floats = (name: string, dims: readonly number[], values: readonly number[]) => {
      return { name, dims, dataType: 1, bytes: new Uint8Array(Float32Array.from(values).buffer) };
    };
    const sizes = (name: string, values: readonly number[]) => {
      return {
        name,
        dims: [values.length],
        dataType: 7,
        bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
      };
    };
    const outputs = async (nodes: readonly Partial<OnnxNode>[], initializers: OnnxModel["initializers"]) => {
      const net = await importOnnx(await graphOf(nodes, { initializers }));
      return (await net.predict([[1, -2]])).toArray();
    };
    const selu = new Map([["alpha", float(2)] as const, ["gamma", float(3)] as const]);
    const scaled = [await outputs([{ op: "Selu", attributes: selu }], [])].flat(3) as number[];
    expectClose(scaled, [3, 6 * Math.expm1(-2)], tolerance, "selu");
    const unsqueeze = (axes: readonly number[]) =>
      outputs([{ op: "Unsqueeze", inputs: ["x", "axes"] }], [sizes("axes", axes)]);
    expect(await unsqueeze([-1, -2])).toEqual([[[[1]], [[-2]]]]);
    expect(await unsqueeze([3, 1])).toEqual([[[[1], [-2]]]]);
    // Constants keep their axes: a column does not go with a row.
    const add = { op: "Add", inputs: ["x", "c"] };
    const column = { op: "Unsqueeze", inputs: ["v", "axes"], outputs: ["c"] };
    const vector = floats("v", [2], [10, 20]);
    await expect(outputs([column, add], [vector, sizes("axes", [1])])).rejects.toThrow(
      "received [batch, 2] and [2, 1]",
    );
    expect(await outputs([column, add], [vector, sizes("axes", [0])])).toEqual([[11, 18]]);
    const row = { op: "Squeeze", inputs: ["v", "axes"], outputs: ["c"] };
    const matrix = floats("v", [2, 1, 1], [10, 20]);
    await expect(outputs([row, add], [matrix, sizes("axes", [1])])).rejects.toThrow("received [batch, 2] and [2, 1]");
    expect(await outputs([row, add], [matrix, sizes("axes", [-1, 1])])).toEqual([[11, 18]]);
    await expect(outputs([row, add], [matrix, sizes("axes", [0])])).rejects.toThrow(
      "expected axes of size 1, received [2, 1, 1]",
    );
    await expect(outputs([row, add], [matrix, sizes("axes", [3])])).rejects.toThrow(
      "expected different axes of 3, received [3]",
    );
    const cast = { op: "Cast", inputs: ["v"], outputs: ["c"] };
    const fractions = floats("v", [2], [1.7, -1.7]);
    expect(await outputs([{ ...cast, attributes: new Map([["to", int(7)]]) }, add], [fractions])).toEqual([[2, -3]]);
    expect(await outputs([{ ...cast, attributes: new Map([["to", int(9)]]) }, add], [fractions])).toEqual([[2, -1]]);
    const sum = { op: "ReduceSum", inputs: ["x", "axes"] };
    await expect(outputs([sum], [sizes("axes", [])])).rejects.toThrow(
      "expected axes behind the batch, received [0, 1]",
    );
    const noop = new Map([["noop_with_empty_axes", int(1)]]);
    expect(await outputs([{ ...sum, attributes: noop }], [sizes("axes", [])])).toEqual([[1, -2]]);
    const last = new Map([["axis", int(1)] as const, ["select_last_index", int(1)] as const]);
    await expect(outputs([{ op: "ArgMax", attributes: last }], [])).rejects.toThrow(
      "expected the first of equal numbers, received the last",
    );
    const identity = floats("w", [2, 2], [1, 0, 0, 1]);
    const gemm = [{ op: "Gemm", inputs: ["x", "w", "v"] }];
    await expect(outputs(gemm, [identity, floats("v", [2, 1], [10, 20])])).rejects.toThrow(
      "expected a bias of 2 numbers, received shape [2, 1]",
    );
    expect(await outputs(gemm, [identity, floats("v", [1, 2], [10, 20])])).toEqual([[11, 18]]);
    const join = { op: "Concat", inputs: ["v", "v"], outputs: ["c"], attributes: new Map([["axis", int(1)]]) };
    await expect(outputs([join, { op: "MatMul", inputs: ["x", "c"] }], [floats("v", [2, 1], [1, 2])])).rejects.toThrow(
      "expected lists of numbers, received constants of several axes",
    );
    const trains = new Map([["training_mode", int(1)]]);
    const normal = { op: "BatchNormalization", inputs: ["x", "v", "v", "v", "v"], attributes: trains };
    await expect(outputs([normal], [vector])).rejects.toThrow("expected training_mode 0, received 1");
    const relu = { op: "Relu" };
    await expect(outputs([relu, relu], [])).rejects.toThrow('importOnnx: expected each name once, received "y" twice.');
    await expect(outputs([{ ...relu, outputs: ["x"] }], [])).rejects.toThrow(
      'expected each name once, received "x" twice',
    );
    await expect(outputs([add], [floats("c", [2], [1, 2]), floats("c", [2], [1, 2])])).rejects.toThrow(
      'expected each name once, received "c" twice',
    );
  });

  it("reads a result that many nodes use at once", async () => {
    // Copies of the list of readers took minutes.
    const net = await importOnnx(await graphOf([{ op: "Sum", inputs: new Array<string>(200_000).fill("x") }]));
    expect((await net.predict([[1, 2]])).shape).toEqual([1, 2]);
  });

  it("tells where a file is damaged", async () => {
    const bytes = await graphOf([{ op: "Relu" }]);
    await expect(importOnnx(new Uint8Array(0))).rejects.toThrow(
      "importOnnx: expected an ONNX model with a graph and an opset, received none.",
    );
    await expect(importOnnx(bytes.subarray(0, -3))).rejects.toThrow(FormatError);
    await expect(importOnnx(Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f))).rejects.toThrow(
      "importOnnx: expected at most 0 bytes in a field of the model, received 4294967295.",
    );
    await expect(importOnnx(Uint8Array.of(0x08, 0x80))).rejects.toThrow(
      "importOnnx: expected a whole number in the model, received one that is cut off or too long.",
    );
  });

  it("100,000 damaged files are read or refused", async () => {
    const small = sequential(
      [layers.dense({ units: 2, activation: "tanh", inputShape: [2] }), layers.layerNormalization()],
      { seed: 1 },
    );
    const sound = [await small.exportOnnx(), decode(caseOf("opset 9").bytes)];
    let refused = 0;
    for (const [i, bytes] of sound.entries()) {
      for (const damaged of mutations(bytes, 50_000, i + 1)) {
        try {
          await importOnnx(damaged);
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(20_000);
  });
});
