// docs/operations.md: the whole table of operations with what holds each entry to the truth. Written by `npx vitest run
// test/operations.test.ts -u`; fails when it is stale, and when an entry has a hole.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { derivatives } from "../src/graph/derivatives.js";
import {
  binaryNames,
  lossNames,
  opNames,
  optimizerNames,
  reductionNames,
  type UnaryName,
  unaryNames,
} from "../src/program/ops.gen.js";
import { RandomStream } from "../src/random/philox.js";
import { type OpCase, opCases } from "./backends/op-cases.js";

interface Row {
  readonly name: string;
  readonly gradient: string;
  readonly cases: number;
  readonly fixture: string;
}

/** Operations that an independent library cannot be asked for by their name, and what is asked instead. */
const fixtureOf: Readonly<Record<string, string>> = {
  fill: "ops.json (broadcastTo)",
  expand: "ops.json (gradients of sum and mean)",
  pad: "ops.json (gradient of slice)",
  gatherGrad: "ops.json (gradient of take)",
  unary: "unary.json",
  unaryGrad: "unary.json",
  dense: "dense.json",
  denseInputGrad: "dense.json",
  denseWeightGrad: "dense.json",
  softmaxGrad: "ops.json (gradient of softmax)",
  logSoftmaxGrad: "ops.json (gradient of logSoftmax)",
  loss: "losses.json",
  lossGrad: "losses.json",
  dropout: "known answers of Philox4x32-10",
  random: "random.json",
  stepValue: "none: gives out what the step was given",
  update: "optimizers.json",
};

const withoutGradient: Readonly<Record<string, string>> = {
  fill: "none: has no input",
  random: "none: has no input",
  stepValue: "none: has no input",
  update: "none: ends a step",
};

const folder = new URL("fixtures/", import.meta.url);
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));

function fixtureNaming(key: string, name: string): string {
  return fixtures.find(({ text }) => text.includes(`"${key}": "${name}"`))?.name ?? "";
}

const cases: readonly OpCase[] = opNames.flatMap((name) => opCases[name](new RandomStream([1, 0], 0)));

function count(ops: readonly string[], name?: string): number {
  return cases.filter(({ op, parameters }) => ops.includes(op) && (name === undefined || parameters?.function === name))
    .length;
}

function gradientOf(name: UnaryName): string {
  const derivative = derivatives[name];
  return derivative === 0 ? "0 everywhere" : "rule, second order";
}

const reductionAliases: Readonly<Record<string, string>> = { maximum: "max", minimum: "min" };

const sections: Readonly<Record<string, readonly Row[]>> = {
  Operations: opNames.map((name) => ({
    name,
    gradient: withoutGradient[name] ?? "rule",
    cases: count([name]),
    fixture: fixtureOf[name] ?? fixtureNaming("group", name),
  })),
  "Functions of one number": unaryNames.map((name) => ({
    name,
    gradient: gradientOf(name),
    cases: count(["unary", "unaryGrad", "dense", "denseInputGrad"], name),
    fixture: fixtureNaming("function", name),
  })),
  "Functions of two numbers": binaryNames.map((name) => ({
    name,
    gradient: "rule, second order",
    cases: count(["binary"], name),
    fixture: fixtureNaming("name", name),
  })),
  Reductions: reductionNames.map((name) => ({
    name,
    gradient: name === "argmax" ? "0 everywhere" : "rule, second order",
    cases: count(["reduce"], name),
    fixture: fixtureNaming("name", reductionAliases[name] ?? name),
  })),
  Losses: lossNames.map((name) => ({
    name,
    gradient: "lossGrad, second order by formula",
    cases: count(["loss", "lossGrad"], name),
    fixture: fixtureNaming("loss", name),
  })),
  Optimizers: optimizerNames.map((name) => ({
    name,
    gradient: "none: ends a step",
    cases: count(["update"], name),
    fixture: fixtureNaming("optimizer", name),
  })),
};

const introduction = `# Operations

Every entry of \`native/ops.def\`. A gradient rule and a plain implementation in the reference backend exist for each, since
neither compiles without; every rule is compared with central differences in double precision (\`test/graph/gradients.test.ts\`).
*Cases* counts the instructions of \`test/backends/op-cases.ts\`, each executed on every backend and instruction set and compared with the
reference backend in float64. *Fixture* names the numbers of an independent library in \`test/fixtures\`, likewise compared everywhere.
`;

function table(title: string, rows: readonly Row[]): string {
  const lines = rows.map(({ name, gradient, cases, fixture }) => `| ${name} | ${gradient} | ${cases} | ${fixture} |`);
  return [`\n## ${title}\n`, "| Name | Gradient | Cases | Fixture |", "|---|---|---|---|", ...lines, ""].join("\n");
}

describe("the table of operations", () => {
  it.each(Object.keys(sections))("has no hole in %s", (title) => {
    for (const { name, cases, fixture, gradient } of sections[title] ?? []) {
      expect(cases, `${name} has no case`).toBeGreaterThan(0);
      expect(fixture, `${name} has no fixture`).not.toBe("");
      expect(gradient, `${name} has no gradient`).not.toBe("");
    }
  });

  it("is written down in docs/operations.md", async () => {
    const text =
      introduction +
      Object.entries(sections)
        .map(([title, rows]) => table(title, rows))
        .join("");
    await expect(text).toMatchFileSnapshot("../docs/operations.md");
  });
});
