import { describe, expect, it } from "vitest";
import { defaults, isValid, preset, readConfig } from "../../playground/src/state/config.js";
import { fromHash, toHash } from "../../playground/src/state/share.js";
import { emptyView, mostCurvePoints, moved, received } from "../../playground/src/state/view.js";
import { firstLanguage, firstTheme, texts } from "../../playground/src/text/language.js";
import type { Snapshot, Started } from "../../playground/src/worker/messages.js";

describe("the choices", () => {
  it("are valid by default and in each preset", () => {
    for (const data of ["circle", "xor", "gauss", "spiral", "digits", "csv"] as const) {
      const config = { ...defaults, ...preset(data), data };
      expect(readConfig({ ...config })).toEqual({ config, ignored: [] });
    }
  });

  it("refuses values outside of their limits", () => {
    expect(isValid("points", 20.5)).toBe(false);
    expect(isValid("points", 1e9)).toBe(false);
    expect(isValid("learningRate", Number.NaN)).toBe(false);
    expect(isValid("hidden", [4, 0])).toBe(false);
    expect(isValid("hidden", [1, 1, 1, 1, 1, 1, 1])).toBe(false);
    expect(isValid("activation", "toString")).toBe(false);
    expect(isValid("hidden", [])).toBe(true);
  });
});

describe("the link", () => {
  it("comes back as it was", () => {
    const config = { ...defaults, ...preset("spiral"), data: "spiral", hidden: [12, 8], penaltyFactor: 1e-5 } as const;
    const hash = toHash({ ...config, penalty: "l1" });
    expect(hash).toBe("data=spiral&points=600&hidden=12,8&penalty=l1&penaltyFactor=0.00001");
    expect(fromHash(`#${hash}`)).toEqual({ config: { ...config, penalty: "l1" }, ignored: [] });
    expect(toHash(defaults)).toBe("");
    expect(fromHash(`#${toHash({ ...defaults, hidden: [] })}`).config.hidden).toEqual([]);
  });

  it("ignores what is not valid, and names it", () => {
    const { config, ignored } = fromHash("#data=moon&points=400&hidden=4,x&noise=1e3&__proto__=1&seed=-1&extra=1");
    expect(config).toEqual(defaults);
    expect(ignored.sort()).toEqual(["__proto__", "data", "extra", "hidden", "noise", "seed"]);
    expect(fromHash("#%E0%A4%A&=&&&").config).toEqual(defaults);
  });
});

const started = { type: "started", run: 3 } as Started;

function snapshot(run: number, from: number, count: number): Snapshot {
  const curve = Array.from({ length: count }, (_, i) => {
    return { epoch: from + i, trainLoss: 1, testLoss: 1, trainAccuracy: 1, testAccuracy: 1 };
  });
  return { type: "snapshot", run, epoch: from + count - 1, curve } as unknown as Snapshot;
}

describe("the view", () => {
  it("takes what belongs to the running network only", () => {
    const view = received(emptyView, started);
    expect(received(view, snapshot(2, 0, 5))).toBe(view);
    expect(received(view, snapshot(3, 0, 5)).curve).toHaveLength(5);
    expect(received(received(view, snapshot(3, 0, 5)), { ...started, run: 4 }).curve).toEqual([]);
  });

  it("keeps curves of any length short, with their first and last points", () => {
    let view = received(emptyView, started);
    for (let epoch = 0; epoch < 10_000; epoch += 100) view = received(view, snapshot(3, epoch, 100));
    expect(view.curve.length).toBeLessThanOrEqual(mostCurvePoints);
    expect([view.curve[0]?.epoch, view.curve.at(-1)?.epoch]).toEqual([0, 9999]);
    const epochs = view.curve.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  });

  it("moves in a recorded step without leaving it", () => {
    const record = [{}, {}, {}] as never;
    const view = received(received(emptyView, started), { type: "trace", run: 3, step: 0, record });
    expect(moved(view, 9).trace?.position).toBe(2);
    expect(moved(moved(view, 2), -1).trace?.position).toBe(0);
    expect(moved(emptyView, 1)).toBe(emptyView);
  });

  it("shows an error and keeps the rest", () => {
    const view = received(received(emptyView, started), { type: "failed", during: "run", message: "no" });
    expect([view.error, view.started]).toEqual(["no", started]);
    expect(received(view, { type: "failed", during: "start", message: "no file" })).toEqual({
      ...emptyView,
      error: "no file",
    });
  });
});

describe("language and colours", () => {
  it("follow the choice, then the browser", () => {
    expect(firstLanguage(null, ["fr", "ko-KR", "en"])).toBe("ko");
    expect(firstLanguage("en", ["ko"])).toBe("en");
    expect(firstLanguage("xx", [])).toBe("en");
    expect([firstTheme(null, true), firstTheme("light", true)]).toEqual(["dark", "light"]);
  });

  it("has every text in Korean", () => {
    const same = Object.keys(texts.en).filter((key) => {
      const [a, b] = [texts.en[key as keyof typeof texts.en], texts.ko[key as keyof typeof texts.en]];
      return typeof a !== typeof b || (typeof a === "string" && a === b);
    });
    // Names that are the same in both.
    expect(same).toEqual(["xor", "saveOnnx"]);
  });
});
