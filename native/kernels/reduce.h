// Reductions: over rows, over columns, and over everything. Sums add short blocks in float and the blocks with
// compensation, so that the error does not grow with the length; the order depends on the shape alone.
#ifndef FEEDFORWARD_KERNELS_REDUCE_H_
#define FEEDFORWARD_KERNELS_REDUCE_H_

#include "kernels/kernels.h"
#include "kernels/simd.h"

namespace ff {
namespace FF_ISA {

constexpr uint32_t kBlockSteps = 32;   // additions in plain float before a compensated one
constexpr uint32_t kAccumulators = 4;  // hides the latency of an addition

// A sum and what its additions rounded away (Knuth's two-sum).
struct CompensatedSum {
  F sum;
  F lost;

  FF_INLINE CompensatedSum() : sum(set(0.0f)), lost(set(0.0f)) {}

  FF_INLINE void add(F x) {
    const F total = sum + x, part = total - sum;
    lost = lost + ((sum - (total - part)) + (x - part));
    sum = total;
  }

  // `lost` is NaN once the sum is not finite.
  FF_INLINE F value() const { return select(eq(lost, lost), sum + lost, sum); }
};

FF_INLINE F keep_first(F v, uint32_t count) {
  return count == kLanes ? v : select(lt(lane_numbers(), set(static_cast<float>(count))), v, set(0.0f));
}

// The sum of term(i, count) over for_each's steps; a term may leave anything in the lanes from `count` on.
template <typename Term>
FF_INLINE float sum_terms(size_t n, const Term& term) {
  if (n <= kAccumulators * kLanes) {
    F sum = set(0.0f);
    for_each(n, [&](size_t i, uint32_t count) FF_LAMBDA { sum = sum + keep_first(term(i, count), count); });
    return sum_lanes(sum);
  }
  constexpr size_t kStep = kAccumulators * kLanes;
  CompensatedSum total;
  size_t i = 0;
  while (i + kStep <= n) {
    F sum[kAccumulators];
    for (uint32_t a = 0; a < kAccumulators; ++a) sum[a] = set(0.0f);
    for (uint32_t step = 0; step < kBlockSteps && i + kStep <= n; ++step, i += kStep) {
      for (uint32_t a = 0; a < kAccumulators; ++a) sum[a] = sum[a] + term(i + a * kLanes, kLanes);
    }
    total.add((sum[0] + sum[1]) + (sum[2] + sum[3]));
  }
  F rest = set(0.0f);
  for (; i + kLanes <= n; i += kLanes) rest = rest + term(i, kLanes);
  if (kLanes > 1 && i < n)
    rest = rest + keep_first(term(i, static_cast<uint32_t>(n - i)), static_cast<uint32_t>(n - i));
  total.add(rest);
  return sum_lanes(total.value());
}

inline float sum_of(const float* x, size_t n) {
  return sum_terms(n, [&](size_t i, uint32_t count) FF_LAMBDA { return load_n(x + i, count); });
}

inline float sum_of_squares(const float* x, size_t n) {
  return sum_terms(n, [&](size_t i, uint32_t count) FF_LAMBDA {
    const F v = load_n(x + i, count);
    return v * v;
  });
}

// NaN when any element is NaN. n > 0.
template <bool largest>
float extreme_of(const float* x, size_t n) {
  F best = set(x[0]);
  for_each(n, [&](size_t i, uint32_t count) FF_LAMBDA {
    F v = load_n(x + i, count);
    if (count != kLanes) v = select(lt(lane_numbers(), set(static_cast<float>(count))), v, best);
    best = largest ? maximum(best, v) : minimum(best, v);
  });
  return largest ? max_lanes(best) : -max_lanes(-best);
}

// The first of equal maxima; the first NaN, if there is one. n > 0.
inline float argmax_of(const float* x, size_t n) {
  const float best = extreme_of<true>(x, n);
  size_t i = 0;
  if (best != best) {
    while (x[i] == x[i]) ++i;
  } else {
    while (x[i] != best) ++i;
  }
  return static_cast<float>(i);
}

inline float reduce_one(Reduction function, const float* x, size_t n) {
  switch (function) {
    case Reduction::sum:
      return sum_of(x, n);
    case Reduction::mean:
      return sum_of(x, n) / static_cast<float>(n);
    case Reduction::maximum:
      return extreme_of<true>(x, n);
    case Reduction::minimum:
      return extreme_of<false>(x, n);
    case Reduction::argmax:
      return argmax_of(x, n);
    case Reduction::sumSquares:
      return sum_of_squares(x, n);
  }
  return 0;
}

inline void reduce_all(Reduction function, float* y, const float* x, size_t n) { *y = reduce_one(function, x, n); }

inline void reduce_columns(Reduction function, float* y, const float* x, uint32_t rows, uint32_t columns) {
  for (uint32_t i = 0; i < rows; ++i) y[i] = reduce_one(function, x + static_cast<size_t>(i) * columns, columns);
}

// Some vectors of columns, all rows; the last of `width` vectors holds `count` columns.
template <uint32_t width, typename Term>
FF_INLINE void sum_rows(F (&result)[width], const float* x, size_t stride, uint32_t rows, uint32_t count,
                        const Term& term) {
  CompensatedSum total[width];
  for (uint32_t i = 0; i < rows;) {
    F sum[width];
    for (uint32_t v = 0; v < width; ++v) sum[v] = set(0.0f);
    const uint32_t end = rows - i < kBlockSteps ? rows : i + kBlockSteps;
    for (; i < end; ++i) {
      for (uint32_t v = 0; v < width; ++v) {
        sum[v] = sum[v] + term(load_n(x + i * stride + v * kLanes, v + 1 == width ? count : kLanes));
      }
    }
    for (uint32_t v = 0; v < width; ++v) total[v].add(sum[v]);
  }
  for (uint32_t v = 0; v < width; ++v) result[v] = total[v].value();
}

// Four vectors at a time hide the latency of an addition.
template <typename Term>
void sum_all_rows(float* y, const float* x, size_t stride, uint32_t rows, uint32_t columns, float divisor,
                  const Term& term) {
  constexpr uint32_t kWidth = 4;
  const F d = set(divisor);
  uint32_t j = 0;
  for (; j + kWidth * kLanes <= columns; j += kWidth * kLanes) {
    F sums[kWidth];
    sum_rows<kWidth>(sums, x + j, stride, rows, kLanes, term);
    for (uint32_t v = 0; v < kWidth; ++v) store(y + j + v * kLanes, sums[v] / d);
  }
  for (; j < columns; j += kLanes) {
    const uint32_t count = columns - j < kLanes ? columns - j : kLanes;
    F sums[1];
    sum_rows<1>(sums, x + j, stride, rows, count, term);
    store_n(y + j, sums[0] / d, count);
  }
}

template <bool largest>
FF_INLINE F extreme_row(const float* x, size_t stride, uint32_t rows, uint32_t count) {
  F best = load_n(x, count);
  for (uint32_t i = 1; i < rows; ++i) {
    const F v = load_n(x + i * stride, count);
    best = largest ? maximum(best, v) : minimum(best, v);
  }
  return best;
}

FF_INLINE F argmax_row(const float* x, size_t stride, uint32_t rows, uint32_t count) {
  F best = load_n(x, count), where = set(0.0f);
  for (uint32_t i = 1; i < rows; ++i) {
    const F v = load_n(x + i * stride, count);
    const I better = lt(best, v) | (ne(v, v) & eq(best, best));
    best = select(better, v, best);
    where = select(better, set(static_cast<float>(i)), where);
  }
  return where;
}

inline void reduce_rows(Reduction function, float* y, const float* x, size_t stride, uint32_t rows, uint32_t columns) {
  const auto identity = [](F v) FF_LAMBDA { return v; };
  const auto square = [](F v) FF_LAMBDA { return v * v; };
  switch (function) {
    case Reduction::sum:
      return sum_all_rows(y, x, stride, rows, columns, 1.0f, identity);
    case Reduction::mean:
      return sum_all_rows(y, x, stride, rows, columns, static_cast<float>(rows), identity);
    case Reduction::sumSquares:
      return sum_all_rows(y, x, stride, rows, columns, 1.0f, square);
    case Reduction::maximum:
      return for_each(columns, [&](size_t j, uint32_t count)
                                   FF_LAMBDA { store_n(y + j, extreme_row<true>(x + j, stride, rows, count), count); });
    case Reduction::minimum:
      return for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
        store_n(y + j, extreme_row<false>(x + j, stride, rows, count), count);
      });
    case Reduction::argmax:
      return for_each(columns, [&](size_t j, uint32_t count)
                                   FF_LAMBDA { store_n(y + j, argmax_row(x + j, stride, rows, count), count); });
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_REDUCE_H_
