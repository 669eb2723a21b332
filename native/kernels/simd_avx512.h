// Sixteen lanes of AVX-512 (F, DQ, BW and VL). The including file has set the target before and has included
// <immintrin.h> before that.
#define FF_ISA avx512
#define FF_FMA 1

namespace ff {
namespace FF_ISA {

constexpr uint32_t kLanes = 16;
constexpr const char* kName = "avx512";

// 24 accumulators, 2 of B and 1 of A: 27 of the 32 registers. On Zen 4, 8 and 14 rows and depths of 128 and 192 are 0
// to 4 % slower, although 256 x 32 of B fill its L1: B comes from L2 as fast as 24 FMA use it up.
constexpr uint32_t kTileRows = 8, kTileVectors = 3;
constexpr uint32_t kBlockRows = 512, kBlockDepth = 256;

typedef float F __attribute__((vector_size(64)));
typedef int32_t I __attribute__((vector_size(64)));
typedef double D __attribute__((vector_size(128)));
typedef int64_t L __attribute__((vector_size(128)));
typedef uint64_t W __attribute__((vector_size(64)));

inline __mmask16 partial_mask(uint32_t n) { return static_cast<__mmask16>((1u << n) - 1); }

inline F load(const float* p) { return _mm512_loadu_ps(p); }
inline void store(float* p, F v) { _mm512_storeu_ps(p, v); }
// Halves and quarters as they were stored: a load that is wider than the store before it waits until that has reached
// the cache, as every masked load after a masked store does on Zen 4 (training 2-8-1 is 1.17 times as fast so).
inline F load_partial(const float* p, uint32_t n) {
  if (n > 8) return _mm512_maskz_loadu_ps(partial_mask(n), p);
  if (n == 8) return _mm512_zextps256_ps512(_mm256_loadu_ps(p));
  return _mm512_zextps256_ps512(_mm256_maskz_loadu_ps(static_cast<__mmask8>(partial_mask(n)), p));
}
inline void store_partial(float* p, F v, uint32_t n) {
  __m256 half = _mm512_castps512_ps256(v);
  if (n & 8) {
    _mm256_storeu_ps(p, half);
    half = _mm512_extractf32x8_ps(v, 1);
    p += 8;
  }
  __m128 rest = _mm256_castps256_ps128(half);
  if (n & 4) {
    _mm_storeu_ps(p, rest);
    rest = _mm256_extractf128_ps(half, 1);
    p += 4;
  }
  if (n & 2) {
    _mm_storel_pi(reinterpret_cast<__m64*>(p), rest);
    rest = _mm_movehl_ps(rest, rest);
    p += 2;
  }
  if (n & 1) _mm_store_ss(p, rest);
}
inline F set(float value) { return _mm512_set1_ps(value); }
inline W set_wide(uint64_t value) { return W{} + value; }

inline F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
inline F max_or_second(F a, F b) { return _mm512_max_ps(a, b); }
inline F min_or_second(F a, F b) { return _mm512_min_ps(a, b); }
inline F sqrt(F x) { return _mm512_sqrt_ps(x); }

inline W multiply_low_halves(W a, W b) {
  return reinterpret_cast<W>(_mm512_mul_epu32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
inline void store_words(uint32_t* p, W w0, W w1, W w2, W w3) {
  const __m512i low = reinterpret_cast<__m512i>((w0 & set_wide(0xffffffffu)) | (w1 << 32));
  const __m512i high = reinterpret_cast<__m512i>((w2 & set_wide(0xffffffffu)) | (w3 << 32));
  const __m512i first = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
  const __m512i second = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
  _mm512_storeu_si512(p, _mm512_permutex2var_epi64(low, first, high));
  _mm512_storeu_si512(p + 16, _mm512_permutex2var_epi64(low, second, high));
}
// Pairs and quads of rows within quarters of 128 bits, then the quarters themselves as a matrix of 4 x 4.
inline void transpose(F (&r)[16]) {
  F pairs[16], quads[16];
  for (int i = 0; i < 16; i += 2) {
    pairs[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    quads[i] = _mm512_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
    quads[i + 1] = _mm512_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
    quads[i + 2] = _mm512_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
    quads[i + 3] = _mm512_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
  }
  for (int i = 0; i < 4; ++i) {
    const F low = _mm512_shuffle_f32x4(quads[i], quads[i + 4], 0x88);
    const F low_odd = _mm512_shuffle_f32x4(quads[i], quads[i + 4], 0xdd);
    const F high = _mm512_shuffle_f32x4(quads[i + 8], quads[i + 12], 0x88);
    const F high_odd = _mm512_shuffle_f32x4(quads[i + 8], quads[i + 12], 0xdd);
    r[i] = _mm512_shuffle_f32x4(low, high, 0x88);
    r[i + 8] = _mm512_shuffle_f32x4(low, high, 0xdd);
    r[i + 4] = _mm512_shuffle_f32x4(low_odd, high_odd, 0x88);
    r[i + 12] = _mm512_shuffle_f32x4(low_odd, high_odd, 0xdd);
  }
}
inline void prefetch(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0); }
inline void prefetch_later(const float* p) { _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T1); }

}  // namespace FF_ISA
}  // namespace ff
