// Vectors of kLanes floats, the same words for every instruction set. An ISA's own file, simd_<isa>.h, is included
// before this one and defines the types F (float), I (int32), D (double), L (int64), W (64-bit lanes of half the count)
// and a few intrinsics; everything else is written here once with compiler vector extensions, which g++ and clang
// share.
#ifndef FEEDFORWARD_KERNELS_SIMD_H_
#define FEEDFORWARD_KERNELS_SIMD_H_

#include <stddef.h>
#include <stdint.h>

#include "core/memory.h"
#include "kernels/kernels.h"

// Vectors wider than a register pass between functions that are always inlined: no ABI is concerned.
#pragma GCC diagnostic ignored "-Wpsabi"

#define FF_INLINE inline __attribute__((always_inline))
// Arithmetic of many instructions that many loops use. A call costs little beside it.
#if defined(FF_COMPACT)
#define FF_OUTLINE inline __attribute__((noinline))
#else
#define FF_OUTLINE FF_INLINE
#endif
// After a lambda's parameters: for_each calls it twice, and the count must become a constant in the first call.
#define FF_LAMBDA __attribute__((always_inline))

namespace ff {
namespace FF_ISA {

template <typename To, typename From>
FF_INLINE To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From), "bit_cast keeps the size");
  To to;
  __builtin_memcpy(&to, &from, sizeof(to));
  return to;
}

// Integer lanes wrap around: of numbers out of range the bits are garbage that nobody uses, but that is undefined in
// C++ as long as the lanes are signed.
#if defined(FF_SCALAR)
typedef uint32_t UnsignedI;
typedef uint64_t UnsignedL;
#else
typedef uint32_t UnsignedI __attribute__((vector_size(sizeof(I))));
typedef uint64_t UnsignedL __attribute__((vector_size(sizeof(L))));
#endif
FF_INLINE I wrapping_add(I a, I b) { return bit_cast<I>(bit_cast<UnsignedI>(a) + bit_cast<UnsignedI>(b)); }
FF_INLINE I shift_left(I a, int n) { return bit_cast<I>(bit_cast<UnsignedI>(a) << n); }
FF_INLINE L wrapping_subtract(const L& a, const L& b) {
  return bit_cast<L>(bit_cast<UnsignedL>(a) - bit_cast<UnsignedL>(b));
}
FF_INLINE L shift_left(const L& a, int n) { return bit_cast<L>(bit_cast<UnsignedL>(a) << n); }

// Masks are I: all bits of a lane, or none.
#if defined(FF_SCALAR)
FF_INLINE I lt(F a, F b) { return -static_cast<I>(a < b); }
FF_INLINE I le(F a, F b) { return -static_cast<I>(a <= b); }
FF_INLINE I eq(F a, F b) { return -static_cast<I>(a == b); }
FF_INLINE I ne(F a, F b) { return -static_cast<I>(a != b); }
FF_INLINE F select(I mask, F a, F b) { return mask ? a : b; }
FF_INLINE I splat(int32_t value) { return value; }
FF_INLINE float lane(F v, uint32_t) { return v; }
FF_INLINE F to_float(I v) { return static_cast<F>(v); }
FF_INLINE D to_double(F v) { return static_cast<D>(v); }
FF_INLINE F to_single(const D& v) { return static_cast<F>(v); }
FF_INLINE D set_double(double value) { return value; }
FF_INLINE D select(const L& mask, const D& a, const D& b) { return mask ? a : b; }
FF_INLINE L lt(const D& a, const D& b) { return -static_cast<L>(a < b); }
FF_INLINE float sum_lanes(F v) { return v; }
FF_INLINE float max_lanes(F v) { return v; }
FF_INLINE F lane_numbers() { return 0; }
#else
FF_INLINE I lt(F a, F b) { return a < b; }
FF_INLINE I le(F a, F b) { return a <= b; }
FF_INLINE I eq(F a, F b) { return a == b; }
FF_INLINE I ne(F a, F b) { return a != b; }
FF_INLINE F select(I mask, F a, F b) { return mask ? a : b; }
FF_INLINE I splat(int32_t value) { return I{} + value; }
FF_INLINE float lane(F v, uint32_t i) { return v[i]; }
FF_INLINE F to_float(I v) { return __builtin_convertvector(v, F); }
FF_INLINE D to_double(F v) { return __builtin_convertvector(v, D); }
FF_INLINE F to_single(const D& v) { return __builtin_convertvector(v, F); }
FF_INLINE D set_double(double value) { return D{} + value; }
FF_INLINE D select(const L& mask, const D& a, const D& b) { return mask ? a : b; }
FF_INLINE L lt(const D& a, const D& b) { return a < b; }

