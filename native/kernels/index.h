// Blocks of columns, and rows of a table by number: copied out, and added back for the gradient.
#ifndef FEEDFORWARD_KERNELS_INDEX_H_
#define FEEDFORWARD_KERNELS_INDEX_H_

#include "kernels/kernels.h"
#include "kernels/simd.h"

namespace ff {
namespace FF_ISA {

inline void copy_columns(float* y, size_t y_stride, const float* x, size_t x_stride, uint32_t rows, uint32_t columns) {
  for (uint32_t i = 0; i < rows; ++i, y += y_stride, x += x_stride) {
    for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA { store_n(y + j, load_n(x + j, count), count); });
  }
}

// Whether the number is that of one of `rows` rows; fractions and NaN are not.
inline bool find_row(float number, uint32_t rows, uint32_t& row) {
  if (!(number >= 0 && number < 4294967296.0f)) return false;
  row = static_cast<uint32_t>(number);
  return row < rows && static_cast<float>(row) == number;
}

inline void take_rows(float* y, const float* table, uint32_t rows, uint32_t width, const float* index, uint32_t count) {
  const F nan = set(__builtin_nanf(""));
  for (uint32_t i = 0; i < count; ++i, y += width) {
    uint32_t row = 0;
    if (find_row(index[i], rows, row)) {
      copy_columns(y, width, table + static_cast<size_t>(row) * width, width, 1, width);
    } else {
      for_each(width, [&](size_t j, uint32_t n) FF_LAMBDA { store_n(y + j, nan, n); });
    }
  }
}

inline void add_rows(float* dtable, uint32_t rows, const float* index, const float* dy, size_t stride, uint32_t count,
                     uint32_t columns) {
  for (uint32_t i = 0; i < count; ++i, dy += stride) {
    uint32_t row = 0;
    if (!find_row(index[i], rows, row)) continue;
    float* const to = dtable + row * stride;
    for_each(columns,
             [&](size_t j, uint32_t n) FF_LAMBDA { store_n(to + j, load_n(to + j, n) + load_n(dy + j, n), n); });
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_INDEX_H_
