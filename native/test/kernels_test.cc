// Every kernel but products, losses and updates, on every instruction set, against plain formulas in double. Sizes go
// over the remainders of all vectors.
#include "kernels/kernels.h"

#include <math.h>

#include <vector>

#include "feedforward.h"
#include "isas.h"
#include "test.h"

namespace {

using ff::Binary;
using ff::Kernels;
using ff::Operand;
using ff::Reduction;
using ff::Unary;

const uint32_t kSizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 67, 257};

double sigmoid(double x) { return 1 / (1 + exp(-x)); }

double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

// The value of each unary function, in double, without regard to speed.
double unary_value(Unary f, double x, double alpha) {
  switch (f) {
    case Unary::linear:
      return x;
    case Unary::negative:
      return -x;
    case Unary::abs:
      return fabs(x);
    case Unary::sign:
      return x > 0 ? 1 : x < 0 ? -1 : x;
    case Unary::floor:
      return floor(x);
    case Unary::ceil:
      return ceil(x);
    case Unary::round:
      return nearbyint(x);
    case Unary::exp:
      return exp(x);
    case Unary::expm1:
      return expm1(x);
    case Unary::log:
      return log(x);
    case Unary::log1p:
      return log1p(x);
    case Unary::sqrt:
      return sqrt(x);
    case Unary::rsqrt:
      return 1 / sqrt(x);
    case Unary::square:
      return x * x;
    case Unary::reciprocal:
      return 1 / x;
    case Unary::erf:
      return erf(x);
    case Unary::step:
      return isnan(x) ? x : x >= alpha ? 1 : 0;
    case Unary::sigmoid:
      return sigmoid(x);
    case Unary::tanh:
      return tanh(x);
    case Unary::relu:
      return isnan(x) ? x : x > 0 ? x : 0;
    case Unary::leakyRelu:
      return x >= 0 ? x : alpha * x;
    case Unary::elu:
      return x > 0 ? x : alpha * expm1(x);
    case Unary::selu:
      return 1.05070098 * (x > 0 ? x : 1.67326324 * expm1(x));
    case Unary::gelu:
      return x * (1 + erf(x / sqrt(2.0))) / 2;
    case Unary::geluTanh:
      return x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))) / 2;
    case Unary::silu:
      return x * sigmoid(x);
    case Unary::softplus:
      return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
    case Unary::sin:
      return sin(x);
    case Unary::cos:
      return cos(x);
    case Unary::relu6:
      return clamp(x, 0, 6);
    case Unary::celu:
      return x > 0 ? x : alpha * expm1(x / alpha);
    case Unary::hardSigmoid:
      return clamp(x + 3, 0, 6) / 6;
    case Unary::hardSilu:
      return x * clamp(x + 3, 0, 6) / 6;
    case Unary::hardTanh:
      return clamp(x, -1, 1);
    case Unary::softsign:
      return x / (1 + fabs(x));
    case Unary::mish:
      return x * tanh(log1p(exp(x)));
    case Unary::logSigmoid:
      return -log1p(exp(-x));
    case Unary::squareplus:
      return (x + sqrt(x * x + alpha)) / 2;
    case Unary::tanhShrink:
      return x - tanh(x);
  }
  return NAN;
}

double binary_value(Binary f, double x, double y) {
  switch (f) {
    case Binary::add:
      return x + y;
    case Binary::subtract:
      return x - y;
    case Binary::multiply:
      return x * y;
    case Binary::divide:
      return x / y;
    case Binary::power:
      return pow(x, y);
    case Binary::maximum:
      return isnan(x) || isnan(y) ? NAN : fmax(x, y);
    case Binary::minimum:
      return isnan(x) || isnan(y) ? NAN : fmin(x, y);
    case Binary::equal:
      return x == y;
    case Binary::notEqual:
      return x != y;
    case Binary::less:
      return x < y;
    case Binary::lessEqual:
      return x <= y;
    case Binary::greater:
      return x > y;
    case Binary::greaterEqual:
      return x >= y;
  }
  return NAN;
}

