// `npm run docs`: the documentation's site in build/site. The pages are those of docs/, the reference is made from the docstrings.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: "inherit" });
const bin = `${root}docs/site/node_modules/.bin/`;

run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", "docs/site");
run(
  `${bin}typedoc`,
  ...[
    "--plugin",
    `${root}docs/site/node_modules/typedoc-plugin-markdown/dist/index.js`,
    "--entryPoints",
    "src/index.ts",
    "--tsconfig",
    "tsconfig.json",
    "--skipErrorChecking",
  ],
  ...[
    "--out",
    "docs/reference",
    "--readme",
    "none",
    "--githubPages",
    "false",
    "--disableSources",
    "--logLevel",
    "Error",
    "--entryFileName",
    "index",
  ],
);
run(`${bin}vitepress`, "build", "docs/site");
