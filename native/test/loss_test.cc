// The losses and their gradients, on every instruction set, against formulas and difference quotients in double.
#include <math.h>

#include <vector>

#include "isas.h"
#include "kernels/kernels.h"
#include "test.h"

using ff::Kernels;
using ff::Loss;

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

TEST_MAIN()