bool has_steps(Unary f) {
  return f == Unary::sign || f == Unary::floor || f == Unary::ceil || f == Unary::round || f == Unary::step;
}

bool needs_positive(Unary f) {
  return f == Unary::log || f == Unary::log1p || f == Unary::sqrt || f == Unary::rsqrt || f == Unary::reciprocal;
}

}  // namespace

TEST(unary_values) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t f = 0; f < ff::count_of(ff::kUnary); ++f) {
      const Unary function = static_cast<Unary>(f);
      for (uint32_t n : kSizes) {
        std::vector<float> x = Numbers(n).list(n, needs_positive(function) ? 0.01f : -6.0f, 6.0f), y(n + 1, 99.0f);
        if (n > 8) {
          x[3] = NAN;
          x[5] = 0;
        }
        kernels.unary(function, y.data(), x.data(), n, 0.25f);
        for (uint32_t i = 0; i < n; ++i) CHECK_CLOSE(y[i], unary_value(function, x[i], 0.25), 1e-6, 5e-7);
        CHECK_EQUAL(y[n], 99);
        kernels.unary(function, x.data(), x.data(), n, 0.25f);
        CHECK(n == 0 || memcmp(x.data(), y.data(), n * sizeof(float)) == 0);
      }
    }
  });
}

TEST(unary_derivatives_are_difference_quotients) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t f = 0; f < ff::count_of(ff::kUnary); ++f) {
      const Unary function = static_cast<Unary>(f);
      const uint32_t n = 67;
      const std::vector<float> x = Numbers(f).list(n, needs_positive(function) ? 0.1f : -4.0f, 4.0f);
      std::vector<float> y(n), dx(n), dy = Numbers(f + 1).list(n);
      kernels.unary(function, y.data(), x.data(), n, 0.25f);
      const ff::UnaryInfo& info = ff::kUnary[f];
      kernels.unary_grad(function, dx.data(), info.reads_x ? x.data() : nullptr, info.reads_y ? y.data() : nullptr,
                         dy.data(), n, 0.25f);
      const double h = 1e-5;
      for (uint32_t i = 0; i < n; ++i) {
        const double slope = (unary_value(function, x[i] + h, 0.25) - unary_value(function, x[i] - h, 0.25)) / (2 * h);
        if (has_steps(function) && slope != 0) continue;
        CHECK_CLOSE(dx[i], dy[i] * slope, 2e-5, 2e-6);
      }
    }
  });
}

TEST(derivatives_at_the_corners) {
  for_each_isa([](const Kernels& kernels) {
    const float x[3] = {0.0f, -0.0f, -1.0f}, dy[3] = {1, 1, 1};
    float y[3], dx[3];
    kernels.unary(Unary::relu, y, x, 3, 0);
    kernels.unary_grad(Unary::relu, dx, nullptr, y, dy, 3, 0);
    CHECK(dx[0] == 0 && dx[1] == 0 && dx[2] == 0);
    kernels.unary(Unary::leakyRelu, y, x, 3, 0);
    kernels.unary_grad(Unary::leakyRelu, dx, nullptr, y, dy, 3, 0);
    CHECK(dx[0] == 1 && dx[1] == 1 && dx[2] == 0);
    kernels.unary_grad(Unary::abs, dx, x, nullptr, dy, 3, 0);
    CHECK(dx[0] == 0 && dx[1] == 0 && dx[2] == -1);
    const float ends[3] = {-3.0f, 3.0f, 6.0f};
    kernels.unary(Unary::relu6, y, ends, 3, 0);
    kernels.unary_grad(Unary::relu6, dx, nullptr, y, dy, 3, 0);
    CHECK(dx[0] == 0 && dx[1] == 1 && dx[2] == 0);
    kernels.unary(Unary::hardSigmoid, y, ends, 3, 0);
    kernels.unary_grad(Unary::hardSigmoid, dx, nullptr, y, dy, 3, 0);
    CHECK(dx[0] == 0 && dx[1] == 0 && dx[2] == 0);
    kernels.unary_grad(Unary::hardSilu, dx, ends, nullptr, dy, 3, 0);
    CHECK(dx[0] == 0 && dx[1] == 1 && dx[2] == 1);
  });
}

