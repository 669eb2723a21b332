import { describe, expect, it, vi } from "vitest";
import { Warnings } from "../../src/models/warnings.js";

describe("warnings", () => {
  it("are told once for each cause, or only kept", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    try {
      const text = vi.fn(() => "too large");
      for (const silent of [false, true]) {
        const warnings = new Warnings(silent);
        warnings.add("size", text);
        warnings.add("size", text);
        warnings.add("other", () => "too small");
        expect(warnings.texts).toEqual(["too large", "too small"]);
      }
      expect(text).toHaveBeenCalledTimes(2);
      expect(warn.mock.calls).toEqual([["too large"], ["too small"]]);
    } finally {
      warn.mockRestore();
    }
  });
});
