// The built page in headless Chromium, as `feedforward playground` serves it: a user trains, steps, shares, exports, reloads, with
// the keyboard and on a phone, in both languages.

import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { loadModel } from "feedforward";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { servePlayground } from "../../src/cli/playground.js";
import { launchChromium } from "../browser/chromium.js";

let browser: Browser;
let server: Server;
let url: string;
const problems: string[] = [];
let pages: Page[] = [];

beforeAll(async () => {
  ({ server, url } = await servePlayground(0));
  browser = await launchChromium({ timeout: 100_000 });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

afterEach(async () => {
  for (const page of pages) await page.context().close();
  pages = [];
  expect(problems.splice(0)).toEqual([]);
});

/** A page whose network is there. What it reports as an error fails the test. */
async function open(hash = "", options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  pages.push(page);
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(url + hash);
  await page.waitForSelector("#run:not([disabled])");
  return page;
}

/** A number of the bar: epoch 0, training loss 1, test loss 2, training accuracy 3, test accuracy 4. */
async function numberOf(page: Page, which: number): Promise<number> {
  return Number.parseFloat((await page.textContent(`[data-number="${which}"] dd`)) ?? "");
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("the playground in Chromium", () => {
  it("learns the spiral to 95 %", async () => {
    const page = await open("#data=spiral&hidden=12,8");
    await page.click("#run");
    await until(async () => (await numberOf(page, 4)) >= 95);
    await page.click("#run");
    await until(async () => (await page.textContent("#run"))?.includes("Train") === true);
    const epoch = await numberOf(page, 0);
    expect(epoch).toBeGreaterThan(5);
    await page.click("#epoch");
    await until(async () => (await numberOf(page, 0)) > epoch);
    await page.click("#reset");
    await until(async () => (await numberOf(page, 0)) === 0);
  });

  it("steps forward and backward with all numbers", async () => {
    const page = await open("#hidden=3");
    await page.click("#record");
    await page.waitForSelector("#next");
    const instruction = async () => (await page.textContent(".instruction code")) ?? "";
    const texts = [await instruction()];
    expect(texts[0]).toMatch(/= dense input, hidden1\/kernel, b=hidden1\/bias; tanh$/);
    expect(await page.locator(".numbers-table").first().locator("td").count()).toBe(8);
    while (await page.isEnabled("#next")) {
      await page.click("#next");
      texts.push(await instruction());
    }
    expect(await page.textContent(".phase strong")).toBe("Update");
    expect(texts.at(-1)).toContain("adam");
    for (let i = texts.length - 2; i >= 0; i--) {
      await page.click("#previous");
      expect(await instruction()).toBe(texts[i]);
    }
    expect(await page.isDisabled("#previous")).toBe(true);
    const bias = page.locator('section[aria-label="hidden1/bias"] td').first();
    expect(await bias.textContent()).toBe("0.000");
    await page.click("#take");
    await until(async () => (await bias.textContent()) !== "0.000");
    expect(Math.abs(Number(await bias.textContent()))).toBeCloseTo(0.01, 4);
  });

  it("shares by its address, and is the same after a reload", async () => {
    const page = await open();
    await page.click('label:has(input[value="gauss"])');
    await page.selectOption("#learning-title ~ .field:has-text('Batch size') select", "8");
    await page.click("#add-layer");
    await until(async () => (await page.evaluate(() => location.hash)) === "#data=gauss&hidden=6,4,4&batchSize=8");
    await page.click("#epoch");
    await until(async () => (await numberOf(page, 0)) === 1);
    const loss = await page.textContent('[data-number="1"] dd');
    const other = await open(new URL(page.url()).hash);
    await page.reload();
    for (const each of [page, other]) {
      await each.waitForSelector("#run:not([disabled])");
      expect(await each.isChecked('input[value="gauss"]')).toBe(true);
      await each.click("#epoch");
      await until(async () => (await numberOf(each, 0)) === 1);
      expect(await each.textContent('[data-number="1"] dd')).toBe(loss);
    }
  });

  it("names what is wrong with a link", async () => {
    const page = await open("#data=moon&hidden=4,400");
    expect(await page.textContent('[role="alert"]')).toContain("data, hidden");
    await page.click('[role="alert"] button');
    expect(await page.textContent('[role="alert"]')).toBe("");
  });

  it("exports the model and the code", async () => {
    const page = await open("#data=xor&hidden=4", { acceptDownloads: true });
    await page.click("#epoch");
    await until(async () => (await numberOf(page, 0)) === 1);
    const save = async (button: string) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const model = await save("#save-model");
    expect(model.name).toBe("network.safetensors");
    const net = await loadModel(new Uint8Array(model.bytes));
    expect(net.countParams()).toBe(17);
    const onnx = await save("#save-onnx");
    expect([onnx.name, onnx.bytes.includes("hidden1/kernel")]).toEqual(["network.onnx", true]);
    const code = await save("#save-code");
    expect(code.name).toBe("network.mts");
    expect(code.bytes.toString()).toContain("xor(400, 0.05, random)");
  });

  it("reads a CSV file of the user", async () => {
    const page = await open();
    await page.click('label:has(input[value="csv"])');
    const rows = Array.from(
      { length: 90 },
      (_, i) => `${i % 30},${i % 7},${i % 5},${["a", "b", "c"][Math.floor(i / 30)]}`,
    );
    const upload = async (text: string) => {
      await page.setInputFiles("#csv-file", { name: "my.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    };
    await upload(`p,q,r,kind\n${rows.join("\n")}`);
    await page.waitForSelector("#run:not([disabled])");
    expect(await page.textContent(".boundary .legend")).toContain("abc");
    await page.click("#epoch");
    await until(async () => (await numberOf(page, 0)) === 1);
    await upload("p,q\n1,1.5\n2,2.5\n3,3.25\n");
    await page.waitForSelector('[role="alert"].note');
    expect(await page.textContent('[role="alert"]')).toContain('my.csv: "q" must have 2 to 10 classes');
  });

  it("reads digits that are drawn", async () => {
    const page = await open("#data=digits&hidden=16&points=400");
    await page.click("#run");
    await until(async () => (await numberOf(page, 4)) >= 85);
    await page.click("#run");
    const box = (await page.locator(".pad canvas").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.15);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.85, { steps: 30 });
    await page.mouse.up();
    await until(async () => (await page.textContent(".says"))?.includes("says 1") === true);
  });

  it("can be used with the keyboard alone", async () => {
    const page = await open();
    const focused = () =>
      page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute("data-node"));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("1-0");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("2-1");
    await page.keyboard.press("Enter");
    expect(await page.textContent("#boundary-title")).toBe("Values of Layer 2, neuron 2");
    // Every control can be reached, and the whole diagram is one stop.
    await page.reload();
    await page.waitForSelector("#run:not([disabled])");
    const stops: string[] = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement | null;
        return `${element?.tagName} ${element?.id || element?.value || element?.getAttribute("data-node") || element?.textContent}`;
      });
      if (stop.startsWith("BODY")) break;
      stops.push(stop);
    }
    for (const id of ["run", "epoch", "reset", "add-layer", "record", "copy-link", "save-model", "save-code"]) {
      expect(stops).toContain(`BUTTON ${id}`);
    }
    expect(stops.filter((stop) => /^BUTTON \d-\d$/.test(stop))).toHaveLength(1);
    await page.focus("#run");
    await page.keyboard.press("Space");
    await until(async () => (await numberOf(page, 0)) > 3);
    await page.keyboard.press("Space");
    await until(async () => (await page.textContent("#run"))?.includes("Train") === true);
  });

  it("speaks Korean, and keeps the choice", async () => {
    const page = await open("", { locale: "ko-KR" });
    expect(await page.textContent("h1")).toBe("feedforward 놀이터");
    expect(await page.getAttribute("html", "lang")).toBe("ko");
    await page.selectOption(".preferences select", "en");
    expect(await page.textContent("#run")).toBe("Train");
    await page.reload();
    await page.waitForSelector("#run:not([disabled])");
    expect(await page.textContent("#run")).toBe("Train");
  });

  it("fits a phone", async () => {
    for (const [hash, locale] of [
      ["#hidden=16,16,16,16,16,16", "en-US"],
      ["#data=digits&points=100&hidden=16", "ko-KR"],
    ]) {
      const page = await open(hash, { viewport: { width: 375, height: 800 }, locale: locale ?? "en-US" });
      await page.click("#record");
      await page.waitForSelector("#next");
      await page.click("details summary");
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    }
  });

  it("keeps its layout while numbers change", async () => {
    const page = await open();
    await page.click("#run");
    await until(async () => (await numberOf(page, 0)) > 20);
    const layout = () =>
      page.evaluate(() =>
        [...document.querySelectorAll(".card, .play")].map((card) => card.getBoundingClientRect().height),
      );
    const before = await layout();
    await until(async () => (await numberOf(page, 0)) > 120);
    expect(await layout()).toEqual(before);
  });
});

describe("accessibility", () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

  it.each([
    ["light", "en-US", "#data=spiral&hidden=4,3"],
    ["dark", "ko-KR", "#data=digits&points=100"],
  ] as const)("axe finds nothing serious: %s, %s", async (colorScheme, locale, hash) => {
    const page = await open(hash, { colorScheme, locale, bypassCSP: true });
    await page.click("#record");
    await page.waitForSelector("#next");
    await page.click("details summary");
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { axe: checker } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      return (await checker.run()).violations.map(({ id, impact, nodes }) => [impact, id, nodes[0]?.html]);
    });
    expect(found.filter(([impact]) => impact === "serious" || impact === "critical")).toEqual([]);
  });
});

describe("the budget", () => {
  it("is 300 kB compressed, with the package and its WebAssembly", () => {
    const folder = fileURLToPath(new URL("../../dist/playground/", import.meta.url));
    const size = (name: string) => gzipSync(readFileSync(folder + name), { level: 9 }).length;
    const names = readdirSync(`${folder}assets`).map((name) => `assets/${name}`);
    const of = (pattern: RegExp) => Math.max(...names.filter((name) => pattern.test(name)).map(size));
    const parts = [
      size("index.html"),
      of(/index-.*\.js$/),
      of(/index-.*\.css$/),
      of(/\/worker-.*\.js$/),
      of(/(relaxed|simd128)/),
    ];
    expect(parts.every((bytes) => bytes > 0)).toBe(true);
    expect(parts.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(300_000);
  });
});