TEST(binary_with_every_broadcast) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t f = 0; f < ff::count_of(ff::kBinary); ++f) {
      const Binary function = static_cast<Binary>(f);
      for (uint32_t rows : {0u, 1u, 2u, 5u}) {
        for (uint32_t columns : {1u, 3u, 8u, 17u}) {
          for (int shapes = 0; shapes < 16; ++shapes) {
            const bool x_row = shapes & 1, x_column = shapes & 2, y_row = shapes & 4, y_column = shapes & 8;
            const uint32_t xr = x_row ? 1 : rows, xc = x_column ? 1 : columns, yr = y_row ? 1 : rows,
                           yc = y_column ? 1 : columns;
            std::vector<float> x = Numbers(shapes).list(xr * xc + 1, 0.5f, 3),
                               y = Numbers(f).list(yr * yc + 1, 0.5f, 3);
            if (columns == 17) y[0] = x[0];
            const Operand left = {x.data(), xr == 1 ? 0u : xc, xc == 1 ? 0u : 1u},
                          right = {y.data(), yr == 1 ? 0u : yc, yc == 1 ? 0u : 1u};
            std::vector<float> z(rows * columns + 1, 99.0f);
            kernels.binary(function, z.data(), left, right, rows, columns);
            CHECK_EQUAL(z[rows * columns], 99);
            for (uint32_t i = 0; i < rows; ++i) {
              for (uint32_t j = 0; j < columns; ++j) {
                const double a = x[i * left.row_stride + j * left.column_stride],
                             b = y[i * right.row_stride + j * right.column_stride];
                CHECK_CLOSE(z[i * columns + j], binary_value(function, a, b), 1e-6, 1e-7);
              }
            }
          }
        }
      }
    }
  });
}

TEST(maximum_and_minimum_keep_nan) {
  for_each_isa([](const Kernels& kernels) {
    const float x[4] = {NAN, 1, NAN, 2}, y[4] = {1, NAN, NAN, 3};
    float z[4];
    for (Binary function : {Binary::maximum, Binary::minimum}) {
      kernels.binary(function, z, {x, 0, 1}, {y, 0, 1}, 1, 4);
      CHECK(isnan(z[0]) && isnan(z[1]) && isnan(z[2]));
      CHECK_EQUAL(z[3], function == Binary::maximum ? 3 : 2);
    }
  });
}

TEST(select_and_expand) {
  for_each_isa([](const Kernels& kernels) {
    const uint32_t rows = 3;
    for (uint32_t columns : {1u, 5u, 8u, 19u}) {
      std::vector<float> condition = Numbers(1).list(rows * columns), x = Numbers(2).list(columns),
                         y = Numbers(3).list(rows), z(rows * columns);
      for (float& c : condition) c = c > 0 ? c : 0;
      const size_t step = columns == 1 ? 0 : 1;
      kernels.select(z.data(), {condition.data(), columns, step}, {x.data(), 0, step}, {y.data(), 1, 0}, rows, columns);
      for (uint32_t i = 0; i < rows * columns; ++i)
        CHECK_EQUAL(z[i], condition[i] != 0 ? x[i % columns] : y[i / columns]);
      kernels.expand(z.data(), {x.data(), 0, step}, rows, columns, 3);
      for (uint32_t i = 0; i < rows * columns; ++i) CHECK_CLOSE(z[i], x[i % columns] / 3.0, 1e-6, 0);
      kernels.expand(z.data(), {y.data(), 1, 0}, rows, columns, 1);
      for (uint32_t i = 0; i < rows * columns; ++i) CHECK_EQUAL(z[i], y[i / columns]);
    }
  });
}

