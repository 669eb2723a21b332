// One lane: plain float, for machines without vectors and as the plainest twin of the others.
// Like every simd_*.h it is included by one source file, and provides only what simd.h cannot write with vector
// extensions.
#define FF_ISA scalar
#define FF_SCALAR 1

#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ff {
namespace FF_ISA {

constexpr uint32_t kLanes = 1;
constexpr const char* kName = "scalar";

// The register tile must fit the 16 registers of x86.
constexpr uint32_t kTileRows = 4, kTileVectors = 2;
constexpr uint32_t kBlockRows = 64, kBlockDepth = 256;

typedef float F;
typedef int32_t I;
typedef double D;
typedef int64_t L;
typedef uint64_t W;

inline F load(const float* p) { return *p; }
inline void store(float* p, F v) { *p = v; }
inline F load_partial(const float* p, uint32_t) { return *p; }
inline void store_partial(float* p, F v, uint32_t) { *p = v; }
inline F set(float value) { return value; }
inline W set_wide(uint64_t value) { return value; }

inline F fma(F a, F b, F c) { return a * b + c; }
inline F max_or_second(F a, F b) { return a > b ? a : b; }
inline F min_or_second(F a, F b) { return a < b ? a : b; }
// The builtin calls libm's sqrtf for negative numbers on x86, to set errno.
#if defined(__SSE2__)
inline F sqrt(F x) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))); }
#else
inline F sqrt(F x) { return __builtin_sqrtf(x); }
#endif

inline W multiply_low_halves(W a, W b) { return (a & 0xffffffffu) * (b & 0xffffffffu); }
inline void store_words(uint32_t* p, W w0, W w1, W w2, W w3) {
  p[0] = static_cast<uint32_t>(w0);
  p[1] = static_cast<uint32_t>(w1);
  p[2] = static_cast<uint32_t>(w2);
  p[3] = static_cast<uint32_t>(w3);
}
inline void transpose(F (&)[1]) {}
inline void prefetch(const float*) {}
inline void prefetch_later(const float*) {}

}  // namespace FF_ISA
}  // namespace ff
