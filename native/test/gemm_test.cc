// The matrix product against a naive twin in double, and against itself: C t = A (B t) for a random vector t needs no
// second product.
#include "core/gemm.h"

#include <math.h>

#include <vector>

#include "isas.h"
#include "test.h"

namespace {

using ff::GemmArgs;
using ff::GemmEpilogue;
using ff::Kernels;
using ff::Unary;

struct Sizes {
  uint32_t m, n, k;
};

// Every operand has its own row padding, and C is surrounded by numbers that must survive.
struct Problem {
  static constexpr uint32_t kPadding = 3;
  static constexpr float kGuard = 12345.0f;
  Sizes size;
  bool transpose_a, transpose_b;
  std::vector<float> a, b, c, bias, z, input, output, sums;
  size_t a_stride, b_stride, c_stride;

  Problem(Sizes s, bool ta, bool tb, uint32_t padding) : size(s), transpose_a(ta), transpose_b(tb) {
    Numbers numbers(s.m * 31 + s.n * 7 + s.k);
    a_stride = (ta ? s.m : s.k) + padding;
    b_stride = (tb ? s.k : s.n) + padding;
    c_stride = s.n + padding;
    a = numbers.list((ta ? s.k : s.m) * a_stride);
    b = numbers.list((tb ? s.n : s.k) * b_stride);
    bias = numbers.list(s.n);
    input = numbers.list(s.m * c_stride, -3, 3);
    output = numbers.list(s.m * c_stride);
    z.assign(s.m * c_stride, kGuard);
    c.assign(s.m * c_stride + 16, kGuard);
    sums.assign(s.n, kGuard);
  }

  double a_at(uint32_t i, uint32_t p) const { return transpose_a ? a[p * a_stride + i] : a[i * a_stride + p]; }
  double b_at(uint32_t p, uint32_t j) const { return transpose_b ? b[j * b_stride + p] : b[p * b_stride + j]; }
  double product(uint32_t i, uint32_t j) const {
    double sum = 0;
    for (uint32_t p = 0; p < size.k; ++p) sum += a_at(i, p) * b_at(p, j);
    return sum;
  }

  GemmArgs args() {
    GemmArgs args;
    args.m = size.m;
    args.n = size.n;
    args.k = size.k;
    args.a = a.data();
    args.a_stride = a_stride;
    args.transpose_a = transpose_a;
    args.b = b.data();
    args.b_stride = b_stride;
    args.transpose_b = transpose_b;
    args.c = c.data();
    args.c_stride = c_stride;
    return args;
  }

  bool guards_survive() const {
    for (uint32_t i = 0; i < size.m; ++i) {
      for (size_t j = size.n; j < c_stride; ++j) {
        if (c[i * c_stride + j] != kGuard) return false;
      }
    }
    for (size_t i = size.m * c_stride; i < c.size(); ++i) {
      if (c[i] != kGuard) return false;
    }
    return true;
  }
};

void report(const Kernels& kernels, const Problem& p, const char* what, uint32_t i, uint32_t j, double expected,
            double actual) {
  printf("%s %ux%ux%u%s%s %s at (%u, %u): expected %.9g, received %.9g\n", kernels.name, p.size.m, p.size.n, p.size.k,
         p.transpose_a ? " A^T" : "", p.transpose_b ? " B^T" : "", what, i, j, expected, actual);
}

// k sums of numbers whose partial sums grow like sqrt(k), each rounded: errors grow like k. The worst seen is a third
// of this.
double tolerance(uint32_t k) { return 1e-6 + 1e-7 * k; }

void run(const Kernels& kernels, const GemmArgs& args) {
  static ff::GemmWorkspace workspace;
  ff::gemm(kernels, args, workspace);
  ff::free_workspace(workspace);
}

// Every element, in double, for small sizes.
void check_naive(const Kernels& kernels, Problem& p) {
  GemmArgs args = p.args();
  if (!p.transpose_b) args.b_column_sums = p.sums.data();
  run(kernels, args);
  CHECK(p.guards_survive());
  for (uint32_t i = 0; i < p.size.m; ++i) {
    for (uint32_t j = 0; j < p.size.n; ++j) {
      const double expected = p.product(i, j), actual = p.c[i * p.c_stride + j];
      if (!test::close(actual, expected, 0, tolerance(p.size.k)) && test::fail())
        report(kernels, p, "C", i, j, expected, actual);
    }
  }
  for (uint32_t j = 0; j < p.size.n && !p.transpose_b; ++j) {
    double expected = 0;
    for (uint32_t q = 0; q < p.size.k; ++q) expected += p.b_at(q, j);
    CHECK_CLOSE(p.sums[j], expected, 1e-6, tolerance(p.size.k));
  }
}

// C t = A (B t), for sizes where the naive product is slow.
void check_by_vector(const Kernels& kernels, Problem& p) {
  run(kernels, p.args());
  CHECK(p.guards_survive());
  const std::vector<float> t = Numbers(7).list(p.size.n);
  std::vector<double> bt(p.size.k, 0.0);
  for (uint32_t q = 0; q < p.size.k; ++q) {
    for (uint32_t j = 0; j < p.size.n; ++j) bt[q] += p.b_at(q, j) * t[j];
  }
  for (uint32_t i = 0; i < p.size.m; ++i) {
    double expected = 0, actual = 0;
    for (uint32_t q = 0; q < p.size.k; ++q) expected += p.a_at(i, q) * bt[q];
    for (uint32_t j = 0; j < p.size.n; ++j) actual += p.c[i * p.c_stride + j] * t[j];
    const double limit = tolerance(p.size.k) * sqrt(static_cast<double>(p.size.n) + 1);
    if (!test::close(actual, expected, 0, limit) && test::fail()) report(kernels, p, "C t", i, 0, expected, actual);
  }
}

const bool kProducts[3][2] = {{false, false}, {false, true}, {true, false}};

}  // namespace

