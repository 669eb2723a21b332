// Runs test files in a browser and gives what its page tells.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserName, launch } from "../launch.js";
import { root, serve } from "../server.js";
import { bundleSuite } from "./bundle.js";
import type { Results } from "./page.js";

export interface SuiteResults extends Results {
  /** What the page reported besides. */
  readonly problems: readonly string[];
}

/** Every backend of a browser whose page is isolated. */
export const allBackends = [
  ...["reference", "wasm/simd128", "wasm/simd128-threads", "wasm/relaxed", "wasm/relaxed-threads"],
  ...["wasm/simd128-worker", "wasm/relaxed-worker"],
];

export async function runSuite(name: BrowserName, files: readonly string[]): Promise<SuiteResults> {
  const folder = mkdtempSync(join(tmpdir(), "feedforward-suite-"));
  await bundleSuite(folder, files);
  const site = await serve({
    folders: [
      ["/", folder],
      ["/", join(root, "test/fixtures")],
    ],
    isolated: true,
  });
  const browser = await launch(name);
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(`${site.url}page.html`);
    await page
      .waitForFunction("window.results !== undefined", { polling: 200, timeout: 1_700_000 })
      .catch(async (error) => {
        const file = await page.evaluate("window.progress");
        throw new Error(`${name} stopped at ${file}: ${problems.join("\n")}`, { cause: error });
      });
    return { ...((await page.evaluate("window.results")) as Results), problems };
  } finally {
    await browser.close();
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
