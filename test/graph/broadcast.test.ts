// Elementwise ops on random shapes against a plain loop over the indices of NumPy's rule: values, and gradients of both operands.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileGraph } from "../../src/graph/compile.js";
import { inputNode, type SymbolicTensor } from "../../src/graph/node.js";
import * as ops from "../../src/ops/index.js";
import { Execution } from "./execute.js";
import { numbers } from "./random.js";

type Sizes = readonly number[];

const count = (shape: Sizes) => shape.reduce((a, b) => a * b, 1);

/** For each element of the result the place of the operand's element, axis by axis from the end. */
function places(shape: Sizes, result: Sizes): number[] {
  return Array.from({ length: count(result) }, (_, index) => {
    let [rest, place, stride] = [index, 0, 1];
    for (let back = 1; back <= result.length; back++) {
      const size = result[result.length - back] as number;
      const own = shape[shape.length - back] ?? 1;
      if (own !== 1) place += (rest % size) * stride;
      stride *= own;
      rest = Math.floor(rest / size);
    }
    return place;
  });
}

/** The product of x and y, and the gradients of its sum with weights. */
function naive(x: number[], y: number[], weights: number[], shapes: readonly [Sizes, Sizes], result: Sizes) {
  const [px, py] = [places(shapes[0], result), places(shapes[1], result)];
  const dx = new Array<number>(x.length).fill(0);
  const dy = new Array<number>(y.length).fill(0);
  const z = weights.map((weight, i) => {
    const [j, k] = [px[i] as number, py[i] as number];
    dx[j] = (dx[j] as number) + weight * (y[k] as number);
    dy[k] = (dy[k] as number) + weight * (x[j] as number);
    return (x[j] as number) * (y[k] as number);
  });
  return [z, dx, dy];
}

function check(a: Sizes, b: Sizes, product: (x: SymbolicTensor, y: SymbolicTensor) => SymbolicTensor): void {
  const rank = Math.max(a.length, b.length);
  const result = Array.from({ length: rank }, (_, axis) => {
    return Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1);
  });
  const [x, y, w] = [inputNode("x", a), inputNode("y", b), inputNode("w", result)];
  const z = product(x, y);
  expect(z.shape).toEqual(result);
  const loss = ops.sum(ops.mul(z, w));
  const fn = { name: "f", inputs: [x, y, w], outputs: [z], loss, gradientOutputs: [x, y] };
  const execution = new Execution(compileGraph({ functions: [fn], variables: [], batchRows: 1 }));
  const given = [x, y, w].map(({ shape }, i) => numbers(i, count(shape as Sizes)));
  [x, y, w].forEach((node, i) => {
    execution.input("f", node, given[i] as number[]);
  });
  execution.run("f");
  const actual = [execution.output("f", z), execution.gradient(x), execution.gradient(y)];
  const expected = naive(...(given as [number[], number[], number[]]), [a, b], result);
  expected.forEach((values, i) => {
    expect(actual[i]?.length).toBe(values.length);
    values.forEach((value, j) => {
      expect(actual[i]?.[j], `value ${j} of ${i}`).toBeCloseTo(value, 12);
    });
  });
  execution.dispose();
}

const products: Readonly<Record<string, (x: SymbolicTensor, y: SymbolicTensor) => SymbolicTensor>> = {
  binary: (x, y) => ops.mul(x, y),
  select: (x, y) => ops.where(ops.greaterEqual(x, -100), ops.mul(x, y), ops.sub(y, x)),
};

/** Two shapes of up to four axes that broadcast. */
const pairs = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }), fc.nat(4), fc.nat(15), fc.nat(15), fc.boolean())
  .map(([sizes, dropped, onesA, onesB, swapped]) => {
    const a = sizes.map((size, axis) => (onesA & (1 << axis) ? 1 : size));
    const b = sizes.map((size, axis) => (onesB & (1 << axis) ? 1 : size)).slice(Math.min(dropped, sizes.length));
    return swapped ? ([b, a] as const) : ([a, b] as const);
  });

describe.each(Object.entries(products))("%s", (_, product) => {
  test.each<[Sizes, Sizes]>([
    [
      [2, 2, 1],
      [2, 1],
    ],
    [
      [2, 1],
      [2, 1, 1],
    ],
    [
      [2, 2, 2, 1],
      [2, 1],
    ],
    [
      [3, 2, 3, 1],
      [3, 1],
    ],
  ])("%j and %j", (a, b) => {
    check(a, b, product);
  });

  test("random shapes", () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        check(a, b, product);
      }),
      { seed: 1, numRuns: 400 },
    );
  });
});
