// The frame of the command line: help, versions, mistakes, exit codes; and the commands about the machine.

import { describe, expect, it } from "vitest";
import { backendInfo, ready, version } from "../../src/node.js";
import { run } from "./run.js";

describe("feedforward", () => {
  it("tells its version and its commands", async () => {
    expect(await run("--version")).toEqual({ code: 0, out: version, notes: "" });
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    expect(out).toContain("Usage: feedforward");
    for (const command of ["info", "bench"]) expect(out).toContain(`  ${command} `);
  });

  it("refuses what it does not know in one line", async () => {
    expect(await run("trian")).toEqual({
      code: 1,
      out: "",
      notes: expect.stringMatching(/^error: unknown command 'trian'/),
    });
    expect(await run("info", "--jsn")).toEqual({
      code: 1,
      out: "",
      notes: "error: unknown option '--jsn'\n(Did you mean --json?)",
    });
    expect(await run("bench", "--seconds", "soon")).toEqual({
      code: 1,
      out: "",
      notes: "error: option '--seconds <number>' argument 'soon' is invalid. Expected a number in [0.01, 600].",
    });
  });
});

describe("info", () => {
  it("tells what runs here", async () => {
    await ready();
    const { name, isa, threads, tried } = backendInfo();
    const { code, out } = await run("info", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ...{ version, backend: name, isa, threads, tried },
      ...{ platform: process.platform, arch: process.arch, node: process.versions.node },
    });
    const lines = (await run("info")).out.split("\n");
    expect(lines.slice(0, 4)).toEqual([
      `feedforward      ${version}`,
      `backend          ${name}`,
      `instruction set  ${isa}`,
      `threads          ${threads}`,
    ]);
  });
});

describe("bench", () => {
  it("measures every backend of this machine", async () => {
    const { code, out } = await run("bench", "--seconds", "0.01", "--json");
    expect(code).toBe(0);
    const { results } = JSON.parse(out) as {
      results: { backend: string; gflops: number; training: Record<string, number>; latency: Record<string, number> }[];
    };
    expect(results.map(({ backend }) => backend.split("/")[0])).toEqual(expect.arrayContaining(["native", "wasm"]));
    for (const { gflops, training, latency } of results) {
      expect(gflops).toBeGreaterThan(0);
      expect(Object.keys(training)).toEqual(["2-8-1", "784-128-10", "784-512-512-10"]);
      for (const value of [...Object.values(training), ...Object.values(latency)]) expect(value).toBeGreaterThan(0);
    }
  });
});