// Adds the upper half to the lower one, and so on.
template <uint32_t count>
struct Sum {
  typedef float Half __attribute__((vector_size(count * 2)));
  template <typename Vector>
  static FF_INLINE float of(const Vector& v) {
    Half halves[2];
    __builtin_memcpy(halves, &v, sizeof(v));
    return Sum<count / 2>::of(halves[0] + halves[1]);
  }
};
template <>
struct Sum<2> {
  template <typename Vector>
  static FF_INLINE float of(const Vector& v) {
    return v[0] + v[1];
  }
};
FF_INLINE float sum_lanes(F v) { return Sum<kLanes>::of(v); }
FF_INLINE float max_lanes(F v) {
  float s[kLanes];
  store(s, v);
  for (uint32_t width = kLanes / 2; width > 0; width /= 2) {
    for (uint32_t i = 0; i < width; ++i) s[i] = s[i] > s[i + width] || s[i] != s[i] ? s[i] : s[i + width];
  }
  return s[0];
}
FF_INLINE F lane_numbers() {
  float s[kLanes];
  for (uint32_t i = 0; i < kLanes; ++i) s[i] = static_cast<float>(i);
  return load(s);
}
#endif

#if defined(FF_SCALAR)
FF_INLINE I is_negative(I v) { return -static_cast<I>(v < 0); }
#else
FF_INLINE I is_negative(I v) { return v < splat(0); }
#endif
FF_INLINE I has_sign(F x) { return is_negative(bit_cast<I>(x)); }

FF_INLINE F bits_and(F a, I mask) { return bit_cast<F>(bit_cast<I>(a) & mask); }
FF_INLINE F abs(F x) { return bits_and(x, splat(0x7fffffff)); }
FF_INLINE F copy_sign(F magnitude, F sign) {
  return bit_cast<F>((bit_cast<I>(magnitude) & splat(0x7fffffff)) | (bit_cast<I>(sign) & splat(INT32_MIN)));
}

// NaN in either argument gives NaN.
FF_INLINE F maximum(F a, F b) { return select(ne(a, a), a, max_or_second(a, b)); }
FF_INLINE F minimum(F a, F b) { return select(ne(a, a), a, min_or_second(a, b)); }

// To the nearest integer, halves to even. Adding 2^23 leaves no bits for a fraction; larger numbers have none.
FF_INLINE F round_even(F x) {
  const F magnitude = abs(x), big = set(8388608.0f);
  const F rounded = copy_sign((magnitude + big) - big, x);
  return select(lt(magnitude, big), rounded, x);
}
FF_INLINE F floor(F x) {
  const F r = round_even(x);
  return select(lt(x, r), r - set(1.0f), r);
}
FF_INLINE F ceil(F x) {
  const F r = round_even(x);
  return select(lt(r, x), copy_sign(r + set(1.0f), x), r);
}

// 2^n for integral n in [-126, 127], by its bits.
FF_INLINE F power_of_two(I n) { return bit_cast<F>(shift_left(wrapping_add(n, splat(127)), 23)); }

// Integral x, |x| < 2^22, to int32: the bits of x + 1.5 2^23 hold it.
FF_INLINE I to_int(F x) { return wrapping_add(bit_cast<I>(x + set(12582912.0f)), splat(-0x4b400000)); }

// Calls body(i, kLanes) for whole vectors and body(i, rest) once for the others; `load_n` and `store_n` look at the
// count, which is a constant after inlining in the first kind of call.
FF_INLINE F load_n(const float* p, uint32_t n) { return n == kLanes ? load(p) : load_partial(p, n); }
FF_INLINE void store_n(float* p, F v, uint32_t n) {
  if (n == kLanes) {
    store(p, v);
  } else {
    store_partial(p, v, n);
  }
}
template <typename Body>
FF_INLINE void for_each(size_t n, const Body& body) {
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) body(i, kLanes);
  if (kLanes > 1 && i < n) body(i, static_cast<uint32_t>(n - i));
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_SIMD_H_
