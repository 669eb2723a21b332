// Instructions with operands of many shapes for every operation of the table, as data: test/backends/ops.test.ts runs them.
// An operation, function, loss or optimizer without an entry here does not compile.

import {
  binaryNames,
  type LossName,
  losses,
  lossNames,
  type OpName,
  type OptimizerName,
  optimizerNames,
  optimizers,
  reductionNames,
  type UnaryName,
  unary,
  unaryNames,
} from "../../src/program/ops.gen.js";
import type { RandomStream } from "../../src/random/philox.js";

export interface Operand {
  readonly rows: number;
  readonly columns: number;
  readonly batch?: boolean;
  readonly values?: Float32Array;
}

export interface OpCase {
  readonly title: string;
  readonly op: OpName;
  readonly parameters?: Readonly<Record<string, number | string>>;
  /** In any order; outputs have values only when they are read as well. */
  readonly operands: Readonly<Record<string, Operand>>;
  readonly outputs: readonly string[];
  /** Absolute tolerance; grows with the length of sums. */
  readonly absolute?: number;
  readonly relative?: number;
}

/** Rows and columns: one, around the widths of vectors, primes, and beyond a cache line. */
const sizes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 7],
  [5, 1],
  [3, 4],
  [4, 8],
  [2, 9],
  [13, 17],
  [7, 31],
  [1, 67],
  [33, 16],
  [2, 257],
];

/** Rows, inner size, columns of matrix products: skinny ones, remainders, and more than one block. */
const products: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 2, 8],
  [4, 2, 1],
  [1, 37, 10],
  [3, 5, 7],
  [8, 16, 8],
  [17, 13, 11],
  [32, 100, 10],
  [5, 300, 33],
  [65, 70, 67],
  [2, 600, 130],
  [130, 20, 96],
];

/** The axes of reductions; along the columns also for several groups of them. */
const axesAndGroups = [
  [0, 1],
  [1, 1],
  [1, 5],
  [2, 1],
] as const;

function fill(random: RandomStream, rows: number, columns: number, low = -2, high = 2): Float32Array {
  return Float32Array.from({ length: rows * columns }, () => random.uniform(low, high));
}

function matrix(random: RandomStream, rows: number, columns: number, low = -2, high = 2): Operand {
  return { rows, columns, values: fill(random, rows, columns, low, high) };
}

/** Batches come in every second case: the rows of a batch tensor are numbers of the run, fixed ones are in the words. */
function batched<T extends Operand>(operand: T, index: number): T & { readonly batch: boolean } {
  return { ...operand, batch: index % 2 === 1 };
}

/** Where each function is tried: all of its domain that is of use, without overflow. */
export const domains: Readonly<Record<UnaryName, readonly [low: number, high: number, alpha?: number]>> = {
  linear: [-3, 3],
  negative: [-3, 3],
  abs: [-3, 3],
  sign: [-3, 3],
  floor: [-3, 3],
  ceil: [-3, 3],
  round: [-3, 3],
  exp: [-10, 5],
  expm1: [-3, 3],
  log: [1e-3, 10],
  log1p: [-0.9, 5],
  sqrt: [1e-3, 10],
  rsqrt: [1e-2, 10],
  square: [-3, 3],
  reciprocal: [0.1, 10],
  erf: [-4, 4],
  sin: [-100, 100],
  cos: [-100, 100],
  step: [-1, 1, 0.25],
  sigmoid: [-12, 12],
  tanh: [-6, 6],
  relu: [-3, 3],
  leakyRelu: [-3, 3, 0.2],
  elu: [-4, 3, 1.3],
  selu: [-4, 3],
  gelu: [-5, 5],
  geluTanh: [-5, 5],
  silu: [-10, 10],
  softplus: [-20, 20],
  relu6: [-3, 9],
  celu: [-4, 3, 1.3],
  hardSigmoid: [-5, 5],
  hardSilu: [-5, 5],
  hardTanh: [-3, 3],
  softsign: [-30, 30],
  mish: [-20, 20],
  logSigmoid: [-20, 20],
  squareplus: [-20, 20, 4],
  tanhShrink: [-5, 5],
};