TEST(fill_copy_transpose_gather) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t n : kSizes) {
      std::vector<float> x = Numbers(n).list(n), y(n + 1, 99.0f);
      kernels.copy(y.data(), x.data(), n);
      for (uint32_t i = 0; i < n; ++i) CHECK_EQUAL(y[i], x[i]);
      kernels.fill(y.data(), n, 2);
      for (uint32_t i = 0; i < n; ++i) CHECK_EQUAL(y[i], 2);
      CHECK_EQUAL(y[n], 99);
      for (uint32_t rows : {1u, 5u, 8u, 17u}) {
        x = Numbers(n).list(rows * n);
        y.assign(rows * n + 1, 99.0f);
        kernels.transpose(y.data(), x.data(), rows, n);
        for (uint32_t i = 0; i < rows; ++i) {
          for (uint32_t j = 0; j < n; ++j) CHECK_EQUAL(y[j * rows + i], x[i * n + j]);
        }
        CHECK_EQUAL(y[rows * n], 99);
      }
    }
    const int32_t index[3] = {2, 0, 2};
    const uint8_t bytes[6] = {0, 1, 128, 255, 7, 9};
    const int32_t numbers[6] = {-1, 5, 1 << 20, 3, -8, 16777216};
    const float floats[6] = {0.5f, 1.5f, 2.5f, 3.5f, -4.5f, 5.5f};
    float y[6];
    kernels.gather(y, bytes, FF_UINT8, 2, index, 3);
    CHECK(y[0] == 7 && y[1] == 9 && y[2] == 0 && y[3] == 1 && y[4] == 7 && y[5] == 9);
    kernels.gather(y, numbers, FF_INT32, 2, index, 3);
    CHECK(y[0] == -8 && y[1] == 16777216 && y[2] == -1 && y[3] == 5);
    kernels.gather(y, floats, FF_FLOAT32, 3, index + 1, 1);
    CHECK(y[0] == 0.5f && y[2] == 2.5f);
  });
}

TEST(reductions) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t rows : {1u, 2u, 33u, 131u}) {
      for (uint32_t columns : {1u, 3u, 8u, 13u, 40u, 300u}) {
        std::vector<float> x = Numbers(rows + columns).list(rows * columns);
        for (float& v : x) v = roundf(v * 64) / 64;  // equal maxima are likely
        for (uint32_t f = 0; f < ff::count_of(ff::kReduction); ++f) {
          const Reduction function = static_cast<Reduction>(f);
          const auto reference = [&](uint32_t start, uint32_t step, uint32_t count) {
            double sum = 0, squares = 0, largest = -INFINITY, least = INFINITY;
            uint32_t where = 0;
            for (uint32_t i = 0; i < count; ++i) {
              const double v = x[start + i * step];
              sum += v;
              squares += v * v;
              if (v > largest) where = i;
              largest = fmax(largest, v);
              least = fmin(least, v);
            }
            const double results[] = {sum, sum / count, largest, least, static_cast<double>(where), squares};
            return results[f];
          };
          std::vector<float> y(columns + 1, 99.0f);
          kernels.reduce_rows(function, y.data(), x.data(), columns, rows, columns);
          for (uint32_t j = 0; j < columns; ++j) CHECK_CLOSE(y[j], reference(j, columns, rows), 1e-6, 1e-6);
          CHECK_EQUAL(y[columns], 99);
          std::vector<float> part(columns + 1, 99.0f);
          const uint32_t cut = columns / 3;  // a range of columns gives the same bits
          kernels.reduce_rows(function, part.data(), x.data(), columns, rows, cut);
          kernels.reduce_rows(function, part.data() + cut, x.data() + cut, columns, rows, columns - cut);
          CHECK(memcmp(part.data(), y.data(), y.size() * sizeof(float)) == 0);
          std::vector<float> z(rows);
          kernels.reduce_columns(function, z.data(), x.data(), rows, columns);
          for (uint32_t i = 0; i < rows; ++i) CHECK_CLOSE(z[i], reference(i * columns, 1, columns), 1e-6, 1e-6);
          float all;
          kernels.reduce_all(function, &all, x.data(), x.size());
          CHECK_CLOSE(all, reference(0, 1, rows * columns), 1e-6, 1e-6);
        }
      }
    }
  });
}

