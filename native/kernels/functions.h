// The elementwise functions of ops.def: one struct each, with its value and, for unary ones, its derivative. A name of
// the table that has no struct here, or a struct without one of the two, does not compile.
#ifndef FEEDFORWARD_KERNELS_FUNCTIONS_H_
#define FEEDFORWARD_KERNELS_FUNCTIONS_H_

#include "kernels/math.h"

namespace ff {
namespace FF_ISA {

FF_INLINE F one_where(I mask) { return bits_and(set(1.0f), mask); }

// value(x, alpha) and derivative(x, y, alpha). A derivative uses only those of x and y that ops.def says it reads; the
// other is 0.
template <Unary function>
struct UnaryFunction;

#define FF_DEFINE_UNARY(name, value_, derivative_)                                                     \
  template <>                                                                                          \
  struct UnaryFunction<Unary::name> {                                                                  \
    static FF_INLINE F value([[maybe_unused]] F x, [[maybe_unused]] F alpha) value_ static FF_INLINE F \
        derivative([[maybe_unused]] F x, [[maybe_unused]] F y, [[maybe_unused]] F alpha) derivative_   \
  };

FF_DEFINE_UNARY(linear, { return x; }, { return set(1.0f); })
FF_DEFINE_UNARY(negative, { return -x; }, { return set(-1.0f); })
FF_DEFINE_UNARY(abs, { return FF_ISA::abs(x); }, { return one_where(lt(set(0.0f), x)) - one_where(lt(x, set(0.0f))); })
FF_DEFINE_UNARY(
    sign, { return select(eq(x, x), one_where(lt(set(0.0f), x)) - one_where(lt(x, set(0.0f))), x); },
    { return set(0.0f); })
FF_DEFINE_UNARY(floor, { return FF_ISA::floor(x); }, { return set(0.0f); })
FF_DEFINE_UNARY(ceil, { return FF_ISA::ceil(x); }, { return set(0.0f); })
FF_DEFINE_UNARY(round, { return round_even(x); }, { return set(0.0f); })
FF_DEFINE_UNARY(exp, { return FF_ISA::exp(x); }, { return y; })
FF_DEFINE_UNARY(expm1, { return FF_ISA::expm1(x); }, { return y + set(1.0f); })
FF_DEFINE_UNARY(log, { return FF_ISA::log(x); }, { return set(1.0f) / x; })
FF_DEFINE_UNARY(log1p, { return FF_ISA::log1p(x); }, { return set(1.0f) / (set(1.0f) + x); })
FF_DEFINE_UNARY(sqrt, { return FF_ISA::sqrt(x); }, { return set(0.5f) / y; })
FF_DEFINE_UNARY(rsqrt, { return set(1.0f) / FF_ISA::sqrt(x); }, { return set(-0.5f) * y / x; })
FF_DEFINE_UNARY(square, { return x * x; }, { return x + x; })
FF_DEFINE_UNARY(reciprocal, { return set(1.0f) / x; }, { return -(y * y); })
FF_DEFINE_UNARY(erf, { return FF_ISA::erf(x); }, { return set(1.12837917f) * FF_ISA::exp(-(x * x)); })
FF_DEFINE_UNARY(sin, { return FF_ISA::sin(x); }, { return FF_ISA::cos(x); })
FF_DEFINE_UNARY(cos, { return FF_ISA::cos(x); }, { return -FF_ISA::sin(x); })
FF_DEFINE_UNARY(step, { return select(eq(x, x), one_where(le(alpha, x)), x); }, { return set(0.0f); })
FF_DEFINE_UNARY(sigmoid, { return FF_ISA::sigmoid(x); }, { return y * (set(1.0f) - y); })
FF_DEFINE_UNARY(tanh, { return FF_ISA::tanh(x); }, { return (set(1.0f) - y) * (set(1.0f) + y); })
FF_DEFINE_UNARY(relu, { return max_or_second(set(0.0f), x); }, { return one_where(lt(set(0.0f), y)); })
// x + 0 makes -0 a 0: the sign of y then tells the sides apart even when alpha is 0.
FF_DEFINE_UNARY(
    leakyRelu, { return select(lt(x, set(0.0f)), alpha * x, x + set(0.0f)); },
    { return select(has_sign(y), alpha, set(1.0f)); })
FF_DEFINE_UNARY(
    elu, { return select(lt(set(0.0f), x), x, alpha * FF_ISA::expm1(x)); },
    { return select(lt(set(0.0f), y), set(1.0f), y + alpha); })
FF_DEFINE_UNARY(
    selu, { return select(lt(set(0.0f), x), set(1.05070098f) * x, set(1.75809934f) * FF_ISA::expm1(x)); },
    { return select(lt(set(0.0f), y), set(1.05070098f), y + set(1.75809934f)); })
FF_DEFINE_UNARY(
    gelu, { return set(0.5f) * x * (set(1.0f) + FF_ISA::erf(x * set(0.707106781f))); },
    {
      const F density = set(0.398942280f) * FF_ISA::exp(set(-0.5f) * x * x);
      return fma(x, density, set(0.5f) + set(0.5f) * FF_ISA::erf(x * set(0.707106781f)));
    })
// (1 + tanh(u)) / 2 = sigmoid(2 u), which keeps its relative precision where tanh(u) is near -1.
FF_DEFINE_UNARY(
    geluTanh, { return x * FF_ISA::sigmoid(x * fma(set(0.0713548163f), x * x, set(1.59576912f))); },
    {
      const F s = FF_ISA::sigmoid(x * fma(set(0.0713548163f), x * x, set(1.59576912f)));
      return fma(x * s * (set(1.0f) - s), fma(set(0.214064449f), x * x, set(1.59576912f)), s);
    })
FF_DEFINE_UNARY(
    silu, { return x * FF_ISA::sigmoid(x); },
    {
      const F s = FF_ISA::sigmoid(x);
      return s * fma(x, set(1.0f) - s, set(1.0f));
    })
FF_DEFINE_UNARY(softplus, { return FF_ISA::softplus(x); }, { return FF_ISA::sigmoid(x); })
// x in [0, 6], and NaN.
FF_INLINE F clamp_to_six(F x) { return min_or_second(set(6.0f), max_or_second(set(0.0f), x)); }
FF_DEFINE_UNARY(relu6, { return clamp_to_six(x); }, { return one_where(lt(set(0.0f), y) & lt(y, set(6.0f))); })
FF_DEFINE_UNARY(
    celu, { return select(lt(set(0.0f), x), x, alpha * FF_ISA::expm1(x / alpha)); },
    { return select(lt(set(0.0f), y), set(1.0f), y / alpha + set(1.0f)); })
FF_DEFINE_UNARY(
    hardSigmoid, { return clamp_to_six(x + set(3.0f)) / set(6.0f); },
    { return bits_and(set(0.166666667f), lt(set(0.0f), y) & lt(y, set(1.0f))); })
FF_DEFINE_UNARY(
    hardSilu, { return x * (clamp_to_six(x + set(3.0f)) / set(6.0f)); },
    {
      const F middle = bits_and((x + x + set(3.0f)) / set(6.0f), lt(set(-3.0f), x));
      return select(lt(x, set(3.0f)), middle, set(1.0f));
    })
FF_DEFINE_UNARY(
    hardTanh, { return min_or_second(set(1.0f), max_or_second(set(-1.0f), x)); },
    { return one_where(lt(FF_ISA::abs(y), set(1.0f))); })
FF_DEFINE_UNARY(
    softsign, { return x / (set(1.0f) + FF_ISA::abs(x)); },
    {
      const F r = set(1.0f) / (set(1.0f) + FF_ISA::abs(x));
      return r * r;
    })
// With t = exp(-|x|), tanh(log(1 + exp(x))) is n / (n + r), where n = 1 + 2 t and r = 2 t^2 for x >= 0, and
// n = t (t + 2) and r = 2 for x < 0: nothing cancels. Its derivative is (1 - tanh^2) sigmoid(x).
FF_DEFINE_UNARY(
    mish,
    {
      const F t = FF_ISA::exp(-FF_ISA::abs(x));
      const I below = lt(x, set(0.0f));
      const F n = select(below, t * (t + set(2.0f)), t + t + set(1.0f));
      return x * (n / (n + select(below, set(2.0f), set(2.0f) * t * t)));
    },
    {
      const F t = FF_ISA::exp(-FF_ISA::abs(x));
      const I below = lt(x, set(0.0f));
      const F n = select(below, t * (t + set(2.0f)), t + t + set(1.0f));
      const F r = select(below, set(2.0f), set(2.0f) * t * t);
      const F d = n + r;
      const F s = select(below, t, set(1.0f)) / (set(1.0f) + t);
      return n / d + x * s * (r / d) * ((n + d) / d);
    })
FF_DEFINE_UNARY(logSigmoid, { return -FF_ISA::softplus(-x); }, { return -FF_ISA::expm1(y); })
// For x < 0 the sum of root and x would cancel: y(x) y(-x) = alpha / 4. Beyond 1e18, where x^2 overflows, root = |x|.
FF_DEFINE_UNARY(
    squareplus,
    {
      const F t = FF_ISA::abs(x);
      const F y = set(0.5f) * t + set(0.5f) * select(lt(t, set(1e18f)), FF_ISA::sqrt(fma(t, t, alpha)), t);
      return select(lt(x, set(0.0f)), set(0.25f) * alpha / y, y);
    },
    { return set(1.0f) / (set(1.0f) + set(0.25f) * alpha / (y * y)); })
FF_DEFINE_UNARY(
    tanhShrink, { return tanh_shrink(x); },
    {
      const F t = FF_ISA::tanh(x);
      return t * t;
    })
#undef FF_DEFINE_UNARY

template <Binary function>
struct BinaryFunction;

#define FF_DEFINE_BINARY(name, expression)                    \
  template <>                                                 \
  struct BinaryFunction<Binary::name> {                       \
    static FF_INLINE F value(F x, F y) { return expression; } \
  };

FF_DEFINE_BINARY(add, x + y)
FF_DEFINE_BINARY(subtract, x - y)
FF_DEFINE_BINARY(multiply, x* y)
FF_DEFINE_BINARY(divide, x / y)
FF_DEFINE_BINARY(power, FF_ISA::power(x, y))
FF_DEFINE_BINARY(maximum, FF_ISA::maximum(x, y))
FF_DEFINE_BINARY(minimum, FF_ISA::minimum(x, y))
FF_DEFINE_BINARY(equal, one_where(eq(x, y)))
FF_DEFINE_BINARY(notEqual, one_where(ne(x, y)))
FF_DEFINE_BINARY(less, one_where(lt(x, y)))
FF_DEFINE_BINARY(lessEqual, one_where(le(x, y)))
FF_DEFINE_BINARY(greater, one_where(lt(y, x)))
FF_DEFINE_BINARY(greaterEqual, one_where(le(y, x)))
#undef FF_DEFINE_BINARY

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_FUNCTIONS_H_
