// Shapes of results, and the messages for shapes that do not go together.

import { describe, expect, test } from "vitest";
import { ShapeError } from "../../src/errors.js";
import { constantNode, inputNode, opNode, type Shape, withLayer } from "../../src/graph/node.js";
import { broadcastShapes, encodeShape, toMatrix } from "../../src/graph/shapes.js";

const node = (shape: Shape) => inputNode("x", shape);

test("shapes lie in rows and columns", () => {
  const cases: [Shape, number | null, number][] = [
    [[], 1, 1],
    [[5], 1, 5],
    [[2, 3], 2, 3],
    [[2, 3, 4], 2, 12],
    [[null], null, 1],
    [[null, 28, 28], null, 784],
  ];
  for (const [shape, rows, columns] of cases) expect(toMatrix(shape)).toEqual({ rows, columns });
});

describe("broadcasting", () => {
  test.each<[Shape, Shape, Shape]>([
    [[], [2, 3], [2, 3]],
    [[3], [2, 3], [2, 3]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [[null, 3], [3], [null, 3]],
    [[null], [null, 3], [null, 3]],
    [[null, 1], [null], [null, 1]],
    [
      [null, 2, 3],
      [2, 3],
      [null, 2, 3],
    ],
    [
      [4, 1, 3],
      [2, 1],
      [4, 2, 3],
    ],
  ])("%j and %j give %j", (a, b, result) => {
    expect(broadcastShapes("f", [a, b])).toEqual(result);
    expect(broadcastShapes("f", [b, a])).toEqual(result);
  });

  test.each<[Shape, Shape]>([
    [[2], [3]],
    [
      [null, 3],
      [2, 3],
    ],
    [
      [null, 2],
      [null, 3],
    ],
  ])("%j and %j do not", (a, b) => {
    expect(() => broadcastShapes("f", [a, b])).toThrow(ShapeError);
  });

  test("tells both shapes", () => {
    expect(() => broadcastShapes("ops.add", [[null, 3], [2]])).toThrow(
      "ops.add: expected shapes that broadcast, received [batch, 3] and [2]. Each size, counted from the end, must be equal or 1; a batch goes with a batch.",
    );
  });
});

describe("nodes", () => {
  test("can be built again from op, inputs and attributes", () => {
    const x = node([null, 4]);
    for (const made of [
      opNode("copy", [x], { shape: encodeShape([null, 2, 2]) }),
      opNode("reduce", [x], { function: "sum", axis: 1 }),
      opNode("fill", [], { value: 1, shape: encodeShape([2]) }),
    ]) {
      expect(opNode(made.op ?? "copy", made.inputs, made.attributes).shape).toEqual(made.shape);
    }
  });

  test("refuse wrong shapes with the layer's name", () => {
    expect(() => withLayer("hidden", () => opNode("matmul", [node([null, 3]), node([4, 2])]))).toThrow(
      'layer "hidden", ops.matmul: expected matching inner sizes, received [batch, 3] and [4, 2]. The columns of the left operand must be as many as the rows of the right one.',
    );
    expect(() => opNode("transpose", [node([null, 3])])).toThrow(
      "ops.transpose: expected a matrix without a batch, received [batch, 3]. In a product, use ops.matmul with transposeA or transposeB.",
    );
    expect(() => opNode("copy", [node([null, 3])], { shape: "[3]" })).toThrow(
      "ops.copy: expected a shape with the elements of [batch, 3], received [3]. The batch stays in the first place.",
    );
  });

  test("targets must fit the predictions", () => {
    const loss = { function: "sparseCategoricalCrossentropyLogits", p0: 0 };
    expect(() => opNode("loss", [node([null, 3]), node([null, 3])], loss)).toThrow(
      "ops.loss: expected targets of shape [batch, 1], received [batch, 3]. Sparse targets are class numbers, one a row.",
    );
    expect(() => opNode("loss", [node([null, 3]), node([null, 2])], { function: "huber", p0: 1 })).toThrow(
      "ops.loss: expected targets of shape [batch, 3], received [batch, 2]. The predictions have shape [batch, 3].",
    );
  });

  test("update is no op of graphs", () => {
    expect(() => opNode("update", [])).toThrow("internal: update has no result; compileGraph appends it");
  });

  test("inputs have sizes, and constants as many values as their shape", () => {
    expect(() => node([0])).toThrow(
      'input "x": a shape must have positive integers, or null for the batch in the first place, received [0].',
    );
    expect(() => node([2, null])).toThrow(ShapeError);
    expect(() => constantNode([1, 2], [3])).toThrow("constant: shape [3] needs 3 values, received 2.");
  });

  test("the innermost layer's name counts, and ends with the function", () => {
    withLayer("outer", () => {
      expect(withLayer("inner", () => node([1]).layer)).toBe("inner");
      expect(() =>
        withLayer("broken", () => {
          throw new Error("x");
        }),
      ).toThrow("x");
      expect(node([1]).layer).toBe("outer");
    });
    expect(node([1]).layer).toBe("");
  });
});
