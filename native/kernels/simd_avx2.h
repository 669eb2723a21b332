// Eight lanes of AVX2 with FMA. The including file has set the target before and has included <immintrin.h> before
// that.
#define FF_ISA avx2
#define FF_FMA 1

namespace ff {
namespace FF_ISA {

constexpr uint32_t kLanes = 8;
constexpr const char* kName = "avx2";

// 12 accumulators, 2 of B and 1 of A: 15 of the 16 registers. 256 x 16 of B fill half of a 32 KB L1, 240 x 256 of A a
// quarter of a 1 MB L2 (or all of a 256 KB one).
constexpr uint32_t kTileRows = 6, kTileVectors = 2;
constexpr uint32_t kBlockRows = 240, kBlockDepth = 256;

typedef float F __attribute__((vector_size(32)));
typedef int32_t I __attribute__((vector_size(32)));
typedef double D __attribute__((vector_size(64)));
typedef int64_t L __attribute__((vector_size(64)));
typedef uint64_t W __attribute__((vector_size(32)));

inline __m256i partial_mask(uint32_t n) {
  alignas(64) static const int32_t kMask[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kMask + 8 - n));
}

inline F load(const float* p) { return _mm256_loadu_ps(p); }
inline void store(float* p, F v) { _mm256_storeu_ps(p, v); }
inline F load_partial(const float* p, uint32_t n) { return _mm256_maskload_ps(p, partial_mask(n)); }
// Branches that are always predicted: vmaskmovps as a store takes a dozen cycles on Zen.
inline void store_partial(float* p, F v, uint32_t n) {
  __m128 rest = _mm256_castps256_ps128(v);
  if (n & 4) {
    _mm_storeu_ps(p, rest);
    rest = _mm256_extractf128_ps(v, 1);
    p += 4;
  }
  if (n & 2) {
    _mm_storel_pi(reinterpret_cast<__m64*>(p), rest);
    rest = _mm_movehl_ps(rest, rest);
    p += 2;
  }
  if (n & 1) _mm_store_ss(p, rest);
}
inline F set(float value) { return _mm256_set1_ps(value); }
inline W set_wide(uint64_t value) { return W{value, value, value, value}; }

inline F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
inline F max_or_second(F a, F b) { return _mm256_max_ps(a, b); }
inline F min_or_second(F a, F b) { return _mm256_min_ps(a, b); }
inline F sqrt(F x) { return _mm256_sqrt_ps(x); }

inline W multiply_low_halves(W a, W b) {
  return reinterpret_cast<W>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
}
inline void store_words(uint32_t* p, W w0, W w1, W w2, W w3) {
  const __m256i low = reinterpret_cast<__m256i>((w0 & set_wide(0xffffffffu)) | (w1 << 32));
  const __m256i high = reinterpret_cast<__m256i>((w2 & set_wide(0xffffffffu)) | (w3 << 32));
  const __m256i even = _mm256_unpacklo_epi64(low, high), odd = _mm256_unpackhi_epi64(low, high);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm256_permute2x128_si256(even, odd, 0x20));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p + 8), _mm256_permute2x128_si256(even, odd, 0x31));
}
inline void transpose(F (&r)[8]) {
  F pairs[8], quads[8];
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    quads[i] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
    quads[i + 1] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
    quads[i + 2] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
    quads[i + 3] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
  }
  for (int i = 0; i < 4; ++i) {
    r[i] = _mm256_permute2f128_ps(quads[i], quads[i + 4], 0x20);
    r[i + 4] = _mm256_permute2f128_ps(quads[i], quads[i + 4], 0x31);
  }
}
inline void prefetch(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
inline void prefetch_later(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T1); }

}  // namespace FF_ISA
}  // namespace ff
