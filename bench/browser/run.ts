// `npm run bench:browser`: the page in headless Chromium (CHROMIUM, else /usr/bin/chromium), isolated and not, as a table and as JSON
// under bench/results/.
//   --quick  fewer and shorter samples
//   --serve  only serves the page, isolated, to be opened in a browser

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launchChromium } from "../../test/browser/chromium.js";
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

const root = fileURLToPath(new URL("../..", import.meta.url));
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};
const isolation = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

function serve(isolated: boolean): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = path.startsWith("/dist/")
      ? join(root, path)
      : join(root, "bench/browser", path.replace("/bench/", "/"));
    readFile(path === "/" ? join(root, "bench/browser/page.html") : file).then(
      (bytes) => {
        const type = types[path === "/" ? ".html" : extname(path)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, ...(isolated && isolation) }).end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

async function measure(isolated: boolean, query: string): Promise<PageResults> {
  const server = await serve(isolated);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.log(String(error)));
    await page.goto(urlOf(server) + query);
    await page.waitForFunction("window.results !== undefined", undefined, { timeout: 600_000 });
    const failure = await page.evaluate<string | undefined>("window.failure");
    if (failure !== undefined) throw new Error(failure);
    return await page.evaluate<PageResults>("window.results");
  } finally {
    await browser.close();
    server.close();
  }
}

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, serve: { type: "boolean", default: false } },
});
if (options.serve) {
  console.log(urlOf(await serve(true)));
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
