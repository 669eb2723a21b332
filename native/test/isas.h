// The tables of kernels that this machine can execute: numeric tests loop over them.
#ifndef FEEDFORWARD_TEST_ISAS_H_
#define FEEDFORWARD_TEST_ISAS_H_

#include <functional>
#include <vector>

#include "kernels/kernels.h"

inline std::vector<const ff::Kernels*> runnable_kernels() {
  std::vector<const ff::Kernels*> list = {&ff::kScalarKernels};
#if defined(FF_HAVE_X86)
  list.push_back(&ff::kSse2Kernels);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) list.push_back(&ff::kAvx2Kernels);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl")) {
    list.push_back(&ff::kAvx512Kernels);
  }
#endif
#if defined(FF_HAVE_NEON)
  list.push_back(&ff::kNeonKernels);
#endif
#if defined(FF_HAVE_SIMD128)
  list.push_back(&ff::kSimd128Kernels);
#endif
  return list;
}

inline void for_each_isa(const std::function<void(const ff::Kernels&)>& body) {
  for (const ff::Kernels* kernels : runnable_kernels()) body(*kernels);
}

// Deterministic numbers in [low, high).
class Numbers {
 public:
  explicit Numbers(uint32_t seed) : state_(seed * 2654435761u + 1) {}
  float next(float low = -1, float high = 1) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return low + (high - low) * static_cast<float>(state_ >> 40) / 16777216.0f;
  }
  std::vector<float> list(size_t n, float low = -1, float high = 1) {
    std::vector<float> values(n);
    for (float& v : values) v = next(low, high);
    return values;
  }

 private:
  uint64_t state_;
};

#endif  // FEEDFORWARD_TEST_ISAS_H_
