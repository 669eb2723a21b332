// Third-party code in the bundles. A library is a devDependency that source files import by its name, dynamically
// (`await import("fflate")`), so that esbuild puts it into a chunk of its own that is loaded where it is used. Its licence goes
// into dist/THIRD-PARTY-LICENSES.txt; its types stay inside, because users do not have it installed.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The packages of node_modules among the inputs of esbuild's metafile, sorted by name. */
export function bundledPackages(inputs) {
  const names = inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** One text with name, version and licence of each package; throws for one that has no licence file. */
export function licenseTexts(names) {
  const texts = names.map((name) => {
    const folder = `${root}node_modules/${name}`;
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
    if (file === undefined) throw new Error(`${name}: no licence file in ${folder}`);
    return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
  });
  return `feedforward contains the following packages.\n\n${texts.join(`\n${"-".repeat(100)}\n\n`)}`;
}

/** Throws when a declaration file refers to a package: users who check libraries would not find it. */
export function checkDeclarations(folder) {
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!file.endsWith(".d.ts")) continue;
    const text = readFileSync(`${folder}/${file}`, "utf8");
    const name = /(?:from|import\()\s*"([^."#][^"]*)"/.exec(text)?.[1];
    if (name !== undefined)
      throw new Error(`${folder}/${file}: the types refer to "${name}"; keep them out of exports`);
  }
}
