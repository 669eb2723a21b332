// Lists the C++ sources of the addon, for binding.gyp and for scripts/build-native.mjs: the globs of CMakeLists.txt.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export function addonSources() {
  return ["native/core", "native/kernels", "native/napi"].flatMap((folder) =>
    readdirSync(`${root}${folder}`)
      .filter((name) => name.endsWith(".cc"))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(addonSources().join("\n"));