TEST(small_sizes) {
  const uint32_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 31};
  for (const Kernels* kernels : runnable_kernels()) {
    for (const bool* product : kProducts) {
      for (uint32_t m : sizes) {
        for (uint32_t n : sizes) {
          for (uint32_t k : sizes) {
            Problem p({m, n, k}, product[0], product[1], (m + n + k) % 4);
            check_naive(*kernels, p);
          }
        }
      }
    }
  }
}

TEST(primes_and_edges) {
  const Sizes sizes[] = {{37, 41, 43},  {61, 67, 71}, {6, 16, 257}, {7, 17, 521},  {47, 10, 200}, {10, 47, 200},
                         {128, 10, 64}, {97, 1, 300}, {1, 97, 300}, {2, 129, 300}, {129, 2, 300}, {5, 300, 3},
                         {300, 5, 3},   {64, 64, 8},  {64, 64, 9},  {1, 1, 1000},  {3, 1, 1},     {200, 300, 1},
                         {1, 700, 7},   {700, 1, 7},  {33, 33, 33}};
  for (const Kernels* kernels : runnable_kernels()) {
    for (const bool* product : kProducts) {
      for (const Sizes& size : sizes) {
        for (uint32_t padding : {0u, Problem::kPadding}) {
          Problem p(size, product[0], product[1], padding);
          check_naive(*kernels, p);
        }
      }
    }
  }
}

TEST(both_transposed) {
  for (const Kernels* kernels : runnable_kernels()) {
    for (const Sizes& size :
         {Sizes{5, 3, 4}, Sizes{37, 41, 43}, Sizes{1, 9, 17}, Sizes{9, 1, 17}, Sizes{70, 80, 300}}) {
      Problem p(size, true, true, Problem::kPadding);
      check_naive(*kernels, p);
    }
  }
}

// Above every block size: mc and kc of each table, the columns of a task, and the depth up to which A stays packed.
TEST(above_the_blocks) {
  for (const Kernels* kernels : runnable_kernels()) {
    const uint32_t mc = kernels->mc, kc = kernels->kc;
    for (const bool* product : kProducts) {
      for (const Sizes& size : {Sizes{mc + 1, 67, kc + 1}, Sizes{2 * mc + 3, 33, 97}, Sizes{33, 1037, 2 * kc + 1},
                                Sizes{mc, 40, 5 * kc + 3}, Sizes{40, 2100, 300}, Sizes{1, 2100, 300},
                                Sizes{2100, 1, 300}, Sizes{2100, 3, 5}, Sizes{3, 1029, 130}}) {
        Problem p(size, product[0], product[1], Problem::kPadding);
        check_by_vector(*kernels, p);
      }
    }
  }
}

