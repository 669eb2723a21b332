// The platforms that the package carries an addon for: how zig names them, and where their file is, as prebuildify names it and
// node-gyp-build finds it. scripts/prebuild.mjs builds them, scripts/check-prebuilds.mjs reads what was built.

export const platforms = [
  { name: "linux-x64-glibc", system: "linux", arch: "x64", libc: "glibc", target: "x86_64-linux-gnu.2.17" },
  { name: "linux-arm64-glibc", system: "linux", arch: "arm64", libc: "glibc", target: "aarch64-linux-gnu.2.17" },
  { name: "linux-x64-musl", system: "linux", arch: "x64", libc: "musl", target: "x86_64-linux-musl" },
  { name: "linux-arm64-musl", system: "linux", arch: "arm64", libc: "musl", target: "aarch64-linux-musl" },
  { name: "darwin-x64", system: "darwin", arch: "x64", target: "x86_64-macos.10.15" },
  { name: "darwin-arm64", system: "darwin", arch: "arm64", target: "aarch64-macos.11.0" },
  { name: "win32-x64", system: "win32", arch: "x64", target: "x86_64-windows-gnu" },
  { name: "win32-arm64", system: "win32", arch: "arm64", target: "aarch64-windows-gnu" },
];

export function prebuildFile({ system, arch, libc }) {
  return `prebuilds/${system}-${arch}/feedforward${libc === undefined ? "" : `.${libc}`}.node`;
}

export const isMusl = () =>
  process.platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;

/** The platform that this process runs on, or undefined. */
export function hostPlatform() {
  const libc = isMusl() ? "musl" : "glibc";
  return platforms.find(
    (platform) =>
      platform.system === process.platform &&
      platform.arch === process.arch &&
      (platform.libc === undefined || platform.libc === libc),
  );
}
