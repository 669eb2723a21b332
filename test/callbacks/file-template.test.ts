import { describe, expect, it } from "vitest";
import { checkTemplate, fillTemplate } from "../../src/callbacks/file-template.js";

describe("file names with results", () => {
  it("are filled as Python does", () => {
    const values = { epoch: 3, valLoss: 0.123456789, gap: -7 };
    for (const [template, expected] of [
      ["plain.bin", "plain.bin"],
      ["{epoch}", "3"],
      ["m-{epoch:02d}-{valLoss:.2f}.x", "m-03-0.12.x"],
      ["{epoch:4d}|{gap:04d}|{valLoss:.3e}", "   3|-007|1.235e-1"],
      ["{valLoss:f}{valLoss:.3}{valLoss:g}", "0.1234570.1230.123457"],
    ] as const) {
      checkTemplate("here", template);
      expect(fillTemplate("here", template, values)).toBe(expected);
    }
  });

  it("know names and formats", () => {
    for (const long of ["{epoch:999d}", "{loss:.200f}"])
      expect(() => checkTemplate("here", long)).toThrow("expected a format of digits and d, f, e or g");
    expect(() => fillTemplate("here", "a-{valLos}", { epoch: 1, valLoss: 2 })).toThrow(
      'here: a file name may hold {epoch, valLoss}, received "{valLos}".',
    );
    expect(() => checkTemplate("here", "{epoch:>3}")).toThrow(
      'here: expected a format of digits and d, f, e or g, received "{epoch:>3}". For example {epoch:02d} or {valLoss:.3f}.',
    );
  });
});
