// docs/layers.md has a row for every layer, and for nothing else.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as layers from "../../src/layers/index.js";

const text = readFileSync(new URL("../../docs/layers.md", import.meta.url), "utf8");

describe("docs/layers.md", () => {
  it("lists the layers in order", () => {
    const rows = [...text.matchAll(/^\| ([a-z][\w, ]*) \|/gm)].map((match) => match[1] as string);
    expect(rows).toEqual([...rows].sort());
    expect(rows.flatMap((row) => row.split(", ")).sort()).toEqual(Object.keys(layers).sort());
  });
});
