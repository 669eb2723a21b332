// What this machine can do at most: multiply-adds a second from registers, and bytes a second from and to memory.
// Reads lines `what threads` (what is `fma` or `copy`) and answers each with GFLOP/s or GB/s, the best of some tries.
// Copying counts what is read and what is written. Compiled for the machine it runs on: -O3 -march=native.

#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));

constexpr int kChains = 12;  // more than latency times throughput of any x86 or ARM core so far
constexpr int kTries = 5;
// A tenth of a second: a new thread may share the processor of the first one until the scheduler has moved it.
constexpr int kRounds = 30000000;
constexpr int kPasses = 6;
constexpr size_t kFloats = size_t{1} << 25;  // 128 MiB for each thread: beyond every cache

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// The compiler contracts x * m + a into one instruction where there is one.
void MultiplyAdd(float* sink) {
  Vector x[kChains];
  for (int i = 0; i < kChains; i++) x[i] = Vector{} + static_cast<float>(i);
  const Vector m = Vector{} + 0.999999f, a = Vector{} + 1e-6f;
  for (int round = 0; round < kRounds; round++) {
    for (int i = 0; i < kChains; i++) x[i] = x[i] * m + a;
    asm volatile("" ::: "memory");
  }
  Vector sum = x[0];
  for (int i = 1; i < kChains; i++) sum += x[i];
  *sink = sum[0];
}

template <typename Work>
double BestSeconds(int threads, const Work& work) {
  double best = 1e30;
  for (int attempt = 0; attempt < kTries; attempt++) {
    const double began = Now();
    std::vector<std::thread> others;
    for (int t = 1; t < threads; t++) others.emplace_back([&work, t] { work(t); });
    work(0);
    for (std::thread& other : others) other.join();
    const double seconds = Now() - began;
    if (seconds < best) best = seconds;
  }
  return best;
}

}  // namespace

int main() {
  char what[8];
  int threads;
  std::vector<std::vector<float>> from, to;
  while (std::scanf("%7s %d", what, &threads) == 2) {
    if (threads < 1 || threads > 256) return 1;
    std::vector<float> sinks(16 * static_cast<size_t>(threads));
    if (std::strcmp(what, "fma") == 0) {
      const double seconds =
          BestSeconds(threads, [&sinks](int t) { MultiplyAdd(&sinks[16 * static_cast<size_t>(t)]); });
      std::printf("%.6g\n", 2e-9 * kLanes * kChains * kRounds * threads / seconds);
    } else {
      from.resize(threads, std::vector<float>(kFloats, 1));
      to.resize(threads, std::vector<float>(kFloats, 2));
      const double seconds = BestSeconds(threads, [&](int t) {
        const float* const source = from[t].data();
        float* const target = to[t].data();
        for (int pass = 0; pass < kPasses; pass++) {
          for (size_t i = 0; i < kFloats; i++) target[i] += source[i];
          asm volatile("" ::: "memory");
        }
      });
      std::printf("%.6g\n", 3e-9 * sizeof(float) * kFloats * kPasses * threads / seconds);
    }
    std::fflush(stdout);
  }
  return 0;
}
