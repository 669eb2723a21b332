// Reverse-mode differentiation of graphs: one rule for each op of the table; contributions to one tensor are added up.
// Only what the asked gradients need is built: the gradient with respect to the data of a first layer never is.

import { explain, formatShape, internalError, ShapeError } from "../errors.js";
import type { BinaryName, LossName, OpName, ReductionName, UnaryName } from "../program/ops.gen.js";
import * as build from "./build.js";
import { derivatives } from "./derivatives.js";
import { lossFormula } from "./loss-formulas.js";
import { type CustomGradient, opNode, placeOf, type SymbolicTensor, withLayer } from "./node.js";
import { readsOf, sameShape, toMatrix } from "./shapes.js";

type Tensor = SymbolicTensor;

/**
 * For each input of the node its gradient, given that of the result: a function that builds it when it is needed, or null
 * where no gradient flows (conditions, class numbers, steps).
 */
type GradientRule = (node: Tensor, dy: Tensor) => readonly (null | (() => Tensor | null))[];

/**
 * The gradients of the sum of `seed y` with respect to each of `wrt`; null for those on which `y` does not depend.
 * Without a seed `y` must have one element.
 */
export function gradients(y: Tensor, wrt: readonly Tensor[], seed?: Tensor): (Tensor | null)[] {
  return differentiate(y, wrt, seed, new Set());
}

/** The same, when a change of one of `wrt` does not change the others, although they may be computed from it. */
function partialDerivatives(y: Tensor, wrt: readonly Tensor[], seed: Tensor): (Tensor | null)[] {
  return differentiate(y, wrt, seed, new Set(wrt));
}

function differentiate(
  y: Tensor,
  wrt: readonly Tensor[],
  seed: Tensor | undefined,
  barriers: ReadonlySet<Tensor>,
): (Tensor | null)[] {
  if (seed === undefined && y.shape.some((size) => size !== 1)) {
    const remedy = "Reduce it with ops.sum or ops.mean.";
    throw new ShapeError(
      explain("gradient", "expected a single number to differentiate", formatShape(y.shape), remedy),
    );
  }
  const order = nodesBetween(y, new Set(wrt), barriers);
  const total = new Map<Tensor, Tensor>();
  if (order.length > 0) total.set(y, seed ?? build.fill(1, y.shape as readonly number[]));
  const needed = new Set(order);
  for (const node of order) {
    const dy = total.get(node);
    if (dy === undefined || barriers.has(node) || node.op === null) continue;
    const rule = node.custom === null ? rules[node.op] : customRule(node.custom);
    withLayer(node.layer, () => {
      const contributions = rule(node, dy);
      sources(node).forEach((input, i) => {
        const part = needed.has(input) ? contributions[i]?.() : null;
        if (part === undefined || part === null) return;
        const sum = total.get(input);
        total.set(input, sum === undefined ? part : build.add(sum, part));
      });
    });
  }
  return wrt.map((x) => total.get(x) ?? null);
}

/** The nodes on the ways from `y` back to `ends`, results before what they depend on. */
function nodesBetween(y: Tensor, ends: ReadonlySet<Tensor>, barriers: ReadonlySet<Tensor>): Tensor[] {
  const reachable = new Set<Tensor>([y]);
  const open = [y];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (barriers.has(node)) continue;
    for (const input of sources(node)) {
      if (reachable.has(input)) continue;
      reachable.add(input);
      open.push(input);
    }
  }
  // Nodes are numbered as they are made, inputs before results.
  const ascending = [...reachable].sort((a, b) => a.id - b.id);
  const leading = new Set<Tensor>();
  for (const node of ascending) {
    if (ends.has(node) || sources(node).some((input) => leading.has(input))) leading.add(node);
  }
  return ascending.filter((node) => leading.has(node)).reverse();
}

/** What a node's gradient flows to. */
function sources(node: Tensor): readonly Tensor[] {
  return node.custom?.inputs ?? node.inputs;
}

