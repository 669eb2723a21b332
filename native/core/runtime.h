// A created program, and what the functions of the C ABI share about it.
#ifndef FEEDFORWARD_CORE_RUNTIME_H_
#define FEEDFORWARD_CORE_RUNTIME_H_

#include "core/chain.h"

// One block of memory: this struct, then the instructions, the tensors, and the lengths of chains.
struct FFProgram {
  uint32_t busy;       // 1 while it executes
  uint32_t training;   // 1 while a cancellation is heard
  uint32_t cancelled;  // 1 when the next step shall not begin
  uint32_t batch_rows;
  uint32_t tensor_count;
  uint32_t instructions;
  ff::Prepared* code;
  ff::BoundTensor* tensors;
  uint8_t* chains;              // for each instruction: how many can be executed together from it on
  ff::GemmWorkspace workspace;  // grows when a large product runs for the first time
};

namespace ff {

// Where the sentence for ff_last_error goes; empty when it is returned.
Text error_text();

// Sets the sentence and returns FF_INVALID_ARGUMENT.
int32_t invalid(const char* message);

inline void execute_range(const FFProgram& program, uint32_t first, uint32_t last, const Context& context) {
  for (uint32_t i = first; i < last;) {
    const uint32_t left = last - i, chain = program.chains[i];
    const uint32_t length = chain < left ? chain : left;
    if (length == 1) {
      execute(program.code[i], context);
    } else {
      execute_chain(program.code + i, length, context);
    }
    i += length;
  }
}

// Everything of a request that feedforward.h promises, against the tensors of the program; the instruction range is
// checked already.
int32_t check_train(const FFProgram& program, const FFTrain& train);

// Executes the steps of a checked request.
int32_t train_steps(FFProgram& program, const FFTrain& train, uint32_t* steps_done);

}  // namespace ff

#endif  // FEEDFORWARD_CORE_RUNTIME_H_
