// The manifest is spelled by the preprocessor from ops.def; this file only joins the pieces.
#include "core/manifest.h"

#include "core/cpu.h"
#include "core/pool.h"
#include "core/text.h"
#include "feedforward.h"

namespace ff {
namespace {

// Every entry begins with a comma; the one after `[` is dropped where the text is read.
constexpr char kTable[] =
    "\"ops\":["
#define FF_OP(name, outputs, inputs, parameters) \
  ",{\"name\":\"" #name "\",\"outputs\":\"" outputs "\",\"inputs\":\"" inputs "\",\"parameters\":\"" parameters "\"}"
#include "ops.def"
    "],\"unary\":["
#define FF_UNARY(name, reads) ",{\"name\":\"" #name "\",\"reads\":\"" reads "\"}"
#include "ops.def"
    "],\"binary\":["
#define FF_BINARY(name) ",{\"name\":\"" #name "\"}"
#include "ops.def"
    "],\"reduction\":["
#define FF_REDUCTION(name) ",{\"name\":\"" #name "\"}"
#include "ops.def"
    "],\"loss\":["
#define FF_LOSS(name, sparse, p0) ",{\"name\":\"" #name "\",\"sparse\":" #sparse ",\"p0\":\"" p0 "\"}"
#include "ops.def"
    "],\"optimizer\":["
#define FF_OPTIMIZER(name, slots, parameters) \
  ",{\"name\":\"" #name "\",\"slots\":\"" slots "\",\"parameters\":\"" parameters "\"}"
#include "ops.def"
    "]";

constexpr bool is_first_comma(const char* p) { return *p == ',' && p[-1] == '['; }

constexpr uint64_t hash_table() {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char* p = kTable; *p != 0; ++p) {
    if (p != kTable && is_first_comma(p)) continue;
    hash = (hash ^ static_cast<uint8_t>(*p)) * 0x100000001b3u;
  }
  return hash;
}

constexpr uint64_t kHash = hash_table();

}  // namespace

uint64_t manifest_hash() { return kHash; }

uint32_t write_manifest(char* text, uint32_t capacity) {
  Text out(text, capacity);
  out << "{\"abi\":" << static_cast<uint32_t>(FF_ABI_VERSION) << ",\"hash\":\"";
  for (int shift = 60; shift >= 0; shift -= 4) out << "0123456789abcdef"[(kHash >> shift) & 15];
  out << "\",\"isas\":[";
  for (uint32_t i = 0; i < isa_count(); ++i) out << (i > 0 ? ",\"" : "\"") << isa_name(i) << '"';
  out << "],\"isa\":\"" << active_isa() << "\",\"threads\":" << pool_threads() << ',';
  for (const char* p = kTable; *p != 0; ++p) {
    if (p == kTable || !is_first_comma(p)) out << *p;
  }
  out << '}';
  return out.length();
}

}  // namespace ff
