// `npm run bench:browser`: the page in headless Chromium (CHROMIUM, else /usr/bin/chromium), isolated and not, as a table and as JSON
// under bench/results/.
//   --quick  fewer and shorter samples
//   --serve  only serves the page, isolated, to be opened in a browser

import { join } from "node:path";
import { parseArgs } from "node:util";
import { launchChromium } from "../../test/browser/chromium.js";
import { type RunningSite, root, serve } from "../../test/browsers/server.js";
import { describeMachine, digits, percent, printTable, writeResults } from "../report.js";
import { printTargets } from "../targets.js";
import { median, type Samples, spread } from "../timing.js";

interface PageResult extends Pick<Samples, "label" | "seconds"> {
  readonly network: string;
  readonly batch: number;
  readonly rows: number;
  readonly threads: number;
}

interface PageResults {
  readonly browser: string;
  readonly isolated: boolean;
  readonly results: readonly PageResult[];
}

/** The page, with the package as it is built. */
function serveBench(isolated: boolean): Promise<RunningSite> {
  const folders = [
    ["/dist/", join(root, "dist")],
    ["/bench/", join(root, "bench/browser")],
  ] as const;
  return serve({ folders, isolated, strict: false });
}

const addressOf = ({ url }: RunningSite) => `${url}bench/page.html`;

async function measure(isolated: boolean, query: string): Promise<PageResults> {
  const site = await serveBench(isolated);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.log(String(error)));
    await page.goto(addressOf(site) + query);
    await page.waitForFunction("window.results !== undefined", undefined, { timeout: 600_000 });
    const failure = await page.evaluate<string | undefined>("window.failure");
    if (failure !== undefined) throw new Error(failure);
    return await page.evaluate<PageResults>("window.results");
  } finally {
    await browser.close();
    await site.close();
  }
}

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, serve: { type: "boolean", default: false } },
});
if (options.serve) {
  console.log(addressOf(await serveBench(true)));
} else {
  const query = options.quick ? "?seconds=0.1&samples=3" : "";
  const pages = [await measure(true, query), await measure(false, query)];
  for (const { browser, isolated, results } of pages) {
    const rows = results.map(({ network, batch, rows: count, label, seconds }) => {
      const rate = count / median(seconds);
      return [`${network}, batch ${batch}`, label, digits(rate), digits(rate / batch), percent(spread(seconds))];
    });
    const version = /Chrome\/[\d.]+/.exec(browser)?.[0] ?? browser;
    const title = `Training in ${version}, ${isolated ? "isolated" : "not isolated"}`;
    printTable(title, ["network", "backend", "samples/s", "steps/s", "spread"], rows, 2);
  }
  const middle = pages[0]?.results.filter(({ network }) => network === "784-512-512-10") ?? [];
  const time = (threads: number) => median(middle.find((result) => result.threads === threads)?.seconds ?? []);
  const value = time(1) / time(2);
  if (!Number.isFinite(value)) console.log("\nthreads 1 -> 2: not measured, no page ran two threads");
  else printTargets([{ name: "WebAssembly, threads 1 -> 2, 784-512-512-10", value, limit: 1.7, atMost: false }]);
  console.log(`\nall samples: ${writeResults({ machine: describeMachine(), pages })}`);
}
