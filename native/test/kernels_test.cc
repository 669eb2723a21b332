// Every kernel but the products, on every instruction set, against plain formulas in double. Sizes go over the
// remainders of all vectors.
#include "kernels/kernels.h"

#include <math.h>

#include <functional>
#include <vector>

#include "feedforward.h"
#include "isas.h"
#include "test.h"

namespace {

using ff::Binary;
using ff::Kernels;
using ff::Loss;
using ff::Operand;
using ff::Optimizer;
using ff::Reduction;
using ff::Unary;

const uint32_t kSizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 67, 257};

void for_each_isa(const std::function<void(const Kernels&)>& body) {
  for (const Kernels* kernels : runnable_kernels()) body(*kernels);
}

double sigmoid(double x) { return 1 / (1 + exp(-x)); }

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

namespace {

// One row of each loss in double. `t` is a distribution also for the sparse ones.
double loss_value(Loss f, const std::vector<double>& p, const std::vector<double>& target, double p0) {
  const size_t n = p.size();
  double result = 0, sum = 0, largest = -INFINITY;
  for (size_t j = 0; j < n; ++j) {
    sum += p[j];
    largest = fmax(largest, p[j]);
  }
  double exponentials = 0;
  for (double v : p) exponentials += exp(v - largest);
  const auto clip = [](double q) { return fmin(fmax(q, 1e-7), 1 - 1e-7); };
  for (size_t j = 0; j < n; ++j) {
    const double e = p[j] - target[j], count = static_cast<double>(n);
    switch (f) {
      case Loss::meanSquaredError:
        result += e * e / count;
        break;
      case Loss::meanAbsoluteError:
        result += fabs(e) / count;
        break;
      case Loss::huber:
        result += (fabs(e) <= p0 ? e * e / 2 : p0 * (fabs(e) - p0 / 2)) / count;
        break;
      case Loss::binaryCrossentropy: {
        const double t = target[j] * (1 - p0) + p0 / 2;
        result -= (t * log(clip(p[j])) + (1 - t) * log(1 - clip(p[j]))) / count;
        break;
      }
      case Loss::binaryCrossentropyLogits: {
        const double t = target[j] * (1 - p0) + p0 / 2;
        result += (fmax(p[j], 0) - p[j] * t + log1p(exp(-fabs(p[j])))) / count;
        break;
      }
      case Loss::categoricalCrossentropy:
      case Loss::sparseCategoricalCrossentropy: {
        const double t = f == Loss::categoricalCrossentropy ? target[j] * (1 - p0) + p0 / count : target[j];
        result -= t * log(clip(p[j] / sum));
        break;
      }
      case Loss::categoricalCrossentropyLogits:
      case Loss::sparseCategoricalCrossentropyLogits: {
        const double t = f == Loss::categoricalCrossentropyLogits ? target[j] * (1 - p0) + p0 / count : target[j];
        result += t * (largest + log(exponentials) - p[j]);
        break;
      }
    }
  }
  return result;
}

}  // namespace

TEST(losses_and_their_gradients) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t f = 0; f < ff::count_of(ff::kLosses); ++f) {
      const Loss function = static_cast<Loss>(f);
      const bool sparse = ff::kLosses[f].sparse;
      const bool probabilities = function == Loss::binaryCrossentropy || function == Loss::categoricalCrossentropy ||
                                 function == Loss::sparseCategoricalCrossentropy;
      const float p0 = sparse ? 0.0f : function == Loss::huber ? 0.7f : 0.1f;
      for (uint32_t rows : {1u, 5u, 17u}) {
        for (uint32_t columns : {1u, 2u, 5u, 8u, 10u, 37u}) {
          Numbers numbers(f * 100 + columns);
          const std::vector<float> p =
              numbers.list(rows * columns, probabilities ? 0.05f : -3.0f, probabilities ? 0.95f : 3.0f);
          const std::vector<float> dl = numbers.list(rows, 0.5f, 2);
          std::vector<float> target(rows * (sparse ? 1 : columns)), l(rows), dp(p.size());
          std::vector<double> dense(rows * columns, 0.0);
          for (uint32_t i = 0; i < rows; ++i) {
            const uint32_t label = (i * 7 + 3) % columns;
            for (uint32_t j = 0; j < columns; ++j) dense[i * columns + j] = sparse ? j == label : numbers.next(0, 1);
            if (sparse) target[i] = static_cast<float>(label);
            for (uint32_t j = 0; j < columns && !sparse; ++j)
              target[i * columns + j] = static_cast<float>(dense[i * columns + j]);
          }
          kernels.loss(function, l.data(), p.data(), target.data(), rows, columns, p0);
          kernels.loss_grad(function, dp.data(), p.data(), target.data(), dl.data(), rows, columns, p0);
          for (uint32_t i = 0; i < rows; ++i) {
            std::vector<double> row(p.begin() + i * columns, p.begin() + (i + 1) * columns);
            const std::vector<double> t(dense.begin() + i * columns, dense.begin() + (i + 1) * columns);
            CHECK_CLOSE(l[i], loss_value(function, row, t, p0), 2e-6, 1e-6);
            for (uint32_t j = 0; j < columns; ++j) {
              const double x = row[j], h = 1e-6;
              row[j] = x + h;
              const double above = loss_value(function, row, t, p0);
              row[j] = x - h;
              const double below = loss_value(function, row, t, p0);
              row[j] = x;
              CHECK_CLOSE(dp[i * columns + j], dl[i] * (above - below) / (2 * h), 1e-4, 2e-5);
            }
          }
        }
      }
    }
  });
}

