// The manifest: ops.def as JSON, with a hash by which a caller knows that its numbers are the numbers of this build.
#ifndef FEEDFORWARD_CORE_MANIFEST_H_
#define FEEDFORWARD_CORE_MANIFEST_H_

#include <stdint.h>

namespace ff {

// FNV-1a 64 over the bytes of the table: from `"ops":[` to the `]` that closes "optimizer".
uint64_t manifest_hash();

// Writes the JSON text, see ff_describe in feedforward.h.
uint32_t write_manifest(char* text, uint32_t capacity);

}  // namespace ff

#endif  // FEEDFORWARD_CORE_MANIFEST_H_
