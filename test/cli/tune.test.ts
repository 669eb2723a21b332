import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/node.js";
import { run } from "./run.js";

const iris = fileURLToPath(new URL("../../examples/iris.csv", import.meta.url));
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "feedforward-tune-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("feedforward tune", () => {
  it("searches, saves the best network and a report, and goes on from a stored study", async () => {
    const [out, storage] = [join(folder, "best.safetensors"), join(folder, "study.db")];
    const options = ["--target", "species", "--epochs", "15", "--storage", storage, "--out", out, "--max-units", "16"];
    const first = await run("tune", iris, ...options, "--trials", "3");
    expect(first).toMatchObject({ code: 0 });
    expect(first.notes).toContain("trial 3/3: ");
    expect(first.out).toContain(
      `model: ${out}\nreport: ${join(folder, "best.html")}\nagain: feedforward train ${iris} --target species --hidden `,
    );
    const second = await run("tune", iris, ...options, "--trials", "5", "--json");
    const { trials, best, accuracy } = JSON.parse(second.out);
    expect(trials).toHaveLength(5);
    expect(second.notes).not.toContain("trial 3/5");
    expect(second.notes).toContain("trial 4/5");
    expect(best.value).toBeLessThan(1.1);
    expect(accuracy).toBeGreaterThan(0.5);
    expect(readFileSync(join(folder, "best.html"), "utf8").match(/<svg/g)).toHaveLength(4);
    expect((await loadModel(out)).inputs[0]?.shape).toEqual([null, 4]);
  });

  it("refuses what it cannot do, before it computes", async () => {
    expect(await run("tune", iris)).toEqual({
      ...{ code: 1, out: "" },
      notes: "error: tune: expected --target <names>, the columns to predict, received none.",
    });
    const wrong = await run("tune", iris, "--target", "species", "--sampler", "best");
    expect(wrong.code).toBe(1);
    expect(wrong.notes).toContain("Allowed choices are tpe, gp, random, quasiRandom.");
    const folderMissing = await run("tune", iris, "--target", "species", "--out", join(folder, "no", "m.safetensors"));
    expect(folderMissing.notes).toContain("in a folder that does not exist");
  });
});
