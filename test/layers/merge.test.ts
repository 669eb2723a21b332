import { beforeAll, describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.js";
import type { Shape, SymbolicTensor } from "../../src/graph/node.js";
import * as layers from "../../src/layers/index.js";
import { input } from "../../src/layers/input.js";
import { model } from "../../src/models/index.js";
import * as ops from "../../src/ops/index.js";
import { testBackends } from "../backends.js";

const a = [
  [1, 5],
  [-2, 3],
];
const b = [
  [4, 2],
  [6, -3],
];

async function merged(layer: layers.Layer, ...data: number[][][]): Promise<unknown> {
  const inputs = data.map((rows, i) => input({ shape: [rows[0]?.length ?? 0], name: `x${i}` }));
  const net = model({ inputs, outputs: layer(inputs) });
  return (await net.predict(data.length === 1 ? (data[0] as number[][]) : data)).toArray();
}

describe.each(testBackends)("merging layers on $label", (backend) => {
  beforeAll(() => backend.use());

  it("join their inputs element by element", async () => {
    expect(await merged(layers.add(), a, b)).toEqual([
      [5, 7],
      [4, 0],
    ]);
    expect(await merged(layers.add(), a, b, a)).toEqual([
      [6, 12],
      [2, 3],
    ]);
    expect(await merged(layers.subtract(), a, b)).toEqual([
      [-3, 3],
      [-8, 6],
    ]);
    expect(await merged(layers.multiply(), a, b)).toEqual([
      [4, 10],
      [-12, -9],
    ]);
    expect(await merged(layers.average(), a, b)).toEqual([
      [2.5, 3.5],
      [2, 0],
    ]);
    expect(await merged(layers.maximum(), a, b)).toEqual([
      [4, 5],
      [6, 3],
    ]);
    expect(await merged(layers.minimum(), a, b)).toEqual([
      [1, 2],
      [-2, -3],
    ]);
    expect(await merged(layers.dot(), a, b)).toEqual([[14], [-21]]);
  });

  it("repeat what has one column, or fewer axes", async () => {
    expect(await merged(layers.add(), a, [[10], [20]])).toEqual([
      [11, 15],
      [18, 23],
    ]);
    const pictures = { data: Float32Array.from({ length: 6 }, (_, i) => i), shape: [1, 3, 2] };
    const [z, shift] = [input({ shape: [1], name: "z" }), input({ shape: [3, 2], name: "shift" })];
    const shifted = model({ inputs: [z, shift], outputs: layers.add()([z, shift]) });
    expect((await shifted.predict([[10], pictures])).data).toEqual(Float32Array.of(10, 11, 12, 13, 14, 15));
  });

  it("dot of normalized rows is the cosine", async () => {
    const layer = layers.dot({ axes: [1, -1], normalize: true });
    const cosines = (await merged(
      layer,
      [
        [3, 4],
        [0, 0],
      ],
      [
        [8, 6],
        [1, 1],
      ],
    )) as number[][];
    expect(cosines[0]?.[0]).toBeCloseTo(0.96, 6);
    expect(cosines[1]).toEqual([0]);
  });

  it("an own layer over a list has weights for its shapes", async () => {
    const shapes: Shape[] = [];
    const mix = layers.custom({
      name: "mix",
      build: ([first, second]: readonly Shape[], ctx) => {
        shapes.push(first as Shape, second as Shape);
        ctx.variable("factor", [2], { initializer: "ones" });
      },
      call: ([x, y]: readonly SymbolicTensor[], ctx) =>
        ops.add(ops.mul(x as SymbolicTensor, ctx.variables.factor as SymbolicTensor), y as SymbolicTensor),
    });
    expect(await merged(mix, a, [[10], [20]])).toEqual([
      [11, 15],
      [18, 23],
    ]);
    expect(shapes).toEqual([
      [null, 2],
      [null, 1],
    ]);
    const x = input({ shape: [2] });
    expect(() => mix([x, x])).toThrow(
      new ShapeError(
        'custom "mix": expected input of shape [batch, 2] and [batch, 1], for which its weights were made, ' +
          "received [batch, 2] and [batch, 2].",
      ),
    );
  });
});

describe("merging layers", () => {
  const x = input({ shape: [2] });
  const y = input({ shape: [3] });

  it("tell which inputs they cannot join", () => {
    const rule = "Each size, counted from the end, must be equal or 1; a batch goes with a batch.";
    expect(() => layers.add({ name: "sum" })([x, y])).toThrow(
      new ShapeError(`add "sum": expected shapes that broadcast, received [batch, 2] and [batch, 3]. ${rule}`),
    );
    expect(() => layers.subtract()([x, x, x])).toThrow(new RangeError("subtract: expected 2 inputs, received 3."));
    expect(() => layers.add()(x)).toThrow(
      new TypeError("add: expected an array of symbolic tensors, received one. Call it on [a, b]."),
    );
    const remedy = "Call layers on the result of input({ shape: [8] }) or of another layer.";
    expect(() => layers.add()([])).toThrow(
      new TypeError(`add: expected one or more symbolic tensors, received none. ${remedy}`),
    );
    expect(() => layers.add()([x, 3 as never])).toThrow(
      new TypeError(`add: expected an array of symbolic tensors, received 3 at place 1. ${remedy}`),
    );
    expect(() => layers.add({ axis: 1 } as never)).toThrow('add: expected a known option, received "axis".');
  });

  it("dot wants two inputs of one width and their only axis", () => {
    expect(() => layers.dot({ axes: 2 })).toThrow(
      new RangeError("dot: axes must be 1 or -1, or one of them for each input, received 2."),
    );
    expect(() => layers.dot({ axes: [1, 0] })).toThrow("received [1, 0].");
    expect(() => layers.dot({ normalize: 1 } as never)).toThrow("dot: normalize must be true or false, received 1.");
    expect(() => layers.dot({ name: "d" })([x, y])).toThrow(
      new ShapeError('dot "d": expected two inputs of one shape [batch, n], received [batch, 2] and [batch, 3].'),
    );
    expect(() => layers.dot()([x])).toThrow("dot: expected 2 inputs, received 1.");
    expect(layers.dot({ axes: 1, normalize: true }).config).toEqual({ axes: 1, normalize: true });
  });
});