TEST(sums_do_not_drift_with_length) {
  for_each_isa([](const Kernels& kernels) {
    const size_t n = 3000017;
    std::vector<float> x = Numbers(5).list(n, 0.1f, 1);
    double expected = 0;
    for (float v : x) expected += v;
    float y;
    kernels.reduce_all(Reduction::sum, &y, x.data(), n);
    CHECK_CLOSE(y, expected, 2e-7, 0);
    kernels.reduce_rows(Reduction::sum, &y, x.data(), 1, static_cast<uint32_t>(n), 1);
    CHECK_CLOSE(y, expected, 2e-7, 0);
    // A plain sum in float fails this: the tolerance is one that can fail.
    float plain = 0;
    for (float v : x) plain += v;
    CHECK(!test::close(plain, expected, 2e-7, 0));
    x[12345] = INFINITY;
    kernels.reduce_all(Reduction::sum, &y, x.data(), n);
    CHECK(y == INFINITY);
    x[77] = NAN;
    for (Reduction function : {Reduction::sum, Reduction::maximum, Reduction::minimum}) {
      kernels.reduce_all(function, &y, x.data(), n);
      CHECK(isnan(y));
    }
    kernels.reduce_all(Reduction::argmax, &y, x.data(), n);
    CHECK_EQUAL(y, 77);
  });
}

TEST(softmax_family) {
  for_each_isa([](const Kernels& kernels) {
    const uint32_t rows = 3;
    for (uint32_t columns : {1u, 2u, 7u, 8u, 10u, 33u, 300u}) {
      std::vector<float> x = Numbers(columns).list(rows * columns, -20, 20), dy = Numbers(2).list(rows * columns);
      x[0] = 90;  // exp would overflow without the shift
      std::vector<float> y(x.size()), log_y(x.size()), dx(x.size()), log_dx(x.size());
      kernels.softmax(y.data(), x.data(), rows, columns);
      kernels.log_softmax(log_y.data(), x.data(), rows, columns);
      kernels.softmax_grad(dx.data(), y.data(), dy.data(), rows, columns);
      kernels.log_softmax_grad(log_dx.data(), log_y.data(), dy.data(), rows, columns);
      for (uint32_t i = 0; i < rows; ++i) {
        const size_t at = i * columns;
        double largest = -INFINITY, sum = 0, dot = 0, total = 0;
        for (uint32_t j = 0; j < columns; ++j) largest = fmax(largest, x[at + j]);
        for (uint32_t j = 0; j < columns; ++j) sum += exp(x[at + j] - largest);
        for (uint32_t j = 0; j < columns; ++j) {
          dot += exp(x[at + j] - largest) / sum * dy[at + j];
          total += dy[at + j];
        }
        for (uint32_t j = 0; j < columns; ++j) {
          const double p = exp(x[at + j] - largest) / sum;
          CHECK_CLOSE(y[at + j], p, 1e-6, 1e-12);
          CHECK_CLOSE(log_y[at + j], x[at + j] - largest - log(sum), 1e-6, 1e-6);
          CHECK_CLOSE(dx[at + j], p * (dy[at + j] - dot), 1e-5, 1e-7);
          CHECK_CLOSE(log_dx[at + j], dy[at + j] - p * total, 1e-5, 1e-6);
        }
      }
      kernels.softmax(x.data(), x.data(), rows, columns);
      CHECK(memcmp(x.data(), y.data(), y.size() * sizeof(float)) == 0);
    }
  });
}

TEST_MAIN()
