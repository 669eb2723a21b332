// A short part of the suites of the backends in browsers: every operation. suite.browsers.ts runs all of them.

import { describe, expect, it } from "vitest";
import { browserNames } from "./launch.js";
import { suiteFiles } from "./suite/bundle.js";
import { allBackends, runSuite } from "./suite/run.js";

const short = "test/backends/ops.test.ts";

describe.each(browserNames)("the operations in %s", (name) => {
  it("pass on every backend", async () => {
    expect(suiteFiles()).toContain(short);
    const { backends, passed, failed, problems } = await runSuite(name, [short]);
    expect(failed).toEqual([]);
    expect(problems).toEqual([]);
    expect(backends).toEqual(allBackends);
    expect(passed).toBeGreaterThan(400);
  });
});
