// ops.gen.ts is fresh: both cores that were built tell the same table, and the generator would write the same text.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { NativeAddon } from "../../src/backends/native.js";
import { instantiate } from "../../src/backends/wasm/instance.js";
import { embeddedModule } from "../../src/backends/wasm/loader.js";
import * as table from "../../src/program/ops.gen.js";
import { addonFile } from "../backends.js";

interface FullManifest {
  readonly abi: number;
  readonly hash: string;
  readonly ops: readonly { name: string; outputs: string; inputs: string; parameters: string }[];
  readonly unary: readonly { name: string; reads: string }[];
  readonly binary: readonly { name: string }[];
  readonly reduction: readonly { name: string }[];
  readonly loss: readonly { name: string; sparse: number; p0: string }[];
  readonly optimizer: readonly { name: string; slots: string; parameters: string }[];
}

function nativeManifest(): string {
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, addonFile);
  return (module.exports as NativeAddon).describe();
}

const operands = (list: readonly { name: string; optional: boolean }[]) =>
  list.map(({ name, optional }) => (optional ? `${name}?` : name)).join(" ");

/** FNV-1a with 64 bits. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  return value.toString(16).padStart(16, "0");
}

describe.each([
  ["native", async () => nativeManifest()],
  ["wasm", async () => (await instantiate(await embeddedModule("simd128"))).describe()],
] as const)("ops.gen.ts and the %s core", (_, describeCore) => {
  it("agree in version, hash and every entry", async () => {
    const text = await describeCore();
    const manifest = JSON.parse(text) as FullManifest;
    expect(manifest.abi).toBe(table.abiVersion);
    expect(manifest.hash).toBe(table.manifestHash);
    expect(hash(text.slice(text.indexOf('"ops":['), -1))).toBe(table.manifestHash);
    expect(manifest.ops).toEqual(
      table.opNames.map((name) => ({
        name,
        outputs: operands(table.ops[name].outputs),
        inputs: operands(table.ops[name].inputs),
        parameters: table.ops[name].parameters.map((parameter) => `${parameter.name}:${parameter.kind}`).join(" "),
      })),
    );
    expect(manifest.unary).toEqual(table.unaryNames.map((name) => ({ name, reads: table.unary[name].reads })));
    expect(manifest.binary).toEqual(table.binaryNames.map((name) => ({ name })));
    expect(manifest.reduction).toEqual(table.reductionNames.map((name) => ({ name })));
    expect(manifest.loss).toEqual(
      table.lossNames.map((name) => ({ name, sparse: Number(table.losses[name].sparse), p0: table.losses[name].p0 })),
    );
    expect(manifest.optimizer).toEqual(
      table.optimizerNames.map((name) => ({
        name,
        slots: operands(table.optimizers[name].slots),
        parameters: table.optimizers[name].parameters.join(" "),
      })),
    );
  });
});

describe("ops.gen.ts", () => {
  it("numbers everything by its place", () => {
    expect(table.opNames.map((name) => table.ops[name].opcode)).toEqual(table.opNames.map((_, i) => i));
    expect(table.unaryNames.map((name) => table.unary[name].index)).toEqual(table.unaryNames.map((_, i) => i));
    expect(table.lossNames.map((name) => table.losses[name].index)).toEqual(table.lossNames.map((_, i) => i));
    expect(Object.keys(table.ops)).toEqual(table.opNames);
  });

  it("is what the generator writes", () => {
    const generator = fileURLToPath(new URL("../../scripts/generate-ops.mjs", import.meta.url));
    expect(() => execFileSync(process.execPath, [generator, "--check"], { stdio: "pipe" })).not.toThrow();
  });
});