const number = (node: Tensor, name: string): number => node.attributes[name] as number;
const input = (node: Tensor, index: number): Tensor => {
  const x = node.inputs[index];
  if (x === undefined) throw internalError(`${node.op} without its operand ${index}`);
  return x;
};

/** The rule of an op that can also be written with simpler ones: differentiate that. */
function composed(formula: (node: Tensor) => Tensor): GradientRule {
  return (node, dy) => {
    let found: (Tensor | null)[] | undefined;
    return node.inputs.map((x, i) => {
      // An operand that occurs twice gets its whole gradient in the first place.
      if (node.inputs.indexOf(x) !== i) return null;
      return () => {
        found ??= partialDerivatives(formula(node), node.inputs, dy);
        return found[i] ?? null;
      };
    });
  };
}

/** The rule that somebody has written, with what it gives checked. */
function customRule({ inputs, gradients }: CustomGradient): GradientRule {
  return (node, dy) => {
    let found: readonly (Tensor | null)[] | undefined;
    return inputs.map((x, i) => () => {
      found ??= gradients(dy, inputs, node);
      const dx = found[i] ?? null;
      if (dx === null || sameShape(dx.shape, x.shape)) return dx;
      const expectation = `the gradient of operand ${i} must have shape ${formatShape(x.shape)}`;
      throw new ShapeError(explain(placeOf("ops.customGradient"), expectation, formatShape(dx.shape)));
    });
  };
}

