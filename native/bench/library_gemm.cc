// Times the product of a BLAS-like library on request, for comparison with ours in the same run: OpenBLAS, BLIS (both
// through cblas) or oneDNN. Reads lines `threads transposeA transposeB m n k repetitions` and answers each with the
// seconds of all repetitions, or with `wrong`. The library is loaded at run time, not linked.
// Usage: library_gemm libopenblas.so.0

#include <dlfcn.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kRowMajor = 101;
constexpr int kNoTranspose = 111;
constexpr int kTranspose = 112;
constexpr size_t kCacheLine = 64;

using CblasSgemm = void (*)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                            const float* a, int lda, const float* b, int ldb, float beta, float* c, int ldc);
using CblasSgemv = void (*)(int order, int transpose, int rows, int columns, float alpha, const float* a, int lda,
                            const float* x, int incx, float beta, float* y, int incy);
using DnnlSgemm = int (*)(char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
                          const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c, int64_t ldc);

struct Library {
  CblasSgemm cblas = nullptr;
  CblasSgemv gemv = nullptr;
  DnnlSgemm dnnl = nullptr;
  void (*set_threads)(int) = nullptr;
  void (*set_threads_wide)(int64_t) = nullptr;
};

struct Product {
  int transpose_a, transpose_b, m, n, k;
};

template <typename Function>
void Find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
}

// Cache lines, as in the arena of a program; the first numbers of the generator of bench/gemm.ts.
class Matrix {
 public:
  ~Matrix() { std::free(data_); }
  Matrix() = default;
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;

  void Fill(size_t size, uint32_t state) {
    if (size == size_) return;
    std::free(data_);
    size_ = size;
    data_ = static_cast<float*>(
        std::aligned_alloc(kCacheLine, (size * sizeof(float) + kCacheLine - 1) / kCacheLine * kCacheLine));
    for (size_t i = 0; i < size; i++) {
      state = state * 1664525u + 1013904223u;
      data_[i] = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
    }
  }
  float* data() { return data_; }

 private:
  float* data_ = nullptr;
  size_t size_ = 0;
};

// One row is a product of a vector and a matrix: a user of cblas calls that, and it is faster.
void Multiply(const Library& library, const Product& p, const float* a, const float* b, float* c) {
  const int lda = p.transpose_a ? p.m : p.k, ldb = p.transpose_b ? p.k : p.n;
  if (library.dnnl != nullptr) {
    library.dnnl(p.transpose_a ? 'T' : 'N', p.transpose_b ? 'T' : 'N', p.m, p.n, p.k, 1, a, lda, b, ldb, 0, c, p.n);
  } else if (p.m == 1 && library.gemv != nullptr) {
    library.gemv(kRowMajor, p.transpose_b ? kNoTranspose : kTranspose, p.transpose_b ? p.n : p.k,
                 p.transpose_b ? p.k : p.n, 1, b, ldb, a, 1, 0, c, 1);
  } else {
    library.cblas(kRowMajor, p.transpose_a ? kTranspose : kNoTranspose, p.transpose_b ? kTranspose : kNoTranspose, p.m,
                  p.n, p.k, 1, a, lda, b, ldb, 0, c, p.n);
  }
}

// The test that needs no second product: C t = A (B t) for a vector t of signs, in double precision.
bool IsRight(const Product& p, const float* a, const float* b, const float* c) {
  const auto sign = [](int j) { return j % 3 == 0 ? -1.0 : 1.0; };
  double* const bt = static_cast<double*>(std::calloc(p.k, sizeof(double)));
  for (int x = 0; x < p.k; x++) {
    for (int j = 0; j < p.n; j++) {
      bt[x] += sign(j) * (p.transpose_b ? b[static_cast<size_t>(j) * p.k + x] : b[static_cast<size_t>(x) * p.n + j]);
    }
  }
  bool right = true;
  for (int i = 0; i < p.m && right; i++) {
    double expected = 0, actual = 0, scale = 0;
    for (int x = 0; x < p.k; x++) {
      const double term =
          bt[x] * (p.transpose_a ? a[static_cast<size_t>(x) * p.m + i] : a[static_cast<size_t>(i) * p.k + x]);
      expected += term;
      scale += std::fabs(term);
    }
    for (int j = 0; j < p.n; j++) actual += sign(j) * c[static_cast<size_t>(i) * p.n + j];
    right = std::fabs(actual - expected) <= 1e-5 * scale + 1e-5;
  }
  std::free(bt);
  return right;
}

