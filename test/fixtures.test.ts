// Holds every backend and instruction set to the oracles of test/fixtures: Keras in float64, one small program for each case.

import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../src/backends/backend.js";
import {
  type LossName,
  losses,
  lossNames,
  type OptimizerName,
  optimizerNames,
  optimizers,
  type UnaryName,
  unary,
  unaryNames,
} from "../src/program/ops.gen.js";
import { testBackends } from "./backends.js";
import { expectClose, type FixtureNumber, numbers, pattern, readFixture, type Tolerance } from "./fixtures/fixture.js";
import { buildProgram, type InstructionSpec, type TensorSpec } from "./program-words.js";

interface UnaryFixture {
  readonly inputs: readonly FixtureNumber[];
  readonly cases: readonly {
    readonly function: UnaryName;
    readonly alpha: number;
    readonly values: readonly FixtureNumber[];
    readonly derivatives: readonly FixtureNumber[];
  }[];
}

interface LossCase {
  readonly loss: LossName;
  readonly p0: number;
  readonly columns: number;
  readonly prediction: readonly number[];
  readonly target: readonly number[];
  readonly values: readonly number[];
  readonly gradient: readonly number[];
}

interface LossFixture {
  readonly rows: number;
  readonly dl: readonly number[];
  readonly cases: readonly LossCase[];
  readonly clipped: Pick<LossCase, "prediction" | "target" | "columns" | "values">;
  readonly softmax: readonly {
    readonly op: "softmax" | "logSoftmax";
    readonly columns: number;
    readonly x: readonly number[];
    readonly dy: readonly number[];
    readonly y: readonly number[];
    readonly dx: readonly number[];
  }[];
}

interface OptimizerFixture {
  readonly count: number;
  readonly steps: number;
  readonly recorded: readonly number[];
  readonly rates: readonly number[];
  readonly start: { readonly seed: number };
  readonly gradients: { readonly seed: number };
  readonly cases: readonly {
    readonly optimizer: OptimizerName;
    readonly slots: readonly string[];
    readonly parameters: Readonly<Record<string, number>>;
    readonly path: readonly (readonly number[])[];
  }[];
}

interface DenseFixture {
  readonly seeds: Readonly<Record<"before" | "w" | "b" | "dy", number>>;
  readonly cases: readonly {
    readonly shape: readonly [rows: number, inputs: number, units: number];
    readonly function: UnaryName;
    readonly alpha: number;
    readonly y: readonly number[];
    readonly dbefore: readonly number[];
    readonly dw: readonly number[];
    readonly db: readonly number[];
  }[];
}

// Two ULP for values; 1 + erf(x) of gelu loses its relative precision where erf(x) is near -1.
const valueTolerance: Tolerance = { relative: 2.4e-7, absolute: 1.2e-38 };
const valueTolerances: Partial<Record<UnaryName, Tolerance>> = {
  gelu: { relative: 2.4e-7, absolute: 1e-7 },
  geluTanh: { relative: 2.4e-7, absolute: 1e-9 },
};
// Derivatives are computed from x or y in float32: 1 - y^2 of tanh loses all relative precision where y is near 1.
const derivativeTolerance: Tolerance = { relative: 1e-6, absolute: 3e-7 };
const lossTolerance: Tolerance = { relative: 2e-6, absolute: 2e-7 };
const softmaxTolerance: Tolerance = { relative: 5e-7, absolute: 1e-7 };
const optimizerTolerance: Tolerance = { relative: 2e-6, absolute: 5e-7 };
const denseTolerance: Tolerance = { relative: 3e-6, absolute: 1e-6 };

const idle = { learningRate: 0, step: 0, seed: [0, 0] } as const;

/** Tensors with values go in, all of them come out. */
interface Cell extends TensorSpec {
  readonly values?: ArrayLike<number>;
}