TEST(epilogues) {
  for (const Kernels* kernels : runnable_kernels()) {
    for (const Sizes& size : {Sizes{4, 2, 8}, Sizes{1, 19, 30}, Sizes{19, 1, 30}, Sizes{67, 35, 33}, Sizes{70, 45, 400},
                              Sizes{3, 5, 0}, Sizes{40, 30, 2}}) {
      for (const bool* product : kProducts) {
        for (uint32_t f = 0; f < ff::count_of(ff::kUnary); ++f) {
          const Unary function = static_cast<Unary>(f);
          Problem p(size, product[0], product[1], Problem::kPadding);
          std::vector<float> plain(p.c.size()), expected(p.c.size());
          GemmArgs args = p.args();
          args.c = plain.data();
          run(*kernels, args);
          for (int kind = 0; kind < 3; ++kind) {
            args.c = p.c.data();
            args.epilogue = GemmEpilogue();
            args.epilogue.function = function;
            args.epilogue.alpha = 0.3f;
            const bool derivative = kind == 2;
            if (derivative) {
              args.epilogue.derivative = true;
              args.epilogue.input = p.input.data();
              args.epilogue.output = p.output.data();
            } else {
              args.epilogue.bias = kind == 0 ? p.bias.data() : nullptr;
              args.epilogue.z = kind == 0 ? p.z.data() : nullptr;
            }
            run(*kernels, args);
            for (uint32_t i = 0; i < size.m; ++i) {
              const size_t row = i * p.c_stride;
              if (derivative) {
                kernels->unary_grad(function, &expected[row], &p.input[row], &p.output[row], &plain[row], size.n, 0.3f);
              } else {
                for (uint32_t j = 0; j < size.n; ++j)
                  expected[row + j] = plain[row + j] + (kind == 0 ? p.bias[j] : 0.0f);
                for (uint32_t j = 0; j < size.n && kind == 0; ++j)
                  CHECK_CLOSE(p.z[row + j], expected[row + j], 1e-6, 1e-6);
                kernels->unary(function, &expected[row], &expected[row], size.n, 0.3f);
              }
              for (uint32_t j = 0; j < size.n; ++j) {
                const bool jump =
                    !derivative && (function == Unary::floor || function == Unary::ceil || function == Unary::round);
                CHECK_CLOSE(p.c[row + j], expected[row + j], 1e-5, jump ? 0 : 1e-5);
              }
            }
            CHECK(p.guards_survive());
          }
        }
      }
    }
  }
}

TEST(threads_do_not_change_bits) {
  for (const Kernels* kernels : runnable_kernels()) {
    for (const bool* product : kProducts) {
      for (const Sizes& size : {Sizes{150, 530, 300}, Sizes{1, 3000, 300}, Sizes{3000, 1, 300}, Sizes{500, 700, 3}}) {
        Problem p(size, product[0], product[1], 0);
        std::vector<float> first;
        for (uint32_t threads : {1u, 2u, 3u, 7u}) {
          CHECK(ff::set_pool_threads(threads));
          run(*kernels, p.args());
          if (first.empty()) first = p.c;
          CHECK(memcmp(first.data(), p.c.data(), first.size() * sizeof(float)) == 0);
        }
        ff::set_pool_threads(0);
      }
    }
  }
}

TEST(a_tolerance_can_fail) {
  Problem p({37, 41, 43}, false, false, 0);
  run(ff::kScalarKernels, p.args());
  const double expected = p.product(3, 5), actual = p.c[3 * p.c_stride + 5];
  CHECK(test::close(actual, expected, 0, tolerance(43)));
  CHECK(!test::close(actual + 1e-5, expected, 0, tolerance(43)));
  // A product that lost one of its 300 terms does not pass either.
  Problem q({1, 1, 300}, false, false, 0);
  CHECK(!test::close(q.product(0, 0) - q.a_at(0, 299) * q.b_at(299, 0), q.product(0, 0), 0, tolerance(300)));
}

int main(int argc, char** argv) {
  const int status = test::run(argc, argv);
  ff::stop_pool();
  return status;
}
