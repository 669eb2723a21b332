// Dropout masks by Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), several counters
// at a time.
#ifndef FEEDFORWARD_KERNELS_RANDOM_H_
#define FEEDFORWARD_KERNELS_RANDOM_H_

#include "kernels/kernels.h"
#include "kernels/simd.h"

namespace ff {
namespace FF_ISA {

constexpr uint32_t kCountersPerVector = sizeof(W) / 8;
constexpr uint32_t kDropoutCounterWord = 0x646d;
constexpr uint32_t kPhiloxRounds = 10;

struct PhiloxKeys {
  W even[kPhiloxRounds];
  W odd[kPhiloxRounds];
};

inline void set_philox_keys(PhiloxKeys& keys, uint32_t lo, uint32_t hi) {
  for (uint32_t round = 0; round < kPhiloxRounds; ++round) {
    keys.even[round] = set_wide(lo + round * 0x9e3779b9u);
    keys.odd[round] = set_wide(hi + round * 0xbb67ae85u);
  }
}

// The 4 words of the counters counter, counter + 1, ...: each is a 64-bit lane, of which only the low half counts. The
// upper halves keep what the products leave there; the next product does not read it.
FF_INLINE void philox(uint32_t* words, uint32_t counter, const DropoutArgs& args, const PhiloxKeys& keys) {
  static const uint64_t kNumbers[4] = {0, 1, 2, 3};
  W c0, c1 = set_wide(args.stream), c2 = set_wide(args.step), c3 = set_wide(kDropoutCounterWord);
  __builtin_memcpy(&c0, kNumbers, sizeof(c0));
  c0 = c0 + set_wide(counter);
  for (uint32_t round = 0; round < kPhiloxRounds; ++round) {
    const W product0 = multiply_low_halves(c0, set_wide(0xd2511f53u));
    const W product1 = multiply_low_halves(c2, set_wide(0xcd9e8d57u));
    c0 = (product1 >> 32) ^ c1 ^ keys.even[round];
    c1 = product1;
    c2 = (product0 >> 32) ^ c3 ^ keys.odd[round];
    c3 = product0;
  }
  store_words(words, c0, c1, c2, c3);
}

inline void dropout(float* y, const float* x, uint32_t first, size_t n, const DropoutArgs& args) {
  constexpr uint32_t kBlock = 256;
  alignas(64) uint32_t words[kBlock];
  PhiloxKeys keys;
  set_philox_keys(keys, args.seed_lo, args.seed_hi);
  const F rate = set(args.rate), scale = set(1.0f / (1.0f - args.rate)), unit = set(1.0f / 16777216.0f);
  for (size_t start = 0; start < n; start += kBlock) {
    const uint32_t count = n - start < kBlock ? static_cast<uint32_t>(n - start) : kBlock;
    const uint32_t counter = (first + static_cast<uint32_t>(start)) / 4;
    for (uint32_t c = 0; c < count; c += 4 * kCountersPerVector) philox(words + c, counter + c / 4, args, keys);
    for_each(count, [&](size_t i, uint32_t lanes) FF_LAMBDA {
      I word;
      __builtin_memcpy(&word, words + i, sizeof(word));  // the block ends at a whole vector
      const F u = to_float((word >> 8) & splat(0x00ffffff)) * unit;
      store_n(y + start + i, bits_and(load_n(x + start + i, lanes) * scale, le(rate, u)), lanes);
    });
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_RANDOM_H_
