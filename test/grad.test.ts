// grad, valueAndGrad, compileFunction and gradientCheck, on every backend.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setBackend } from "../src/backends/registry.js";
import { compileFunction, grad, gradientCheck, valueAndGrad } from "../src/grad.js";
import type { SymbolicTensor } from "../src/graph/node.js";
import * as layers from "../src/layers/index.js";
import { input } from "../src/layers/input.js";
import { sequential } from "../src/models/sequential.js";
import * as ops from "../src/ops/index.js";
import { type Tensor, tensor } from "../src/tensor.js";
import { testBackends } from "./backends.js";

const f = (x: SymbolicTensor, y: SymbolicTensor, z: SymbolicTensor) => ops.mul(ops.add(x, y), z);

describe.each(testBackends.map((backend) => [backend.label, backend] as const))("%s", (_, backend) => {
  beforeAll(() => backend.use());

  test("the lecture's example", async () => {
    expect(await grad(f)(-2, 5, -4)).toEqual([-4, -4, 3]);
    expect(await valueAndGrad(f)(-2, 5, -4)).toEqual({ value: -12, grads: [-4, -4, 3] });
  });

  test("gradients have the form of their inputs", async () => {
    const sum = grad((a, b, c, d) => ops.sum(ops.mul(ops.mul(a, b), ops.mul(c, d))));
    const [a, b, c, d] = await sum(2, [1, 2], new Float64Array([3, 4]), tensor([5, 6]));
    expect(a).toBe(63);
    expect(b).toEqual([30, 48]);
    expect(c).toEqual(new Float32Array([10, 24]));
    expect((d as Tensor).shape).toEqual([2]);
    expect((d as Tensor).toArray()).toEqual([6, 16]);
  });

  test("nested arrays", async () => {
    const [dx] = await grad((x) => ops.sum(ops.square(x)))([
      [1, 2],
      [3, 4],
    ]);
    expect(dx).toEqual([
      [2, 4],
      [6, 8],
    ]);
  });

  test("an input without influence has gradient 0", async () => {
    expect(await grad((x, _y) => ops.sum(x))([1, 2], 3)).toEqual([[1, 1], 0]);
    expect(await grad(() => 5)(1)).toEqual([0]);
  });

  test("a function is traced once for each combination of shapes", async () => {
    let traces = 0;
    const g = grad((x) => {
      traces++;
      return ops.sum(ops.square(x));
    });
    expect([await g(1), await g(2), await g([3]), await g([4])]).toEqual([[2], [4], [[6]], [[8]]]);
    expect(traces).toBe(2);
  });

  test("programs of 16 combinations of shapes are kept, those used last", async () => {
    let traces = 0;
    const g = grad((x) => {
      traces++;
      return ops.sum(ops.square(x));
    });
    const row = (length: number) => new Array<number>(length).fill(1);
    // All at once: programs are given up while calls wait for them.
    const results = await Promise.all(Array.from({ length: 40 }, (_, i) => g(row(i + 1))));
    expect(results).toEqual(Array.from({ length: 40 }, (_, i) => [new Array<number>(i + 1).fill(2)]));
    expect(traces).toBe(40);
    await g(row(25));
    await g(row(41));
    expect(traces).toBe(41);
    await g(row(25));
    expect(traces).toBe(41);
    await g(row(26));
    expect(traces).toBe(42);
  });

  test("many calls at once give each its result", async () => {
    const g = compileFunction((x) => ops.add(ops.square(x), 1), { shapes: [[]] });
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => g(i)));
    expect(results).toEqual(Array.from({ length: 20 }, (_, i) => i * i + 1));
  });

  test("large functions, which run beside the thread of JavaScript", async () => {
    const n = 200;
    const g = compileFunction((a, b) => ops.sum(ops.matmul(a, b)), {
      shapes: [
        [n, n],
        [n, n],
      ],
    });
    const ones = new Float32Array(n * n).fill(1);
    expect(await Promise.all([g(ones, ones), g(ones, new Float32Array(n * n))])).toEqual([n ** 3, 0]);
    g.dispose();
    expect(await g(ones, ones)).toBe(n ** 3);
    g.dispose();
  });

  test("compiled functions", async () => {
    const norm = compileFunction((x) => ops.sqrt(ops.sum(ops.square(x))), { shapes: [[2]] });
    expect(await norm([3, 4])).toBe(5);
    const pair = compileFunction((x, y) => [ops.add(x, y), ops.sum(x)], { shapes: [[1, 2], []] });
    expect(pair.outputShapes).toEqual([[1, 2], []]);
    expect(await pair([[1, 2]], 3)).toEqual([[[4, 5]], 3]);
    // A typed array may hold a matrix, and is what comes back.
    expect(await pair(new Float32Array([1, 2]), 3)).toEqual([new Float32Array([4, 5]), 3]);
    expect(String(norm)).toContain("reduce x0; sumSquares, axis 2");
  });

  test("changing an array after the call changes nothing", async () => {
    const g = compileFunction((x) => ops.sum(x), { shapes: [[2]] });
    const x = new Float32Array([1, 2]);
    const first = g(x);
    x.fill(100);
    expect(await first).toBe(3);
  });
});
afterAll(() => setBackend("reference"));

