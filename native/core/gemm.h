// Matrix products in the layering of BLIS: loops, packing and parallel cuts, without any knowledge of an instruction
// set. The register tile and the block sizes come from the table of kernels.
#ifndef FEEDFORWARD_CORE_GEMM_H_
#define FEEDFORWARD_CORE_GEMM_H_

#include <stddef.h>
#include <stdint.h>

#include "core/pool.h"
#include "kernels/kernels.h"

namespace ff {

// C = op(A) op(B), then the epilogue. C is (m, n), op(A) (m, k), op(B) (k, n), all row-major with contiguous rows; op
// transposes when its flag is set, so A is stored (k, m) and B (n, k) then. C overlaps no input, except that a
// derivative epilogue reads its own element only. k == 0 gives the epilogue of zeros.
struct GemmArgs {
  uint32_t m = 0;
  uint32_t n = 0;
  uint32_t k = 0;
  const float* a = nullptr;
  size_t a_stride = 0;  // floats from one stored row to the next
  bool transpose_a = false;
  const float* b = nullptr;
  size_t b_stride = 0;
  bool transpose_b = false;
  float* c = nullptr;
  size_t c_stride = 0;
  GemmEpilogue epilogue;
  float* b_column_sums = nullptr;  // (1, n): also the sums of op(B)'s columns (a bias gradient); not with transpose_b
};

// Packing memory, one slot for each worker of the pool, made when that worker first needs it. It belongs to one program
// (or to whatever else calls gemm from one thread at a time). A slot that cannot be allocated makes products slow, not
// wrong.
struct GemmWorkspace {
  float* slot[kMaxThreads] = {};
  uint64_t generation = 0;  // of the latest product
};

void free_workspace(GemmWorkspace& workspace);

// Calls parallel_for when the product is large. Work is cut by shape only: the bits do not depend on the number of
// threads.
void gemm(const Kernels& kernels, const GemmArgs& args, GemmWorkspace& workspace);

}  // namespace ff

#endif  // FEEDFORWARD_CORE_GEMM_H_
