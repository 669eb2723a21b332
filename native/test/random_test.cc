// Dropout masks, uniform and normal numbers on every instruction set, against the generator written plainly and the
// quantiles of the normal distribution in double.
#include <math.h>
#include <string.h>

#include <vector>

#include "isas.h"
#include "test.h"

using ff::DropoutArgs;
using ff::Kernels;
using ff::RandomArgs;

namespace {

uint32_t philox(uint32_t index, uint32_t purpose, const RandomArgs& args) {
  uint32_t c[4] = {index / 4, args.stream, args.step, purpose}, k0 = args.seed_lo, k1 = args.seed_hi;
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xd2511f53} * c[0], p1 = uint64_t{0xcd9e8d57} * c[2];
    const uint32_t next[4] = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(p1),
                              static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<uint32_t>(p0)};
    memcpy(c, next, sizeof(c));
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  return c[index % 4];
}

// The number z > 0 beyond which the standard normal distribution has the probability q < 1/2.
double upper_quantile(double q) {
  double low = 0, high = 40;
  for (int i = 0; i < 80; ++i) {
    const double z = (low + high) / 2;
    (erfc(z * M_SQRT1_2) / 2 > q ? low : high) = z;
  }
  return low;
}

double normal_of(uint32_t word) {
  const double z = upper_quantile((((word >> 8) & 0x7fffff) + 0.5) / 16777216);
  return word >> 31 ? -z : z;
}

const RandomArgs kArgs[] = {{3, 7, 0x12345678, 0x9abcdef0}, {0, 0, 0, 0}, {1, 0xffffffff, 0xffffffff, 0xffffffff}};
const uint32_t kSizes[] = {1, 4, 7, 16, 255, 256, 257, 1003};

}  // namespace

// Compared over several vectors and across the end of a block.
TEST(dropout_masks_are_philox) {
  for_each_isa([&](const Kernels& kernels) {
    for (const DropoutArgs& args :
         {DropoutArgs{0.2f, kArgs[0]}, DropoutArgs{0.5f, kArgs[1]}, DropoutArgs{0.0f, kArgs[2]}}) {
      for (uint32_t n : kSizes) {
        const std::vector<float> x = Numbers(n).list(n, 1, 2);
        std::vector<float> y(n + 1, 99.0f);
        const uint32_t first = n == 7 ? 4096 : 0;
        kernels.dropout(y.data(), x.data(), first, n, args);
        for (uint32_t i = 0; i < n; ++i) {
          const double u = (philox(first + i, 0x646d, args.random) >> 8) / 16777216.0;
          CHECK_CLOSE(y[i], u >= args.rate ? x[i] / (1.0 - args.rate) : 0, 3e-7, 0);
        }
        CHECK_EQUAL(y[n], 99);
      }
    }
    std::vector<float> ones(100000, 1.0f);
    kernels.dropout(ones.data(), ones.data(), 0, ones.size(), {0.25f, {1, 2, 3, 4}});
    double kept = 0;
    for (float v : ones) kept += v != 0;
    CHECK_CLOSE(kept / 100000, 0.75, 0, 0.006);
  });
}

TEST(numbers_are_philox) {
  for_each_isa([&](const Kernels& kernels) {
    for (const RandomArgs& args : kArgs) {
      for (uint32_t n : kSizes) {
        std::vector<float> u(n + 1, 99.0f), z(n + 1, 99.0f);
        const uint32_t first = n == 7 ? 4096 : 0;
        kernels.uniform(u.data(), first, n, args);
        kernels.normal(z.data(), first, n, args);
        for (uint32_t i = 0; i < n; ++i) {
          const uint32_t word = philox(first + i, 0x726e, args);
          CHECK_EQUAL(u[i], static_cast<float>(word >> 8) / 16777216.0f);
          CHECK_CLOSE(z[i], normal_of(word), 5e-7, 0);
        }
        CHECK_EQUAL(u[n], 99);
        CHECK_EQUAL(z[n], 99);
      }
    }
  });
}

TEST(normal_numbers_are_normal) {
  for_each_isa([&](const Kernels& kernels) {
    const int n = 200000;
    std::vector<float> z(n);
    kernels.normal(z.data(), 0, n, {1, 2, 3, 4});
    double sum = 0, squares = 0, fourth = 0, beyond = 0;
    for (float v : z) {
      sum += v;
      squares += v * v;
      fourth += static_cast<double>(v) * v * v * v;
      beyond += v > 2 ? 1 : 0;
    }
    // Six standard deviations of each estimate.
    CHECK_CLOSE(sum / n, 0, 0, 6 * sqrt(1.0 / n));
    CHECK_CLOSE(squares / n, 1, 0, 6 * sqrt(2.0 / n));
    CHECK_CLOSE(fourth / n, 3, 0, 6 * sqrt(96.0 / n));
    CHECK_CLOSE(beyond / n, 0.02275, 0, 6 * sqrt(0.0222 / n));
  });
}

TEST_MAIN()