describe("gradientCheck", () => {
  test("agrees for a smooth function", async () => {
    const network = (x: SymbolicTensor, w: SymbolicTensor, b: SymbolicTensor) =>
      ops.mean(ops.loss("binaryCrossentropyLogits", ops.tanh(ops.dense(x, w, b)), [[1], [0]]));
    const check = await gradientCheck(network, [
      [
        [1, 2],
        [3, 4],
      ],
      [[0.1], [-0.2]],
      [0.3],
    ]);
    expect(check.maxRelativeError).toBeLessThan(1e-7);
    expect(check.gradients.map(({ length }) => length)).toEqual([4, 2, 1]);
  });

  test("tells where the two disagree", async () => {
    const { maxRelativeError, worst } = await gradientCheck(
      (x) => ops.sum(ops.mul(x, ops.stopGradient(x))),
      [[1, 0, 3]],
    );
    expect(maxRelativeError).toBeCloseTo(0.5, 6);
    expect(worst).toMatchObject({ input: 0, gradient: expect.any(Number) });
  });

  test("shows kinks", async () => {
    expect((await gradientCheck((x) => ops.relu(x), [0])).maxRelativeError).toBe(1);
  });

  test("uses one mask of dropout for all evaluations", async () => {
    const { maxRelativeError } = await gradientCheck(
      (x) => ops.sum(ops.dropout(ops.exp(x), 0.5, 1)),
      [[1, 2, 3, 0.5]],
      { seed: 3 },
    );
    expect(maxRelativeError).toBeLessThan(1e-8);
  });
});

