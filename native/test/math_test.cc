// Sweeps the vector functions of kernels/math.h over the whole range of float against the double-precision libm.
// `math_test stride 61` tests one float in 61 instead of one in 4099, and prints the errors.
#include <math.h>
#include <stdlib.h>

#include <vector>

#include "isas.h"
#include "test.h"

namespace {

using ff::Unary;

uint32_t stride = 4099;
bool verbose = false;

float from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof(x));
  return x;
}

// The distance of two floats in units of the last place of the expected one, whose rounding error is not counted.
double ulp_error(float actual, double expected) {
  if (isnan(expected)) return isnan(actual) ? 0 : INFINITY;
  const float rounded = static_cast<float>(expected);
  if (isinf(rounded) || isinf(actual) || isnan(actual)) return actual == rounded ? 0 : INFINITY;
  int exponent;
  frexp(expected, &exponent);
  const double unit = ldexp(1.0, (exponent < -125 ? -125 : exponent) - 24);
  return fabs(actual - expected) / unit;
}

typedef double (*Reference)(double);

double reference_sigmoid(double x) { return 1 / (1 + exp(-x)); }
double reference_tanh_shrink(double x) {
  const double z = x * x;
  if (fabs(x) > 0.05) return x - tanh(x);
  return x * z * (1.0 / 3 - z * (2.0 / 15 - z * (17.0 / 315 - z * (62.0 / 2835 - z * (1382.0 / 155925)))));
}
double reference_mish(double x) {
  const double e = exp(-fabs(x)), n = x < 0 ? e * (e + 2) : 1 + 2 * e;
  return x * (n / (n + (x < 0 ? 2 : 2 * e * e)));
}
double reference_log_sigmoid(double x) { return x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x)); }
double reference_softsign(double x) { return x / (1 + fabs(x)); }
double reference_softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

// The largest error of kernels.unary(function) over all floats, both signs of zero and NaN included. Differences up to
// `absolute` do not count.
void sweep(const ff::Kernels& kernels, Unary function, Reference reference, double limit, double absolute) {
  constexpr uint32_t kBatch = 1024;
  std::vector<float> x, y(kBatch);
  double worst = 0;
  float where = 0;
  const auto flush = [&] {
    kernels.unary(function, y.data(), x.data(), x.size(), 0);
    for (size_t i = 0; i < x.size(); ++i) {
      const double expected = reference(x[i]), error = ulp_error(y[i], expected);
      if (fabs(y[i] - expected) <= absolute) continue;
      if (error > worst) {
        worst = error;
        where = x[i];
      }
    }
    x.clear();
  };
  const float special[] = {0.0f,        -0.0f,        INFINITY,        -INFINITY, NAN,         1.0f,        -1.0f,
                           1e-45f,      -1e-45f,      1.17549435e-38f, 88.72283f, 88.72284f,   88.73f,      -87.3f,
                           -87.4f,      -103.97f,     -103.98f,        -104.1f,   3.4e38f,     -3.4e38f,    0.625f,
                           0.62499994f, 0.927734375f, 0.92773443f,     4.0f,      0.70710677f, 0.70710683f, 1.4142135f};
  x.assign(special, special + sizeof(special) / sizeof(special[0]));
  flush();
  for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += stride) {
    x.push_back(from_bits(static_cast<uint32_t>(bits)));
    if (x.size() == kBatch) flush();
  }
  flush();
  if (verbose || worst > limit) {
    printf("%s %s: %.3f ULP at %.9g\n", kernels.name, ff::kUnary[static_cast<uint32_t>(function)].name, worst, where);
  }
  CHECK(worst <= limit);
}

void sweep_all(Unary function, Reference reference, double limit, double absolute = 0) {
  for (const ff::Kernels* kernels : runnable_kernels()) sweep(*kernels, function, reference, limit, absolute);
}

}  // namespace

