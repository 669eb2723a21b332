// Four lanes of WebAssembly's simd128, with the fused multiply-add of relaxed SIMD where the module may have it.
#if defined(__wasm_relaxed_simd__)
#define FF_ISA relaxed
#else
#define FF_ISA simd128
#endif

#include <stdint.h>
#include <wasm_simd128.h>

namespace ff {
namespace FF_ISA {

constexpr uint32_t kLanes = 4;
#if defined(__wasm_relaxed_simd__)
constexpr const char* kName = "relaxed";
#else
constexpr const char* kName = "simd128";
#endif

constexpr uint32_t kTileRows = 4, kTileVectors = 2;
constexpr uint32_t kBlockRows = 128, kBlockDepth = 256;

typedef float F __attribute__((vector_size(16)));
typedef int32_t I __attribute__((vector_size(16)));
typedef double D __attribute__((vector_size(32)));
typedef int64_t L __attribute__((vector_size(32)));
typedef uint64_t W __attribute__((vector_size(16)));

inline F load(const float* p) { return reinterpret_cast<F>(wasm_v128_load(p)); }
inline void store(float* p, F v) { wasm_v128_store(p, reinterpret_cast<v128_t>(v)); }
inline F load_partial(const float* p, uint32_t n) {
  if (n == 1) return reinterpret_cast<F>(wasm_v128_load32_zero(p));
  const v128_t low = wasm_v128_load64_zero(p);
  return reinterpret_cast<F>(n == 2 ? low : wasm_v128_load32_lane(p + 2, low, 2));
}
inline void store_partial(float* p, F v, uint32_t n) {
  const v128_t bits = reinterpret_cast<v128_t>(v);
  if (n == 1) {
    wasm_v128_store32_lane(p, bits, 0);
    return;
  }
  wasm_v128_store64_lane(p, bits, 0);
  if (n == 3) wasm_v128_store32_lane(p + 2, bits, 2);
}
inline F set(float value) { return F{value, value, value, value}; }
inline W set_wide(uint64_t value) { return W{value, value}; }

#if defined(__wasm_relaxed_simd__)
// Rounds once or twice, as the machine does it faster: always the same on one machine.
inline F fma(F a, F b, F c) {
  return reinterpret_cast<F>(
      wasm_f32x4_relaxed_madd(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(c)));
}
#else
inline F fma(F a, F b, F c) { return a * b + c; }
#endif
// pmax(a, b) is a < b ? b : a, one instruction on x86; f32x4.max is seven there.
inline F max_or_second(F a, F b) {
  return reinterpret_cast<F>(wasm_f32x4_pmax(reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(a)));
}
inline F min_or_second(F a, F b) {
  return reinterpret_cast<F>(wasm_f32x4_pmin(reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(a)));
}
inline F sqrt(F x) { return reinterpret_cast<F>(wasm_f32x4_sqrt(reinterpret_cast<v128_t>(x))); }

inline W multiply_low_halves(W a, W b) {
  const v128_t x = reinterpret_cast<v128_t>(a), y = reinterpret_cast<v128_t>(b);
  return reinterpret_cast<W>(
      wasm_u64x2_extmul_low_u32x4(wasm_i32x4_shuffle(x, x, 0, 2, 0, 2), wasm_i32x4_shuffle(y, y, 0, 2, 0, 2)));
}
inline void store_words(uint32_t* p, W w0, W w1, W w2, W w3) {
  const v128_t low = reinterpret_cast<v128_t>((w0 & set_wide(0xffffffffu)) | (w1 << 32));
  const v128_t high = reinterpret_cast<v128_t>((w2 & set_wide(0xffffffffu)) | (w3 << 32));
  wasm_v128_store(p, wasm_i64x2_shuffle(low, high, 0, 2));
  wasm_v128_store(p + 4, wasm_i64x2_shuffle(low, high, 1, 3));
}
inline void transpose(F (&r)[4]) {
  const v128_t a = reinterpret_cast<v128_t>(r[0]), b = reinterpret_cast<v128_t>(r[1]);
  const v128_t c = reinterpret_cast<v128_t>(r[2]), d = reinterpret_cast<v128_t>(r[3]);
  const v128_t ab_low = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab_high = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
  const v128_t cd_low = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd_high = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  r[0] = reinterpret_cast<F>(wasm_i64x2_shuffle(ab_low, cd_low, 0, 2));
  r[1] = reinterpret_cast<F>(wasm_i64x2_shuffle(ab_low, cd_low, 1, 3));
  r[2] = reinterpret_cast<F>(wasm_i64x2_shuffle(ab_high, cd_high, 0, 2));
  r[3] = reinterpret_cast<F>(wasm_i64x2_shuffle(ab_high, cd_high, 1, 3));
}
inline void prefetch(const float*) {}
inline void prefetch_later(const float*) {}

}  // namespace FF_ISA
}  // namespace ff
