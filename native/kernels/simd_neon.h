// Four lanes of NEON, which every 64-bit ARM processor has.
#define FF_ISA neon
#define FF_FMA 1

#include <arm_neon.h>
#include <stdint.h>

namespace ff {
namespace FF_ISA {

constexpr uint32_t kLanes = 4;
constexpr const char* kName = "neon";

// 16 accumulators, 2 of B and 8 of A, whose loads g++ moves up: 26 of the 32 registers. With 12 rows it spills four
// accumulators in every step. 256 x 8 of B fill a quarter of a 32 KB L1, 240 x 256 of A half of a 512 KB L2.
constexpr uint32_t kTileRows = 8, kTileVectors = 2;
constexpr uint32_t kBlockRows = 240, kBlockDepth = 256;

typedef float F __attribute__((vector_size(16)));
typedef int32_t I __attribute__((vector_size(16)));
typedef double D __attribute__((vector_size(32)));
typedef int64_t L __attribute__((vector_size(32)));
typedef uint64_t W __attribute__((vector_size(16)));

inline F load(const float* p) { return vld1q_f32(p); }
inline void store(float* p, F v) { vst1q_f32(p, v); }
inline F load_partial(const float* p, uint32_t n) {
  const F zero = vdupq_n_f32(0.0f);
  if (n == 1) return vld1q_lane_f32(p, zero, 0);
  const float32x4_t low = vcombine_f32(vld1_f32(p), vdup_n_f32(0.0f));
  return n == 2 ? low : vld1q_lane_f32(p + 2, low, 2);
}
inline void store_partial(float* p, F v, uint32_t n) {
  if (n == 1) {
    vst1q_lane_f32(p, v, 0);
    return;
  }
  vst1_f32(p, vget_low_f32(v));
  if (n == 3) vst1q_lane_f32(p + 2, v, 2);
}
inline F set(float value) { return vdupq_n_f32(value); }
inline W set_wide(uint64_t value) { return vdupq_n_u64(value); }

inline F fma(F a, F b, F c) { return vfmaq_f32(c, a, b); }
// Not vmaxq and vminq: NaN in the first argument gives the second.
inline F max_or_second(F a, F b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
inline F min_or_second(F a, F b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
inline F sqrt(F x) { return vsqrtq_f32(x); }

inline W multiply_low_halves(W a, W b) { return vmull_u32(vmovn_u64(a), vmovn_u64(b)); }
inline void store_words(uint32_t* p, W w0, W w1, W w2, W w3) {
  const uint32x4_t low = vreinterpretq_u32_u64(vsliq_n_u64(w0, w1, 32));
  const uint32x4_t high = vreinterpretq_u32_u64(vsliq_n_u64(w2, w3, 32));
  vst1q_u32(p, vcombine_u32(vget_low_u32(low), vget_low_u32(high)));
  vst1q_u32(p + 4, vcombine_u32(vget_high_u32(low), vget_high_u32(high)));
}
inline void transpose(F (&r)[4]) {
  const float32x4x2_t even = vtrnq_f32(r[0], r[1]), odd = vtrnq_f32(r[2], r[3]);
  r[0] = vcombine_f32(vget_low_f32(even.val[0]), vget_low_f32(odd.val[0]));
  r[1] = vcombine_f32(vget_low_f32(even.val[1]), vget_low_f32(odd.val[1]));
  r[2] = vcombine_f32(vget_high_f32(even.val[0]), vget_high_f32(odd.val[0]));
  r[3] = vcombine_f32(vget_high_f32(even.val[1]), vget_high_f32(odd.val[1]));
}
inline void prefetch(const float* p) { __builtin_prefetch(p); }
inline void prefetch_later(const float* p) { __builtin_prefetch(p, 0, 2); }

}  // namespace FF_ISA
}  // namespace ff
