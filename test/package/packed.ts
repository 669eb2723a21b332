// The package as npm packs it, in a folder of its own where a user's project can import it.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder with the packed file, and with the package under node_modules. */
export function installPacked(): { readonly folder: string; readonly tarball: string } {
  const folder = mkdtempSync(join(tmpdir(), "feedforward-package-"));
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const name = execFileSync("npm", args, { cwd: root, encoding: "utf8" }).trim();
  const tarball = join(folder, name);
  const target = join(folder, "node_modules/feedforward");
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["xzf", tarball, "-C", target, "--strip-components=1"]);
  return { folder, tarball };
}