const rules: Readonly<Record<OpName, GradientRule>> = {
  fill: () => [],
  copy: (node, dy) => [node.attributes.stopGradient === 1 ? null : () => build.reshape(dy, input(node, 0).shape)],
  transpose: (_, dy) => [() => opNode("transpose", [dy])],
  slice: (node, dy) => [() => build.pad(dy, number(node, "start"), input(node, 0).shape)],
  pad: (node, dy) => [() => build.slice(dy, number(node, "start"), input(node, 0).shape)],
  concatenate: (node, dz) => {
    const [x, y] = [input(node, 0), input(node, 1)];
    return [() => build.slice(dz, 0, x.shape), () => build.slice(dz, toMatrix(x.shape).columns, y.shape)];
  },
  gather: (node, dy) => [() => build.gatherGrad(input(node, 1), dy, input(node, 0).shape), null],
  gatherGrad: (node, g) => [null, () => build.reshape(build.gather(g, input(node, 0)), input(node, 1).shape)],
  unary: (node, dy) => {
    const name = node.attributes.function as UnaryName;
    const derivative = derivatives[name];
    if (derivative === 0) return [null];
    if (derivative === 1) return [() => dy];
    if (derivative === -1) return [() => build.negative(dy)];
    return [() => build.unaryGrad(name, input(node, 0), node, dy, number(node, "alpha"))];
  },
  unaryGrad: (node, g) => {
    const name = node.attributes.function as UnaryName;
    const reads = readsOf(name);
    const dy = input(node, node.inputs.length - 1);
    const x = reads.x ? input(node, 0) : null;
    const y = reads.y ? input(node, reads.x ? 1 : 0) : null;
    const alpha = number(node, "alpha");
    const operands = [x, y].filter((operand) => operand !== null);
    // An operand that the formula does not read is not looked at; any node will do in its place.
    const stand = operands[0] ?? dy;
    let found: (Tensor | null)[] | undefined;
    const through = (i: number) => () => {
      const formula = derivatives[name];
      if (typeof formula === "number") return null;
      found ??= partialDerivatives(formula(x ?? stand, y ?? stand, alpha), operands, build.multiply(g, dy));
      return found[i] ?? null;
    };
    return [...operands.map((_, i) => through(i)), () => build.unaryGrad(name, x ?? stand, y ?? stand, g, alpha)];
  },
  binary: (node, dz) => {
    const [x, y] = [input(node, 0), input(node, 1)];
    const parts = binaryRules[node.attributes.function as BinaryName](x, y, node, dz);
    return parts.map((part, i) => part && (() => build.sumTo(part(), input(node, i).shape)));
  },
  select: (node, dz) => {
    const [condition, zero] = [input(node, 0), build.scalar(0)];
    return [
      null,
      () => build.sumTo(build.select(condition, dz, zero), input(node, 1).shape),
      () => build.sumTo(build.select(condition, zero, dz), input(node, 2).shape),
    ];
  },
  reduce: (node, dy) => {
    const x = input(node, 0);
    const axis = number(node, "axis") as 0 | 1 | 2;
    return [reductionRules[node.attributes.function as ReductionName](x, node, dy, axis)];
  },
  expand: (node, dy) => {
    const axis = number(node, "axis") as 0 | 1 | 2;
    const name = number(node, "mean") === 1 ? "mean" : "sum";
    const { shape } = input(node, 0);
    const groups = axis === 1 ? toMatrix(shape).columns : 1;
    return [() => build.reshape(build.reduce(name, dy, axis, groups), shape)];
  },
  matmul: (node, dc) => {
    const [a, b] = [input(node, 0), input(node, 1)];
    const [ta, tb] = [number(node, "transposeA") === 1, number(node, "transposeB") === 1];
    return [
      () => build.reshape(ta ? build.matmul(b, dc, tb, true) : build.matmul(dc, b, false, !tb), a.shape),
      () => build.reshape(tb ? build.matmul(dc, a, true, ta) : build.matmul(a, dc, !ta, false), b.shape),
    ];
  },
  dense: composed((node) => {
    const product = build.matmul(input(node, 0), input(node, 1));
    const [, , bias] = node.inputs;
    const z = bias === undefined ? product : build.add(product, bias);
    return build.unary(node.attributes.function as UnaryName, z, number(node, "alpha"));
  }),
  denseInputGrad: composed((node) => {
    const [dy, w, ...rest] = node.inputs as [Tensor, Tensor, ...Tensor[]];
    const name = node.attributes.function as UnaryName;
    const reads = readsOf(name);
    const product = build.matmul(dy, w, false, true);
    const y = reads.y ? (rest[0] as Tensor) : product;
    const x = reads.x ? (rest[rest.length - 1] as Tensor) : product;
    return build.unaryGrad(name, x, y, product, number(node, "alpha"));
  }),
  denseWeightGrad: composed((node) => build.matmul(input(node, 0), input(node, 1), true)),
  softmax: (node, dy) => [() => opNode("softmaxGrad", [node, dy])],
  softmaxGrad: composed((node) => {
    const [y, dy] = [input(node, 0), input(node, 1)];
    return build.multiply(y, build.subtract(dy, build.reduce("sum", build.multiply(y, dy), 1)));
  }),
  logSoftmax: (node, dy) => [() => opNode("logSoftmaxGrad", [node, dy])],
  logSoftmaxGrad: composed((node) => {
    const [y, dy] = [input(node, 0), input(node, 1)];
    return build.subtract(dy, build.multiply(build.unary("exp", y), build.reduce("sum", dy, 1)));
  }),
  loss: (node, dl) => {
    const [prediction, target] = [input(node, 0), input(node, 1)];
    const { function: name, p0 } = node.attributes;
    return [
      () => opNode("lossGrad", [prediction, target, dl], { function: name as string, p0: p0 as number }),
      () => {
        const value = lossFormula(name as LossName, prediction, target, p0 as number);
        return partialDerivatives(value, [target, prediction], dl)[0] ?? null;
      },
    ];
  },
  lossGrad: composed((node) => {
    const [prediction, target, dl] = [input(node, 0), input(node, 1), input(node, 2)];
    const value = lossFormula(node.attributes.function as LossName, prediction, target, number(node, "p0"));
    const [result] = partialDerivatives(value, [prediction, target], dl);
    return result ?? build.fill(0, prediction.shape);
  }),
  dropout: (node, dy) => {
    const { rate, stream } = node.attributes;
    return [() => opNode("dropout", [dy], { rate: rate as number, stream: stream as number })];
  },
  random: () => [],
  stepValue: () => [],
  update: () => {
    throw new RangeError(explain("gradient", "expected ops that have a derivative", "update"));
  },
};

