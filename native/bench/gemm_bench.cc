// Matrix products of MLP training: this library against OpenBLAS, interleaved, one thread each unless told otherwise.
//   gemm_bench [--isa avx2] [--threads 1] [--milliseconds 40] [--only NN] [--batch 128] [--width 512]
//              [--statistic best]   (the best sample instead of the median, for a machine that is busy)
// OpenBLAS is loaded at run time when the machine has it (OPENBLAS_NUM_THREADS is set here to the same number of
// threads).
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <algorithm>
#include <string>
#include <vector>

#include "../test/isas.h"
#include "core/gemm.h"
#include "core/memory.h"

namespace {

typedef void (*Sgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float* a,
                      int lda, const float* b, int ldb, float beta, float* c, int ldc);

// With one thread the time that this thread has had a processor, so that other processes count less.
clockid_t measured_clock = CLOCK_THREAD_CPUTIME_ID;

double now() {
  timespec time;
  clock_gettime(measured_clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Product {
  const char* name;
  bool transpose_a, transpose_b;
};

struct Options {
  const ff::Kernels* kernels;
  std::string only;
  uint32_t batch = 0;
  double seconds = 0.04;
  bool best = false;
  uint32_t width = 0;
};

struct Samples {
  std::vector<double> seconds;
  double typical() {
    std::sort(seconds.begin(), seconds.end());
    return seconds[best ? 0 : seconds.size() / 2];
  }
  bool best = false;
};

// The product of a layer with `in` inputs and `out` outputs: NN is forward, NT the gradient of the input, TN that of
// the weights.
struct Shape {
  uint32_t m, n, k;
};

Shape shape_of(const Product& product, uint32_t batch, uint32_t in, uint32_t out) {
  if (product.transpose_a) return {in, out, batch};
  if (product.transpose_b) return {batch, in, out};
  return {batch, out, in};
}

template <typename Run>
double time_of(uint32_t repeats, const Run& run) {
  const double start = now();
  for (uint32_t i = 0; i < repeats; ++i) run();
  return (now() - start) / repeats;
}

struct Ratios {
  double log_sum = 0;
  uint32_t count = 0;
  void add(double ratio) {
    log_sum += log(ratio);
    ++count;
  }
  double mean() const { return count == 0 ? 0 : exp(log_sum / count); }
};

// Aligned to cache lines, as the arena of a program is; misaligned stores cost both sides up to half of their speed.
struct Matrix {
  float* data;
  size_t size;
  Matrix(size_t n, uint32_t seed) : data(static_cast<float*>(ff::allocate_aligned(n * sizeof(float)))), size(n) {
    Numbers numbers(seed);
    for (size_t i = 0; i < n; ++i) data[i] = numbers.next();
  }
  ~Matrix() { ff::free_aligned(data); }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;
};

double measure(const Options& options, Sgemm sgemm, const Product& product, const Shape& s, const char* label) {
  const Matrix a(static_cast<size_t>(s.m) * s.k, 1), b(static_cast<size_t>(s.k) * s.n, 2);
  Matrix c(static_cast<size_t>(s.m) * s.n, 3), d(c.size, 4);
  ff::GemmArgs args;
  args.m = s.m;
  args.n = s.n;
  args.k = s.k;
  args.a = a.data;
  args.a_stride = product.transpose_a ? s.m : s.k;
  args.transpose_a = product.transpose_a;
  args.b = b.data;
  args.b_stride = product.transpose_b ? s.k : s.n;
  args.transpose_b = product.transpose_b;
  args.c = c.data;
  args.c_stride = s.n;
  static ff::GemmWorkspace workspace;
  const auto ours = [&] { ff::gemm(*options.kernels, args, workspace); };
  const auto theirs = [&] {
    sgemm(101, product.transpose_a ? 112 : 111, product.transpose_b ? 112 : 111, s.m, s.n, s.k, 1.0f, a.data,
          args.a_stride, b.data, args.b_stride, 0.0f, d.data, s.n);
  };
  ours();
  if (sgemm != nullptr) {
    theirs();
    for (size_t i = 0; i < c.size; ++i) {
      if (!(fabs(c.data[i] - d.data[i]) <= 1e-4 * s.k)) {
        printf("wrong result: %g instead of %g\n", c.data[i], d.data[i]);
        exit(1);
      }
    }
  }
  const double once = time_of(1, ours);
  const uint32_t repeats = static_cast<uint32_t>(std::max(1.0, options.seconds / 10 / std::max(once, 1e-8)));
  Samples us, them;
  us.best = them.best = options.best;
  const double end = now() + options.seconds * (sgemm != nullptr ? 2 : 1);
  while (us.seconds.size() < 3 || now() < end) {
    us.seconds.push_back(time_of(repeats, ours));
    if (sgemm != nullptr) them.seconds.push_back(time_of(repeats, theirs));
  }
  const double gflop = 2e-9 * s.m * s.n * s.k;
  const double ratio = sgemm != nullptr ? them.typical() / us.typical() : 0;
  printf("%-16s %s %5u x %5u x %5u  %9.2f us %8.1f GFLOP/s", label, product.name, s.m, s.n, s.k, us.typical() * 1e6,
         gflop / us.typical());
  if (sgemm != nullptr) printf("   OpenBLAS %8.1f   ratio %.2f", gflop / them.typical(), ratio);
  printf("\n");
  return ratio;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  options.kernels = runnable_kernels().back();
  const char* threads = "1";
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--isa") {
      for (const ff::Kernels* kernels : runnable_kernels()) {
        if (strcmp(kernels->name, argv[i + 1]) == 0) options.kernels = kernels;
      }
    } else if (name == "--threads") {
      threads = argv[i + 1];
    } else if (name == "--milliseconds") {
      options.seconds = atof(argv[i + 1]) / 1000;
    } else if (name == "--only") {
      options.only = argv[i + 1];
    } else if (name == "--statistic") {
      options.best = strcmp(argv[i + 1], "best") == 0;
    } else if (name == "--width") {
      options.width = static_cast<uint32_t>(atoi(argv[i + 1]));
    } else if (name == "--batch") {
      options.batch = static_cast<uint32_t>(atoi(argv[i + 1]));
    } else {
      fprintf(stderr, "gemm_bench: unknown option %s; see the first lines of gemm_bench.cc.\n", argv[i]);
      return 2;
    }
  }
  ff::set_pool_threads(static_cast<uint32_t>(atoi(threads)));
  if (strcmp(threads, "1") != 0) measured_clock = CLOCK_MONOTONIC;
  setenv("OPENBLAS_NUM_THREADS", threads, 1);
  void* library = dlopen("libopenblas.so.0", RTLD_NOW);
  const Sgemm sgemm = library == nullptr ? nullptr : reinterpret_cast<Sgemm>(dlsym(library, "cblas_sgemm"));
  printf("isa %s, %s thread(s), OpenBLAS %s\n", options.kernels->name, threads,
         sgemm == nullptr ? "not found" : "found");

  const Product products[] = {{"NN", false, false}, {"NT", false, true}, {"TN", true, false}};
  const uint32_t layers[][2] = {{784, 128}, {784, 512}, {1024, 1024}, {2048, 2048}};
  const uint32_t skinny[][2] = {{512, 10}, {2, 8}, {8, 1}};
  Ratios large, single, narrow;
  std::vector<uint32_t> batches = {1, 32, 128, 256, 1024};
  if (options.batch != 0) batches = {options.batch};
  for (uint32_t batch : batches) {
    for (const Product& product : products) {
      if (!options.only.empty() && options.only != product.name) continue;
      const std::string label = "batch " + std::to_string(batch);
      for (const uint32_t* layer : layers) {
        if (options.width != 0 && options.width != layer[1]) continue;
        const Shape shape = shape_of(product, batch, layer[0], layer[1]);
        (batch == 1 ? single : large).add(measure(options, sgemm, product, shape, label.c_str()));
      }
    }
  }
  for (const Product& product : products) {
    if (options.batch != 0 || (!options.only.empty() && options.only != product.name)) continue;
    for (const uint32_t* layer : skinny) {
      const Shape shape = shape_of(product, layer[0] == 512 ? 128 : 4, layer[0], layer[1]);
      narrow.add(measure(options, sgemm, product, shape, "skinny"));
    }
  }
  printf("geometric mean of the ratios: batch >= 32 %.3f, batch 1 %.3f, skinny %.3f\n", large.mean(), single.mean(),
         narrow.mean());
  ff::stop_pool();
  return 0;
}