/** Where predictions and targets of each loss lie. */
const lossDomains: Readonly<Record<LossName, { prediction: [number, number]; target: [number, number]; p0: number }>> =
  {
    meanSquaredError: { prediction: [-2, 2], target: [-2, 2], p0: 0 },
    meanAbsoluteError: { prediction: [-2, 2], target: [-2, 2], p0: 0 },
    huber: { prediction: [-3, 3], target: [-3, 3], p0: 1.25 },
    binaryCrossentropy: { prediction: [0.01, 0.99], target: [0, 1], p0: 0.1 },
    binaryCrossentropyLogits: { prediction: [-8, 8], target: [0, 1], p0: 0.1 },
    categoricalCrossentropy: { prediction: [0.05, 1], target: [0, 1], p0: 0.1 },
    categoricalCrossentropyLogits: { prediction: [-8, 8], target: [0, 1], p0: 0.1 },
    sparseCategoricalCrossentropy: { prediction: [0.05, 1], target: [0, 0], p0: 0 },
    sparseCategoricalCrossentropyLogits: { prediction: [-8, 8], target: [0, 0], p0: 0 },
  };

const optimizerValues: Readonly<Record<OptimizerName, Readonly<Record<string, number>>>> = {
  sgd: { momentum: 0.9, nesterov: 0, weightDecay: 0.01 },
  rmsprop: { rho: 0.9, momentum: 0.5, epsilon: 1e-7, weightDecay: 0.01 },
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 },
  adamax: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.01 },
  nadam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.01 },
  radam: { beta1: 0.9, beta2: 0.5, epsilon: 1e-7, weightDecay: 0.01 },
  lion: { beta1: 0.9, beta2: 0.99, weightDecay: 0.01 },
  adagrad: { initialAccumulatorValue: 0.1, epsilon: 1e-7, weightDecay: 0.01 },
  adadelta: { rho: 0.95, epsilon: 1e-7, weightDecay: 0.01 },
  ftrl: { learningRatePower: -0.5, initialAccumulatorValue: 0.1, l1: 0.1, l2: 0.2, l2Shrinkage: 0.05, beta: 0.3 },
  rprop: { etaMinus: 0.5, etaPlus: 1.2, minimum: 1e-6, maximum: 50, weightDecay: 0.01 },
};

function unaryInput(random: RandomStream, name: UnaryName, rows: number, columns: number): Operand {
  const [low, high] = domains[name];
  return matrix(random, rows, columns, low, high);
}

/** What a function's derivative reads: x, and y as the float32 that a forward pass would have left. */
function reads(name: UnaryName, input: string, output: string): string[] {
  const text = unary[name].reads;
  return [...(text.includes("x") ? [input] : []), ...(text.includes("y") ? [output] : [])];
}

/** The outputs' range of each function: positive where the derivative divides by it. */
function unaryOutput(random: RandomStream, rows: number, columns: number): Operand {
  return matrix(random, rows, columns, 0.1, 0.9);
}

type Cases = (random: RandomStream) => OpCase[];

function bySize(make: (random: RandomStream, rows: number, columns: number, index: number) => OpCase[]): Cases {
  return (random) => sizes.flatMap(([rows, columns], index) => make(random, rows, columns, index));
}

function unaryCases(
  make: (random: RandomStream, name: UnaryName, rows: number, columns: number, index: number) => OpCase,
) {
  return bySize((random, rows, columns, index) =>
    unaryNames.map((name) => {
      const made = make(random, name, rows, columns, index);
      const parameters = { function: name, alpha: domains[name][2] ?? 0, ...made.parameters };
      return { ...made, title: `${name} ${made.title}`, parameters };
    }),
  );
}

