// Packing of matrix blocks for the register tile, and the movers of data: transpose and the gather of batch rows.
#ifndef FEEDFORWARD_KERNELS_PACK_H_
#define FEEDFORWARD_KERNELS_PACK_H_

#include "feedforward.h"
#include "kernels/kernels.h"
#include "kernels/tile.h"

namespace ff {
namespace FF_ISA {

// One panel whose rows are contiguous along k: blocks of kLanes x kLanes are transposed. Either a column has whole
// vectors, or one store may write past the kTileRows numbers that belong to its column; the next column overwrites
// them, and the buffer has a vector to spare.
constexpr bool kTileHasWholeVectors = kLanes > 1 && kTileRows % kLanes == 0;
constexpr bool kTileFitsVector = kLanes > 1 && kLanes >= kTileRows;
constexpr bool kTilesShareVector = kLanes > 1 && kLanes == 2 * kTileRows;

inline void pack_a_panel(float* to, const float* a, size_t row_stride, uint32_t rows, uint32_t k) {
  uint32_t p = 0;
  if constexpr (kTileFitsVector || kTileHasWholeVectors) {
    for (; p + kLanes <= k; p += kLanes) {
      for (uint32_t first = 0; first < kTileRows; first += kLanes) {
        F block[kLanes];
        FF_UNROLL
        for (uint32_t r = 0; r < kLanes; ++r) {
          block[r] = first + r < rows ? load(a + (first + r) * row_stride + p) : set(0.0f);
        }
        transpose(block);
        FF_UNROLL
        for (uint32_t q = 0; q < kLanes; ++q) store(to + (p + q) * kTileRows + first, block[q]);
      }
    }
  }
  for (; p < k; ++p) {
    for (uint32_t r = 0; r < kTileRows; ++r) to[p * kTileRows + r] = r < rows ? a[r * row_stride + p] : 0.0f;
  }
}

// Two panels at once when they share a vector.
inline void pack_a_pair(float* to, const float* a, size_t row_stride, uint32_t k) {
  if constexpr (kTilesShareVector) {
    typedef float Half __attribute__((vector_size(kTilesShareVector ? kTileRows * sizeof(float) : 16)));
    float* const second = to + static_cast<size_t>(kTileRows) * k;
    uint32_t p = 0;
    for (; p + kLanes <= k; p += kLanes) {
      F block[kLanes];
      FF_UNROLL
      for (uint32_t r = 0; r < kLanes; ++r) block[r] = load(a + r * row_stride + p);
      transpose(block);
      FF_UNROLL
      for (uint32_t q = 0; q < kLanes; ++q) {
        Half halves[2];
        __builtin_memcpy(halves, &block[q], sizeof(halves));
        __builtin_memcpy(to + (p + q) * kTileRows, &halves[0], sizeof(Half));
        __builtin_memcpy(second + (p + q) * kTileRows, &halves[1], sizeof(Half));
      }
    }
    for (; p < k; ++p) {
      for (uint32_t r = 0; r < kTileRows; ++r) {
        to[p * kTileRows + r] = a[r * row_stride + p];
        second[p * kTileRows + r] = a[(kTileRows + r) * row_stride + p];
      }
    }
  }
}

inline void pack_a(float* packed, const float* a, size_t row_stride, size_t column_stride, uint32_t rows, uint32_t k) {
  if (column_stride == 1) {
    uint32_t i = 0;
    for (; kTilesShareVector && i + kLanes <= rows; i += kLanes) {
      pack_a_pair(packed + static_cast<size_t>(i) * k, a + i * row_stride, row_stride, k);
    }
    for (; i < rows; i += kTileRows) {
      const uint32_t count = rows - i < kTileRows ? rows - i : kTileRows;
      if (count == kTileRows) {
        pack_a_panel(packed + static_cast<size_t>(i) * k, a + i * row_stride, row_stride, kTileRows, k);
      } else {
        pack_a_panel(packed + static_cast<size_t>(i) * k, a + i * row_stride, row_stride, count, k);
      }
    }
    return;
  }
  // Stored transposed: a few rows of memory at a time are dealt out to all panels. One row at a time would write to as
  // many places as there are panels, all in a few sets of the cache; all rows of one panel would read a piece of a line
  // of every page.
  constexpr uint32_t kRowsAtATime = 8;
  for (uint32_t first = 0; first < k; first += kRowsAtATime) {
    const uint32_t end = k - first < kRowsAtATime ? k : first + kRowsAtATime;
    for (uint32_t i = 0; i < rows; i += kTileRows) {
      const uint32_t count = rows - i < kTileRows ? rows - i : kTileRows;
      float* panel = packed + static_cast<size_t>(i) * k;
      const float* from = a + i * row_stride;
      uint32_t p = first;
      if (row_stride == 1 && count == kTileRows) {
        for (; p < end; ++p) {
          __builtin_memcpy(panel + p * kTileRows, from + p * column_stride, kTileRows * sizeof(float));
        }
      }
      for (; p < end; ++p) {
        for (uint32_t r = 0; r < kTileRows; ++r) {
          panel[p * kTileRows + r] = r < count ? from[p * column_stride + r * row_stride] : 0.0f;
        }
      }
    }
  }
}

inline void pack_b_panel(float* packed, const float* b, size_t row_stride, size_t column_stride, uint32_t k,
                         uint32_t columns) {
  if (column_stride == 1) {
    const uint32_t whole = columns / kLanes * kLanes, rest = columns - whole;
    for (uint32_t p = 0; p < k; ++p) {
      const float* from = b + p * row_stride;
      float* to = packed + p * kTileColumns;
      uint32_t j = 0;
      for (; j < whole; j += kLanes) store(to + j, load(from + j));
      if (rest != 0) {
        store(to + j, load_partial(from + j, rest));
        j += kLanes;
      }
      for (; j < kTileColumns; j += kLanes) store(to + j, set(0.0f));
    }
    return;
  }
  uint32_t p = 0;
  if constexpr (kLanes > 1) {
    if (row_stride == 1) {
      for (; p + kLanes <= k; p += kLanes) {
        FF_UNROLL
        for (uint32_t v = 0; v < kTileVectors; ++v) {
          F block[kLanes];
          FF_UNROLL
          for (uint32_t j = 0; j < kLanes; ++j) {
            const uint32_t column = v * kLanes + j;
            block[j] = column < columns ? load(b + column * column_stride + p) : set(0.0f);
          }
          transpose(block);
          FF_UNROLL
          for (uint32_t q = 0; q < kLanes; ++q) store(packed + (p + q) * kTileColumns + v * kLanes, block[q]);
        }
      }
    }
  }
  for (; p < k; ++p) {
    for (uint32_t j = 0; j < kTileColumns; ++j) {
      packed[p * kTileColumns + j] = j < columns ? b[p * row_stride + j * column_stride] : 0.0f;
    }
  }
}

// Several panels at once: each row of memory is read as far as the panels go. Panels of 16 columns alone would use one
// cache line of each page.
inline void pack_b(float* packed, const float* b, size_t row_stride, size_t column_stride, uint32_t k,
                   uint32_t columns) {
  uint32_t j = 0;
  if (column_stride == 1) {
    const uint32_t whole = columns / kTileColumns;
    for (uint32_t p = 0; p < k; ++p) {
      const float* from = b + p * row_stride;
      float* to = packed + p * kTileColumns;
      for (uint32_t panel = 0; panel < whole; ++panel, from += kTileColumns, to += k * kTileColumns) {
        FF_UNROLL
        for (uint32_t v = 0; v < kTileVectors; ++v) store(to + v * kLanes, load(from + v * kLanes));
      }
    }
    j = whole * kTileColumns;
  }
  for (; j < columns; j += kTileColumns) {
    const uint32_t count = columns - j < kTileColumns ? columns - j : kTileColumns;
    pack_b_panel(packed + static_cast<size_t>(j) * k, b + j * column_stride, row_stride, column_stride, k, count);
  }
}

inline void transpose_matrix(float* y, const float* x, uint32_t rows, uint32_t columns) {
  for (uint32_t i = 0; i < rows; i += kLanes) {
    for (uint32_t j = 0; j < columns; j += kLanes) {
      const float* from = x + static_cast<size_t>(i) * columns + j;
      float* to = y + static_cast<size_t>(j) * rows + i;
      if (i + kLanes <= rows && j + kLanes <= columns) {
        F block[kLanes];
        FF_UNROLL
        for (uint32_t r = 0; r < kLanes; ++r) block[r] = load(from + static_cast<size_t>(r) * columns);
        transpose(block);
        FF_UNROLL
        for (uint32_t r = 0; r < kLanes; ++r) store(to + static_cast<size_t>(r) * rows, block[r]);
        continue;
      }
      for (uint32_t r = 0; r < kLanes && i + r < rows; ++r) {
        for (uint32_t c = 0; c < kLanes && j + c < columns; ++c) {
          to[static_cast<size_t>(c) * rows + r] = from[static_cast<size_t>(r) * columns + c];
        }
      }
    }
  }
}

template <typename T>
void gather_rows(float* y, const T* data, uint32_t width, const int32_t* index, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const T* from = data + static_cast<size_t>(index[i]) * width;
    float* to = y + static_cast<size_t>(i) * width;
    for (uint32_t j = 0; j < width; ++j) to[j] = static_cast<float>(from[j]);
  }
}

inline void gather(float* y, const void* data, uint32_t type, uint32_t width, const int32_t* index, uint32_t count) {
  switch (type) {
    case FF_UINT8:
      return gather_rows(y, static_cast<const uint8_t*>(data), width, index, count);
    case FF_INT32:
      return gather_rows(y, static_cast<const int32_t*>(data), width, index, count);
    default:
      return gather_rows(y, static_cast<const float*>(data), width, index, count);
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_PACK_H_
