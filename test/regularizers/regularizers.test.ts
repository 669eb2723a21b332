import { describe, expect, it } from "vitest";
import {
  compileFunction,
  layers,
  ops,
  type Regularizer,
  regularizers,
  ShapeError,
  type SymbolicTensor,
  sequential,
} from "../../src/index.js";
import { customRegularizer } from "../../src/regularizers/regularizer.js";
import { resolveRegularizer } from "../../src/regularizers/resolve.js";

const matrix = [
  [1, -2],
  [3, 0.5],
];

async function penalty(regularizer: Regularizer, x: number[][] = matrix): Promise<number> {
  const f = compileFunction((w) => regularizer(w), { shapes: [[x.length, x[0]?.length ?? 0]] });
  return (await f(x)) as unknown as number;
}

describe("regularizers", () => {
  it("compute what their docstrings say", async () => {
    expect(await penalty(regularizers.l1({ l1: 2 }))).toBe(13);
    expect(await penalty(regularizers.l2({ l2: 2 }))).toBe(28.5);
    expect(await penalty(regularizers.l1l2({ l1: 1, l2: 2 }))).toBe(35);
    expect(await penalty(regularizers.l1l2({ l1: 1 }))).toBe(6.5);
    expect(await penalty(regularizers.l1l2({ l2: 1 }))).toBe(14.25);
    expect(await penalty(regularizers.l1l2())).toBe(0);
    // Rows: |1 * 3 - 2 * 0.5| / (|(1, -2)| |(3, 0.5)|).
    const rows = 2 / Math.sqrt(5 * 9.25);
    expect(await penalty(regularizers.orthogonal({ factor: 1 }))).toBeCloseTo(rows, 6);
    const columns = 0.5 / Math.sqrt(10 * 4.25);
    expect(await penalty(regularizers.orthogonal({ factor: 1, mode: "columns" }))).toBeCloseTo(columns, 6);
  });

  it("divide by no length of 0, and take one row for orthogonal", async () => {
    const zeros = [
      [0, 0],
      [1, 2],
    ];
    expect(await penalty(regularizers.orthogonal(), zeros)).toBe(0);
    expect(await penalty(regularizers.orthogonal(), [[1, 2]])).toBe(0);
  });

  it("have Keras' defaults", () => {
    expect(regularizers.l1().config).toEqual({ l1: 0.01 });
    expect(regularizers.l2().config).toEqual({ l2: 0.01 });
    expect(regularizers.l1l2().config).toEqual({ l1: 0, l2: 0 });
    expect(regularizers.orthogonal().config).toEqual({ factor: 0.01, mode: "rows" });
  });

  it("are found by name, object, factory or function", () => {
    expect(resolveRegularizer("w", "l1l2").config).toEqual({ l1: 0.01, l2: 0.01 });
    expect(resolveRegularizer("w", regularizers.l1l2 as never).config).toEqual({ l1: 0.01, l2: 0.01 });
    expect(resolveRegularizer("w", regularizers.l2 as never).config).toEqual({ l2: 0.01 });
    const made = regularizers.l1({ l1: 3 });
    expect(resolveRegularizer("w", made)).toBe(made);
    expect(resolveRegularizer("w", (x) => ops.max(x)).name).toBe("custom");
    expect(() => resolveRegularizer("w", "l3" as never)).toThrow(
      'w: expected a known name, received "l3". Did you mean "l1"? Known names: l1, l1l2, l2, orthogonal.',
    );
    expect(() => resolveRegularizer("w", 3 as never)).toThrow(
      'w: expected a regularizer such as "l2" or a function over ops.*, received 3.',
    );
  });

  it("stand in the options of a layer as they would be saved", () => {
    const kernelRegularizer = regularizers.l2({ l2: 3 });
    expect(layers.dense({ units: 1, kernelRegularizer, activityRegularizer: "l1" }).config).toMatchObject({
      kernelRegularizer: { name: "l2", config: { l2: 3 } },
      biasRegularizer: null,
      activityRegularizer: { name: "l1", config: { l1: 0.01 } },
    });
  });

  it("and constraints may be null, which is none", () => {
    const none = { kernelRegularizer: null, biasRegularizer: null, kernelConstraint: null, activityRegularizer: null };
    const { config } = layers.dense({ units: 1, ...none });
    expect(config).toEqual(layers.dense({ units: 1 }).config);
    expect(config).toMatchObject({ kernelRegularizer: null, kernelConstraint: null });
    const own = layers.custom({
      build: (_, ctx) => ctx.variable("w", [1], { regularizer: null, constraint: null }),
      call: (x, ctx) => ops.mul(x, ctx.variables.w as SymbolicTensor),
    });
    expect(sequential([layers.input({ shape: [2] }), own]).countParams()).toBe(1);
  });

  it("refuse what is out of range", () => {
    expect(() => regularizers.l1({ l1: -1 })).toThrow(
      "regularizers.l1: l1 must be a finite number of at least 0, received -1.",
    );
    expect(() => regularizers.l2({ l2: Number.NaN })).toThrow(
      "regularizers.l2: l2 must be a finite number of at least 0, received NaN.",
    );
    expect(() => regularizers.l1l2({ L1: 1 } as object)).toThrow(
      'regularizers.l1l2: expected a known option, received "L1". Did you mean "l1"?',
    );
    expect(() => regularizers.orthogonal({ mode: "row" as never })).toThrow(
      'regularizers.orthogonal: mode must be "rows" or "columns", received "row".',
    );
    expect(() => compileFunction((w) => regularizers.orthogonal()(w), { shapes: [[3]] })).toThrow(
      "regularizers.orthogonal: expected a matrix without a batch, received [3].",
    );
  });

  it("of users must give a single number", () => {
    const x = { shapes: [[2, 2]] };
    expect(() => compileFunction((w) => customRegularizer((v) => ops.sum(v, 0))(w), x)).toThrow(
      new ShapeError(
        'regularizer "custom": the function must return a single number, a result of ops.*, received shape [2]. ' +
          "Reduce it with ops.sum or ops.mean.",
      ),
    );
    expect(() => compileFunction((w) => customRegularizer(() => 3 as never)(w), x)).toThrow(
      'regularizer "custom": the function must return a single number, a result of ops.*, received 3.',
    );
    expect(() => compileFunction((w) => customRegularizer(() => ops.sum(ops.ones([2, 2])))(w), x)).toThrow(
      new TypeError(
        'regularizer "custom": the result must depend on the argument, received one that does not. ' +
          "Compute it from the argument, or there is nothing to penalise.",
      ),
    );
  });
});
