// Softmax and log-softmax over the columns of each row, and their gradients. Outputs may be inputs.
#ifndef FEEDFORWARD_KERNELS_SOFTMAX_H_
#define FEEDFORWARD_KERNELS_SOFTMAX_H_

#include "kernels/math.h"
#include "kernels/reduce.h"

namespace ff {
namespace FF_ISA {

// log(sum(exp(x))) of one row is maximum + log(sum).
struct RowSum {
  float maximum;
  float sum;  // of exp(x - maximum)
};

inline RowSum row_sum(const float* x, uint32_t columns) {
  const float largest = extreme_of<true>(x, columns);
  const F shift = set(largest);
  const float sum =
      sum_terms(columns, [&](size_t j, uint32_t count) FF_LAMBDA { return exp(load_n(x + j, count) - shift); });
  return {largest, sum};
}

inline void softmax_row(float* y, const float* x, uint32_t columns) {
  const F shift = set(extreme_of<true>(x, columns));
  const float sum = sum_terms(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
    const F e = exp(load_n(x + j, count) - shift);
    store_n(y + j, e, count);
    return e;
  });
  const F divisor = set(sum);
  for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA { store_n(y + j, load_n(y + j, count) / divisor, count); });
}

inline float dot_row(const float* x, const float* y, uint32_t columns) {
  return sum_terms(columns,
                   [&](size_t j, uint32_t count) FF_LAMBDA { return load_n(x + j, count) * load_n(y + j, count); });
}

inline void softmax(float* y, const float* x, uint32_t rows, uint32_t columns) {
  for (uint32_t i = 0; i < rows && columns != 0; ++i) {
    const size_t at = static_cast<size_t>(i) * columns;
    softmax_row(y + at, x + at, columns);
  }
}

inline void softmax_grad(float* dx, const float* y, const float* dy, uint32_t rows, uint32_t columns) {
  for (uint32_t i = 0; i < rows; ++i) {
    const size_t at = static_cast<size_t>(i) * columns;
    const F mean = set(dot_row(y + at, dy + at, columns));
    for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
      store_n(dx + at + j, load_n(y + at + j, count) * (load_n(dy + at + j, count) - mean), count);
    });
  }
}

inline void log_softmax(float* y, const float* x, uint32_t rows, uint32_t columns) {
  for (uint32_t i = 0; i < rows && columns != 0; ++i) {
    const size_t at = static_cast<size_t>(i) * columns;
    const RowSum row = row_sum(x + at, columns);
    const F shift = set(row.maximum), logarithm = set(log_one(row.sum));
    for_each(columns, [&](size_t j, uint32_t count)
                          FF_LAMBDA { store_n(y + at + j, load_n(x + at + j, count) - shift - logarithm, count); });
  }
}

inline void log_softmax_grad(float* dx, const float* y, const float* dy, uint32_t rows, uint32_t columns) {
  for (uint32_t i = 0; i < rows; ++i) {
    const size_t at = static_cast<size_t>(i) * columns;
    const F total = set(sum_of(dy + at, columns));
    for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
      store_n(dx + at + j, load_n(dy + at + j, count) - exp(load_n(y + at + j, count)) * total, count);
    });
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_SOFTMAX_H_