TEST(losses_at_their_limits) {
  for_each_isa([](const Kernels& kernels) {
    const float p[4] = {0, 1, 1, 0}, t[4] = {1, 0, 1, 0}, dl[4] = {1, 1, 1, 1};
    float l[4], dp[4];
    kernels.loss(Loss::binaryCrossentropy, l, p, t, 4, 1, 0);
    CHECK_CLOSE(l[0], -log(1e-7), 1e-6, 0);
    CHECK_CLOSE(l[1], -log(1e-7), 1e-6, 0);
    CHECK_CLOSE(l[2], 0, 0, 2e-7);
    kernels.loss_grad(Loss::binaryCrossentropy, dp, p, t, dl, 4, 1, 0);
    for (float v : dp) CHECK_EQUAL(v, 0);
    kernels.loss(Loss::categoricalCrossentropy, l, p, t, 2, 2, 0);
    CHECK_CLOSE(l[0], -log(1e-7), 1e-6, 0);
    CHECK_CLOSE(l[1], 0, 0, 2e-7);
    const float x[2] = {1000, -1000}, labels[4] = {2, -1, 0.5f, NAN};
    kernels.loss(Loss::binaryCrossentropyLogits, l, x, t, 2, 1, 0);
    CHECK_EQUAL(l[0], 0);
    CHECK_EQUAL(l[1], 0);
    for (Loss function : {Loss::sparseCategoricalCrossentropy, Loss::sparseCategoricalCrossentropyLogits}) {
      for (uint32_t i = 0; i < 4; ++i) {
        kernels.loss(function, l, p, labels + i, 1, 2, 0);
        kernels.loss_grad(function, dp, p, labels + i, dl, 1, 2, 0);
        CHECK(isnan(l[0]) && isnan(dp[0]) && isnan(dp[1]));
      }
    }
  });
}

TEST(dropout_masks_are_philox) {
  // The generator written plainly, compared over several vectors and across the end of a block.
  const auto philox = [](uint32_t index, const ff::DropoutArgs& args) {
    uint32_t c[4] = {index / 4, args.stream, args.step, 0x646d}, k0 = args.seed_lo, k1 = args.seed_hi;
    for (int round = 0; round < 10; ++round) {
      const uint64_t p0 = uint64_t{0xd2511f53} * c[0], p1 = uint64_t{0xcd9e8d57} * c[2];
      const uint32_t next[4] = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(p1),
                                static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<uint32_t>(p0)};
      memcpy(c, next, sizeof(c));
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    return c[index % 4];
  };
  for_each_isa([&](const Kernels& kernels) {
    for (const ff::DropoutArgs& args :
         {ff::DropoutArgs{0.2f, 3, 7, 0x12345678, 0x9abcdef0}, ff::DropoutArgs{0.5f, 0, 0, 0, 0},
          ff::DropoutArgs{0.0f, 1, 0xffffffff, 0xffffffff, 0xffffffff}}) {
      for (uint32_t n : {1u, 4u, 7u, 16u, 255u, 256u, 257u, 1003u}) {
        const std::vector<float> x = Numbers(n).list(n, 1, 2);
        std::vector<float> y(n + 1, 99.0f);
        const uint32_t first = n == 7 ? 4096 : 0;
        kernels.dropout(y.data(), x.data(), first, n, args);
        for (uint32_t i = 0; i < n; ++i) {
          const double u = (philox(first + i, args) >> 8) / 16777216.0;
          CHECK_CLOSE(y[i], u >= args.rate ? x[i] / (1.0 - args.rate) : 0, 3e-7, 0);
        }
        CHECK_EQUAL(y[n], 99);
      }
    }
    std::vector<float> ones(100000, 1.0f);
    kernels.dropout(ones.data(), ones.data(), 0, ones.size(), {0.25f, 1, 2, 3, 4});
    double kept = 0;
    for (float v : ones) kept += v != 0;
    CHECK_CLOSE(kept / 100000, 0.75, 0, 0.006);
  });
}

