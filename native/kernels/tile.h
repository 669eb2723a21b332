// The register tiles of the matrix product, with and without packing, and the matrix-vector products. No loop over
// blocks is here: core/gemm.cc has them.
#ifndef FEEDFORWARD_KERNELS_TILE_H_
#define FEEDFORWARD_KERNELS_TILE_H_

#include "kernels/kernels.h"
#include "kernels/simd.h"

namespace ff {
namespace FF_ISA {

constexpr uint32_t kTileColumns = kTileVectors * kLanes;

// acc[rows][vectors] of one tile stays in registers only when every loop over it is unrolled before the compiler splits
// the array.
#if defined(__clang__)
#define FF_UNROLL _Pragma("clang loop unroll(full)")
#else
#define FF_UNROLL _Pragma("GCC unroll 16")
#endif

template <uint32_t rows, uint32_t vectors>
FF_INLINE void store_tile(const F (&acc)[rows][vectors], float* c, size_t c_stride, uint32_t last, bool accumulate) {
  FF_UNROLL
  for (uint32_t r = 0; r < rows; ++r) {
    FF_UNROLL
    for (uint32_t v = 0; v < vectors; ++v) {
      float* to = c + r * c_stride + v * kLanes;
      const uint32_t count = v + 1 == vectors ? last : kLanes;
      store_n(to, accumulate ? load_n(to, count) + acc[r][v] : acc[r][v], count);
    }
  }
}

// Up to `vectors` vectors of columns of a packed panel.
template <uint32_t rows, uint32_t vectors>
void packed_tile(const TileArgs& args) {
  const uint32_t columns = args.columns;
  const size_t c_stride = args.c_stride;
  float* const c = args.c;
  F acc[rows][vectors];
  FF_UNROLL
  for (uint32_t r = 0; r < rows; ++r) {
    FF_UNROLL
    for (uint32_t v = 0; v < vectors; ++v) {
      prefetch(c + r * c_stride + v * kLanes);
      acc[r][v] = set(0.0f);
    }
  }
  const float* a = args.a;
  const float* b = args.b;
  const float* ahead = args.ahead;
  for (uint32_t p = args.k; p > 0; --p, a += kTileRows, b += kTileColumns, ahead += args.ahead_stride) {
    prefetch_later(ahead);
    F row[vectors];
    FF_UNROLL
    for (uint32_t v = 0; v < vectors; ++v) row[v] = load(b + v * kLanes);
    FF_UNROLL
    for (uint32_t r = 0; r < rows; ++r) {
      const F factor = set(a[r]);
      FF_UNROLL
      for (uint32_t v = 0; v < vectors; ++v) acc[r][v] = fma(factor, row[v], acc[r][v]);
    }
  }
  if (columns == vectors * kLanes) {
    if (args.accumulate) {
      store_tile(acc, c, c_stride, kLanes, true);
    } else {
      store_tile(acc, c, c_stride, kLanes, false);
    }
    return;
  }
  // By way of memory, so that the common case above keeps its registers.
  float edge[rows * vectors * kLanes];
  store_tile(acc, edge, vectors * kLanes, kLanes, false);
  for (uint32_t r = 0; r < rows; ++r) {
    for (uint32_t j = 0; j < columns; j += kLanes) {
      const uint32_t count = columns - j < kLanes ? columns - j : kLanes;
      float* to = c + r * c_stride + j;
      const F value = load(edge + r * vectors * kLanes + j);
      store_n(to, args.accumulate ? load_n(to, count) + value : value, count);
    }
  }
}

// Finds the tile with this number of rows, from `most` down: nearly all tiles are whole.
template <uint32_t most>
FF_INLINE void tile_of_rows(const TileArgs& args) {
  if (args.rows == most) return packed_tile<most, kTileVectors>(args);
  if constexpr (most > 1) tile_of_rows<most - 1>(args);
}

// The same for columns: the last panel of a matrix is often a narrow one.
template <uint32_t vectors>
FF_INLINE void tile_of_columns(const TileArgs& args) {
  if constexpr (vectors > 1) {
    if (args.columns <= (vectors - 1) * kLanes) return tile_of_columns<vectors - 1>(args);
  }
  packed_tile<kTileRows, vectors>(args);
}

inline void tile(const TileArgs& args) {
  if (args.rows == kTileRows) return tile_of_columns<kTileVectors>(args);
  tile_of_rows<kTileRows - 1>(args);
}

struct DirectOperands {
  uint32_t k;
  const float* a;
  size_t a_row_stride, a_column_stride;
  const float* b;
  size_t b_stride;
  float* c;
  size_t c_stride;
};

// The last of the vectors holds `last` columns.
template <uint32_t rows, uint32_t vectors, bool partial>
FF_INLINE void direct_tile(const DirectOperands& o, uint32_t last) {
  F acc[rows][vectors];
  FF_UNROLL
  for (uint32_t r = 0; r < rows; ++r) {
    FF_UNROLL
    for (uint32_t v = 0; v < vectors; ++v) acc[r][v] = set(0.0f);
  }
  const float* a = o.a;
  const float* b = o.b;
  for (uint32_t p = 0; p < o.k; ++p, a += o.a_column_stride, b += o.b_stride) {
    F row[vectors];
    FF_UNROLL
    for (uint32_t v = 0; v < vectors; ++v) {
      row[v] = partial && v + 1 == vectors ? load_partial(b + v * kLanes, last) : load(b + v * kLanes);
    }
    FF_UNROLL
    for (uint32_t r = 0; r < rows; ++r) {
      const F factor = set(a[r * o.a_row_stride]);
      FF_UNROLL
      for (uint32_t v = 0; v < vectors; ++v) acc[r][v] = fma(factor, row[v], acc[r][v]);
    }
  }
  store_tile(acc, o.c, o.c_stride, partial ? last : kLanes, false);
}

// The last columns, fewer than a tile has.
template <uint32_t rows, uint32_t vectors>
FF_INLINE void direct_rest(const DirectOperands& o, uint32_t columns) {
  if constexpr (vectors > 0) {
    if constexpr (vectors < kTileVectors) {
      if (columns == vectors * kLanes) return direct_tile<rows, vectors, false>(o, kLanes);
    }
    if (columns <= (vectors - 1) * kLanes) return direct_rest<rows, vectors - 1>(o, columns);
    if constexpr (kLanes > 1) direct_tile<rows, vectors, true>(o, columns - (vectors - 1) * kLanes);
  }
}

template <uint32_t rows>
void direct_rows(DirectOperands o, uint32_t columns) {
  for (; columns >= kTileColumns; columns -= kTileColumns) {
    direct_tile<rows, kTileVectors, false>(o, kLanes);
    o.b += kTileColumns;
    o.c += kTileColumns;
  }
  direct_rest<rows, kTileVectors>(o, columns);
}

inline void direct(uint32_t m, uint32_t n, uint32_t k, const float* a, size_t a_row_stride, size_t a_column_stride,
                   const float* b, size_t b_stride, float* c, size_t c_stride) {
  for (uint32_t i = 0; i < m;) {
    const DirectOperands o = {k,        a + i * a_row_stride, a_row_stride, a_column_stride, b,
                              b_stride, c + i * c_stride,     c_stride};
    const uint32_t rest = m - i;
    if (rest >= kTileRows) {
      direct_rows<kTileRows>(o, n);
      i += kTileRows;
    } else if (rest >= 4) {
      direct_rows<4>(o, n);
      i += 4;
    } else if (rest >= 2) {
      direct_rows<2>(o, n);
      i += 2;
    } else {
      direct_rows<1>(o, n);
      i += 1;
    }
  }
}

// Long rows are taken a few at a time: when their distance is a power of two, more of them fight for the same set of L1
// (1024 x 1024 takes 52 us instead of 74 us, 16 lanes). Short rows are taken as many at a time as are transposed at
// once. Either way 8 independent sums or more hide the latency of FMA.
constexpr uint32_t kDotRows = kLanes < 4 ? 1 : 4, kDotSteps = kLanes < 4 ? 8 : 2;
constexpr uint32_t kDotShortSteps = kLanes < 8 ? 8 / kLanes : 1;

template <uint32_t rows, uint32_t steps>
FF_INLINE void dot_rows(uint32_t k, const float* matrix, size_t stride, const float* x, F (&result)[rows]) {
  F acc[rows][steps];
  FF_UNROLL
  for (uint32_t r = 0; r < rows; ++r) {
    FF_UNROLL
    for (uint32_t s = 0; s < steps; ++s) acc[r][s] = set(0.0f);
  }
  uint32_t p = 0;
  for (; p + steps * kLanes <= k; p += steps * kLanes) {
    FF_UNROLL
    for (uint32_t s = 0; s < steps; ++s) {
      const F factor = load(x + p + s * kLanes);
      FF_UNROLL
      for (uint32_t r = 0; r < rows; ++r) {
        acc[r][s] = fma(load(matrix + r * stride + p + s * kLanes), factor, acc[r][s]);
      }
    }
  }
  for (; p < k; p += kLanes) {
    const uint32_t count = k - p < kLanes ? k - p : kLanes;
    const F factor = load_n(x + p, count);
    FF_UNROLL
    for (uint32_t r = 0; r < rows; ++r) acc[r][0] = fma(load_n(matrix + r * stride + p, count), factor, acc[r][0]);
  }
  FF_UNROLL
  for (uint32_t r = 0; r < rows; ++r) {
    result[r] = acc[r][0];
    FF_UNROLL
    for (uint32_t s = 1; s < steps; ++s) result[r] = result[r] + acc[r][s];
  }
}

inline void gemv_rows(uint32_t rows, uint32_t k, const float* matrix, size_t stride, const float* x, float* y,
                      size_t y_stride) {
  uint32_t i = 0;
  for (; i + kLanes <= rows && kLanes > 1; i += kLanes) {
    F sums[kLanes];
    if (k < kDotRows * kDotSteps * kLanes) {
      dot_rows<kLanes, kDotShortSteps>(k, matrix + i * stride, stride, x, sums);
    } else {
      for (uint32_t r = 0; r < kLanes; r += kDotRows) {
        F part[kDotRows];
        dot_rows<kDotRows, kDotSteps>(k, matrix + (i + r) * stride, stride, x, part);
        FF_UNROLL
        for (uint32_t s = 0; s < kDotRows; ++s) sums[r + s] = part[s];
      }
    }
    transpose(sums);
    FF_UNROLL
    for (uint32_t width = kLanes / 2; width > 0; width /= 2) {
      FF_UNROLL
      for (uint32_t s = 0; s < width; ++s) sums[s] = sums[s] + sums[s + width];
    }
    if (y_stride == 1) {
      store(y + i, sums[0]);
    } else {
      float values[kLanes];
      store(values, sums[0]);
      for (uint32_t s = 0; s < kLanes; ++s) y[(i + s) * y_stride] = values[s];
    }
  }
  for (; i < rows; ++i) {
    F sum[1];
    dot_rows<1, kDotSteps>(k, matrix + i * stride, stride, x, sum);
    y[i * y_stride] = sum_lanes(sum[0]);
  }
}

// y stays in L1 while groups of rows stream through: whole rows are what the hardware prefetches.
template <uint32_t rows>
FF_INLINE void add_rows(uint32_t columns, const float* matrix, size_t stride, const float* x, size_t x_stride, float* y,
                        bool first) {
  F factor[rows];
  FF_UNROLL
  for (uint32_t r = 0; r < rows; ++r) factor[r] = set(x[r * x_stride]);
  uint32_t j = 0;
  for (; j + 2 * kLanes <= columns; j += 2 * kLanes) {  // two at a time: 4.0 us instead of 4.7 us for 784 x 128
    F low = first ? set(0.0f) : load(y + j), high = first ? set(0.0f) : load(y + j + kLanes);
    FF_UNROLL
    for (uint32_t r = 0; r < rows; ++r) {
      low = fma(factor[r], load(matrix + r * stride + j), low);
      high = fma(factor[r], load(matrix + r * stride + j + kLanes), high);
    }
    store(y + j, low);
    store(y + j + kLanes, high);
  }
  for (; j < columns; j += kLanes) {
    const uint32_t count = columns - j < kLanes ? columns - j : kLanes;
    F sum = first ? set(0.0f) : load_n(y + j, count);
    FF_UNROLL
    for (uint32_t r = 0; r < rows; ++r) sum = fma(factor[r], load_n(matrix + r * stride + j, count), sum);
    store_n(y + j, sum, count);
  }
}

// Up to one vector of columns: as many sums as hide the latency of FMA stay in registers.
FF_INLINE void add_narrow_rows(uint32_t k, uint32_t columns, const float* matrix, size_t stride, const float* x,
                               size_t x_stride, float* y, bool accumulate) {
  constexpr uint32_t kSums = 8;
  F sum[kSums];
  FF_UNROLL
  for (uint32_t r = 0; r < kSums; ++r) sum[r] = set(0.0f);
  uint32_t i = 0;
  for (; i + kSums <= k; i += kSums) {
    FF_UNROLL
    for (uint32_t r = 0; r < kSums; ++r) {
      sum[r] = fma(set(x[(i + r) * x_stride]), load_n(matrix + (i + r) * stride, columns), sum[r]);
    }
  }
  for (; i < k; ++i) sum[0] = fma(set(x[i * x_stride]), load_n(matrix + i * stride, columns), sum[0]);
  FF_UNROLL
  for (uint32_t width = kSums / 2; width > 0; width /= 2) {
    FF_UNROLL
    for (uint32_t r = 0; r < width; ++r) sum[r] = sum[r] + sum[r + width];
  }
  store_n(y, accumulate ? load_n(y, columns) + sum[0] : sum[0], columns);
}

inline void gemv_columns(uint32_t k, uint32_t columns, const float* matrix, size_t stride, const float* x,
                         size_t x_stride, float* y, bool accumulate) {
  constexpr uint32_t kGroup = 8;
  constexpr uint32_t kChunk = 2048;
  if (columns < 2 * kLanes) {
    for (uint32_t j = 0; j < columns; j += kLanes) {
      const uint32_t width = columns - j < kLanes ? columns - j : kLanes;
      add_narrow_rows(k, width, matrix + j, stride, x, x_stride, y + j, accumulate);
    }
    return;
  }
  for (uint32_t start = 0; start < columns; start += kChunk) {
    const uint32_t width = columns - start < kChunk ? columns - start : kChunk;
    uint32_t i = 0;
    for (; i + kGroup <= k; i += kGroup) {
      add_rows<kGroup>(width, matrix + i * stride + start, stride, x + i * x_stride, x_stride, y + start,
                       i == 0 && !accumulate);
    }
    for (; i < k; ++i) {
      add_rows<1>(width, matrix + i * stride + start, stride, x + i * x_stride, x_stride, y + start,
                  i == 0 && !accumulate);
    }
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_TILE_H_
