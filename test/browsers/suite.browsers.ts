// The suites of the backends in browsers: WebAssembly as each of them compiles it, with threads, and in a worker that trains. They are
// the files of test/ that run on every backend, bundled for a page. `npm run test:browsers` runs it; it takes minutes.

import { describe, expect, it } from "vitest";
import { browserNames } from "./launch.js";
import { suiteFiles } from "./suite/bundle.js";
import { allBackends, runSuite } from "./suite/run.js";

const files = suiteFiles();

describe.each(browserNames)("the suites of the backends in %s", (name) => {
  it("pass", async () => {
    const { backends, passed, failed, problems } = await runSuite(name, files);
    console.log(`${name}: ${passed} tests passed in ${files.length} files on ${backends.join(", ")}`);
    expect(failed).toEqual([]);
    expect(problems).toEqual([]);
    expect(backends).toEqual(allBackends);
    expect(passed).toBeGreaterThan(20 * files.length);
  });
});
