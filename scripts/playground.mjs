// Builds the page of the playground into dist/playground, on the modules of the package as they were just built.

import { fileURLToPath } from "node:url";
import { bundledPackages } from "./third-party.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What the page bundles besides the package: their licences are in the package's file. */
export const pagePackages = ["preact"];

/** Throws when the page has a package that is not in the list. */
export async function buildPlayground() {
  const { build } = await import("vite");
  const { output } = await build({ configFile: `${root}playground/vite.config.ts`, logLevel: "warn" });
  const found = bundledPackages(output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : [])));
  const missing = found.filter((name) => !pagePackages.includes(name));
  if (missing.length > 0) throw new Error(`playground: ${missing} must be among pagePackages, for their licences`);
}
