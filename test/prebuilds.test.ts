// The scripts' part that reads addons before they are published, on the addon of this machine.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
// @ts-expect-error: a script without types.
import { readBinary } from "../scripts/binary-file.mjs";
// @ts-expect-error: a script without types.
import { findings } from "../scripts/check-prebuilds.mjs";
// @ts-expect-error: a script without types.
import { platforms, prebuildFile } from "../scripts/platforms.mjs";
// @ts-expect-error: a script without types.
import { changelogHas } from "../scripts/release-check.mjs";

const bytes = readFileSync(fileURLToPath(new URL("../build/Release/feedforward.node", import.meta.url)));
const platform = (name: string) => platforms.find((candidate: { name: string }) => candidate.name === name);

describe("prebuilt addons", () => {
  it("are named as node-gyp-build looks for them", () => {
    expect(platforms.map(prebuildFile)).toEqual([
      "prebuilds/linux-x64/feedforward.glibc.node",
      "prebuilds/linux-arm64/feedforward.glibc.node",
      "prebuilds/linux-x64/feedforward.musl.node",
      "prebuilds/linux-arm64/feedforward.musl.node",
      "prebuilds/darwin-x64/feedforward.node",
      "prebuilds/darwin-arm64/feedforward.node",
      "prebuilds/win32-x64/feedforward.node",
      "prebuilds/win32-arm64/feedforward.node",
    ]);
  });

  it("tell what they need and offer", () => {
    const binary = readBinary(bytes);
    expect(binary.format).toBe("ELF");
    expect(binary.arch).toBe(process.arch);
    expect(binary.libraries).toContain("libc.so.6");
    expect(binary.imports).toContain("napi_create_function");
    expect(binary.exports).toContain("napi_register_module_v1");
    expect(binary.versions.every((version: string) => /^(GLIBC|GCC|GLIBCXX|CXXABI)_/.test(version))).toBe(true);
    expect(binary.stripped).toBe(true);
    expect(binary.searchPath).toBe(false);
  });

  it("need no C++ runtime", () => {
    expect(
      readBinary(bytes).imports.filter((name: string) => /^_Z|^__cxa_(?!finalize|atexit)|^__gxx/.test(name)),
    ).toEqual([]);
  });

  it("are refused when they are for another processor, system or C library", () => {
    const other = process.arch === "x64" ? "arm64" : "x64";
    expect(findings(platform(`linux-${other}-glibc`), bytes)).toContain(
      `expected code for ${other}, received ${process.arch}`,
    );
    expect(findings(platform("win32-x64"), bytes)).toContain("expected PE, received ELF");
    expect(findings(platform("darwin-arm64"), bytes)).toContain("is not signed; macOS would kill the process");
    expect(findings(platform(`linux-${process.arch}-musl`), bytes).join("\n")).toContain("needs libc.so.6");
    expect(() => readBinary(Buffer.alloc(64))).toThrow("expected an ELF, PE or Mach-O file");
  });

  it("are refused above the budget", () => {
    const large = Buffer.concat([bytes, Buffer.alloc(2_000_000)]);
    expect(findings(platform(`linux-${process.arch}-glibc`), large).join("\n")).toMatch(
      /\d+ kB, above the budget of 700 kB/,
    );
  });
});

describe("the changelog", () => {
  it("has a section for the version, not merely a mention", () => {
    expect(changelogHas("# Changelog\n\n## 1.2.3 (2026-01-02)\n", "1.2.3")).toBe(true);
    expect(changelogHas("## [1.2.3] - 2026-01-02\n", "1.2.3")).toBe(true);
    expect(changelogHas("## 1.2.30\n\n1.2.3 was before\n", "1.2.3")).toBe(false);
  });
});
