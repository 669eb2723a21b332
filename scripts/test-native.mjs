// Compiles and runs the C++ tests, native/test/*_test.cc. Programs whose name says fuzz run under ASan and UBSan.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { addonSources } from "./sources.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = process.env.CXX ?? "g++";
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
for (const { name, flags, wants } of variants) {
  const folder = `build/test-${name}`;
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
    ok = built && run(`./${program}`, []) && ok;
  }
}
process.exitCode = ok ? 0 : 1;