function rowwise(op: OpName, inputs: Readonly<Record<string, readonly [number, number]>>, output: string): Cases {
  return bySize((random, rows, columns, index) => {
    const operands: Record<string, Operand> = { [output]: batched({ rows, columns }, index) };
    for (const [name, [low, high]] of Object.entries(inputs)) {
      operands[name] = batched(matrix(random, rows, columns, low, high), index);
    }
    return [{ title: `${rows} x ${columns}`, op, operands, outputs: [output], absolute: 2e-6 * Math.sqrt(columns) }];
  });
}

/** Every combination of rows and columns that broadcasts. */
function broadcasts(rows: number, columns: number): (readonly [number, number])[] {
  return [
    [rows, columns],
    [1, columns],
    [rows, 1],
    [1, 1],
  ];
}

function target(random: RandomStream, name: LossName, rows: number, columns: number): Operand {
  const [low, high] = lossDomains[name].target;
  if (!losses[name].sparse) return matrix(random, rows, columns, low, high);
  return { rows, columns: 1, values: Float32Array.from({ length: rows }, () => random.integer(columns)) };
}

function lossCases(
  make: (random: RandomStream, name: LossName, rows: number, columns: number) => Partial<OpCase>,
): Cases {
  return bySize((random, rows, columns, index) =>
    lossNames.map((name) => {
      const [low, high] = lossDomains[name].prediction;
      const { operands = {}, ...rest } = make(random, name, rows, columns);
      const all: Record<string, Operand> = {
        ...operands,
        prediction: matrix(random, rows, columns, low, high),
        target: target(random, name, rows, columns),
      };
      return {
        title: `${name} ${rows} x ${columns}`,
        op: "loss",
        parameters: { function: name, p0: lossDomains[name].p0 },
        operands: Object.fromEntries(Object.entries(all).map(([key, operand]) => [key, batched(operand, index)])),
        outputs: [],
        absolute: 4e-6 * Math.sqrt(columns),
        ...rest,
      };
    }),
  );
}

