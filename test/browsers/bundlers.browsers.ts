// The package as npm packs it, in pages of real browsers: each way to bundle it, on the thread of the page and in a worker of the
// page's own, isolated from other origins and not, all under a strict content security policy. `npm run test:browsers` runs it.

import { cpSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked } from "../package/packed.js";
import { ways, withoutBundler } from "./bundle.js";
import { type BrowserName, browserNames, launch } from "./launch.js";
import type { RunningSite } from "./server.js";

/** What the functions of site/page.js give. */
interface Tests {
  run(): Results;
  runInWorker(): Results;
  longestTask(worker: boolean): { longest: number; epochs: number };
  goOn(): number[];
  trainAndSave(): void;
  saves(): number;
}

interface Results {
  readonly info: { readonly name: string; readonly isa: string; readonly threads: number; readonly tried: unknown[] };
  readonly accuracy: number;
  readonly losses: readonly (readonly number[])[];
  readonly here: readonly number[];
  readonly withThreads: readonly number[];
  /** Or why there is none. */
  readonly inWorker: readonly number[] | string;
}

// Not by frames: pages that nobody sees have none.
const polling = { polling: 50 };

let packed: ReturnType<typeof installPacked>;

beforeAll(() => {
  packed = installPacked();
  cpSync(join(import.meta.dirname, "site"), packed.folder, { recursive: true });
});

afterAll(() => rmSync(packed.folder, { recursive: true, force: true }));

/** A browser for the tests of a group. */
function browserOf(name: BrowserName): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(name);
  });
  afterAll(() => browser?.close());
  return () => browser;
}

async function open(context: BrowserContext, site: RunningSite, problems: string[] = []): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(`${site.url}page.html`);
  await page.waitForFunction("window.tests !== undefined", polling);
  return page;
}

/** Gives a site to `use`, with a context of its own: nothing that another site on the same port has left is known there. */
async function visit(
  browser: Browser,
  starting: Promise<RunningSite>,
  use: (context: BrowserContext, site: RunningSite) => Promise<void>,
): Promise<void> {
  const site = await starting;
  const context = await browser.createBrowserContext();
  try {
    await use(context, site);
  } finally {
    await context.close();
    await site.close();
  }
}

function call<Name extends keyof Tests>(
  page: Page,
  name: Name,
  ...args: Parameters<Tests[Name]>
): Promise<ReturnType<Tests[Name]>> {
  return page.evaluate(`window.tests.${name}(${args.map((arg) => JSON.stringify(arg)).join()})`) as never;
}

describe.each(browserNames)("the package in %s", (name) => {
  const browser = browserOf(name);

  describe.each(Object.entries(ways))("with %s", (_, { serve, findsWorkers }) => {
    it.each([true, false])("trains on the page's thread, in its worker and in ours; isolated: %s", async (isolated) => {
      await visit(browser(), serve(packed.folder, isolated), async (context, site) => {
        const problems: string[] = [];
        const page = await open(context, site, problems);
        const threads = isolated && findsWorkers ? Math.min(16, availableParallelism()) : 1;
        const onThread = await call(page, "run");
        const inWorker = await call(page, "runInWorker");
        for (const { info, accuracy, losses, here, withThreads, inWorker: there } of [onThread, inWorker]) {
          expect(info).toMatchObject({ name: "wasm", isa: "relaxed", threads });
          if (threads === 1) expect(info.tried).toHaveLength(2);
          expect(accuracy).toBe(1);
          expect(losses[1]).toEqual(losses[0]);
          expect(here).toHaveLength(3 + 2560);
          expect(here.every(Number.isFinite)).toBe(true);
          expect(withThreads).toEqual(here);
          if (findsWorkers) expect(there).toEqual(here);
          else expect(there).toMatch(/the worker that trains cannot be started/);
        }
        expect(inWorker.here).toEqual(onThread.here);
        // A page without the files of the workers asks for them in vain.
        if (findsWorkers) expect(problems).toEqual([]);
      });
    });
  });

  it("leaves a whole model in IndexedDB when a page is closed while it trains and saves", async () => {
    await visit(browser(), withoutBundler(packed.folder, false), async (context, site) => {
      for (let round = 0; round < 8; round++) {
        const page = await open(context, site);
        await call(page, "trainAndSave");
        await page.waitForFunction("window.tests.saves() > 1", polling);
        await new Promise((resolve) => setTimeout(resolve, round * 7));
        await page.close();
        const next = await open(context, site);
        const losses = await call(next, "goOn");
        expect(losses).toHaveLength(2);
        expect(losses.every((loss) => loss > 0 && loss < 1)).toBe(true);
        await next.close();
      }
    });
  });
});

describe("a page of Chromium that trains", () => {
  const browser = browserOf("chromium");

  it.each([false, true])("has no task of 50 ms meanwhile, with a worker that trains: %s", async (worker) => {
    await visit(browser(), withoutBundler(packed.folder, false), async (context, site) => {
      const page = await open(context, site);
      // The best of several: a busy machine can make any task long.
      const trainings = [];
      for (let i = 0; i < 5; i++) trainings.push(await call(page, "longestTask", worker));
      const longest = trainings.map((training) => training.longest);
      console.log(`longest tasks in ms (0: none of 50), worker ${worker}: ${longest.join(", ")}`);
      expect(Math.min(...trainings.map(({ epochs }) => epochs))).toBeGreaterThan(1);
      expect(Math.min(...longest)).toBeLessThan(50);
    });
  });
});
