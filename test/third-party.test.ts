// The scripts' part that keeps the licences of bundled packages.

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
// @ts-expect-error: a script without types.
import { bundledPackages, checkDeclarations, licenseTexts } from "../scripts/third-party.mjs";

describe("third-party code", () => {
  it("is found among the inputs of a bundle", () => {
    const inputs = [
      "src/index.ts",
      "node_modules/b/x.js",
      "node_modules/@s/a/node_modules/c/y.js",
      "node_modules/b/z.js",
    ];
    expect(bundledPackages([...inputs, "node_modules/@s/a/index.js"])).toEqual(["@s/a", "b", "c"]);
  });

  it("comes with its licence", () => {
    const text: string = licenseTexts(["fast-check", "papaparse"]);
    expect(text).toMatch(/^feedforward contains the following packages\.\n\nfast-check \d+\.\d+\.\d+ \(MIT\)\n\n/);
    expect(text.match(/Permission is hereby granted/g)).toHaveLength(2);
  });

  it("is named in the built package, and no declaration refers to it", () => {
    const dist = fileURLToPath(new URL("../dist", import.meta.url));
    expect(existsSync(join(dist, "THIRD-PARTY-LICENSES.txt"))).toBe(true);
    expect(() => checkDeclarations(join(dist, "esm"))).not.toThrow();
    expect(readFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), "utf8")).toMatch(/^feedforward contains/);
  });

  it("may not be named in a declaration", () => {
    const folder = mkdtempSync(join(tmpdir(), "feedforward-types-"));
    writeFileSync(join(folder, "fine.d.ts"), 'import type { A } from "./a.js";\n');
    checkDeclarations(folder);
    writeFileSync(join(folder, "bad.d.ts"), 'export type B = import("papaparse").Parser;\n');
    expect(() => checkDeclarations(folder)).toThrow(
      'bad.d.ts: the types refer to "papaparse"; keep them out of exports',
    );
  });
});
