// The kernels for AVX-512. The target is set here and not by compiler flags: two build systems cannot disagree
// about it, and nothing from a shared header is compiled for AVX-512, where the linker might prefer that copy for other
// machines.
#include "kernels/kernels.h"

#if defined(FF_HAVE_X86)

#include <immintrin.h>

#include "core/memory.h"
#include "feedforward.h"

// g++ 12 takes the registers that its own intrinsics leave undefined on purpose for mistakes (GCC's bug 105593).
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,fma")
#endif

#define FF_TABLE kAvx512Kernels
// clang-format off
#include "kernels/simd_avx512.h"
#include "kernels/table.h"
// clang-format on

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
