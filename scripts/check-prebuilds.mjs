// `npm run prebuild:check`: reads the addons under prebuilds/ and says what would keep one from loading somewhere: a platform
// without file, a symbol or a library that the oldest supported system lacks, a size above the budget. It runs none of them.
// Usage: node scripts/check-prebuilds.mjs [NAME ...]

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readBinary } from "./binary-file.mjs";
import { platforms, prebuildFile } from "./platforms.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

export const budgetBytes = 700_000;

const formats = { linux: "ELF", darwin: "Mach-O", win32: "PE" };
const entries = ["napi_register_module_v1", "node_api_module_get_api_version_v1"];
const libraries = {
  glibc: /^(lib(c|m|dl|pthread)\.so\.\d|ld-linux-(x86-64|aarch64)\.so\.\d)$/,
  musl: /^libc\.so$/,
  darwin: /^\/usr\/lib\/libSystem\.B\.dylib$/,
  // The second is the universal C runtime, a part of Windows 10.
  win32: /^(kernel32\.dll|api-ms-win-crt-[a-z]+-l1-1-0\.dll)$/i,
};
// Zig's linker for macOS gives every library these, and they concern nobody.
const linkerSymbols = ["_mh_dylib_header", "__dso_handle"];
const minimum = { x64: "10.15", arm64: "11.0" };

/** What is wrong with a platform's addon; nothing when it is well. */
export function findings(platform, bytes) {
  const binary = readBinary(bytes);
  const { system, arch, libc } = platform;
  const list = [];
  const expect = (condition, message) => {
    if (!condition) list.push(message);
  };
  expect(binary.format === formats[system], `expected ${formats[system]}, received ${binary.format}`);
  expect(binary.arch === arch, `expected code for ${arch}, received ${binary.arch ?? "another processor"}`);
  const foreign = binary.libraries.filter((name) => !libraries[libc ?? system].test(name));
  expect(foreign.length === 0, `needs ${foreign.join(", ")}`);
  const newer = binary.versions.filter((version) => !isAtMost217(version));
  expect(newer.length === 0, `needs ${newer.join(", ")}, newer than glibc 2.17`);
  const strange = binary.exports.filter((name) => ![...entries, ...linkerSymbols].includes(name));
  expect(strange.length === 0, `exports ${strange.slice(0, 5).join(", ")}`);
  expect(
    entries.every((name) => binary.exports.includes(name)),
    `lacks ${entries.join(" or ")}`,
  );
  const runtime = binary.imports.filter((name) => /^_+Z|^__cxa_(?!finalize|atexit)|^__gxx|^_Unwind/.test(name));
  expect(runtime.length === 0, `needs a C++ runtime for ${runtime.slice(0, 5).join(", ")}`);
  const lost = binary.anywhere?.filter((name) => !name.startsWith("napi_")) ?? [];
  expect(lost.length === 0, `needs ${lost.slice(0, 5).join(", ")} of no library`);
  expect(!binary.searchPath, "has a search path for libraries");
  expect(binary.stripped, "is not stripped");
  expect(
    system !== "darwin" || binary.minimum === minimum[arch],
    `expected macOS ${minimum[arch]}, received ${binary.minimum}`,
  );
  expect(
    system !== "darwin" || arch !== "arm64" || binary.signed === true,
    "is not signed; macOS would kill the process",
  );
  expect(
    bytes.length <= budgetBytes,
    `${Math.ceil(bytes.length / 1000)} kB, above the budget of ${budgetBytes / 1000} kB`,
  );
  return list;
}

function isAtMost217(version) {
  const [, major, minor] = /^GLIBC_(\d+)\.(\d+)/.exec(version) ?? [];
  return major !== undefined && (Number(major) < 2 || (Number(major) === 2 && Number(minor) <= 17));
}

/** One line for each thing that is wrong with the addons of the chosen platforms. */
export function checkPrebuilds(chosen = platforms) {
  return chosen.flatMap((platform) => {
    const file = prebuildFile(platform);
    if (!existsSync(`${root}${file}`)) return [`${file}: no such file; npm run prebuild makes it`];
    return findings(platform, readFileSync(`${root}${file}`)).map((finding) => `${file}: ${finding}`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  const chosen = platforms.filter(({ name }) => names.length === 0 || names.includes(name));
  const wrong = checkPrebuilds(chosen);
  for (const line of wrong) console.log(line);
  console.log(`${chosen.length} platforms, ${wrong.length} findings`);
  process.exitCode = wrong.length === 0 && chosen.length > 0 ? 0 : 1;
}
