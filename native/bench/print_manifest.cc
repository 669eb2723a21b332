// Prints the manifest: what scripts/generate-ops.mjs reads when no addon has been built.
//   g++ -std=c++17 -I native native/bench/print_manifest.cc native/core/manifest.cc -o print_manifest
// It links only manifest.cc: the machine's part of the manifest is replaced by constants.
#include <stdio.h>

#include "core/cpu.h"
#include "core/manifest.h"
#include "core/pool.h"

namespace ff {
uint32_t isa_count() { return 1; }
const char* isa_name(uint32_t) { return "scalar"; }
const char* active_isa() { return "scalar"; }
uint32_t pool_threads() { return 1; }
}  // namespace ff

int main() {
  static char text[1 << 16];
  const uint32_t length = ff::write_manifest(text, sizeof text);
  if (length >= sizeof text) {
    fprintf(stderr, "print_manifest: the text of %u bytes does not fit\n", length);
    return 1;
  }
  puts(text);
  return 0;
}
