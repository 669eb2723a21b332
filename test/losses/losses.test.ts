import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/backends/registry.js";
import { ShapeError } from "../../src/errors.js";
import { compileFunction } from "../../src/grad.js";
import { inputNode, type SymbolicTensor } from "../../src/graph/node.js";
import * as losses from "../../src/losses/index.js";
import { resolveLoss } from "../../src/losses/resolve.js";
import * as ops from "../../src/ops/index.js";
import { lossOf } from "./loss-of.js";

beforeAll(() => setBackend("reference"));

const { log, exp } = Math;

describe("losses", () => {
  it("between numbers", async () => {
    expect(
      await lossOf(
        "mse",
        [
          [1, 2],
          [0, 0],
        ],
        [
          [2, 4],
          [0, 1],
        ],
      ),
    ).toBeCloseTo((2.5 + 0.5) / 2, 6);
    expect(
      await lossOf(
        "mae",
        [
          [1, 2],
          [0, 0],
        ],
        [
          [2, 4],
          [0, 1],
        ],
      ),
    ).toBeCloseTo((1.5 + 0.5) / 2, 6);
    expect(await lossOf(losses.huber({ delta: 2 }), [0, 0], [[1], [5]])).toBeCloseTo((0.5 + (2 * 5 - 2)) / 2, 6);
  });

  it("binary cross-entropy from probabilities and from logits", async () => {
    const probability = [[0.9], [0.2]];
    const expected = -(log(0.9) + log(0.8)) / 2;
    expect(await lossOf("binaryCrossentropy", [1, 0], probability)).toBeCloseTo(expected, 6);
    const logits = probability.map(([p = 0]) => [log(p / (1 - p))]);
    expect(await lossOf(losses.binaryCrossentropy({ fromLogits: true }), [1, 0], logits)).toBeCloseTo(expected, 6);
    const smooth = -(0.9 * log(0.9) + 0.1 * log(0.1) + (0.1 * log(0.2) + 0.9 * log(0.8))) / 2;
    expect(await lossOf(losses.binaryCrossentropy({ labelSmoothing: 0.2 }), [1, 0], probability)).toBeCloseTo(
      smooth,
      6,
    );
    // Keras clips to [1e-7, 1 - 1e-7].
    expect(await lossOf("binaryCrossentropy", [1], [[0]])).toBeCloseTo(-log(1e-7), 3);
  });

  it("categorical cross-entropies agree with each other; the lecture's example", async () => {
    const p = [0.22, 0.02, 0.2, 0.51, 0.05];
    const expected = 1.514128;
    expect(await lossOf("categoricalCrossentropy", [[1, 0, 0, 0, 0]], [p])).toBeCloseTo(expected, 5);
    expect(await lossOf("sparseCategoricalCrossentropy", [0], [p])).toBeCloseTo(expected, 5);
    const logits = p.map((value) => log(value) + 3);
    expect(await lossOf(losses.categoricalCrossentropy({ fromLogits: true }), [[1, 0, 0, 0, 0]], [logits])).toBeCloseTo(
      expected,
      5,
    );
    expect(await lossOf(losses.sparseCategoricalCrossentropy({ fromLogits: true }), [0], [logits])).toBeCloseTo(
      expected,
      5,
    );
    const smooth = p.reduce((sum, value, i) => sum - (i === 0 ? 0.92 : 0.02) * log(value), 0);
    expect(await lossOf(losses.categoricalCrossentropy({ labelSmoothing: 0.1 }), [[1, 0, 0, 0, 0]], [p])).toBeCloseTo(
      smooth,
      5,
    );
    // Probabilities that do not add up to 1 are divided by their sum.
    expect(await lossOf("sparseCategoricalCrossentropy", [0], [p.map((value) => 2 * value)])).toBeCloseTo(expected, 5);
    expect(exp(-expected)).toBeCloseTo(0.22, 5);
  });

  it("of users may give a row, columns or a scalar, and may use built-in ones", async () => {
    const data = [
      [
        [1, 2],
        [0, 0],
      ],
      [
        [2, 4],
        [0, 1],
      ],
    ] as const;
    const [yTrue, yPred] = data.map((rows) => rows.map((row) => [...row])) as [number[][], number[][]];
    const square = (a: SymbolicTensor, b: SymbolicTensor) => ops.square(ops.sub(a, b));
    expect(await lossOf(square, yTrue, yPred)).toBeCloseTo(1.5, 6);
    expect(await lossOf((a, b) => ops.mean(square(a, b), 1), yTrue, yPred)).toBeCloseTo(1.5, 6);
    expect(await lossOf((a, b) => ops.mean(square(a, b)), yTrue, yPred)).toBeCloseTo(1.5, 6);
    expect(await lossOf((a, b) => ops.mul(losses.meanSquaredError()(a, b), 2), yTrue, yPred)).toBeCloseTo(3, 6);
    await expect(lossOf((() => 3) as never, yTrue, yPred)).rejects.toThrow(
      "the function must return a result of ops.*, received 3.",
    );
    await expect(lossOf((a) => ops.mean(a), yTrue, yPred)).rejects.toThrow(
      'loss "custom": the result must depend on the predictions, received one that does not. Compute it from yPred, or there is nothing to learn.',
    );
    await expect(lossOf((_a, b) => ops.sum(b, 0), yTrue, yPred)).rejects.toThrow(
      "expected values of shape [batch, 1] or []",
    );
  });

  it("compute values of numbers in a compiled function", async () => {
    const loss = losses.quantile({ quantile: 0.75 });
    const value = compileFunction((yTrue, yPred) => loss(yTrue as SymbolicTensor, yPred as SymbolicTensor), {
      shapes: [
        [3, 1],
        [3, 1],
      ],
    });
    expect(await value([[1], [2], [3]], [[0], [2], [5]])).toEqual([[0.75], [0], [0.5]]);
  });

  it("refuse targets of another shape, which would be repeated otherwise", () => {
    const [three, one] = [inputNode("p", [null, 3]), inputNode("t", [null, 1])];
    expect(() => losses.logCosh()(one, three)).toThrow(
      new ShapeError(
        "losses.logCosh: expected targets of shape [batch, 3], received [batch, 1]. The predictions have shape [batch, 3].",
      ),
    );
    expect(() => losses.sparseCategoricalCrossentropy()(three, three)).toThrow("expected targets of shape [batch, 1]");
    expect(() => losses.categoricalCrossentropy()(one, inputNode("p", [null, 2, 3]))).toThrow(
      "losses.categoricalCrossentropy: expected predictions of shape [batch, classes], received [batch, 2, 3]. Flatten the output,",
    );
  });

  it("are found by name", () => {
    expect(resolveLoss("loss", "mse").name).toBe("meanSquaredError");
    expect(resolveLoss("loss", losses.huber).name).toBe("huber");
    const shortcuts = ["bce", "mae", "mape", "msle", "kld"].map((name) => resolveLoss("loss", name).name);
    expect(shortcuts).toEqual([
      "binaryCrossentropy",
      "meanAbsoluteError",
      "meanAbsolutePercentageError",
      "meanSquaredLogarithmicError",
      "klDivergence",
    ]);
    expect(() => resolveLoss("loss", "log_cosh")).toThrow('Did you mean "logCosh"?');
    // Every loss has a name of its own, can be made without options, and is known by it.
    for (const [name, factory] of Object.entries(losses)) {
      expect(factory().name).toBe(name);
      expect(resolveLoss("loss", name).name).toBe(name);
      expect(() => factory({ reductoin: "sum" } as object)).toThrow(
        `losses.${name}: expected a known option, received "reductoin". Did you mean "reduction"?`,
      );
    }
    expect(() => resolveLoss("loss", "crossentropy")).toThrow(
      "Known names: bce, binaryCrossentropy, binaryFocalCrossentropy",
    );
    expect(() => resolveLoss("loss", 3)).toThrow(TypeError);
    expect(() => losses.binaryCrossentropy({ labelSmoothing: 2 })).toThrow(
      "labelSmoothing must be a number in [0, 1], received 2.",
    );
  });
});
