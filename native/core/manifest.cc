// The manifest is spelled by the preprocessor from ops.def; this file only joins the pieces.
#include "core/manifest.h"

#include "core/cpu.h"
#include "core/pool.h"
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

// Counts all characters, keeps those that fit.
struct Writer {
  char* text;
  uint32_t capacity;
  uint32_t length = 0;

  void put(char c) {
    if (length + 1 < capacity) text[length] = c;
    ++length;
  }
  void put(const char* s) {
    while (*s != 0) put(*s++);
  }
  void put_number(uint32_t n) {
    if (n >= 10) put_number(n / 10);
    put(static_cast<char>('0' + n % 10));
  }
  void finish() {
    if (capacity > 0) text[length < capacity ? length : capacity - 1] = 0;
  }
};

}  // namespace

uint64_t manifest_hash() { return kHash; }

uint32_t write_manifest(char* text, uint32_t capacity) {
  Writer out{text, text == nullptr ? 0 : capacity};
  out.put("{\"abi\":");
  out.put_number(FF_ABI_VERSION);
  out.put(",\"hash\":\"");
  for (int shift = 60; shift >= 0; shift -= 4) out.put("0123456789abcdef"[(kHash >> shift) & 15]);
  out.put("\",\"isas\":[");
  for (uint32_t i = 0; i < isa_count(); ++i) {
    if (i > 0) out.put(',');
    out.put('"');
    out.put(isa_name(i));
    out.put('"');
  }
  out.put("],\"isa\":\"");
  out.put(active_isa());
  out.put("\",\"threads\":");
  out.put_number(pool_threads());
  out.put(',');
  for (const char* p = kTable; *p != 0; ++p) {
    if (p == kTable || !is_first_comma(p)) out.put(*p);
  }
  out.put('}');
  out.finish();
  return out.length;
}

}  // namespace ff
