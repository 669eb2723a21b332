// Executes checked instructions: chooses the kernel of each and cuts large work into tasks. No allocation, no check.
#ifndef FEEDFORWARD_CORE_EXECUTE_H_
#define FEEDFORWARD_CORE_EXECUTE_H_

#include "core/gemm.h"
#include "core/program.h"
#include "feedforward.h"

namespace ff {

// A tensor with its address. Absent operands have a null address.
struct BoundTensor {
  float* data = nullptr;
  uint32_t rows = 0;  // of a batch tensor: the maximum
  uint32_t columns = 0;
  bool batch = false;

  uint32_t run_rows(uint32_t batch_rows) const { return batch ? batch_rows : rows; }
};

// An instruction with everything looked up that does not change from step to step.
struct Prepared {
  Op op;
  BoundTensor operand[kMaxOperands];
  int32_t parameter[kMaxParameters];  // floats by their bits
};

// What an execution has besides the arena.
struct Context {
  const Kernels& kernels;
  GemmWorkspace& workspace;
  uint32_t batch_rows;
  FFStep step;
};

BoundTensor prepare(const Tensor& tensor, float* arena);
Prepared prepare(const Program& program, const Instruction& instruction, float* arena);

// The part of a larger instruction that an instruction is: where it begins, which random numbers depend on, and how
// many rows the whole has, for means over them; 0 when it is the whole.
struct Part {
  uint32_t first_row = 0;
  uint32_t first_column = 0;
  uint32_t all_rows = 0;
};

void execute(const Prepared& instruction, const Context& context, const Part& part = {});

}  // namespace ff

#endif  // FEEDFORWARD_CORE_EXECUTE_H_
