// Matrix products of MLP training: this library against OpenBLAS, BLIS and oneDNN, as far as the machine has them, in
// turns, one thread each unless told otherwise.
//   gemm_bench [--isa avx2] [--threads 1] [--milliseconds 10] [--only NN] [--batch 128] [--width 512] [--inputs 784]
//              [--rivals 0]           (for a look at our own speed alone)
//              [--mc 240] [--kc 256]  (instead of the table's block sizes)
// Milliseconds are those of one turn; half as many before it, with more threads than one, are not counted: the threads
// of whoever was last spin for a while, and those of whoever is next may sleep. The libraries are loaded at run time,
// and told the same number of threads.
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

constexpr int kTurns = 5;

typedef void (*CblasSgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                           const float* a, int lda, const float* b, int ldb, float beta, float* c, int ldc);
typedef int (*DnnlSgemm)(char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
                         const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c, int64_t ldc);

// With one thread the time that this thread has had a processor, so that other processes count less.
clockid_t measured_clock = CLOCK_THREAD_CPUTIME_ID;

double now() {
  timespec time;
  clock_gettime(measured_clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Options {
  ff::Kernels kernels;
  std::string threads = "1";
  std::string only;
  uint32_t batch = 0;
  uint32_t width = 0;
  uint32_t inputs = 0;
  double seconds = 0.01;
  bool rivals = true;
};

// Aligned to cache lines, as the arena of a program is; misaligned stores cost all sides up to half of their speed.
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

class Contestant {
 public:
  Contestant(const char* name, CblasSgemm cblas, DnnlSgemm dnnl) : name(name), cblas_(cblas), dnnl_(dnnl) {}

  void multiply(const ff::Kernels& kernels, const ff::GemmArgs& args) const {
    const int m = static_cast<int>(args.m), n = static_cast<int>(args.n), k = static_cast<int>(args.k);
    const int lda = static_cast<int>(args.a_stride), ldb = static_cast<int>(args.b_stride);
    if (cblas_ != nullptr) {
      cblas_(101, args.transpose_a ? 112 : 111, args.transpose_b ? 112 : 111, m, n, k, 1, args.a, lda, args.b, ldb, 0,
             args.c, n);
    } else if (dnnl_ != nullptr) {
      dnnl_(args.transpose_a ? 'T' : 'N', args.transpose_b ? 'T' : 'N', m, n, k, 1, args.a, lda, args.b, ldb, 0, args.c,
            n);
    } else {
      static ff::GemmWorkspace workspace;
      ff::gemm(kernels, args, workspace);
    }
  }

  const char* name;

 private:
  CblasSgemm cblas_;
  DnnlSgemm dnnl_;
};

void add_rival(std::vector<Contestant>& contestants, const char* name, const char* file, const char* symbol) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  void* const function = library == nullptr ? nullptr : dlsym(library, symbol);
  if (function == nullptr) {
    printf("%s is not here\n", name);
  } else if (strncmp(symbol, "cblas", 5) == 0) {
    contestants.emplace_back(name, reinterpret_cast<CblasSgemm>(function), nullptr);
  } else {
    contestants.emplace_back(name, nullptr, reinterpret_cast<DnnlSgemm>(function));
  }
}

struct Product {
  const char* name;
  bool transpose_a, transpose_b;
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

void check_equal(const Matrix& c, const Matrix& first, uint32_t k, const char* name) {
  for (size_t i = 0; i < c.size; ++i) {
    if (fabs(c.data[i] - first.data[i]) <= 1e-4 * k) continue;
    printf("%s: %g instead of %g\n", name, c.data[i], first.data[i]);
    exit(1);
  }
}

// Seconds of one product by each contestant: the median over the turns.
std::vector<double> measure(const Options& options, const std::vector<Contestant>& contestants, const Product& product,
                            const Shape& s) {
  const Matrix a(static_cast<size_t>(s.m) * s.k, 1), b(static_cast<size_t>(s.k) * s.n, 2);
  Matrix c(static_cast<size_t>(s.m) * s.n, 3), first(c.size, 4);
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
  args.c_stride = s.n;
  std::vector<std::vector<double>> samples(contestants.size());
  for (int turn = 0; turn < kTurns; ++turn) {
    for (size_t i = 0; i < contestants.size(); ++i) {
      args.c = i == 0 ? first.data : c.data;
      const auto time_of = [&](uint32_t count) {
        const double start = now();
        for (uint32_t j = 0; j < count; ++j) contestants[i].multiply(options.kernels, args);
        return (now() - start) / std::max(1u, count);
      };
      const double once = std::min(time_of(1), time_of(1));
      if (options.threads != "1") time_of(static_cast<uint32_t>(options.seconds / 2 / once));
      if (turn == 0 && i > 0) check_equal(c, first, s.k, contestants[i].name);
      samples[i].push_back(time_of(static_cast<uint32_t>(std::max(1.0, options.seconds / once))));
    }
  }
  std::vector<double> medians;
  for (std::vector<double>& s : samples) {
    std::sort(s.begin(), s.end());
    medians.push_back(s[s.size() / 2]);
  }
  return medians;
}

struct Ratios {
  double log_sum = 0, least = 1e9;
  uint32_t count = 0;
  void add(double ratio) {
    log_sum += log(ratio);
    least = std::min(least, ratio);
    ++count;
  }
  void print(const char* name) const {
    if (count > 0) printf("%s: geometric mean %.3f, least %.3f\n", name, exp(log_sum / count), least);
  }
};

void report(const std::vector<Contestant>& contestants, const Product& product, const Shape& s,
            const std::vector<double>& seconds, Ratios& ratios) {
  const double gflop = 2e-9 * s.m * s.n * s.k;
  printf("%s %5u x %5u x %5u %9.1f us", product.name, s.m, s.n, s.k, seconds[0] * 1e6);
  double best = 1e9;
  for (size_t i = 0; i < contestants.size(); ++i) {
    printf("   %s %6.1f", contestants[i].name, gflop / seconds[i]);
    if (i > 0) best = std::min(best, seconds[i]);
  }
  if (contestants.size() > 1) {
    printf("   ratio %.2f", best / seconds[0]);
    ratios.add(best / seconds[0]);
  }
  printf("\n");
}

bool read_option(Options& options, const std::string& name, const char* value) {
  if (name == "--isa") {
    for (const ff::Kernels* kernels : runnable_kernels()) {
      if (strcmp(kernels->name, value) == 0) options.kernels = *kernels;
    }
  } else if (name == "--threads") {
    options.threads = value;
  } else if (name == "--milliseconds") {
    options.seconds = atof(value) / 1000;
  } else if (name == "--only") {
    options.only = value;
  } else if (name == "--width") {
    options.width = static_cast<uint32_t>(atoi(value));
  } else if (name == "--inputs") {
    options.inputs = static_cast<uint32_t>(atoi(value));
  } else if (name == "--batch") {
    options.batch = static_cast<uint32_t>(atoi(value));
  } else if (name == "--mc") {
    options.kernels.mc = static_cast<uint32_t>(atoi(value));
  } else if (name == "--kc") {
    options.kernels.kc = static_cast<uint32_t>(atoi(value));
  } else if (name == "--rivals") {
    options.rivals = atoi(value) != 0;
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  options.kernels = *runnable_kernels().back();
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 < argc && read_option(options, argv[i], argv[i + 1])) continue;
    fprintf(stderr, "gemm_bench: cannot read option %s; see the first lines of gemm_bench.cc.\n", argv[i]);
    return 2;
  }
  ff::set_pool_threads(static_cast<uint32_t>(atoi(options.threads.c_str())));
  if (options.threads != "1") measured_clock = CLOCK_MONOTONIC;
  for (const char* name : {"OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "OMP_NUM_THREADS"}) {
    setenv(name, options.threads.c_str(), 1);
  }
  printf("GFLOP/s, isa %s, %s thread(s)\n", options.kernels.name, options.threads.c_str());
  std::vector<Contestant> contestants = {{"ours", nullptr, nullptr}};
  if (options.rivals) {
    add_rival(contestants, "OpenBLAS", "libopenblas.so.0", "cblas_sgemm");
    add_rival(contestants, "BLIS", "libblis.so.4", "cblas_sgemm");
    add_rival(contestants, "oneDNN", "libdnnl.so.2", "dnnl_sgemm");
  }

  const Product products[] = {{"NN", false, false}, {"NT", false, true}, {"TN", true, false}};
  const uint32_t layers[][2] = {{784, 128},   {784, 512}, {1024, 1024}, {2048, 2048},
                                {4096, 4096}, {512, 10},  {2, 8},       {8, 1}};
  const uint32_t batches[] = {1, 32, 128, 256, 1024};
  Ratios large, single, narrow;
  for (const uint32_t batch : batches) {
    if (options.batch != 0 && options.batch != batch) continue;
    for (const uint32_t* layer : layers) {
      if ((options.width != 0 && options.width != layer[1]) || (options.inputs != 0 && options.inputs != layer[0])) {
        continue;
      }
      for (const Product& product : products) {
        if (!options.only.empty() && options.only != product.name) continue;
        const Shape shape = shape_of(product, batch, layer[0], layer[1]);
        const std::vector<double> seconds = measure(options, contestants, product, shape);
        report(contestants, product, shape, seconds, layer[1] < 100 ? narrow : batch == 1 ? single : large);
        fflush(stdout);
      }
    }
  }
  large.print("batch 32 and more");
  single.print("batch 1");
  narrow.print("few outputs");
  ff::stop_pool();
  return 0;
}
