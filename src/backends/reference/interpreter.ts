// Executes single instructions: for every operation of ops.def one line that takes its operands and calls its formula.

import { internalError } from "../../errors.js";
import type { Instruction } from "../../program/decode.js";
import {
  binaryNames,
  lossNames,
  type OpName,
  optimizerNames,
  reductionNames,
  unaryNames,
} from "../../program/ops.gen.js";
import type { StepState } from "../backend.js";
import { binaryFunctions } from "./binary.js";
import { concatenate, gather, gatherGrad, pad, slice } from "./columns.js";
import { loss, lossGrad } from "./losses.js";
import { dense, denseInputGrad, denseWeightGrad, matmul, transpose, unaryGrad } from "./matmul.js";
import { at, broadcastAt, elementCount, fillBy, type Matrix } from "./matrix.js";
import { update } from "./optimizers.js";
import { dropout, random } from "./random.js";
import { expand, reduce, reductionFunctions } from "./reductions.js";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "./softmax.js";
import { unaryFunctions } from "./unary.js";

/** One instruction with its operands as matrices and the state of the step. */
export class Execution {
  constructor(
    readonly instruction: Instruction,
    private readonly matrices: readonly Matrix[],
    readonly state: StepState,
  ) {}

  matrix(name: string): Matrix {
    const matrix = this.optional(name);
    if (matrix === undefined) throw internalError(`${this.instruction.op} without its operand ${name}`);
    return matrix;
  }

  optional(name: string): Matrix | undefined {
    return this.matrices[this.instruction.operand(name) ?? -1];
  }

  number(name: string): number {
    return this.instruction.number(name);
  }

  /** The function that the instruction's parameter `function` chooses from a list of names. */
  choose<Name>(names: readonly Name[]): Name {
    return names[this.number("function")] as Name;
  }
}

export const interpreter: Readonly<Record<OpName, (e: Execution) => void>> = {
  fill: (e) => {
    const y = e.matrix("y");
    y.data.fill(e.number("value"), 0, elementCount(y));
  },
  copy: (e) => e.matrix("y").data.set(e.matrix("x").data.subarray(0, elementCount(e.matrix("y")))),
  transpose: (e) => transpose(e.matrix("y"), e.matrix("x")),
  slice: (e) => slice(e.matrix("y"), e.matrix("x"), e.number("start")),
  pad: (e) => pad(e.matrix("y"), e.matrix("x"), e.number("start")),
  concatenate: (e) => concatenate(e.matrix("z"), e.matrix("x"), e.matrix("y")),
  gather: (e) => gather(e.matrix("y"), e.matrix("table"), e.matrix("index")),
  gatherGrad: (e) => gatherGrad(e.matrix("dtable"), e.matrix("index"), e.matrix("dy")),
  unary: (e) => {
    const [y, x, alpha] = [e.matrix("y"), e.matrix("x"), e.number("alpha")];
    const f = unaryFunctions[e.choose(unaryNames)];
    for (let i = 0; i < elementCount(y); i++) y.data[i] = f.value(at(x, i), alpha);
  },
  unaryGrad: (e) => {
    const f = unaryFunctions[e.choose(unaryNames)];
    unaryGrad(e.matrix("dx"), e.optional("x"), e.optional("y"), e.matrix("dy"), f, e.number("alpha"));
  },
  binary: (e) => {
    const [x, y] = [e.matrix("x"), e.matrix("y")];
    const f = binaryFunctions[e.choose(binaryNames)];
    fillBy(e.matrix("z"), (row, column) => f(broadcastAt(x, row, column), broadcastAt(y, row, column)));
  },
  select: (e) => {
    const [condition, x, y] = [e.matrix("condition"), e.matrix("x"), e.matrix("y")];
    fillBy(e.matrix("z"), (row, column) => broadcastAt(broadcastAt(condition, row, column) !== 0 ? x : y, row, column));
  },
  reduce: (e) => reduce(e.matrix("y"), e.matrix("x"), reductionFunctions[e.choose(reductionNames)], e.number("axis")),
  expand: (e) => expand(e.matrix("y"), e.matrix("x"), e.number("axis"), e.number("mean") === 1),
  matmul: (e) =>
    matmul(e.matrix("c"), e.matrix("a"), e.matrix("b"), e.number("transposeA") === 1, e.number("transposeB") === 1),
  dense: (e) => {
    const f = unaryFunctions[e.choose(unaryNames)];
    dense(e.matrix("y"), e.optional("z"), e.matrix("x"), e.matrix("w"), e.optional("b"), f, e.number("alpha"));
  },
  denseInputGrad: (e) => {
    const f = unaryFunctions[e.choose(unaryNames)];
    const [dx, dy, w] = [e.matrix("dx"), e.matrix("dy"), e.matrix("w")];
    denseInputGrad(dx, dy, w, e.optional("x"), e.optional("z"), f, e.number("alpha"));
  },
  denseWeightGrad: (e) => denseWeightGrad(e.matrix("dw"), e.optional("db"), e.matrix("x"), e.matrix("dy")),
  softmax: (e) => softmax(e.matrix("y"), e.matrix("x")),
  softmaxGrad: (e) => softmaxGrad(e.matrix("dx"), e.matrix("y"), e.matrix("dy")),
  logSoftmax: (e) => logSoftmax(e.matrix("y"), e.matrix("x")),
  logSoftmaxGrad: (e) => logSoftmaxGrad(e.matrix("dx"), e.matrix("y"), e.matrix("dy")),
  loss: (e) => loss(e.matrix("l"), e.matrix("prediction"), e.matrix("target"), e.choose(lossNames), e.number("p0")),
  lossGrad: (e) => {
    const [dprediction, prediction, target] = [e.matrix("dprediction"), e.matrix("prediction"), e.matrix("target")];
    lossGrad(dprediction, prediction, target, e.matrix("dl"), e.choose(lossNames), e.number("p0"));
  },
  dropout: (e) => dropout(e.matrix("y"), e.matrix("x"), e.number("rate"), e.number("stream"), e.state),
  random: (e) => random(e.matrix("y"), e.number("normal") === 1, e.number("stream"), e.state),
  stepValue: (e) => {
    e.matrix("y").data[0] = e.number("value") === 0 ? e.state.learningRate : e.state.step + 1;
  },
  update: (e) => {
    const slots = ["s0", "s1", "s2"].map((slot) => e.optional(slot));
    const parameters = ["o0", "o1", "o2", "o3", "o4", "o5"].map((parameter) => e.number(parameter));
    const learningRate = e.state.learningRate * e.number("learningRateScale");
    update(e.matrix("p"), slots, e.matrix("g"), e.choose(optimizerNames), learningRate, e.state.step, parameters);
  },
};
