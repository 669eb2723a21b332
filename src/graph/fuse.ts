// Merges steps into the fused instructions of the core: a product with its bias and activation, both gradients of a dense
// layer, the derivative of an activation into the product that comes before it, and the gradients of two halves.

import type { UnaryName } from "../program/ops.gen.js";
import { baseOf, present, resultValue, type Step, sameSize, schedule, type Value } from "../program/steps.js";
import { readsOf } from "./shapes.js";

/** Rewrites steps such that all of `kept` are still computed. */
export function fuse(steps: readonly Step[], kept: ReadonlySet<Value>): Step[] {
  let current = [...steps];
  for (const pass of [
    sumSquares,
    joinHalves,
    addBias,
    applyActivation,
    derivativeBeforeDropout,
    derivativeIntoProduct,
    joinWeightGradients,
  ]) {
    current = schedule(pass(current, new Uses(current, kept)), kept);
  }
  return current;
}

/** Who makes and who reads each value. */
class Uses {
  readonly #readers = new Map<Value, Step[]>();
  readonly #makers = new Map<Value, Step>();
  readonly #kept = new Set<Value>();
  readonly #positions: ReadonlyMap<Step, number>;

  constructor(steps: readonly Step[], kept: ReadonlySet<Value>) {
    this.#positions = new Map(steps.map((step, i) => [step, i]));
    for (const value of kept) this.#kept.add(value).add(baseOf(value));
    for (const step of steps) {
      for (const output of present(step.outputs)) this.#makers.set(output, step);
      for (const input of present(step.inputs)) {
        // Readers of a view need the memory of its base as it is.
        if (input.base !== null) this.#kept.add(input.base);
        const readers = this.#readers.get(input);
        if (readers === undefined) this.#readers.set(input, [step]);
        else readers.push(step);
      }
    }
  }

  maker(value: Value | null | undefined): Step | undefined {
    return value === null || value === undefined ? undefined : this.#makers.get(value);
  }

  /** The steps that read the value; a step that reads it twice is there twice. */
  readers(value: Value): readonly Step[] {
    return this.#readers.get(value) ?? [];
  }

  /** True when `step` is the only one that needs the value, and needs it in one place. */
  onlyFor(value: Value, step: Step): boolean {
    const readers = this.readers(value);
    return readers.length === 1 && readers[0] === step && !this.#kept.has(value);
  }

