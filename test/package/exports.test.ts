// The exports map and the types, as the tools see them that check packages, and as compilers of users do.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked, root } from "./packed.js";

let packed: ReturnType<typeof installPacked>;

beforeAll(() => {
  packed = installPacked();
});

afterAll(() => rmSync(packed.folder, { recursive: true, force: true }));

function tool(name: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules/.bin", name), args, {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return `${status === 0 ? "" : `status ${status}\n`}${stdout}${stderr}`;
}

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: packed.folder, encoding: "utf8" });
}

describe("the packed package", () => {
  it("has nothing that publint finds, not even a suggestion", () => {
    expect(tool("publint", "run", packed.tarball, "--strict")).toMatch(/All good!\s*$/);
  });

  it("has types that are those of its JavaScript in all four modes of resolution", () => {
    const report = tool("attw", packed.tarball);
    expect(report).toContain("No problems found");
    expect(report).not.toMatch(/^status|💀|❌|⚠/m);
  });

  it("is found by import and require in Node, with the WebAssembly build and its modules", () => {
    writeFileSync(
      join(packed.folder, "paths.mjs"),
      `import * as entry from "feedforward";
       import * as wasm from "feedforward/wasm";
       import metadata from "feedforward/package.json" with { type: "json" };
       import { createRequire } from "node:module";
       const require = createRequire(import.meta.url);
       const names = Object.keys(entry).join();
       for (const other of [wasm, require("feedforward"), require("feedforward/wasm")])
         if (Object.keys(other).sort().join() !== names) throw new Error(Object.keys(other).join());
       await wasm.setBackend("wasm");
       console.log(metadata.name, wasm.backendInfo().name, require.resolve("feedforward/wasm/simd128.wasm").slice(-22));`,
    );
    expect(node("paths.mjs")).toBe("feedforward wasm dist/wasm/simd128.wasm\n");
  });

  it("computes by the files of its WebAssembly modules what the embedded ones compute", () => {
    for (const name of ["simd128", "simd128-threads", "relaxed", "relaxed-threads"]) {
      const file = join(packed.folder, `node_modules/feedforward/dist/wasm/${name}.wasm`);
      const built = join(root, `build/wasm/feedforward-${name}.wasm`);
      expect(readFileSync(file).equals(readFileSync(built)), name).toBe(true);
    }
  });
});

const program = `
import { backendInfo, layers, losses, type Model, sequential, type Tensor } from "feedforward";
import * as wasm from "feedforward/wasm";

export async function train(): Promise<number> {
  const net: Model = sequential([
    layers.dense({ units: 8, activation: "tanh", inputShape: [2] }),
    layers.dense({ units: 1, activation: "sigmoid" }),
  ]);
  net.compile({ optimizer: "adam", loss: losses.binaryCrossentropy() });
  const { history } = await net.fit([[0, 1]], [[1]], { epochs: 1, verbose: 0 });
  const outputs: Tensor = await net.predict([[0, 1]]);
  const bytes: Uint8Array = await net.save();
  return history.loss.length + outputs.size + bytes.length + backendInfo().threads + wasm.version.length;
}
`;

describe.each(["typescript-5.7", "typescript"])("the types with %s, libraries checked", (compiler) => {
  it.each([
    ["NodeNext", "NodeNext", ["es2022"], ["node"]],
    ["ESNext", "bundler", ["es2022", "dom"], []],
  ])("compile in a project with module %s and resolution %s", (module, moduleResolution, lib, types) => {
    const files = module === "NodeNext" ? ["train.mts", "train.cts"] : ["train.mts"];
    for (const file of files) writeFileSync(join(packed.folder, file), program);
    for (const name of types.length > 0 ? ["@types/node", "undici-types"] : []) {
      cpSync(join(root, "node_modules", name), join(packed.folder, "node_modules", name), { recursive: true });
    }
    const compilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: false, target: "es2022", esModuleInterop: true },
      ...{ module, moduleResolution, lib, types },
    };
    writeFileSync(join(packed.folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const args = [join(root, "node_modules", compiler, "bin/tsc"), "-p", packed.folder];
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });
});
