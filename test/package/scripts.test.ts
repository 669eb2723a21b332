// `npm run prebuild` would run before a script called `build`, which therefore is called `build:all`.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("no script of package.json runs before or after another one because of its name", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    scripts: Record<string, string>;
  };
  const names = Object.keys(scripts);
  const hooks = names.filter((name) => names.some((other) => name === `pre${other}` || name === `post${other}`));
  expect(names).toContain("prebuild");
  expect(hooks).toEqual([]);
});
