// What happens to a block of a product while it is in cache: bias and activation, or multiplication by an activation's
// derivative.
#ifndef FEEDFORWARD_KERNELS_EPILOGUE_H_
#define FEEDFORWARD_KERNELS_EPILOGUE_H_

#include "kernels/elementwise.h"

namespace ff {
namespace FF_ISA {

struct Block {
  float* c;
  size_t stride;
  size_t at;  // of the block's first element in matrices of C's shape
  uint32_t column;
  uint32_t rows;
  uint32_t columns;
};

template <Unary function>
void forward_epilogue(const GemmEpilogue& epilogue, const Block& block) {
  const F alpha = set(epilogue.alpha);
  for_each(block.columns, [&](size_t j, uint32_t count) FF_LAMBDA {
    const F bias = epilogue.bias != nullptr ? load_n(epilogue.bias + block.column + j, count) : set(0.0f);
    float* c = block.c + j;
    if (epilogue.z != nullptr) {
      float* z = epilogue.z + block.at + j;
      for (uint32_t i = 0; i < block.rows; ++i) {
        const F v = load_n(c + i * block.stride, count) + bias;
        store_n(z + i * block.stride, v, count);
        store_n(c + i * block.stride, UnaryFunction<function>::value(v, alpha), count);
      }
    } else {
      for (uint32_t i = 0; i < block.rows; ++i) {
        const F v = load_n(c + i * block.stride, count) + bias;
        store_n(c + i * block.stride, UnaryFunction<function>::value(v, alpha), count);
      }
    }
  });
}

template <Unary function>
void derivative_epilogue(const GemmEpilogue& epilogue, const Block& block) {
  const F alpha = set(epilogue.alpha);
  for_each(block.columns, [&](size_t j, uint32_t count) FF_LAMBDA {
    for (uint32_t i = 0; i < block.rows; ++i) {
      float* c = block.c + i * block.stride + j;
      const F slope =
          unary_derivative<function>(epilogue.input, epilogue.output, block.at + i * block.stride + j, count, alpha);
      store_n(c, load_n(c, count) * slope, count);
    }
  });
}

#if defined(FF_COMPACT)
// The loops of elementwise.h serve for all functions but the most frequent two: one copy of each function's arithmetic
// instead of four. The block is in cache.
inline void by_rows(const GemmEpilogue& epilogue, const Block& block) {
  if (!epilogue.derivative && (epilogue.bias != nullptr || epilogue.z != nullptr)) {
    forward_epilogue<Unary::linear>(epilogue, block);
  }
  const bool whole = block.columns == block.stride;
  const uint32_t rows = whole ? 1 : block.rows;
  const size_t n = whole ? static_cast<size_t>(block.rows) * block.columns : block.columns;
  const auto at = [&](const float* matrix, uint32_t i) {
    return matrix == nullptr ? nullptr : matrix + block.at + i * block.stride;
  };
  for (uint32_t i = 0; i < rows; ++i) {
    float* c = block.c + i * block.stride;
    if (epilogue.derivative) {
      unary_grad(epilogue.function, c, at(epilogue.input, i), at(epilogue.output, i), c, n, epilogue.alpha);
    } else {
      unary(epilogue.function, c, c, n, epilogue.alpha);
    }
  }
}
#endif

inline void epilogue(const GemmEpilogue& epilogue, float* c, size_t c_stride, uint32_t row, uint32_t column,
                     uint32_t rows, uint32_t columns) {
  const Block block = {c, c_stride, row * c_stride + column, column, rows, columns};
#if defined(FF_COMPACT)
  if (epilogue.function != Unary::linear && epilogue.function != Unary::relu) return by_rows(epilogue, block);
  if (epilogue.function == Unary::relu) {
    return epilogue.derivative ? derivative_epilogue<Unary::relu>(epilogue, block)
                               : forward_epilogue<Unary::relu>(epilogue, block);
  }
  return epilogue.derivative ? derivative_epilogue<Unary::linear>(epilogue, block)
                             : forward_epilogue<Unary::linear>(epilogue, block);
#else
  switch (epilogue.function) {
#define FF_UNARY(name, reads)                                                      \
  case Unary::name:                                                                \
    return epilogue.derivative ? derivative_epilogue<Unary::name>(epilogue, block) \
                               : forward_epilogue<Unary::name>(epilogue, block);
#include "ops.def"
  }
#endif
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_EPILOGUE_H_
