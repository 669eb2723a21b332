// A program as words, checked. Nothing here executes: execute.h prepares what this file has found to be well-formed.
//
// Words: 0 magic | 1 ABI version | 2 arena floats | 3 batch rows (maximum) | 4 tensors T | 5 instructions | 6
// instruction words W, then T times (offset in floats, rows, columns, flags), then W words: opcode, outputs, inputs,
// parameters of each instruction. Flag bit 0 marks a batch tensor: its rows are the maximum here, and a run-time number
// when the program is executed.
#ifndef FEEDFORWARD_CORE_PROGRAM_H_
#define FEEDFORWARD_CORE_PROGRAM_H_

#include <stdint.h>

#include "core/ops.h"
#include "core/text.h"

namespace ff {

constexpr int32_t kMagic = 0x31504646;  // "FFP1"
constexpr uint32_t kHeaderWords = 7;
constexpr uint32_t kTensorWords = 4;
constexpr uint32_t kAbsent = 0xffffffffu;

struct Tensor {
  uint32_t offset;  // in floats from the beginning of the arena
  uint32_t rows;
  uint32_t columns;
  bool batch;

  uint32_t size() const { return rows * columns; }
};

struct Instruction {
  Op op;
  uint32_t operand[kMaxOperands];     // tensor index, or kAbsent
  int32_t parameter[kMaxParameters];  // floats by their bits
};

// Valid as long as the words are, and only after parse_program has returned true for them.
struct Program {
  const int32_t* words;
  uint32_t arena_floats;
  uint32_t batch_rows;
  uint32_t tensors;
  uint32_t instructions;

  Tensor tensor(uint32_t index) const;
  const int32_t* code() const { return words + kHeaderWords + kTensorWords * tensors; }
};

// Decodes the instruction at `code` and returns where the next one begins.
const int32_t* decode(const int32_t* code, Instruction* instruction);

// Checks every word. On failure returns false and writes one sentence that names instruction, op and operand.
bool parse_program(const int32_t* words, uint32_t word_count, Program* program, Text& error);

}  // namespace ff

#endif  // FEEDFORWARD_CORE_PROGRAM_H_
