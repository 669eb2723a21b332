// Times OpenBLAS' sgemm on request, for comparison with our products in the same run: reads lines `threads transposeA
// transposeB m n k repetitions` and answers each with `seconds-of-all-repetitions projection`. The library is loaded at
// run time, not linked. Usage: openblas_gemm libopenblas.so.0

#include <dlfcn.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int kRowMajor = 101;
constexpr int kNoTranspose = 111;
constexpr int kTranspose = 112;

using Sgemm = void (*)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float* a,
                       int lda, const float* b, int ldb, float beta, float* c, int ldc);
using SetThreads = void (*)(int);
using GetConfig = char* (*)();

// The same numbers as `pattern` in bench/gemm.ts.
std::vector<float> Pattern(size_t count, uint32_t state) {
  std::vector<float> values(count);
  for (float& value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
  }
  return values;
}

// One number that depends on all elements and their places.
double Projection(const std::vector<float>& c) {
  double sum = 0;
  for (size_t i = 0; i < c.size(); i++) sum += c[i] * (static_cast<double>(i % 7) - 3);
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  void* library = argc == 2 ? dlopen(argv[1], RTLD_NOW) : nullptr;
  if (library == nullptr) {
    std::fprintf(stderr, "%s\n", argc == 2 ? dlerror() : "usage: openblas_gemm libopenblas.so.0");
    return 1;
  }
  const auto sgemm = reinterpret_cast<Sgemm>(dlsym(library, "cblas_sgemm"));
  const auto set_threads = reinterpret_cast<SetThreads>(dlsym(library, "openblas_set_num_threads"));
  const auto config = reinterpret_cast<GetConfig>(dlsym(library, "openblas_get_config"));
  if (sgemm == nullptr || set_threads == nullptr || config == nullptr) {
    std::fprintf(stderr, "%s is not OpenBLAS: %s\n", argv[1], dlerror());
    return 1;
  }
  std::printf("%s\n", config());
  std::fflush(stdout);
  int threads, transpose_a, transpose_b, m, n, k, repetitions;
  std::vector<float> a, b, c;
  while (std::scanf("%d %d %d %d %d %d %d", &threads, &transpose_a, &transpose_b, &m, &n, &k, &repetitions) == 7) {
    const size_t sizes[] = {size_t(m) * k, size_t(k) * n, size_t(m) * n};
    // Filling takes longer than small products: only when the sizes change.
    if (a.size() != sizes[0] || b.size() != sizes[1] || c.size() != sizes[2]) {
      a = Pattern(sizes[0], 1);
      b = Pattern(sizes[1], 2);
      c.assign(sizes[2], 0);
    }
    set_threads(threads);
    const auto multiply = [&] {
      sgemm(kRowMajor, transpose_a ? kTranspose : kNoTranspose, transpose_b ? kTranspose : kNoTranspose, m, n, k, 1,
            a.data(), transpose_a ? m : k, b.data(), transpose_b ? k : n, 0, c.data(), n);
    };
    multiply();
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < repetitions; i++) multiply();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    std::printf("%.9g %.9g\n", seconds.count(), Projection(c));
    std::fflush(stdout);
  }
  return 0;
}
