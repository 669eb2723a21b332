// Damaged CSV files: read, or refused with what is wrong.

import { afterEach, expect, it, vi } from "vitest";
import { data, FormatError } from "../../../src/index.js";
import { mutations } from "../../files/mutations.js";

afterEach(() => {
  vi.restoreAllMocks();
});

const text = 'a,b,"c ""d"""\n1,x,yes\n2.5e3,"y, z",no\n,x,yes\n-4,"line\nbreak",no\n';

it("100,000 damaged files are read or refused", async () => {
  // Constant columns are told on the console.
  vi.spyOn(console, "warn").mockImplementation(() => {});
  let refused = 0;
  for (const damaged of mutations(new TextEncoder().encode(text), 100_000)) {
    try {
      const set = await data.csv(damaged, { missing: "mode" });
      if (set.rows > damaged.length) throw new Error(`${set.rows} rows out of ${damaged.length} bytes`);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(10_000);
  expect(refused).toBeLessThan(90_000);
});
