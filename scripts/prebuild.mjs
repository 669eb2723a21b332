// `npm run prebuild`: the addon for every platform of scripts/platforms.mjs, on one machine, with zig's C++ compiler.
// Zig brings the headers and link libraries of all systems, glibc 2.17's too. It is looked for as the command that ZIG names, as
// `zig`, and as the PyPI package ziglang of `python3`; pip install ziglang is enough.
// Usage: node scripts/prebuild.mjs [NAME ...]      e.g. linux-x64-musl win32-arm64, or `host`

import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { addonFlags, compile, execute } from "./compile.mjs";
import { hostPlatform, platforms, prebuildFile } from "./platforms.mjs";
import { addonSources } from "./sources.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

// Sections that nobody refers to are left out; nothing unwinds, so there are no tables for it; and file and line stay here.
const flags = [
  ...addonFlags,
  "-g0",
  "-ffunction-sections",
  "-fdata-sections",
  "-fno-unwind-tables",
  "-fno-asynchronous-unwind-tables",
];

// What Node looks for in an addon; everything else stays inside.
const exported = ["napi_register_module_v1", "node_api_module_get_api_version_v1"];
const versionScript = "build/prebuild/exports.map";

const linkFlags = {
  linux: ["-Wl,--gc-sections", `-Wl,--version-script=${versionScript}`],
  // Node itself has the symbols of Node-API. Zig signs what it links for arm64, without which it would not be loaded.
  darwin: ["-Wl,-dead_strip", "-Wl,-undefined,dynamic_lookup"],
  // native/napi/windows_host.cc finds the symbols of Node-API.
  win32: ["-Wl,--gc-sections"],
};

function findZig() {
  const candidates = [process.env.ZIG?.split(" ") ?? [], ["zig"], ["python3", "-m", "ziglang"]];
  const found = candidates.find(
    ([command, ...args]) =>
      command !== undefined && spawnSync(command, [...args, "version"], { stdio: "ignore" }).status === 0,
  );
  if (found === undefined) {
    throw new Error("no zig. `pip install ziglang` brings it, for python3; or ZIG names the command");
  }
  return found;
}

function choose(names) {
  if (names.length === 0) return platforms;
  return names.map((name) => {
    const platform = name === "host" ? hostPlatform() : platforms.find((candidate) => candidate.name === name);
    if (platform !== undefined) return platform;
    throw new Error(`no platform ${name}; there are ${platforms.map((candidate) => candidate.name).join(", ")}`);
  });
}

async function build(zig, platform) {
  const target = ["-target", platform.target];
  const folder = `build/prebuild/${platform.name}`;
  const file = prebuildFile(platform);
  const { objects, compiled } = await compile([...zig, "c++", ...target], flags, addonSources(), folder);
  mkdirSync(dirname(`${root}${file}`), { recursive: true });
  // The driver for C: it does not bring a C++ runtime, and so proves that none is needed.
  const built = `${folder}/feedforward.node`;
  await execute([...zig, "cc", ...target, "-shared", "-s", ...linkFlags[platform.system], ...objects, "-o", built]);
  renameSync(`${root}${built}`, `${root}${file}`);
  const kilobytes = Math.round(statSync(`${root}${file}`).size / 1000);
  console.log(`${file}: ${kilobytes} kB (${compiled} of ${objects.length} sources compiled)`);
}

try {
  const chosen = choose(process.argv.slice(2));
  const zig = findZig();
  mkdirSync(dirname(`${root}${versionScript}`), { recursive: true });
  writeFileSync(`${root}${versionScript}`, `{ global: ${exported.join("; ")}; local: *; };\n`);
  for (const platform of chosen) await build(zig, platform);
} catch (error) {
  console.error(`prebuild: ${error.message}`);
  process.exitCode = 1;
}
