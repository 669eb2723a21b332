// Loops over elements: unary functions and their gradients, binary functions and select with broadcasting, expand,
// dropout, fill and copy.
#ifndef FEEDFORWARD_KERNELS_ELEMENTWISE_H_
#define FEEDFORWARD_KERNELS_ELEMENTWISE_H_

#include "kernels/functions.h"
#include "kernels/kernels.h"

namespace ff {
namespace FF_ISA {

inline void fill(float* y, size_t n, float value) {
  const F v = set(value);
  for_each(n, [&](size_t i, uint32_t count) FF_LAMBDA { store_n(y + i, v, count); });
}

inline void copy(float* y, const float* x, size_t n) {
  if (y != x && n != 0) copy_bytes(y, x, n * sizeof(float));
}

template <Unary function>
void unary_loop(float* y, const float* x, size_t n, float alpha) {
  const F a = set(alpha);
  for_each(n, [&](size_t i, uint32_t count)
                  FF_LAMBDA { store_n(y + i, UnaryFunction<function>::value(load_n(x + i, count), a), count); });
}

inline void unary(Unary function, float* y, const float* x, size_t n, float alpha) {
  switch (function) {
#define FF_UNARY(name, reads) \
  case Unary::name:           \
    return unary_loop<Unary::name>(y, x, n, alpha);
#include "ops.def"
  }
}

// The operand that a derivative does not read is not loaded: its pointer may be null.
template <Unary function>
FF_INLINE F unary_derivative(const float* x, const float* y, size_t i, uint32_t count, F alpha) {
  constexpr UnaryInfo info = kUnary[static_cast<uint32_t>(function)];
  F input = set(0.0f), output = set(0.0f);
  if constexpr (info.reads_x) input = load_n(x + i, count);
  if constexpr (info.reads_y) output = load_n(y + i, count);
  return UnaryFunction<function>::derivative(input, output, alpha);
}

template <Unary function>
void unary_grad_loop(float* dx, const float* x, const float* y, const float* dy, size_t n, float alpha) {
  const F a = set(alpha);
  for_each(n, [&](size_t i, uint32_t count) FF_LAMBDA {
    store_n(dx + i, load_n(dy + i, count) * unary_derivative<function>(x, y, i, count, a), count);
  });
}

inline void unary_grad(Unary function, float* dx, const float* x, const float* y, const float* dy, size_t n,
                       float alpha) {
  switch (function) {
#define FF_UNARY(name, reads) \
  case Unary::name:           \
    return unary_grad_loop<Unary::name>(dx, x, y, dy, n, alpha);
#include "ops.def"
  }
}

// Whether the operand's rows follow each other without a gap, or it is one number.
inline bool is_flat(const Operand& x, uint32_t columns) {
  return x.column_stride == 0 ? x.row_stride == 0 : x.row_stride == columns;
}

// A matrix of one column is a row; a matrix whose operands are all flat is one long row.
inline void flatten(Operand* operands, uint32_t count, uint32_t& rows, size_t& columns) {
  if (columns == 1) {
    for (uint32_t i = 0; i < count; ++i) operands[i] = {operands[i].data, 0, operands[i].row_stride};
    columns = rows;
    rows = 1;
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (!is_flat(operands[i], static_cast<uint32_t>(columns))) return;
  }
  columns *= rows;
  rows = 1;
}

FF_INLINE F load_operand(const float* row, size_t column_stride, size_t j, uint32_t count) {
  return column_stride == 0 ? set(*row) : load_n(row + j, count);
}

// One row whose operands are vectors, or one number each.
template <Binary function, bool x_varies, bool y_varies>
FF_INLINE void binary_row(float* z, const float* x, const float* y, size_t n) {
  const F left = set(*x), right = set(*y);
  for_each(n, [=](size_t j, uint32_t count) FF_LAMBDA {
    const F a = x_varies ? load_n(x + j, count) : left;
    const F b = y_varies ? load_n(y + j, count) : right;
    store_n(z + j, BinaryFunction<function>::value(a, b), count);
  });
}

#if defined(FF_COMPACT)
constexpr bool kCompact = true;
#else
constexpr bool kCompact = false;
#endif

template <Binary function>
void binary_loop(float* z, const Operand& x, const Operand& y, uint32_t rows, size_t columns) {
  if constexpr (kCompact && function >= Binary::power) {
    for (uint32_t i = 0; i < rows; ++i) {
      const float *a = x.data + i * x.row_stride, *b = y.data + i * y.row_stride;
      for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
        const F value = BinaryFunction<function>::value(load_operand(a, x.column_stride, j, count),
                                                        load_operand(b, y.column_stride, j, count));
        store_n(z + i * columns + j, value, count);
      });
    }
    return;
  }
  const bool x_varies = x.column_stride != 0, y_varies = y.column_stride != 0;
  const float* a = x.data;
  const float* b = y.data;
  for (uint32_t i = 0; i < rows; ++i, z += columns, a += x.row_stride, b += y.row_stride) {
    if (x_varies && y_varies) {
      binary_row<function, true, true>(z, a, b, columns);
    } else if (x_varies) {
      binary_row<function, true, false>(z, a, b, columns);
    } else if (y_varies) {
      binary_row<function, false, true>(z, a, b, columns);
    } else {
      binary_row<function, false, false>(z, a, b, columns);
    }
  }
}

inline void binary(Binary function, float* z, Operand x, Operand y, uint32_t rows, uint32_t columns) {
  Operand operands[2] = {x, y};
  size_t length = columns;
  if (rows == 0 || columns == 0) return;
  flatten(operands, 2, rows, length);
  switch (function) {
#define FF_BINARY(name) \
  case Binary::name:    \
    return binary_loop<Binary::name>(z, operands[0], operands[1], rows, length);
#include "ops.def"
  }
}

inline void select(float* z, Operand condition, Operand x, Operand y, uint32_t rows, uint32_t columns) {
  Operand operands[3] = {condition, x, y};
  size_t length = columns;
  if (rows == 0 || columns == 0) return;
  flatten(operands, 3, rows, length);
  for (uint32_t i = 0; i < rows; ++i) {
    float* out = z + i * length;
    const float* row[3];
    for (uint32_t o = 0; o < 3; ++o) row[o] = operands[o].data + i * operands[o].row_stride;
    for_each(length, [&](size_t j, uint32_t count) FF_LAMBDA {
      const F c = load_operand(row[0], operands[0].column_stride, j, count);
      const F a = load_operand(row[1], operands[1].column_stride, j, count);
      const F b = load_operand(row[2], operands[2].column_stride, j, count);
      store_n(out + j, select(ne(c, set(0.0f)), a, b), count);
    });
  }
}

inline void expand(float* y, Operand x, uint32_t rows, uint32_t columns, float divisor) {
  Operand operand = x;
  size_t length = columns;
  if (rows == 0 || columns == 0) return;
  flatten(&operand, 1, rows, length);
  const F d = set(divisor);
  for (uint32_t i = 0; i < rows; ++i) {
    float* out = y + i * length;
    const float* row = operand.data + i * operand.row_stride;
    for_each(length, [&](size_t j, uint32_t count) FF_LAMBDA {
      store_n(out + j, load_operand(row, operand.column_stride, j, count) / d, count);
    });
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_ELEMENTWISE_H_
