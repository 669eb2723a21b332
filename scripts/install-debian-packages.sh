#!/usr/bin/env bash
# Installs what the tests need besides Node and g++: two compilers to WebAssembly (clang, Emscripten), the C++ formatter, two browsers,
# a database server.
# Needs root, or sudo.
set -euo pipefail
packages=(g++ make python3 cmake clang-19 lld-19 clang-format-19 emscripten chromium firefox-esr postgresql)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
