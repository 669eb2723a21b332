// The table of kernels that every instruction set fills once: what the loops of the core call, and all they know of an
// ISA. Kernels are serial and allocate nothing; the caller cuts large work into ranges and checks every shape.
#ifndef FEEDFORWARD_KERNELS_KERNELS_H_
#define FEEDFORWARD_KERNELS_KERNELS_H_

#include <stddef.h>
#include <stdint.h>

#include "core/ops.h"

namespace ff {

// A matrix operand that may be broadcast: element (i, j) is data[i * row_stride + j * column_stride].
// column_stride is 1, or 0 when the operand has one column; row_stride is 0 when it has one row.
struct Operand {
  const float* data;
  size_t row_stride;
  size_t column_stride;
};

// What happens to a block of C after its last product, while it is in cache. All matrices here have C's shape and row
// stride.
//   forward:    z = C + bias (stored when z is given), C = f(z; alpha)
//   derivative: C = C f'(input, output; alpha), `input` and `output` as far as the function reads them
struct GemmEpilogue {
  const float* bias = nullptr;  // (1, n)
  float* z = nullptr;
  bool derivative = false;
  Unary function = Unary::linear;
  float alpha = 0;
  const float* input = nullptr;
  const float* output = nullptr;

  bool empty() const { return bias == nullptr && z == nullptr && function == Unary::linear; }
};

// C[rows <= mr, columns <= nr] = or += the product of one packed panel of each, k deep. Meanwhile memory that will be
// read soon is brought nearer, a cache line at ahead + p ahead_stride with each step p; it may lie anywhere.
struct TileArgs {
  uint32_t k;
  const float* a;
  const float* b;
  float* c;
  size_t c_stride;
  uint32_t rows;
  uint32_t columns;
  bool accumulate;
  const float* ahead;
  size_t ahead_stride;
};

struct UpdateArgs {
  float* p;
  float* slot[kMaxSlots];  // null when absent
  const float* g;
  size_t n;
  float learning_rate;  // of the step, times learningRateScale
  uint32_t step;        // from 0
  float option[6];      // o0.. of ops.def
};

// What random numbers depend on besides the index of the element.
struct RandomArgs {
  uint32_t stream;
  uint32_t step;
  uint32_t seed_lo;
  uint32_t seed_hi;
};

struct DropoutArgs {
  float rate;
  RandomArgs random;
};

struct Kernels {
  const char* name;
  uint32_t lanes;

  // Blocks of the matrix product: a register tile is mr x nr; packed blocks are mc x kc of A (L2) and kc x nr of B
  // (L1).
  uint32_t mr, nr, mc, kc;

  // Panels of mr rows, each column by column; the last panel is filled up with zeros.
  void (*pack_a)(float* packed, const float* a, size_t row_stride, size_t column_stride, uint32_t rows, uint32_t k);
  // Panels of nr columns, each row by row; the last panel is filled up with zeros.
  void (*pack_b)(float* packed, const float* b, size_t row_stride, size_t column_stride, uint32_t k, uint32_t columns);
  void (*tile)(const TileArgs& args);
  // C = A B without packing; A has any strides, the rows of B are contiguous. For small and skinny products.
  void (*direct)(uint32_t m, uint32_t n, uint32_t k, const float* a, size_t a_row_stride, size_t a_column_stride,
                 const float* b, size_t b_stride, float* c, size_t c_stride);
  // y[i] = dot(row i of the matrix, x); y has any stride.
  void (*gemv_rows)(uint32_t rows, uint32_t k, const float* matrix, size_t stride, const float* x, float* y,
                    size_t y_stride);
  // y[j] = or += the sum over i of x[i] matrix[i][j]; x has any stride.
  void (*gemv_columns)(uint32_t k, uint32_t columns, const float* matrix, size_t stride, const float* x,
                       size_t x_stride, float* y, bool accumulate);
  // `c` points to element (row, column) of C.
  void (*epilogue)(const GemmEpilogue& epilogue, float* c, size_t c_stride, uint32_t row, uint32_t column,
                   uint32_t rows, uint32_t columns);