  /** True when `value` is computed from what one of `steps` makes. */
  dependsOn(value: Value, steps: ReadonlySet<Step>): boolean {
    const first = Math.min(...Array.from(steps, (step) => this.#positions.get(step) ?? 0));
    const seen = new Set<Step>();
    const open = [this.maker(baseOf(value))];
    while (open.length > 0) {
      const maker = open.pop();
      // Steps are in order: what comes before all of `steps` depends on none of them.
      if (maker === undefined || seen.has(maker) || (this.#positions.get(maker) ?? 0) < first) continue;
      if (steps.has(maker)) return true;
      seen.add(maker);
      for (const input of present(maker.inputs)) open.push(this.maker(baseOf(input)));
    }
    return false;
  }
}

type Pass = (steps: readonly Step[], uses: Uses) => Step[];

/** Puts `merged` in the place of the first of the steps that it stands for. */
function replace(steps: readonly Step[], rewrites: ReadonlyMap<Step, Step | null>): Step[] {
  return steps.flatMap((step) => {
    const other = rewrites.get(step);
    return other === undefined ? [step] : other === null ? [] : [other];
  });
}

function output(step: Step): Value {
  return step.outputs[0] as Value;
}

function isProduct(step: Step | undefined, transposeA: number, transposeB: number): step is Step {
  if (step?.op !== "matmul") return false;
  return step.parameters.transposeA === transposeA && step.parameters.transposeB === transposeB;
}

/** y = x^2, s = sum(y)  ->  sumSquares(x) */
const sumSquares: Pass = (steps, uses) => {
  const rewrites = new Map<Step, Step | null>();
  for (const sum of steps) {
    if (sum.op !== "reduce" || sum.parameters.function !== "sum") continue;
    const [y] = sum.inputs as [Value];
    const square = uses.maker(y);
    if (square?.op !== "unary" || square.parameters.function !== "square" || !uses.onlyFor(y, sum)) continue;
    rewrites.set(square, null);
    rewrites.set(sum, { ...sum, inputs: square.inputs, parameters: { ...sum.parameters, function: "sumSquares" } });
  }
  return replace(steps, rewrites);
};

/** x and y among zeros, one behind the other, z = their sum  ->  z = concatenate(x, y): the gradient of a tensor that was split. */
const joinHalves: Pass = (steps, uses) => {
  const rewrites = new Map<Step, Step | null>();
  for (const sum of steps) {
    if (sum.op !== "binary" || sum.parameters.function !== "add") continue;
    const pads = (sum.inputs as Value[]).map((value) => (uses.onlyFor(value, sum) ? uses.maker(value) : undefined));
    const [first, second] = [...pads].sort((a, b) => Number(a?.parameters.start) - Number(b?.parameters.start));
    if (first?.op !== "pad" || second?.op !== "pad") continue;
    const [x, y] = [first.inputs[0] as Value, second.inputs[0] as Value];
    const adjacent = first.parameters.start === 0 && second.parameters.start === x.columns;
    const z = output(sum);
    if (!adjacent || x.columns + y.columns !== z.columns || x.rows !== z.rows || y.rows !== z.rows) continue;
    rewrites.set(first, null).set(second, null);
    rewrites.set(sum, { ...sum, op: "concatenate", inputs: [x, y], parameters: {} });
  }
  return replace(steps, rewrites);
};

/** c = a b, z = c + bias  ->  dense(a, b, bias), linear */
const addBias: Pass = (steps, uses) => {
  const rewrites = new Map<Step, Step | null>();
  for (const sum of steps) {
    if (sum.op !== "binary" || sum.parameters.function !== "add") continue;
    const [x, y] = sum.inputs as [Value, Value];
    for (const [c, bias] of [
      [x, y],
      [y, x],
    ] as const) {
      const product = uses.maker(c);
      if (!isProduct(product, 0, 0) || rewrites.has(product) || rewrites.has(sum)) continue;
      if (!uses.onlyFor(c, sum) || !sameSize(c, output(sum)) || bias.rows !== 1 || bias.columns !== c.columns) continue;
      const [a, b] = product.inputs as [Value, Value];
      rewrites.set(product, null);
      rewrites.set(sum, {
        op: "dense",
        outputs: [output(sum), null],
        inputs: [a, b, bias],
        parameters: { function: "linear", alpha: 0 },
        layer: sum.layer,
      });
    }
  }
  return replace(steps, rewrites);
};

/** z = dense(x, w, b), y = f(z)  ->  y (and z, when someone else reads it) = dense(x, w, b, f) */
const applyActivation: Pass = (steps, uses) => {
  const rewrites = new Map<Step, Step | null>();
  for (const step of steps) {
    const linear = step.op === "dense" && step.parameters.function === "linear";
    if (!linear && !isProduct(step, 0, 0)) continue;
    const z = output(step);
    const activation = uses.readers(z).find((reader) => reader.op === "unary");
    if (activation === undefined) continue;
    const [x, w, b] = step.inputs as [Value, Value, Value | null | undefined];
    rewrites.set(activation, null);
    rewrites.set(step, {
      op: "dense",
      outputs: [output(activation), uses.onlyFor(z, activation) ? null : z],
      inputs: [x, w, b ?? null],
      parameters: activation.parameters,
      layer: activation.layer,
    });
  }
  return replace(steps, rewrites);
};

/**
 * The derivative of an activation and the mask of a dropout after it are factors, so that their order does not matter:
 * with the derivative first it can join the product. Only behind a product that nobody else reads.
 */
const derivativeBeforeDropout: Pass = (steps, uses) => {
  const rewrites = new Map<Step, Step | null>();
  for (const derivative of steps) {
    if (derivative.op !== "unaryGrad") continue;
    const [x, y, masked] = derivative.inputs as [Value | null, Value | null, Value];
    const mask = uses.maker(masked);
    if (mask?.op !== "dropout" || !uses.onlyFor(masked, derivative)) continue;
    const [product] = mask.inputs as [Value];
    if (!isProduct(uses.maker(product), 0, 1) || !uses.onlyFor(product, mask)) continue;
    const slope = resultValue(product.rows, product.columns);
    rewrites.set(mask, { ...derivative, outputs: [slope], inputs: [x, y, product] });
    rewrites.set(derivative, { ...mask, outputs: derivative.outputs, inputs: [slope] });
  }
  return replace(steps, rewrites);
};

/** c = dy w^T, dx = c f'(.)  ->  denseInputGrad */
const derivativeIntoProduct: Pass = (steps, uses) => {
  const rewrites = new Map<Step, Step | null>();
  for (const derivative of steps) {
    if (derivative.op !== "unaryGrad") continue;
    const [z, x, c] = derivative.inputs as [Value | null, Value | null, Value];
    const product = uses.maker(c);
    if (!isProduct(product, 0, 1) || !uses.onlyFor(c, derivative)) continue;
    const reads = readsOf(derivative.parameters.function as UnaryName);
    rewrites.set(product, null);
    rewrites.set(derivative, {
      op: "denseInputGrad",
      outputs: derivative.outputs,
      inputs: [...product.inputs, reads.y ? x : null, reads.x ? z : null],
      parameters: derivative.parameters,
      layer: derivative.layer,
    });
  }
  return replace(steps, rewrites);
};

/** dw = x^T dy, db = column sums of dy  ->  denseWeightGrad */
const joinWeightGradients: Pass = (steps, uses) => {
  const rewrites = new Map<Step, Step | null>();
  for (const product of steps) {
    if (!isProduct(product, 1, 0)) continue;
    const [x, dy] = product.inputs as [Value, Value];
    const sums = uses
      .readers(dy)
      .find((step) => step.op === "reduce" && step.parameters.function === "sum" && step.parameters.axis === 0);
    if (sums === undefined || rewrites.has(sums)) continue;
    // From now on db needs x: that must not close a circle, neither alone nor together with an earlier pair.
    if (uses.dependsOn(x, new Set([sums, ...rewrites.keys()]))) continue;
    rewrites.set(sums, null);
    rewrites.set(product, {
      ...product,
      op: "denseWeightGrad",
      outputs: [output(product), output(sums)],
      parameters: {},
    });
  }
  return replace(steps, rewrites);
};
