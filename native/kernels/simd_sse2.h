// Four lanes of SSE2, which every x86-64 processor has.
#define FF_ISA sse2

#include <emmintrin.h>
#include <stdint.h>

namespace ff {
namespace FF_ISA {

constexpr uint32_t kLanes = 4;
constexpr const char* kName = "sse2";

constexpr uint32_t kTileRows = 4, kTileVectors = 2;
constexpr uint32_t kBlockRows = 128, kBlockDepth = 256;

typedef float F __attribute__((vector_size(16)));
typedef int32_t I __attribute__((vector_size(16)));
typedef double D __attribute__((vector_size(32)));
typedef int64_t L __attribute__((vector_size(32)));
typedef uint64_t W __attribute__((vector_size(16)));

inline F load(const float* p) { return _mm_loadu_ps(p); }
inline void store(float* p, F v) { _mm_storeu_ps(p, v); }
inline F load_partial(const float* p, uint32_t n) {
  if (n == 1) return _mm_load_ss(p);
  const __m128 low = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  return n == 2 ? low : _mm_movelh_ps(low, _mm_load_ss(p + 2));
}
inline void store_partial(float* p, F v, uint32_t n) {
  if (n == 1) {
    _mm_store_ss(p, v);
    return;
  }
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_castps_si128(v));
  if (n == 3) _mm_store_ss(p + 2, _mm_movehl_ps(v, v));
}
inline F set(float value) { return _mm_set1_ps(value); }
inline W set_wide(uint64_t value) { return W{value, value}; }

inline F fma(F a, F b, F c) { return a * b + c; }
inline F max_or_second(F a, F b) { return _mm_max_ps(a, b); }
inline F min_or_second(F a, F b) { return _mm_min_ps(a, b); }
inline F sqrt(F x) { return _mm_sqrt_ps(x); }

inline W multiply_low_halves(W a, W b) {
  return reinterpret_cast<W>(_mm_mul_epu32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
}
inline void store_words(uint32_t* p, W w0, W w1, W w2, W w3) {
  const __m128i low = reinterpret_cast<__m128i>((w0 & set_wide(0xffffffffu)) | (w1 << 32));
  const __m128i high = reinterpret_cast<__m128i>((w2 & set_wide(0xffffffffu)) | (w3 << 32));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm_unpacklo_epi64(low, high));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 4), _mm_unpackhi_epi64(low, high));
}
inline void transpose(F (&r)[4]) { _MM_TRANSPOSE4_PS(r[0], r[1], r[2], r[3]); }
inline void prefetch(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
inline void prefetch_later(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T1); }

}  // namespace FF_ISA
}  // namespace ff
