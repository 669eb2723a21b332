// cpuid tells what the processor has, xgetbv whether the operating system saves its registers: a virtual machine may
// offer the first without the second.
#include "core/cpu.h"

#include "kernels/kernels.h"

#if defined(FF_HAVE_X86)
#if defined(_MSC_VER) && !defined(__clang__)
#include <immintrin.h>
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

namespace ff {
namespace {

#if defined(FF_HAVE_X86)

struct Registers {
  uint32_t a, b, c, d;
};

Registers cpuid(uint32_t leaf, uint32_t subleaf) {
  Registers r{0, 0, 0, 0};
#if defined(_MSC_VER) && !defined(__clang__)
  int values[4];
  __cpuidex(values, static_cast<int>(leaf), static_cast<int>(subleaf));
  r = {static_cast<uint32_t>(values[0]), static_cast<uint32_t>(values[1]), static_cast<uint32_t>(values[2]),
       static_cast<uint32_t>(values[3])};
#else
  __cpuid_count(leaf, subleaf, r.a, r.b, r.c, r.d);
#endif
  return r;
}

uint64_t saved_registers() {
#if defined(_MSC_VER) && !defined(__clang__)
  return _xgetbv(0);
#else
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
#endif
}

bool has_avx2() {
  constexpr uint32_t kFma = 1u << 12, kOsxsave = 1u << 27, kAvx = 1u << 28, kAvx2 = 1u << 5;
  constexpr uint64_t kXmmAndYmm = 6;
  if (cpuid(0, 0).a < 7) return false;
  const uint32_t wanted = kFma | kOsxsave | kAvx;
  if ((cpuid(1, 0).c & wanted) != wanted) return false;
  if ((saved_registers() & kXmmAndYmm) != kXmmAndYmm) return false;
  return (cpuid(7, 0).b & kAvx2) != 0;
}

// Besides has_avx2().
bool has_avx512() {
  constexpr uint32_t kF = 1u << 16, kDq = 1u << 17, kBw = 1u << 30, kVl = 1u << 31;
  constexpr uint64_t kMasksAndZmm = 0xe0;  // opmask, the upper halves of zmm0 to zmm15, zmm16 to zmm31
  const uint32_t wanted = kF | kDq | kBw | kVl;
  return (cpuid(7, 0).b & wanted) == wanted && (saved_registers() & kMasksAndZmm) == kMasksAndZmm;
}

#endif

// Slowest first; each needs what those before it need, so a machine has the first few.
constexpr const Kernels* kIsas[] = {
#if defined(FF_HAVE_SCALAR)
    &kScalarKernels,
#endif
#if defined(FF_HAVE_X86)
    &kSse2Kernels,  // part of x86-64
    &kAvx2Kernels,    &kAvx512Kernels,
#endif
#if defined(FF_HAVE_NEON)
    &kNeonKernels,  // part of 64-bit ARM
#endif
#if defined(FF_HAVE_SIMD128)
    &kSimd128Kernels,  // alone: see kernels.h
#endif
};

uint32_t count_isas() {
  constexpr uint32_t kAll = sizeof kIsas / sizeof kIsas[0];
#if defined(FF_HAVE_X86)
  if (!has_avx2()) return kAll - 2;
  if (!has_avx512()) return kAll - 1;
#endif
  return kAll;
}

// Null until somebody chooses.
const Kernels* chosen = nullptr;

bool equal(const char* a, const char* b) {
  while (*a != 0 && *a == *b) ++a, ++b;
  return *a == *b;
}

}  // namespace

uint32_t isa_count() {
  // Asked once; two threads that ask at the same time store the same answer.
  static uint32_t known = 0;
  uint32_t count = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (count == 0) {
    count = count_isas();
    __atomic_store_n(&known, count, __ATOMIC_RELAXED);
  }
  return count;
}

const char* isa_name(uint32_t index) { return kIsas[index]->name; }

const Kernels& active_kernels() {
  const Kernels* const kernels = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
  return kernels != nullptr ? *kernels : *kIsas[isa_count() - 1];
}

const char* active_isa() { return active_kernels().name; }

bool set_isa(const char* name) {
  if (equal(name, "auto")) {
    __atomic_store_n(&chosen, static_cast<const Kernels*>(nullptr), __ATOMIC_RELAXED);
    return true;
  }
  for (uint32_t i = 0; i < isa_count(); ++i) {
    if (!equal(name, isa_name(i))) continue;
    __atomic_store_n(&chosen, kIsas[i], __ATOMIC_RELAXED);
    return true;
  }
  return false;
}

}  // namespace ff
