// The kernels for AVX2 with FMA. The target is set here and not by compiler flags: two build systems cannot disagree
// about it, and nothing from a shared header is compiled for AVX2, where the linker might prefer that copy for other
// machines.
#include "kernels/kernels.h"

#if defined(FF_HAVE_X86)

#include <immintrin.h>

#include "core/memory.h"
#include "feedforward.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#define FF_TABLE kAvx2Kernels
// clang-format off
#include "kernels/simd_avx2.h"
#include "kernels/table.h"
// clang-format on

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