describe("refuses", () => {
  test("a result of several numbers", async () => {
    await expect(grad((x) => ops.exp(x))([1, 2])).rejects.toThrow(
      "grad: the function must return a single number, received shape [2]. Reduce the result with ops.sum or ops.mean.",
    );
  });

  test("operators of JavaScript", async () => {
    const wrong = ((x: number) => x * 2) as never;
    await expect(grad(wrong)(1)).rejects.toThrow(
      "grad: the function must return a result of ops.*, received NaN. Use ops.add(x, y) instead of x + y.",
    );
  });

  test("what is no function, at once", () => {
    expect(() => grad(3 as never)).toThrow("grad: expected a function over ops.*, received 3.");
    expect(() => valueAndGrad(null as never)).toThrow("valueAndGrad: expected a function over ops.*, received null.");
    expect(() => compileFunction({} as never, { shapes: [] })).toThrow(
      "compileFunction: expected a function over ops.*, received an object.",
    );
  });

  test("fewer inputs than the function needs", async () => {
    const message = (where: string, received: number) =>
      `${where}: expected as many inputs as the function has parameters, 2, received ${received}.`;
    const f = (a: SymbolicTensor, b: SymbolicTensor) => ops.sum(ops.add(a, b));
    expect(() => compileFunction(f, { shapes: [[1]] })).toThrow(new TypeError(message("compileFunction", 1)));
    expect(() => compileFunction((_, b) => b as SymbolicTensor, { shapes: [[1]] })).toThrow(
      message("compileFunction", 1),
    );
    await expect(grad(f)()).rejects.toThrow(new TypeError(message("grad", 0)));
    await expect(valueAndGrad(f)(1)).rejects.toThrow(message("valueAndGrad", 1));
    await expect(gradientCheck(f, [1])).rejects.toThrow(message("gradientCheck", 1));
    // Other errors stay, and parameters may be left out.
    await expect(grad((x, y) => ops.sum(ops.matmul(x, y ?? x)))([[1, 2]])).rejects.toThrow("ops.matmul: ");
    expect(await grad(ops.sum as typeof ops.square)([1, 2])).toEqual([[1, 1]]);
  });

  test("inputs that are no list", async () => {
    await expect(gradientCheck((x) => ops.sum(x), 5 as never)).rejects.toThrow(
      new TypeError(
        "gradientCheck: expected an array of inputs, received 5. " +
          "For example gradientCheck(f, [2, [0.5, 1]]) for a number and a vector.",
      ),
    );
  });

  test("layers, whose weights are those of models", async () => {
    const message = (where: string, layer: string) =>
      `${where}: expected a function that computes with ops.* alone, received one that calls layer ${layer}. ` +
      "Layers have their weights in a model: give the weights as inputs, as in ops.dense(x, kernel, bias).";
    const hidden = layers.dense({ units: 2, kernelInitializer: "ones", name: "hidden" });
    const f = (x: SymbolicTensor) => ops.sum(hidden(x));
    expect(() => compileFunction((x) => hidden(x), { shapes: [[1, 3]] })).toThrow(
      message("compileFunction", 'dense "hidden"'),
    );
    await expect(grad(f)([[1, 2, 3]])).rejects.toThrow(message("grad", 'dense "hidden"'));
    await expect(valueAndGrad(f)([[1, 2, 3]])).rejects.toThrow(message("valueAndGrad", 'dense "hidden"'));
    await expect(gradientCheck(f, [[[1, 2, 3]]])).rejects.toThrow(message("gradientCheck", 'dense "hidden"'));
    const normalized = (x: SymbolicTensor) => ops.sum(layers.batchNormalization()(x));
    await expect(gradientCheck(normalized, [[[1, 2, 3]]])).rejects.toThrow(
      message("gradientCheck", "batchNormalization"),
    );
    const model = sequential([layers.dense({ units: 1, inputShape: [3] })], { name: "net" });
    await expect(gradientCheck((x) => ops.sum(model.call(x)), [[[1, 2, 3]]])).rejects.toThrow(
      message("gradientCheck", 'sequential "net"'),
    );
    const inGradient = ops.customGradient(
      (x) => ops.sum(x),
      (_, x) => hidden(x as SymbolicTensor),
    );
    await expect(grad(inGradient)([[1, 2, 3]])).rejects.toThrow(message("ops.customGradient", 'dense "hidden"'));
    // The layer was not built for the shape of the function, and what comes after the error is no function.
    const x = input({ shape: [4] });
    expect(hidden(x).shape).toEqual([null, 2]);
  });

  test("symbolic tensors of other graphs, which have no numbers here", async () => {
    const x = input({ shape: [4], name: "pixels" });
    const y = layers.dense({ units: 2, name: "hidden" })(x);
    await expect(grad((a) => ops.sum(ops.mul(a, y)))(1)).rejects.toThrow(
      "grad: the function must compute from its inputs and from numbers, " +
        'received a symbolic tensor of another graph, "hidden". Give its values as an input.',
    );
    expect(() => compileFunction(() => ops.exp(x), { shapes: [] })).toThrow(
      "compileFunction: the function must compute from its inputs and from numbers, " +
        'received a symbolic tensor of another graph, "pixels". Give its values as an input.',
    );
  });

  test("ragged and foreign inputs", async () => {
    await expect(grad((x) => ops.sum(x))([[1, 2], [3]])).rejects.toThrow(
      "grad, input 0: expected 2 values in row 1, received 1. Every row must have the shape of row 0.",
    );
    await expect(grad((x) => ops.sum(x))("1" as never)).rejects.toThrow(TypeError);
  });

  test("shapes that are none", () => {
    expect(() => compileFunction((x) => x, { shapes: [2] as never })).toThrow(
      "compileFunction: shapes must be an array of shapes, received an array of 1. For example { shapes: [[2, 3], []] }.",
    );
    expect(() => compileFunction((x) => x, { shapes: [], shape: [] } as never)).toThrow(
      'compileFunction: expected a known option, received "shape". Did you mean "shapes"?',
    );
  });

  test("inputs of another shape or number", async () => {
    const g = compileFunction((x) => ops.sum(x), { shapes: [[2]] });
    await expect(g([1, 2, 3])).rejects.toThrow(
      "compiled function: input 0 must have shape [2], received [3]. Compile it again for other shapes.",
    );
    await expect(g()).rejects.toThrow("compiled function: expected 1 inputs, received 0.");
    expect(() => compileFunction((x) => x, {} as never)).toThrow(
      "compileFunction: shapes must be an array of shapes, received undefined. For example { shapes: [[2, 3], []] }.",
    );
    expect(() => compileFunction((x) => x, { shapes: [[0]] })).toThrow(/a shape must have positive integers/);
  });
});