export const opCases: Readonly<Record<OpName, Cases>> = {
  fill: bySize((_, rows, columns, index) => [
    {
      title: `${rows} x ${columns}`,
      op: "fill",
      parameters: { value: -1.5 },
      operands: { y: batched({ rows, columns }, index) },
      outputs: ["y"],
    },
  ]),
  copy: bySize((random, rows, columns, index) => [
    {
      title: `${rows} x ${columns}`,
      op: "copy",
      operands: {
        y: batched(index % 2 === 0 ? { rows: columns, columns: rows } : { rows, columns }, index),
        x: batched(matrix(random, rows, columns), index),
      },
      outputs: ["y"],
    },
  ]),
  transpose: bySize((random, rows, columns) => [
    {
      title: `${rows} x ${columns}`,
      op: "transpose",
      operands: { y: { rows: columns, columns: rows }, x: matrix(random, rows, columns) },
      outputs: ["y"],
    },
  ]),
  slice: bySize((random, rows, columns, index) =>
    [0, Math.floor(columns / 3), columns - 1].map((start) => {
      const width = Math.max(1, Math.floor((columns - start) / (1 + (index % 2))));
      return {
        title: `${width} of ${rows} x ${columns} from ${start}`,
        op: "slice" as const,
        parameters: { start },
        operands: { y: batched({ rows, columns: width }, index), x: batched(matrix(random, rows, columns), index) },
        outputs: ["y"],
      };
    }),
  ),
  pad: bySize((random, rows, columns, index) =>
    [0, 1, 5].flatMap((start) =>
      [0, 3].map((behind) => ({
        title: `${rows} x ${columns} behind ${start}, before ${behind}`,
        op: "pad" as const,
        parameters: { start },
        operands: {
          // Whatever was there before is overwritten.
          y: batched(matrix(random, rows, start + columns + behind), index),
          x: batched(matrix(random, rows, columns), index),
        },
        outputs: ["y"],
      })),
    ),
  ),
  concatenate: bySize((random, rows, columns, index) =>
    [1, 4, 11].map((other) => ({
      title: `${rows} x ${columns} and ${other}`,
      op: "concatenate" as const,
      operands: {
        z: batched({ rows, columns: columns + other }, index),
        x: batched(matrix(random, rows, columns), index),
        y: batched(matrix(random, rows, other), index),
      },
      outputs: ["z"],
    })),
  ),
  gather: bySize((random, rows, columns, index) =>
    [1, 3].map((count) => ({
      title: `${count} from ${rows} x ${columns}`,
      op: "gather" as const,
      operands: {
        y: batched({ rows: 9, columns: count * columns }, index),
        table: matrix(random, rows, columns),
        index: batched(indices(random, rows, 9, count), index),
      },
      outputs: ["y"],
    })),
  ),
  gatherGrad: bySize((random, rows, columns, index) =>
    [1, 3].map((count) => ({
      title: `${count} to ${rows} x ${columns}`,
      op: "gatherGrad" as const,
      operands: {
        dtable: matrix(random, rows, columns),
        index: batched(indices(random, rows, 9, count), index),
        dy: batched(matrix(random, 9, count * columns), index),
      },
      outputs: ["dtable"],
    })),
  ),
  unary: unaryCases((random, name, rows, columns, index) => ({
    title: `${rows} x ${columns}`,
    op: "unary",
    operands: { y: batched({ rows, columns }, index), x: batched(unaryInput(random, name, rows, columns), index) },
    outputs: ["y"],
  })),
  unaryGrad: unaryCases((random, name, rows, columns, index) => {
    const inputs: Record<string, Operand> = {
      x: batched(unaryInput(random, name, rows, columns), index),
      y: batched(unaryOutput(random, rows, columns), index),
    };
    const used = Object.fromEntries(reads(name, "x", "y").map((key) => [key, inputs[key] as Operand]));
    return {
      title: `${rows} x ${columns}`,
      op: "unaryGrad",
      operands: { dx: batched({ rows, columns }, index), dy: batched(matrix(random, rows, columns), index), ...used },
      outputs: ["dx"],
      absolute: 4e-6,
    };
  }),
  binary: bySize((random, rows, columns) =>
    binaryNames.flatMap((name) =>
      broadcasts(rows, columns).flatMap((x, i) =>
        broadcasts(rows, columns)
          .filter((_, j) => i === 0 || j === 0 || i + j === 3)
          .map((y) => ({
            title: `${name} ${x.join(" x ")}, ${y.join(" x ")}`,
            op: "binary" as const,
            parameters: { function: name },
            operands: {
              z: { rows, columns },
              // Positive, so that powers exist; on a grid, so that some are equal.
              x: grid(matrix(random, x[0], x[1], 0.5, 3)),
              y: grid(matrix(random, y[0], y[1], 0.5, 3)),
            },
            outputs: ["z"],
          })),
      ),
    ),
  ),
  select: bySize((random, rows, columns) =>
    broadcasts(rows, columns).map((c, i) => {
      const x = broadcasts(rows, columns)[(i + 1) % 4] as readonly [number, number];
      return {
        title: `${c.join(" x ")}, ${x.join(" x ")}`,
        op: "select" as const,
        operands: {
          z: { rows, columns },
          condition: grid(matrix(random, c[0], c[1], -0.5, 0.5)),
          x: matrix(random, x[0], x[1]),
          y: matrix(random, rows, columns),
        },
        outputs: ["z"],
      };
    }),
  ),
  reduce: bySize((random, rows, columns, index) =>
    reductionNames.flatMap((name) =>
      axesAndGroups.map(([axis, groups]) => ({
        title: `${name} ${rows} x ${columns} axis ${axis}, ${groups} groups`,
        op: "reduce" as const,
        parameters: { function: name, axis },
        operands: {
          x: batched(matrix(random, rows, groups * columns), index),
          y: axis === 1 ? batched({ rows, columns: groups }, index) : { rows: 1, columns: axis === 0 ? columns : 1 },
        },
        outputs: ["y"],
        absolute: 2e-6 * Math.sqrt(rows * columns),
      })),
    ),
  ),
  expand: bySize((random, rows, columns, index) =>
    axesAndGroups.flatMap(([axis, groups]) =>
      [0, 1].map((mean) => ({
        title: `${rows} x ${columns} axis ${axis} mean ${mean}, ${groups} groups`,
        op: "expand" as const,
        parameters: { axis, mean },
        operands: {
          y: batched({ rows, columns: groups * columns }, index),
          x: axis === 1 ? batched(matrix(random, rows, groups), index) : matrix(random, 1, axis === 0 ? columns : 1),
        },
        outputs: ["y"],
      })),
    ),
  ),
  matmul: (random) =>
    products.flatMap(([m, k, n], index) =>
      [0, 1, 2, 3].map((flags) => {
        const [transposeA, transposeB] = [flags & 1, flags >> 1];
        const a = transposeA === 1 ? matrix(random, k, m) : batched(matrix(random, m, k), index);
        const b = transposeB === 1 ? matrix(random, n, k) : matrix(random, k, n);
        return {
          title: `${m} x ${k} x ${n} transposed ${transposeA}, ${transposeB}`,
          op: "matmul" as const,
          parameters: { transposeA, transposeB },
          operands: { c: { rows: m, columns: n, batch: a.batch ?? false }, a, b },
          outputs: ["c"],
          absolute: 3e-6 * Math.sqrt(k),
        };
      }),
    ),
  dense: (random) =>
    products.flatMap(([m, k, n], index) =>
      unaryNames
        .filter((_, i) => (i + index) % 4 === 0)
        .map((name, i) => {
          const [low, high, alpha = 0] = domains[name];
          // Around the middle of the function's domain, whatever the weights are.
          const bias = (low + high) / 2;
          const scale = (high - low) / 4 / k;
          return {
            title: `${name} ${m} x ${k} x ${n}`,
            op: "dense" as const,
            parameters: { function: name, alpha },
            operands: {
              y: batched({ rows: m, columns: n }, index),
              ...(i % 2 === 0 && { z: batched({ rows: m, columns: n }, index) }),
              x: batched(matrix(random, m, k), index),
              w: matrix(random, k, n, -scale, scale),
              ...((i % 3 !== 0 || low > 0) && { b: matrix(random, 1, n, bias, bias) }),
            },
            outputs: i % 2 === 0 ? ["y", "z"] : ["y"],
            absolute: 2e-5,
            relative: 1e-4,
          };
        }),
    ),
  denseInputGrad: (random) =>
    products.flatMap(([m, k, n], index) =>
      unaryNames
        .filter((_, i) => (i + index) % 4 === 0)
        .map((name) => {
          const inputs: Record<string, Operand> = {
            z: batched(unaryInput(random, name, m, k), index),
            x: batched(unaryOutput(random, m, k), index),
          };
          return {
            title: `${name} ${m} x ${k} x ${n}`,
            op: "denseInputGrad" as const,
            parameters: { function: name, alpha: domains[name][2] ?? 0 },
            operands: {
              dx: batched({ rows: m, columns: k }, index),
              dy: batched(matrix(random, m, n), index),
              w: matrix(random, k, n, -1, 1),
              ...Object.fromEntries(reads(name, "z", "x").map((key) => [key, inputs[key] as Operand])),
            },
            outputs: ["dx"],
            absolute: 2e-5 * Math.sqrt(n),
            relative: 1e-4,
          };
        }),
    ),
  denseWeightGrad: (random) =>
    products.flatMap(([m, k, n], index) =>
      [true, false].map((bias) => ({
        title: `${m} x ${k} x ${n}${bias ? " with bias" : ""}`,
        op: "denseWeightGrad" as const,
        operands: {
          dw: { rows: k, columns: n },
          ...(bias && { db: { rows: 1, columns: n } }),
          x: batched(matrix(random, m, k), index),
          dy: batched(matrix(random, m, n), index),
        },
        outputs: bias ? ["dw", "db"] : ["dw"],
        absolute: 4e-6 * Math.sqrt(m),
      })),
    ),
  softmax: rowwise("softmax", { x: [-8, 8] }, "y"),
  softmaxGrad: rowwise("softmaxGrad", { y: [0, 1], dy: [-2, 2] }, "dx"),
  logSoftmax: rowwise("logSoftmax", { x: [-8, 8] }, "y"),
  logSoftmaxGrad: rowwise("logSoftmaxGrad", { y: [-5, 0], dy: [-2, 2] }, "dx"),
  loss: lossCases((_random, _name, rows) => ({ op: "loss", operands: { l: { rows, columns: 1 } }, outputs: ["l"] })),
  lossGrad: lossCases((random, _name, rows, columns) => ({
    op: "lossGrad",
    operands: { dprediction: { rows, columns }, dl: matrix(random, rows, 1) },
    outputs: ["dprediction"],
    relative: 1e-4,
  })),
  dropout: bySize((random, rows, columns, index) =>
    [0, 0.2, 0.75].map((rate) => ({
      title: `${rows} x ${columns} rate ${rate}`,
      op: "dropout" as const,
      parameters: { rate, stream: index },
      operands: { y: batched({ rows, columns }, index), x: batched(matrix(random, rows, columns), index) },
      outputs: ["y"],
    })),
  ),
  random: bySize((_, rows, columns, index) =>
    [0, 1].map((normal) => ({
      title: `${rows} x ${columns} normal ${normal}`,
      op: "random" as const,
      parameters: { normal, stream: index },
      operands: { y: batched({ rows, columns }, index) },
      outputs: ["y"],
      absolute: 0,
      // Uniform numbers are the same bits everywhere.
      relative: normal === 1 ? 5e-7 : 0,
    })),
  ),
  stepValue: () =>
    [0, 1].map((value) => ({
      title: `${value}`,
      op: "stepValue" as const,
      parameters: { value },
      operands: { y: { rows: 1, columns: 1 } },
      outputs: ["y"],
    })),
  update: bySize((random, rows, columns) =>
    optimizerNames.flatMap((name) => {
      const { slots, parameters } = optimizers[name];
      const optional = slots.filter((slot) => slot.optional).length;
      // Every choice of optional slots, each with the parameters, with Nesterov's momentum, and with none but the first.
      return Array.from({ length: 2 ** optional * 2 }, (_, choice) => {
        let bit = 2;
        const present = slots.flatMap((slot, i) => {
          if (slot.optional) {
            const taken = (choice & bit) !== 0;
            bit *= 2;
            if (!taken) return [];
          }
          // meanGradient^2 stays below meanSquare, as it does in training.
          const [low, high] = slot.name === "meanGradient" ? [-0.1, 0.1] : [0.05, 1];
          return [[`s${i}`, matrix(random, rows, columns, low, high)] as const];
        });
        const changed: Readonly<Record<string, number>> = choice % 2 === 1 ? { nesterov: 1, weightDecay: 0 } : {};
        const values = { ...optimizerValues[name], ...changed };
        const options = parameters.map((parameter, i) => [`o${i}`, values[parameter] ?? 0] as const);
        return {
          title: `${name} ${rows} x ${columns} choice ${choice}`,
          op: "update" as const,
          parameters: { function: name, learningRateScale: 0.5, ...Object.fromEntries(options) },
          operands: {
            p: matrix(random, rows, columns),
            g: matrix(random, rows, columns, -1, 1),
            ...Object.fromEntries(present),
          },
          outputs: ["p", ...present.map(([slot]) => slot)],
        };
      });
    }),
  ),
};

/** Numbers of rows, some of them several times, and some that name none. */
function indices(random: RandomStream, tableRows: number, rows: number, columns: number): Operand {
  const values = Float32Array.from({ length: rows * columns }, () => random.integer(tableRows + 2) - 1);
  values[random.integer(values.length)] = 0.5;
  return { rows, columns, values };
}

function grid(operand: Operand): Operand {
  return { ...operand, ...(operand.values && { values: operand.values.map((value) => Math.round(value * 4) / 4) }) };
}