TEST(exp) { sweep_all(Unary::exp, exp, 1.1); }
TEST(expm1) { sweep_all(Unary::expm1, expm1, 1.7); }
TEST(log) { sweep_all(Unary::log, log, 0.9); }
TEST(log1p) { sweep_all(Unary::log1p, log1p, 1.6); }
TEST(tanh) { sweep_all(Unary::tanh, tanh, 1.4); }
TEST(sigmoid) { sweep_all(Unary::sigmoid, reference_sigmoid, 2.5); }
TEST(softplus) { sweep_all(Unary::softplus, reference_softplus, 2); }
TEST(erf) { sweep_all(Unary::erf, erf, 1.2); }
TEST(sin) { sweep_all(Unary::sin, sin, 1.6); }
TEST(cos) { sweep_all(Unary::cos, cos, 1.6); }
TEST(tanh_shrink) { sweep_all(Unary::tanhShrink, reference_tanh_shrink, 4); }
// A denormal exp(x) has few bits, and x multiplies its error.
TEST(mish) { sweep_all(Unary::mish, reference_mish, 4.5, 1.2e-38); }
TEST(log_sigmoid) { sweep_all(Unary::logSigmoid, reference_log_sigmoid, 2); }
TEST(softsign) { sweep_all(Unary::softsign, reference_softsign, 2); }
TEST(floor) { sweep_all(Unary::floor, floor, 0); }
TEST(ceil) { sweep_all(Unary::ceil, ceil, 0); }
TEST(round) { sweep_all(Unary::round, nearbyint, 0); }

TEST(rounding_keeps_the_sign_of_zero) {
  for (const ff::Kernels* kernels : runnable_kernels()) {
    const float x[4] = {-0.0f, -0.3f, 0.3f, -0.0f};
    float y[4];
    for (Unary function : {Unary::ceil, Unary::round}) {
      kernels->unary(function, y, x, 4, 0);
      CHECK(signbit(y[0]) && signbit(y[1]) && !signbit(y[2]) && signbit(y[3]));
    }
    kernels->unary(Unary::floor, y, x, 4, 0);
    CHECK(signbit(y[0]) && !signbit(y[2]));
    kernels->unary(Unary::tanh, y, x, 4, 0);
    CHECK(signbit(y[0]));
  }
}

TEST(power) {
  const float special[] = {0.0f,      -0.0f, 1.0f,   -1.0f,  2.0f,        -2.0f,      0.5f,        -0.5f,
                           3.0f,      -3.0f, 1e-45f, 1e-40f, 3e38f,       1.0000001f, 0.99999994f, INFINITY,
                           -INFINITY, NAN,   1e9f,   -1e9f,  16777217.0f, 150.0f,     -149.0f,     127.5f};
  Numbers numbers(1);
  std::vector<float> x, y;
  for (float a : special) {
    for (float b : special) {
      x.push_back(a);
      y.push_back(b);
    }
  }
  for (int i = 0; i < 100003; ++i) {
    x.push_back(static_cast<float>(exp(numbers.next(-40, 40))) * (i % 7 == 0 ? -1.0f : 1.0f));
    y.push_back(i % 3 == 0 ? roundf(numbers.next(-8, 8)) : numbers.next(-4, 4));
    if (i % 5 == 0) {
      x.back() = 1 + numbers.next(-0.01f, 0.01f);
      y.back() = numbers.next(-9000, 9000);
    }
  }
  std::vector<float> z(x.size());
  for (const ff::Kernels* kernels : runnable_kernels()) {
    kernels->binary(ff::Binary::power, z.data(), {x.data(), 0, 1}, {y.data(), 0, 1}, 1,
                    static_cast<uint32_t>(x.size()));
    double worst = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double error = ulp_error(z[i], pow(x[i], y[i]));
      if (error > 1) printf("%s power(%.9g, %.9g) = %.9g\n", kernels->name, x[i], y[i], z[i]);
      if (error > worst) worst = error;
    }
    CHECK(worst <= 1);
  }
}

TEST(a_limit_can_fail) {
  CHECK(ulp_error(1.0f, 1.0) == 0);
  CHECK(ulp_error(1.0000001f, 1.0) > 0.9);
  CHECK(isinf(ulp_error(NAN, 1.0)) && isinf(ulp_error(1.0f, NAN)) && isinf(ulp_error(INFINITY, 1.0)));
}

int main(int argc, char** argv) {
  if (argc > 2 && strcmp(argv[1], "stride") == 0) {
    stride = static_cast<uint32_t>(atoi(argv[2]));
    verbose = true;
    return test::run(1, argv);
  }
  return test::run(argc, argv);
}