function execute<Name extends string>(
  backend: Backend,
  cells: Readonly<Record<Name, Cell>>,
  instructions: readonly (Omit<InstructionSpec, "operands"> & { readonly operands: Readonly<Record<string, Name>> })[],
): Record<Name, Float32Array> {
  const names = Object.keys(cells) as Name[];
  const program = buildProgram({
    tensors: Object.values(cells),
    instructions: instructions.map((instruction) => ({
      ...instruction,
      operands: Object.fromEntries(
        Object.entries(instruction.operands).map(([operand, name]) => [operand, names.indexOf(name)]),
      ),
    })),
  });
  const executable = backend.createProgram(program.words);
  for (const [t, name] of names.entries()) {
    const { values } = cells[name];
    if (values !== undefined) executable.write(program.offsets[t] as number, values);
  }
  executable.run(0, instructions.length, 1, idle);
  const results = names.map((name, t) => {
    const { rows, columns } = cells[name];
    return [name, executable.read(program.offsets[t] as number, rows * columns)];
  });
  executable.dispose();
  return Object.fromEntries(results) as Record<Name, Float32Array>;
}

const functions = readFixture<UnaryFixture>("unary.json");
const lossFixture = readFixture<LossFixture>("losses.json");
const optimizerFixture = readFixture<OptimizerFixture>("optimizers.json");
const optimizerCases = [
  ...optimizerFixture.cases,
  ...readFixture<Pick<OptimizerFixture, "cases">>("optimizers_torch.json").cases,
];
const dense = readFixture<DenseFixture>("dense.json");

describe("oracles", () => {
  it("cover every function, loss and optimizer of the table", () => {
    expect(new Set(functions.cases.map((fixture) => fixture.function))).toEqual(new Set(unaryNames));
    expect(new Set(lossFixture.cases.map(({ loss }) => loss))).toEqual(new Set(lossNames));
    expect(new Set(optimizerCases.map(({ optimizer }) => optimizer))).toEqual(new Set(optimizerNames));
  });
});

