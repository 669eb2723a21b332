// Vector exp, log and their relatives in float32. Every comment states the largest error that native/test/math_test.cc
// has swept against the double-precision libm; NaN gives NaN, and infinities, zeros and denormals give what IEEE 754
// expects. The polynomials are those of Cephes (expf, logf, tanhf), and erf follows N. Juffa's erff.
#ifndef FEEDFORWARD_KERNELS_MATH_H_
#define FEEDFORWARD_KERNELS_MATH_H_

#include "kernels/simd.h"

namespace ff {
namespace FF_ISA {

// p(r) of exp(r) = 1 + r + r^2 p(r), |r| <= ln(2) / 2.
FF_INLINE F exp_polynomial(F r) {
  F p = set(1.9875691500e-4f);
  p = fma(p, r, set(1.3981999507e-3f));
  p = fma(p, r, set(8.3334519073e-3f));
  p = fma(p, r, set(4.1665795894e-2f));
  p = fma(p, r, set(1.6666665459e-1f));
  return fma(p, r, set(5.0000001201e-1f));
}

// x = n ln(2) + r. ln(2) is split so that n times its first part is exact.
FF_INLINE F reduce_by_ln2(F x, F& n) {
  n = fma(x, set(1.44269504f), set(12582912.0f)) - set(12582912.0f);
  F r = fma(n, set(-0.693359375f), x);
  return fma(n, set(2.12194440e-4f), r);
}

// Max error: 1.1 ULP everywhere; 0 below -103.97, infinity above 88.72.
FF_INLINE F exp(F x) {
  x = min_or_second(set(89.0f), max_or_second(set(-104.0f), x));
  F n;
  const F r = reduce_by_ln2(x, n);
  const F y = fma(exp_polynomial(r) * r, r, r) + set(1.0f);
  // In two steps, because 2^-150 and 2^128 are no normal numbers.
  const I whole = to_int(n), half = whole >> 1;
  return y * power_of_two(half) * power_of_two(whole - half);
}

// exp(x) - 1. Max error: 1.7 ULP everywhere.
FF_OUTLINE F expm1(F x) {
  const F clamped = min_or_second(set(89.0f), max_or_second(set(-18.0f), x));
  F n;
  const F r = reduce_by_ln2(clamped, n);
  const F p = fma(exp_polynomial(r) * r, r, r);
  const F scale = power_of_two(to_int(n) - splat(1));
  const F y = set(2.0f) * fma(scale, p, scale - set(0.5f));
  return select(eq(n, set(0.0f)), p, y);
}

// Max error: 0.9 ULP for x > 0, denormals included; -infinity at 0, NaN below.
FF_OUTLINE F log(F x) {
  const I tiny = lt(x, set(1.17549435e-38f));
  const F scaled = select(tiny, x * set(8388608.0f), x);
  // The mantissa in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) moves the exponent's border there.
  const I bits = wrapping_add(bit_cast<I>(scaled), splat(-0x3f3504f3));
  const F exponent = to_float(bits >> 23) - bits_and(set(23.0f), tiny);
  const F f = bit_cast<F>((bits & splat(0x007fffff)) + splat(0x3f3504f3)) - set(1.0f);
  const F z = f * f;
  F p = set(7.0376836292e-2f);
  p = fma(p, f, set(-1.1514610310e-1f));
  p = fma(p, f, set(1.1676998740e-1f));
  p = fma(p, f, set(-1.2420140846e-1f));
  p = fma(p, f, set(1.4249322787e-1f));
  p = fma(p, f, set(-1.6668057665e-1f));
  p = fma(p, f, set(2.0000714765e-1f));
  p = fma(p, f, set(-2.4999993993e-1f));
  p = fma(p, f, set(3.3333331174e-1f));
  F y = fma(exponent, set(-2.12194440e-4f), p * z * f);
  y = fma(z, set(-0.5f), y);
  y = fma(exponent, set(0.693359375f), f + y);
  const F infinity = set(__builtin_inff());
  y = select(lt(x, infinity), y, x);  // infinity and NaN are their own logarithms
  y = select(eq(x, set(0.0f)), -infinity, y);
  return select(lt(x, set(0.0f)), set(__builtin_nanf("")), y);
}

// log(1 + x). Max error: 1.6 ULP for x > -1.
FF_OUTLINE F log1p(F x) {
  const F u = set(1.0f) + x;
  const F lost = x - (u - set(1.0f));  // what rounding 1 + x took away
  const F y = log(u) + lost / u;
  const I plain = eq(u, set(1.0f));
  return select(plain, x, select(lt(abs(u), set(1e30f)) & ne(u, set(0.0f)), y, log(u)));
}

// Max error: 1.4 ULP everywhere.
FF_INLINE F tanh(F x) {
  const F t = abs(x);
  const F z = x * x;
  F p = set(-5.70498872745e-3f);
  p = fma(p, z, set(2.06390887954e-2f));
  p = fma(p, z, set(-5.37397155531e-2f));
  p = fma(p, z, set(1.33314422036e-1f));
  p = fma(p, z, set(-3.33332819422e-1f));
  const F small = fma(p * z, x, x);
  const F large = set(1.0f) - set(2.0f) / (exp(t + t) + set(1.0f));
  return copy_sign(select(lt(t, set(0.625f)), small, large), x);
}

// x - tanh(x), whose two terms cancel for small x: a polynomial of our own there (relative error 1.2e-8 on [0, 1.25]).
// Max error: 4 ULP everywhere.
FF_OUTLINE F tanh_shrink(F x) {
  const F z = x * x;
  F p = set(2.2985115720e-5f);
  p = fma(p, z, set(-2.1829282923e-4f));
  p = fma(p, z, set(1.0118774371e-3f));
  p = fma(p, z, set(-3.2441862859e-3f));
  p = fma(p, z, set(8.6927479133e-3f));
  p = fma(p, z, set(-2.1820815280e-2f));
  p = fma(p, z, set(5.3961124271e-2f));
  p = fma(p, z, set(-1.3333292305e-1f));
  p = fma(p, z, set(3.3333334327e-1f));
  return select(lt(abs(x), set(1.25f)), p * z * x, x - tanh(x));
}

// 1 / (1 + exp(-x)). Max error: 2.5 ULP everywhere, denormal results included.
FF_INLINE F sigmoid(F x) {
  const F e = exp(-abs(x));
  const F y = select(lt(x, set(0.0f)), e, set(1.0f)) / (set(1.0f) + e);
  return select(eq(x, x), y, x);
}

// log(1 + exp(x)). Max error: 2 ULP everywhere.
FF_INLINE F softplus(F x) { return maximum(x, set(0.0f)) + log1p(exp(-abs(x))); }

// Max error: 1.2 ULP everywhere.
FF_OUTLINE F erf(F x) {
  const F t = min_or_second(set(4.0f), abs(x));  // erf(4) rounds to 1
  const F s = t * t;
  F a = fma(set(-1.72853470e-5f), t, set(3.83197126e-4f));
  const F b = fma(set(-3.88396438e-3f), t, set(2.42546219e-2f));
  a = fma(a, s, b);
  a = fma(a, t, set(-1.06777877e-1f));
  a = fma(a, t, set(-6.34846687e-1f));
  a = fma(a, t, set(-1.28717512e-1f));
  const F large = set(1.0f) - exp(fma(a, t, -t));
  F p = set(-5.96761703e-4f);
  p = fma(p, s, set(4.99119423e-3f));
  p = fma(p, s, set(-2.67681349e-2f));
  p = fma(p, s, set(1.12819925e-1f));
  p = fma(p, s, set(-3.76125336e-1f));
  p = fma(p, s, set(1.28379166e-1f));
  const F small = fma(p, x, x);
  return select(lt(t, set(0.927734375f)), small, copy_sign(large, x));
}

// log2(x) of a positive finite double in [2^-149, 2^128), to about 2^-46 absolutely.
FF_INLINE D log2_double(const D& x) {
  const L bits = bit_cast<L>(x);
  D m = bit_cast<D>((bits & L(L{} + 0x000fffffffffffff)) | L(L{} + 0x3ff0000000000000));
  // The exponent's bits under those of 2^52 are the number 2^52 + exponent.
  D e = bit_cast<D>(((bits >> 52) & L(L{} + 0x7ff)) | L(L{} + 0x4330000000000000)) -
        set_double(4503599627370496.0 + 1023.0);
  const L high = lt(set_double(1.4142135623730951), m);
  m = select(high, m * set_double(0.5), m);
  e = select(high, e + set_double(1.0), e);
  const D s = (m - set_double(1.0)) / (m + set_double(1.0)), z = s * s;  // log(m) = 2 atanh(s), |s| < 0.172
  D p = set_double(1.0 / 17);
  p = p * z + set_double(1.0 / 15);
  p = p * z + set_double(1.0 / 13);
  p = p * z + set_double(1.0 / 11);
  p = p * z + set_double(1.0 / 9);
  p = p * z + set_double(1.0 / 7);
  p = p * z + set_double(1.0 / 5);
  p = p * z + set_double(1.0 / 3);
  p = p * z + set_double(1.0);
  return e + p * s * set_double(2.8853900817779268);
}

// 2^t for |t| <= 300, to about 2^-36 relatively.
FF_INLINE D exp2_double(const D& t) {
  const D magic = set_double(6755399441055744.0);
  const D shifted = t + magic, r = (t - (shifted - magic)) * set_double(0.6931471805599453);
  D p = set_double(1.0 / 362880);
  p = p * r + set_double(1.0 / 40320);
  p = p * r + set_double(1.0 / 5040);
  p = p * r + set_double(1.0 / 720);
  p = p * r + set_double(1.0 / 120);
  p = p * r + set_double(1.0 / 24);
  p = p * r + set_double(1.0 / 6);
  p = p * r + set_double(1.0 / 2);
  p = p * r + set_double(1.0);
  p = p * r + set_double(1.0);
  const L n = wrapping_subtract(bit_cast<L>(shifted), bit_cast<L>(magic));
  return p * bit_cast<D>(shift_left(wrapping_subtract(n, L(L{} - 1023)), 52));
}

// x^y through double. Max error: 1 ULP everywhere. Special cases are those of C's pow: x^0 = 1^y = 1 for any x and y,
// also NaN.
FF_OUTLINE F power(F x, F y) {
  const F zero = set(0.0f), one = set(1.0f), infinity = set(__builtin_inff());
  const F base = abs(x);
  const I ordinary = lt(zero, base) & lt(base, infinity);
  D t = log2_double(to_double(select(ordinary, base, one))) * to_double(y);
  t = select(lt(t, set_double(-300.0)), set_double(-300.0), t);
  t = select(lt(set_double(300.0), t), set_double(300.0), t);
  F z = to_single(exp2_double(t));
  // 0^y and infinity^y are 0 or infinity.
  const I grows = (lt(zero, y) & eq(base, infinity)) | (lt(y, zero) & eq(base, zero));
  z = select(ordinary, z, select(grows, infinity, zero));
  const I integral = eq(floor(y), y), odd = integral & ne(floor(y * set(0.5f)), y * set(0.5f));
  z = select(has_sign(x) & odd, -z, z);
  z = select(lt(x, zero) & ~integral & lt(base, infinity), set(__builtin_nanf("")), z);
  z = select(ne(x, x) | ne(y, y), set(__builtin_nanf("")), z);
  return select(eq(y, zero) | eq(x, one) | (eq(base, one) & eq(abs(y), infinity)), one, z);
}

constexpr float kReductionLimit = 1048576.0f;

// The same as reduce_by_half_pi for one number of any size: of x 2 / pi = m 2^e 2 / pi only 96 bits of 2 / pi count,
// since those above them contribute multiples of 4 (Payne and Hanek 1983).
inline float reduce_large_by_half_pi(float x, int32_t* quadrant) {
  static const uint32_t kTwoOverPi[] = {0,          0xa2f9836e, 0x4e441529, 0xfc2757d1,
                                        0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab};
  const uint32_t bits = bit_cast<uint32_t>(x);
  const uint64_t m = (bits & 0x7fffff) | 0x800000;
  const uint32_t first =
      (bits >> 23 & 255) - 120;  // the bit of weight 2 / 2^e, behind 32 zeros; at least 0 for |x| >= 1/64
  const uint32_t* word = kTwoOverPi + first / 32;
  const auto pick = [&](uint32_t i) {
    const uint64_t pair = static_cast<uint64_t>(word[i]) << 32 | word[i + 1];
    return static_cast<uint32_t>(pair << first % 32 >> 32);
  };
  // The upper 64 of 96 bits of the product: a fixed-point number below 4.
  const uint64_t product = (m * pick(0) << 32) + m * pick(1) + (m * pick(2) >> 32);
  const uint64_t nearest = (product + (uint64_t{1} << 61)) >> 62;
  const double r = static_cast<double>(static_cast<int64_t>(product - (nearest << 62))) * 3.4061215800304157e-19;
  *quadrant = bits >> 31 ? -static_cast<int32_t>(nearest) : static_cast<int32_t>(nearest);
  return static_cast<float>(bits >> 31 ? -r : r);
}

// The lanes of x that are too large for reduce_by_half_pi. A function of its own, because it is long and hardly used.
__attribute__((noinline)) inline void reduce_large_lanes(const float* x, float* r, int32_t* n) {
  for (uint32_t i = 0; i < kLanes; ++i) {
    const float magnitude = x[i] < 0 ? -x[i] : x[i];
    if (magnitude >= kReductionLimit && magnitude < __builtin_inff()) r[i] = reduce_large_by_half_pi(x[i], n + i);
  }
}

// x = n pi / 2 + r with |r| <= pi / 4; n modulo 4 counts. In double up to 2^20, where n times the first part of pi / 2,
// which has 33 bits, is exact.
FF_INLINE F reduce_by_half_pi(F x, I& n) {
  const D wide = to_double(x), magic = set_double(6755399441055744.0);
  const D turns = (wide * set_double(0.6366197723675814) + magic) - magic;
  F r = to_single((wide - turns * set_double(1.5707963267341256)) - turns * set_double(6.077100506506192e-11));
  n = to_int(to_single(turns));
  if (!(max_lanes(abs(x)) < kReductionLimit)) {
    float in[kLanes], out[kLanes];
    int32_t quadrant[kLanes];
    store(in, x);
    store(out, r);
    __builtin_memcpy(quadrant, &n, sizeof(n));
    reduce_large_lanes(in, out, quadrant);
    r = load(out);
    __builtin_memcpy(&n, quadrant, sizeof(n));
  }
  return r;
}

// sin(r + n pi / 2), |r| <= pi / 4.
FF_INLINE F sine_in_quadrant(F r, I n) {
  const F z = r * r;
  F p = set(-1.9515295891e-4f);
  p = fma(p, z, set(8.3321608736e-3f));
  p = fma(p, z, set(-1.6666654611e-1f));
  const F sine = fma(p * z, r, r);
  F q = set(2.443315711809948e-5f);
  q = fma(q, z, set(-1.388731625493765e-3f));
  q = fma(q, z, set(4.166664568298827e-2f));
  const F cosine = fma(q * z, z, fma(set(-0.5f), z, set(1.0f)));
  const F y = select(is_negative(shift_left(n, 31)), cosine, sine);
  return bit_cast<F>(bit_cast<I>(y) ^ shift_left(n >> 1, 31));
}

// Max error: 1.6 ULP everywhere; NaN for infinities.
FF_OUTLINE F sin(F x) {
  I n;
  const F r = reduce_by_half_pi(x, n);
  return sine_in_quadrant(r, n);
}

// Max error: 1.6 ULP everywhere; NaN for infinities.
FF_OUTLINE F cos(F x) {
  I n;
  const F r = reduce_by_half_pi(x, n);
  return sine_in_quadrant(r, wrapping_add(n, splat(1)));
}

// Logarithm of one number, by the same code.
FF_INLINE float log_one(float x) { return lane(log(set(x)), 0); }

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_MATH_H_