void Describe(void* handle, const char* file) {
  char* (*config)() = nullptr;
  char* (*blis_version)() = nullptr;
  int (*blis_arch)() = nullptr;
  char* (*blis_arch_name)(int) = nullptr;
  const int* (*dnnl_version)() = nullptr;
  Find(handle, "openblas_get_config", config);
  Find(handle, "bli_info_get_version_str", blis_version);
  Find(handle, "bli_arch_query_id", blis_arch);
  Find(handle, "bli_arch_string", blis_arch_name);
  Find(handle, "dnnl_version", dnnl_version);
  if (config != nullptr) {
    std::printf("%s\n", config());
  } else if (blis_version != nullptr && blis_arch != nullptr && blis_arch_name != nullptr) {
    std::printf("BLIS %s %s\n", blis_version(), blis_arch_name(blis_arch()));
  } else if (dnnl_version != nullptr) {
    const int* const version = dnnl_version();
    std::printf("oneDNN %d.%d.%d\n", version[0], version[1], version[2]);
  } else {
    std::printf("%s\n", file);
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  void* handle = argc == 2 ? dlopen(argv[1], RTLD_NOW) : nullptr;
  if (handle == nullptr) {
    std::fprintf(stderr, "%s\n", argc == 2 ? dlerror() : "usage: library_gemm libopenblas.so.0");
    return 1;
  }
  Library library;
  Find(handle, "cblas_sgemm", library.cblas);
  Find(handle, "cblas_sgemv", library.gemv);
  Find(handle, "dnnl_sgemm", library.dnnl);
  Find(handle, "openblas_set_num_threads", library.set_threads);
  if (library.set_threads == nullptr) Find(handle, "bli_thread_set_num_threads", library.set_threads_wide);
  if (library.dnnl != nullptr) Find(handle, "omp_set_num_threads", library.set_threads);
  if ((library.cblas == nullptr && library.dnnl == nullptr) ||
      (library.set_threads == nullptr && library.set_threads_wide == nullptr)) {
    std::fprintf(stderr, "%s has no product or no way to choose the number of threads\n", argv[1]);
    return 1;
  }
  Describe(handle, argv[1]);
  int threads, repetitions;
  Product p, last = {};
  Matrix a, b, c;
  while (std::scanf("%d %d %d %d %d %d %d", &threads, &p.transpose_a, &p.transpose_b, &p.m, &p.n, &p.k, &repetitions) ==
         7) {
    a.Fill(static_cast<size_t>(p.m) * p.k, 1);
    b.Fill(static_cast<size_t>(p.k) * p.n, 2);
    c.Fill(static_cast<size_t>(p.m) * p.n, 3);
    if (library.set_threads != nullptr) library.set_threads(threads);
    if (library.set_threads_wide != nullptr) library.set_threads_wide(threads);
    Multiply(library, p, a.data(), b.data(), c.data());
    if (std::memcmp(&p, &last, sizeof p) != 0) {
      if (!IsRight(p, a.data(), b.data(), c.data())) {
        std::printf("wrong\n");
        std::fflush(stdout);
        continue;
      }
      last = p;
    }
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < repetitions; i++) Multiply(library, p, a.data(), b.data(), c.data());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    std::printf("%.9g\n", seconds.count());
    std::fflush(stdout);
  }
  return 0;
}