TEST(updates) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t n : {1u, 8u, 19u, 67u}) {
      for (int variant = 0; variant < 10; ++variant) {
        const Optimizer optimizer = variant < 3 ? Optimizer::sgd : variant < 8 ? Optimizer::rmsprop : Optimizer::adam;
        const bool nesterov = variant == 2, has_velocity = variant == 1 || variant == 2 || variant == 4 || variant == 6;
        const bool centered = variant == 5 || variant == 6, amsgrad = variant == 9;
        Numbers numbers(variant + n);
        std::vector<float> p = numbers.list(n), g(n), slots[3];
        std::vector<double> q(p.begin(), p.end()), s[3];
        const bool present[3] = {optimizer == Optimizer::sgd ? has_velocity : true,
                                 optimizer == Optimizer::rmsprop ? has_velocity : optimizer == Optimizer::adam,
                                 optimizer == Optimizer::rmsprop ? centered : amsgrad};
        for (int i = 0; i < 3; ++i) {
          slots[i].assign(n, 0.0f);
          s[i].assign(n, 0.0);
        }
        ff::UpdateArgs args = {};
        args.p = p.data();
        args.g = g.data();
        args.n = n;
        args.learning_rate = 0.1f;
        for (int i = 0; i < 3; ++i) args.slot[i] = present[i] ? slots[i].data() : nullptr;
        const float options[3][4] = {
            {0.9f, nesterov ? 1.0f : 0.0f, 0.01f, 0}, {0.9f, 0.8f, 1e-3f, 0.01f}, {0.9f, 0.99f, 1e-3f, 0.01f}};
        memcpy(args.option, options[static_cast<int>(optimizer)], 4 * sizeof(float));
        for (uint32_t step = 0; step < 5; ++step) {
          for (float& v : g) v = numbers.next();
          args.step = step;
          kernels.update(optimizer, args);
          const double lr = 0.1f, o0 = args.option[0], o1 = args.option[1], o2 = args.option[2], t = step + 1;
          const double decay = optimizer == Optimizer::sgd ? o2 : args.option[3];
          for (uint32_t i = 0; i < n; ++i) {
            q[i] -= lr * decay * q[i];
            double change = lr * g[i];
            if (optimizer == Optimizer::sgd) {
              if (has_velocity) s[0][i] = o0 * s[0][i] - lr * g[i];
              q[i] += !has_velocity ? -change : nesterov ? o0 * s[0][i] - lr * g[i] : s[0][i];
            } else if (optimizer == Optimizer::rmsprop) {
              s[0][i] = o0 * s[0][i] + (1 - o0) * g[i] * g[i];
              if (centered) s[2][i] = o0 * s[2][i] + (1 - o0) * g[i];
              change /= sqrt(s[0][i] - s[2][i] * s[2][i] + o2);
              if (has_velocity) change = s[1][i] = o1 * s[1][i] + change;
              q[i] -= change;
            } else {
              s[0][i] += (g[i] - s[0][i]) * (1 - o0);
              s[1][i] += (g[i] * g[i] - s[1][i]) * (1 - o1);
              s[2][i] = fmax(s[2][i], s[1][i]);
              q[i] -= s[0][i] * lr * sqrt(1 - pow(o1, t)) / (1 - pow(o0, t)) / (sqrt(amsgrad ? s[2][i] : s[1][i]) + o2);
            }
          }
        }
        for (uint32_t i = 0; i < n; ++i) CHECK_CLOSE(p[i], q[i], 1e-5, 1e-5);
      }
    }
  });
}

TEST_MAIN()
