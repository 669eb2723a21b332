// Dropout masks and random numbers by Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// 2011), several counters at a time.
#ifndef FEEDFORWARD_KERNELS_RANDOM_H_
#define FEEDFORWARD_KERNELS_RANDOM_H_

#include "kernels/kernels.h"
#include "kernels/math.h"

namespace ff {
namespace FF_ISA {

constexpr uint32_t kCountersPerVector = sizeof(W) / 8;
// The last word of the counter: dropout and random numbers of one stream have nothing in common.
constexpr uint32_t kDropoutPurpose = 0x646d, kRandomPurpose = 0x726e;
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
FF_INLINE void philox(uint32_t* words, uint32_t counter, uint32_t purpose, const RandomArgs& args,
                      const PhiloxKeys& keys) {
  static const uint64_t kNumbers[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  W c0, c1 = set_wide(args.stream), c2 = set_wide(args.step), c3 = set_wide(purpose);
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

// Calls body(i, lanes, word) with the random words of the elements first + i. `first` is a multiple of 4.
template <typename Body>
FF_INLINE void for_each_word(uint32_t first, size_t n, uint32_t purpose, const RandomArgs& args, const Body& body) {
  constexpr uint32_t kBlock = 256;
  alignas(64) uint32_t words[kBlock];
  PhiloxKeys keys;
  set_philox_keys(keys, args.seed_lo, args.seed_hi);
  for (size_t start = 0; start < n; start += kBlock) {
    const uint32_t count = n - start < kBlock ? static_cast<uint32_t>(n - start) : kBlock;
    const uint32_t counter = (first + static_cast<uint32_t>(start)) / 4;
    for (uint32_t c = 0; c < count; c += 4 * kCountersPerVector)
      philox(words + c, counter + c / 4, purpose, args, keys);
    for_each(count, [&](size_t i, uint32_t lanes) FF_LAMBDA {
      I word;
      __builtin_memcpy(&word, words + i, sizeof(word));  // the block ends at a whole vector
      body(start + i, lanes, word);
    });
  }
}

// The upper 24 bits of a word as a number in [0, 1).
FF_INLINE F to_uniform(I word) { return to_float((word >> 8) & splat(0x00ffffff)) * set(1.0f / 16777216.0f); }

// The standard normal number with the sign of the word's first bit, and beyond which the probability is (k + 1/2) /
// 2^24, k being the next 23 bits. Polynomials of Giles, "Approximating the erfinv function" (GPU Computing Gems, 2011).
// Max error: 4e-7 relatively; at most 5.42.
FF_INLINE F to_normal(I word) {
  const F k = to_float((word >> 8) & splat(0x007fffff));
  const F tail = fma(k, set(1.0f / 8388608.0f), set(1.0f / 16777216.0f));  // both tails: exact, in (0, 1)
  const F w = -log(tail * (set(2.0f) - tail));
  const F a = w - set(2.5f), b = sqrt(w) - set(3.0f);
  F near = set(2.81022636e-8f);
  near = fma(near, a, set(3.43273939e-7f));
  near = fma(near, a, set(-3.5233877e-6f));
  near = fma(near, a, set(-4.39150654e-6f));
  near = fma(near, a, set(2.1858087e-4f));
  near = fma(near, a, set(-1.25372503e-3f));
  near = fma(near, a, set(-4.17768164e-3f));
  near = fma(near, a, set(0.246640727f));
  near = fma(near, a, set(1.50140941f));
  F far = set(-2.00214257e-4f);
  far = fma(far, b, set(1.00950558e-4f));
  far = fma(far, b, set(1.34934322e-3f));
  far = fma(far, b, set(-3.67342844e-3f));
  far = fma(far, b, set(5.73950773e-3f));
  far = fma(far, b, set(-7.6224613e-3f));
  far = fma(far, b, set(9.43887047e-3f));
  far = fma(far, b, set(1.00167406f));
  far = fma(far, b, set(2.83297682f));
  const F magnitude = select(lt(w, set(5.0f)), near, far) * (set(1.0f) - tail) * set(1.41421356f);
  return copy_sign(magnitude, bit_cast<F>(word));
}

inline void dropout(float* y, const float* x, uint32_t first, size_t n, const DropoutArgs& args) {
  const F rate = set(args.rate), scale = set(1.0f / (1.0f - args.rate));
  for_each_word(first, n, kDropoutPurpose, args.random, [&](size_t i, uint32_t lanes, I word) FF_LAMBDA {
    store_n(y + i, bits_and(load_n(x + i, lanes) * scale, le(rate, to_uniform(word))), lanes);
  });
}

inline void uniform(float* y, uint32_t first, size_t n, const RandomArgs& args) {
  for_each_word(first, n, kRandomPurpose, args,
                [&](size_t i, uint32_t lanes, I word) FF_LAMBDA { store_n(y + i, to_uniform(word), lanes); });
}

inline void normal(float* y, uint32_t first, size_t n, const RandomArgs& args) {
  for_each_word(first, n, kRandomPurpose, args,
                [&](size_t i, uint32_t lanes, I word) FF_LAMBDA { store_n(y + i, to_normal(word), lanes); });
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_RANDOM_H_
