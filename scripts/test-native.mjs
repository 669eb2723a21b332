// Compiles and runs the C++ tests, native/test/*_test.cc. Programs whose name says fuzz run under ASan and UBSan.
// Usage: node scripts/test-native.mjs [--runner COMMAND --output FOLDER]
//   --runner  an emulator for the programs of a cross compiler (CXX); the sanitizers do not run in one, so fuzz is left out

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { addonSources } from "./sources.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = process.env.CXX ?? "g++";
const { values: options } = parseArgs({
  options: { runner: { type: "string", default: "" }, output: { type: "string", default: "build" } },
});
const runner = options.runner.split(" ").filter(Boolean);
const library = addonSources().filter((source) => !source.startsWith("native/napi/"));
const variants = [
  { name: "plain", flags: ["-O2"], wants: (test) => !test.includes("fuzz") },
  {
    name: "sanitized",
    flags: ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    wants: (test) => test.includes("fuzz"),
  },
];

function run(command, args) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error || status !== 0) console.log(`test-native: ${command} ended with ${error?.message ?? signal ?? status}`);
  return status === 0;
}

let ok = true;
for (const { name, flags, wants } of runner.length > 0 ? variants.slice(0, 1) : variants) {
  const folder = `${options.output}/test-${name}`;
  mkdirSync(`${root}${folder}`, { recursive: true });
  const shared = ["-std=c++17", "-fno-rtti", "-Inative", ...flags];
  const objects = [];
  for (const source of library) {
    const object = `${folder}/${source.replaceAll("/", "_")}.o`;
    objects.push(object);
    if (!run(compiler, [...shared, "-fno-exceptions", "-c", source, "-o", object])) process.exit(1);
  }
  for (const file of readdirSync(`${root}native/test`).filter((file) => file.endsWith("_test.cc") && wants(file))) {
    const program = `${folder}/${file.slice(0, -3)}`;
    const built = run(compiler, [...shared, `native/test/${file}`, ...objects, "-pthread", "-ldl", "-o", program]);
    const [command, ...args] = [...runner, `./${program}`];
    ok = built && run(command, args) && ok;
  }
}
process.exitCode = ok ? 0 : 1;