type BinaryRule = (x: Tensor, y: Tensor, z: Tensor, dz: Tensor) => readonly [Part, Part];
type Part = null | (() => Tensor);

const flat: BinaryRule = () => [null, null];

const binaryRules: Readonly<Record<BinaryName, BinaryRule>> = {
  add: (_x, _y, _z, dz) => [() => dz, () => dz],
  subtract: (_x, _y, _z, dz) => [() => dz, () => build.negative(dz)],
  multiply: (x, y, _, dz) => [() => build.multiply(dz, y), () => build.multiply(dz, x)],
  divide: (_, y, z, dz) => [() => build.divide(dz, y), () => build.negative(build.divide(build.multiply(dz, z), y))],
  power: (x, y, z, dz) => [
    () => build.multiply(dz, powerSlope(x, y)),
    // The logarithm counts only where x > 0: x^y is constant 0 at 0, and no function of y below.
    () => build.multiply(dz, build.multiply(z, safeLog(x))),
  ],
  maximum: (x, y, _, dz) => extreme("greaterEqual", x, y, dz),
  minimum: (x, y, _, dz) => extreme("lessEqual", x, y, dz),
  equal: flat,
  notEqual: flat,
  less: flat,
  lessEqual: flat,
  greater: flat,
  greaterEqual: flat,
};

/** y x^(y - 1), which is 0 for y = 0 also at x = 0. */
function powerSlope(x: Tensor, y: Tensor): Tensor {
  const slope = build.multiply(y, build.binary("power", x, build.subtract(y, build.scalar(1))));
  if (y.kind === "constant" && y.values?.every((value) => value !== 0)) return slope;
  return build.select(y, slope, build.scalar(0));
}

function safeLog(x: Tensor): Tensor {
  const positive = build.binary("greater", x, build.scalar(0));
  return build.select(positive, build.unary("log", build.select(positive, x, build.scalar(1))), build.scalar(0));
}

/** The gradient goes to the operand that was taken; of equals to the first. */
function extreme(comparison: BinaryName, x: Tensor, y: Tensor, dz: Tensor): readonly [Part, Part] {
  const first = build.binary(comparison, x, y);
  const zero = build.scalar(0);
  return [() => build.select(first, dz, zero), () => build.select(first, zero, dz)];
}

type ReductionRule = (x: Tensor, y: Tensor, dy: Tensor, axis: 0 | 1 | 2) => Part;

const reductionRules: Readonly<Record<ReductionName, ReductionRule>> = {
  sum: (x, _, dy, axis) => () => build.expand(dy, axis, x.shape),
  mean: (x, _, dy, axis) => () => build.expand(dy, axis, x.shape, true),
  maximum: sharedByEquals,
  minimum: sharedByEquals,
  argmax: () => null,
  sumSquares: (x, _, dy, axis) => () => {
    const twice = build.multiply(dy, build.scalar(2));
    return build.multiply(x, axis === 2 ? twice : build.expand(twice, axis, x.shape));
  },
};

/** Equal extremes share the gradient. */
function sharedByEquals(x: Tensor, y: Tensor, dy: Tensor, axis: 0 | 1 | 2): Part {
  return () => {
    const taken = build.binary("equal", x, build.expand(y, axis, x.shape));
    const share = build.divide(dy, build.reduce("sum", taken, axis, axis === 1 ? toMatrix(y.shape).columns : 1));
    return build.multiply(taken, build.expand(share, axis, x.shape));
  };
}
