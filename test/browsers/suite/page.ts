// Runs test files in a page. `window.results` has what failed, and how many tests there were.

import { startTests, type Task, type VitestRunner, type VitestRunnerConfig } from "@vitest/runner";
import { testBackends } from "./backends.js";

export interface Results {
  readonly backends: readonly string[];
  readonly passed: number;
  readonly failed: readonly { readonly name: string; readonly message: string }[];
}

const page = globalThis as unknown as { results?: Results; progress?: string };

/** The test files by their paths; calling one imports it. */
type TestFiles = Readonly<Record<string, () => Promise<unknown>>>;

const config = {
  ...{
    root: "/",
    setupFiles: [],
    name: undefined,
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
  },
  ...{ sequence: { seed: 1, hooks: "stack", setupFiles: "list" }, chaiConfig: undefined, maxConcurrency: 1 },
  ...{ testTimeout: 120_000, hookTimeout: 120_000, retry: 0, includeTaskLocation: undefined },
  ...{ tags: [], tagsFilter: undefined, strictTags: false },
} as VitestRunnerConfig;

/** Runs the files one after the other. */
export async function runFiles(files: TestFiles): Promise<void> {
  const failed: { name: string; message: string }[] = [];
  let passed = 0;
  const collect = (task: Task, names: readonly string[]): void => {
    const path = [...names, task.name];
    const { state, errors = [] } = task.result ?? {};
    if (state === "fail") {
      for (const { message, stack = "" } of errors)
        failed.push({ name: path.join(" > "), message: `${message}\n${stack}` });
    }
    if ("tasks" in task) for (const child of task.tasks) collect(child, path);
    else if (state === "pass") passed++;
  };
  const runner: VitestRunner = { config, pool: "page", importFile: async (path) => void (await files[path]?.()) };
  for (const path of Object.keys(files)) {
    page.progress = path;
    for (const file of await startTests([path], runner)) collect(file, []);
  }
  page.results = { backends: testBackends.map(({ label }) => label), passed, failed };
}