  void (*fill)(float* y, size_t n, float value);
  void (*copy)(float* y, const float* x, size_t n);
  void (*transpose)(float* y, const float* x, uint32_t rows, uint32_t columns);  // of x; y is (columns, rows)
  // y[i] = row index[i] of the (*, width) matrix `data` of the given FFType.
  void (*gather)(float* y, const void* data, uint32_t type, uint32_t width, const int32_t* index, uint32_t count);

  // A block of `columns` from matrices with rows of so many floats.
  void (*copy_columns)(float* y, size_t y_stride, const float* x, size_t x_stride, uint32_t rows, uint32_t columns);
  // y[i] = row index[i] of the (rows, width) table, NaN where it has no such row.
  void (*take_rows)(float* y, const float* table, uint32_t rows, uint32_t width, const float* index, uint32_t count);
  // Row index[i] of the table += dy[i], in order; nothing where it has no such row. Both have rows of `stride` floats.
  void (*add_rows)(float* dtable, uint32_t rows, const float* index, const float* dy, size_t stride, uint32_t count,
                   uint32_t columns);

  // Elementwise; y may be x, and dx may be any of its inputs.
  void (*unary)(Unary function, float* y, const float* x, size_t n, float alpha);
  void (*unary_grad)(Unary function, float* dx, const float* x, const float* y, const float* dy, size_t n, float alpha);
  // z is a contiguous (rows, columns) matrix; a range of rows is a call with shifted pointers.
  void (*binary)(Binary function, float* z, Operand x, Operand y, uint32_t rows, uint32_t columns);
  void (*select)(float* z, Operand condition, Operand x, Operand y, uint32_t rows, uint32_t columns);
  void (*expand)(float* y, Operand x, uint32_t rows, uint32_t columns, float divisor);  // y = x / divisor
  // y[i] for the elements first + i of the whole tensor; first must be a multiple of 4.
  void (*dropout)(float* y, const float* x, uint32_t first, size_t n, const DropoutArgs& args);
  // Random numbers for such elements: uniform in [0, 1), or standard normal.
  void (*uniform)(float* y, uint32_t first, size_t n, const RandomArgs& args);
  void (*normal)(float* y, uint32_t first, size_t n, const RandomArgs& args);
  void (*update)(Optimizer function, const UpdateArgs& args);

  // x has rows of `stride` floats, so that a range of columns is a call; the result does not depend on the cut.
  void (*reduce_rows)(Reduction function, float* y, const float* x, size_t stride, uint32_t rows, uint32_t columns);
  void (*reduce_columns)(Reduction function, float* y, const float* x, uint32_t rows, uint32_t columns);
  void (*reduce_all)(Reduction function, float* y, const float* x, size_t n);

  // By rows; the output may be an input.
  void (*softmax)(float* y, const float* x, uint32_t rows, uint32_t columns);
  void (*softmax_grad)(float* dx, const float* y, const float* dy, uint32_t rows, uint32_t columns);
  void (*log_softmax)(float* y, const float* x, uint32_t rows, uint32_t columns);
  void (*log_softmax_grad)(float* dx, const float* y, const float* dy, uint32_t rows, uint32_t columns);

  // l and dl are (rows, 1). A sparse target that is no class number gives NaN.
  void (*loss)(Loss function, float* l, const float* prediction, const float* target, uint32_t rows, uint32_t columns,
               float p0);
  void (*loss_grad)(Loss function, float* dprediction, const float* prediction, const float* target, const float* dl,
                    uint32_t rows, uint32_t columns, float p0);
};

// The tables of this build. A table may be read on any machine; its functions need the instruction set.
#if defined(__wasm_simd128__)
// A module does not validate where its instructions are missing: it has one table, and is downloaded, so that its size
// counts. FF_COMPACT: less is inlined.
#define FF_COMPACT 1
#define FF_HAVE_SIMD128 1
extern const Kernels kSimd128Kernels;
#else
#define FF_HAVE_SCALAR 1
extern const Kernels kScalarKernels;
#endif
#if defined(__x86_64__) || defined(_M_X64)
#define FF_HAVE_X86 1
extern const Kernels kSse2Kernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif
#if defined(__aarch64__)
#define FF_HAVE_NEON 1
extern const Kernels kNeonKernels;
#endif

}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_KERNELS_H_