describe.each(testBackends)("oracles, $label", ({ create }) => {
  let backend: Backend;
  beforeAll(() => {
    backend = create();
  });

  it.each(functions.cases)("unary $function, alpha $alpha", ({ function: name, alpha, values, derivatives }) => {
    const inputs = numbers(functions.inputs);
    const row = { rows: 1, columns: inputs.length };
    const reads = unary[name].reads;
    const parameters = { function: name, alpha };
    const cells = { x: { ...row, values: inputs }, y: row, dy: { ...row, values: inputs.map(() => -1.5) }, dx: row };
    const { y, dx } = execute(backend, cells, [
      { op: "unary", operands: { y: "y", x: "x" }, parameters },
      {
        op: "unaryGrad",
        operands: {
          dx: "dx",
          dy: "dy",
          ...(reads.includes("x") && { x: "x" }),
          ...(reads.includes("y") && { y: "y" }),
        },
        parameters,
      },
    ]);
    expectClose(y, values, valueTolerances[name] ?? valueTolerance, "value");
    const slopes = dx.map((value) => value / -1.5);
    expectClose(slopes, derivatives, derivativeTolerance, "derivative");
  });

  it.each(lossFixture.cases)("loss $loss, p0 $p0, $columns columns", (fixture) => {
    const { loss, p0, columns, prediction, target } = fixture;
    const { rows, dl } = lossFixture;
    const column = { rows, columns: 1 };
    const cells = {
      prediction: { rows, columns, values: prediction },
      target: { rows, columns: losses[loss].sparse ? 1 : columns, values: target },
      dl: { ...column, values: dl },
      l: column,
      dprediction: { rows, columns },
    };
    const result = execute(backend, cells, [
      {
        op: "loss",
        operands: { l: "l", prediction: "prediction", target: "target" },
        parameters: { function: loss, p0 },
      },
      {
        op: "lossGrad",
        operands: { dprediction: "dprediction", prediction: "prediction", target: "target", dl: "dl" },
        parameters: { function: loss, p0 },
      },
    ]);
    expectClose(result.l, fixture.values, lossTolerance, "value");
    expectClose(result.dprediction, fixture.gradient, lossTolerance, "gradient");
  });

  it("loss binaryCrossentropy, clipped at both ends", () => {
    const { prediction, target, columns, values } = lossFixture.clipped;
    const rows = prediction.length / columns;
    const cells = {
      prediction: { rows, columns, values: prediction },
      target: { rows, columns, values: target },
      l: { rows, columns: 1 },
    };
    const operands = { l: "l", prediction: "prediction", target: "target" } as const;
    const { l } = execute(backend, cells, [{ op: "loss", operands, parameters: { function: "binaryCrossentropy" } }]);
    expectClose(l, values, lossTolerance);
  });

  it.each(lossFixture.softmax)("$op", ({ op, columns, x, y, dy, dx }) => {
    const shape = { rows: x.length / columns, columns };
    const cells = { x: { ...shape, values: x }, y: shape, dy: { ...shape, values: dy }, dx: shape };
    const result = execute(backend, cells, [
      { op, operands: { y: "y", x: "x" } },
      { op: `${op}Grad`, operands: { dx: "dx", y: "y", dy: "dy" } },
    ]);
    expectClose(result.y, y, softmaxTolerance, "value");
    expectClose(result.dx, dx, softmaxTolerance, "gradient");
  });

  it.each(optimizerCases)("optimizer $optimizer, $slots, $parameters", ({ optimizer, slots, parameters, path }) => {
    const { count, steps, recorded, rates } = optimizerFixture;
    const row = { rows: 1, columns: count };
    const operands: Record<string, number> = { p: 0, g: 1 };
    for (const [s, slot] of optimizers[optimizer].slots.entries()) {
      if (slots.includes(slot.name)) operands[`s${s}`] = Object.keys(operands).length;
    }
    const numbered = Object.fromEntries(Object.values(parameters).map((value, i) => [`o${i}`, value]));
    const { words, offsets } = buildProgram({
      tensors: Array.from({ length: 2 + slots.length }, () => row),
      instructions: [
        { op: "update", operands, parameters: { function: optimizer, learningRateScale: 1, ...numbered } },
      ],
    });
    const executable = backend.createProgram(words);
    const gradients = disturbedGradients(count, steps);
    executable.write(offsets[0] as number, pattern(count, optimizerFixture.start.seed));
    for (let step = 0; step < steps; step++) {
      executable.write(offsets[1] as number, gradients.subarray(step * count, (step + 1) * count));
      executable.run(0, 1, 1, { learningRate: rates[step] as number, step, seed: [0, 0] });
      const record = recorded.indexOf(step + 1);
      if (record === -1) continue;
      const p = executable.read(offsets[0] as number, count);
      expectClose(p, path[record] as number[], optimizerTolerance, `after step ${step + 1}`);
    }
    executable.dispose();
  });

  it.each(dense.cases)(
    "dense $shape with $function",
    ({ shape: [rows, inputs, units], function: name, alpha, ...expected }) => {
      const before = pattern(rows * inputs, dense.seeds.before);
      const w = pattern(inputs * units, dense.seeds.w);
      const b = pattern(units, dense.seeds.b);
      const dy = pattern(rows * units, dense.seeds.dy);
      const wide = { rows, columns: inputs };
      const narrow = { rows, columns: units };
      const reads = unary[name].reads;
      const parameters = { function: name, alpha };
      const cells = {
        before: { ...wide, values: before },
        x: wide,
        w: { rows: inputs, columns: units, values: w },
        b: { rows: 1, columns: units, values: b },
        y: narrow,
        dy: { ...narrow, values: dy },
        dbefore: wide,
        dw: { rows: inputs, columns: units },
        db: { rows: 1, columns: units },
      };
      const result = execute(backend, cells, [
        { op: "unary", operands: { y: "x", x: "before" }, parameters },
        { op: "dense", operands: { y: "y", x: "x", w: "w", b: "b" }, parameters },
        {
          op: "denseInputGrad",
          operands: {
            dx: "dbefore",
            dy: "dy",
            w: "w",
            ...(reads.includes("y") && { x: "x" }),
            ...(reads.includes("x") && { z: "before" }),
          },
          parameters,
        },
        { op: "denseWeightGrad", operands: { dw: "dw", db: "db", x: "x", dy: "dy" } },
      ]);
      expectClose(result.y, expected.y, denseTolerance, "y");
      expectClose(result.dbefore, expected.dbefore, denseTolerance, "dx");
      expectClose(result.dw, expected.dw, denseTolerance, "dw");
      expectClose(result.db, expected.db, denseTolerance, "db");
    },
  );
});

/** The gradients of make_optimizers.py: zero, tiny, large and shrinking ones among them. */
function disturbedGradients(count: number, steps: number): Float32Array {
  return pattern(count * steps, optimizerFixture.gradients.seed).map((value, i) => {
    const factors = [0, 2 ** -20, 64, 2 ** -Math.floor(i / count)];
    return value * (factors[(i % count) - 3] ?? 1);
  });
}
