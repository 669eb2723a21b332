// The order of steps.

import { expect, test } from "vitest";
import { resultValue, type Step, schedule, type Value } from "../../src/program/steps.js";

const step = (output: Value, ...inputs: Value[]): Step => ({
  op: "unary",
  outputs: [output],
  inputs,
  parameters: {},
  layer: "",
});

const value = (): Value => resultValue(1, 1);

test("everything is computed before it is read, otherwise the order stays", () => {
  const [a, b, c, d] = [value(), value(), value(), value()];
  const [makeA, makeB, makeC, makeD] = [step(a), step(b), step(c, a, b), step(d)];
  expect(schedule([makeD, makeC, makeB, makeA], [c, d])).toEqual([makeD, makeA, makeB, makeC]);
});

test("what nobody needs is left out", () => {
  const [a, b, c] = [value(), value(), value()];
  const [makeA, makeB, makeC] = [step(a), step(b, a), step(c, b)];
  expect(schedule([makeA, makeB, makeC], [b])).toEqual([makeA, makeB]);
  expect(schedule([makeA], [])).toEqual([]);
});

test("a view stands for what it is a view of", () => {
  const a = resultValue(2, 3);
  const view: Value = { ...a, rows: 3, columns: 2, base: a };
  const b = resultValue(3, 2);
  const [makeA, makeB] = [step(a), step(b, view)];
  expect(schedule([makeB, makeA], [b])).toEqual([makeA, makeB]);
  expect(schedule([makeA], [view])).toEqual([makeA]);
});

test("long chains do not overflow the stack", () => {
  const values = Array.from({ length: 20_000 }, value);
  const steps = values.map((made, i) => step(made, ...values.slice(Math.max(0, i - 1), i)));
  expect(schedule([...steps].reverse(), values.slice(-1))).toEqual(steps);
});
