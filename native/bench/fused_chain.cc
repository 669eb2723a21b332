// The chain of ten elementwise operations of bench/chain.ts as one loop, written by hand: what fusion could reach at
// most. Reads lines `elements repetitions` and answers each with the seconds of all repetitions and a number that
// depends on all results. Compiled for the machine it runs on: -O3 -march=native -fno-math-errno.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

void Chain(float* __restrict y, const float* __restrict x, size_t count) {
  y = static_cast<float*>(__builtin_assume_aligned(y, 64));
  x = static_cast<const float*>(__builtin_assume_aligned(x, 64));
  for (size_t i = 0; i < count; i++) {
    const float v = x[i];
    const float a = std::fabs(v * 1.5f + 0.25f);
    const float b = std::sqrt(a * a + 1.0f);
    const float c = (b - v) * 0.5f;
    y[i] = (c > v ? c : v) * 0.75f;
  }
}

float* Allocate(size_t count) {
  return static_cast<float*>(std::aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64));
}

}  // namespace

int main() {
  long elements;
  int repetitions;
  float *x = nullptr, *y = nullptr;
  long size = 0;
  while (std::scanf("%ld %d", &elements, &repetitions) == 2) {
    if (elements < 1 || elements > (1L << 28)) return 1;
    if (elements != size) {
      std::free(x);
      std::free(y);
      x = Allocate(elements);
      y = Allocate(elements);
      size = elements;
      uint32_t state = 1;
      for (long i = 0; i < elements; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
      }
    }
    Chain(y, x, elements);
    const auto began = std::chrono::steady_clock::now();
    for (int r = 0; r < repetitions; r++) {
      Chain(y, x, elements);
      asm volatile("" ::: "memory");
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    double sum = 0;
    for (long i = 0; i < elements; i++) sum += y[i];
    std::printf("%.9g %.12g\n", seconds.count(), sum);
    std::fflush(stdout);
  }
  return 0;
}
