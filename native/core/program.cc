// Layers of the check: the header, the tensor table, the words of each instruction, and the ranges that it reads and
// writes. The shapes that an operation wants are in shapes.cc.
#include "core/program.h"

#include "core/shapes.h"
#include "feedforward.h"

namespace ff {
namespace {

bool parse_header(const int32_t* words, uint32_t count, Program* program, Text& error) {
  if (words == nullptr || count < kHeaderWords) {
    error << "program: expected at least " << kHeaderWords << " words, received " << (words == nullptr ? 0 : count)
          << ".";
    return false;
  }
  if (words[0] != kMagic) {
    error << "program: expected the magic number " << kMagic << " in word 0, received " << words[0] << ".";
    return false;
  }
  if (words[1] != FF_ABI_VERSION) {
    error << "program: expected ABI version " << FF_ABI_VERSION << ", received " << words[1]
          << ". Use the JavaScript and the core of one release.";
    return false;
  }
  const char* const names[] = {"arena floats", "batch rows", "tensors", "instructions", "instruction words"};
  for (uint32_t i = 0; i < 5; ++i) {
    const int32_t minimum = i == 1 ? 1 : 0;
    if (words[2 + i] >= minimum) continue;
    error << "program: expected at least " << minimum << " " << names[i] << ", received " << words[2 + i] << ".";
    return false;
  }
  program->words = words;
  program->arena_floats = static_cast<uint32_t>(words[2]);
  program->batch_rows = static_cast<uint32_t>(words[3]);
  program->tensors = static_cast<uint32_t>(words[4]);
  program->instructions = static_cast<uint32_t>(words[5]);
  const uint64_t expected = kHeaderWords + uint64_t{kTensorWords} * program->tensors + static_cast<uint32_t>(words[6]);
  if (expected != count) {
    error << "program: expected the words that its header announces, received " << count << " words instead of "
          << static_cast<uint32_t>(expected < 0xffffffffu ? expected : 0xffffffffu) << ".";
    return false;
  }
  return true;
}

bool check_tensor(const Program& program, uint32_t index, Text& error) {
  const int32_t* w = program.words + kHeaderWords + kTensorWords * index;
  const bool batch = w[3] == 1;
  if (w[3] != 0 && w[3] != 1) {
    error << "program: tensor " << index << ": expected flags 0 or 1, received " << w[3] << ".";
  } else if (w[0] < 0 || w[1] < 1 || w[2] < 1) {
    error << "program: tensor " << index << ": expected an offset >= 0, rows >= 1 and columns >= 1, received " << w[0]
          << ", " << w[1] << " and " << w[2] << ".";
  } else if (batch && static_cast<uint32_t>(w[1]) != program.batch_rows) {
    error << "program: tensor " << index << ": expected a batch tensor to have " << program.batch_rows
          << " rows, received " << w[1] << ".";
  } else {
    // Each factor is below 2^31: neither the product nor the sum overflows 64 bits.
    const uint64_t end = static_cast<uint64_t>(w[0]) + static_cast<uint64_t>(w[1]) * static_cast<uint64_t>(w[2]);
    if (end <= program.arena_floats) return true;
    error << "program: tensor " << index << ": expected it to end within the arena of " << program.arena_floats
          << " floats, received offset " << w[0] << " and shape (" << w[1] << ", " << w[2] << ").";
  }
  return false;
}

uint32_t count_functions(Kind kind) {
  switch (kind) {
    case Kind::unary:
      return count_of(kUnary);
    case Kind::binary:
      return count_of(kBinary);
    case Kind::reduction:
      return count_of(kReduction);
    case Kind::loss:
      return count_of(kLosses);
    case Kind::optimizer:
      return count_of(kOptimizers);
    case Kind::integer:
    case Kind::number:
      break;
  }
  return 0;
}

bool check_words(const Program& program, uint32_t number, const int32_t* code, const int32_t* end, Text& error) {
  const int32_t op = code[0];
  if (op < 0 || static_cast<uint32_t>(op) >= count_of(kOps)) {
    error << "program: instruction " << number << ": expected an opcode below " << count_of(kOps) << ", received " << op
          << ".";
    return false;
  }
  const OpInfo& info = kOps[op];
  Where where{number, info};
  if (static_cast<uint64_t>(end - code) < info.words()) {
    where.begin(error) << "expected " << info.words() << " words, received " << static_cast<uint32_t>(end - code)
                       << ".";
    return false;
  }
  for (uint32_t i = 0; i < info.operands; ++i) {
    const int32_t tensor = code[1 + i];
    if (tensor == -1 && info.operand[i].optional) continue;
    if (tensor >= 0 && static_cast<uint32_t>(tensor) < program.tensors) continue;
    where.operand(error, i) << "expected a tensor below " << program.tensors << ", received " << tensor << ".";
    return false;
  }
  for (uint32_t i = 0; i < info.parameters; ++i) {
    const uint32_t functions = count_functions(info.parameter[i].kind);
    const int32_t value = code[1 + info.operands + i];
    if (functions == 0 || (value >= 0 && static_cast<uint32_t>(value) < functions)) continue;
    where.parameter(error, i) << "expected a number below " << functions << ", received " << value << ".";
    return false;
  }
  return true;
}

bool overlap(const Tensor& a, const Tensor& b) {
  return a.offset < b.offset + b.size() && b.offset < a.offset + a.size();
}

// Operations that read each element before they write the same one.
bool is_elementwise(Op op) {
  switch (op) {
    case Op::copy:
    case Op::unary:
    case Op::unaryGrad:
    case Op::binary:
    case Op::select:
    case Op::softmax:
    case Op::softmaxGrad:
    case Op::logSoftmax:
    case Op::logSoftmaxGrad:
    case Op::dropout:
      return true;
    default:
      return false;
  }
}

bool check_ranges(const Program& program, const Instruction& instruction, const Where& where, Text& error) {
  const OpInfo& info = where.info;
  for (uint32_t i = 0; i < info.outputs; ++i) {
    if (instruction.operand[i] == kAbsent) continue;
    const Tensor output = program.tensor(instruction.operand[i]);
    for (uint32_t j = i + 1; j < info.operands; ++j) {
      if (instruction.operand[j] == kAbsent) continue;
      const Tensor other = program.tensor(instruction.operand[j]);
      if (!overlap(output, other)) continue;
      const bool same = output.offset == other.offset && output.size() == other.size();
      if (same && j >= info.outputs && is_elementwise(instruction.op)) continue;
      where.operand(error, i) << "expected memory of its own, received a range that overlaps operand ";
      put_name(error, info.operand[j].name) << ".";
      return false;
    }
  }
  return true;
}

}  // namespace

Tensor Program::tensor(uint32_t index) const {
  const int32_t* w = words + kHeaderWords + kTensorWords * index;
  return {static_cast<uint32_t>(w[0]), static_cast<uint32_t>(w[1]), static_cast<uint32_t>(w[2]), w[3] == 1};
}

const int32_t* decode(const int32_t* code, Instruction* instruction) {
  instruction->op = static_cast<Op>(code[0]);
  const OpInfo& info = kOps[code[0]];
  for (uint32_t i = 0; i < kMaxOperands; ++i) {
    instruction->operand[i] = i < info.operands ? static_cast<uint32_t>(code[1 + i]) : kAbsent;
  }
  for (uint32_t i = 0; i < kMaxParameters; ++i) {
    instruction->parameter[i] = i < info.parameters ? code[1 + info.operands + i] : 0;
  }
  return code + info.words();
}

bool parse_program(const int32_t* words, uint32_t word_count, Program* program, Text& error) {
  error.clear();
  if (!parse_header(words, word_count, program, error)) return false;
  for (uint32_t i = 0; i < program->tensors; ++i) {
    if (!check_tensor(*program, i, error)) return false;
  }
  const int32_t* code = program->code();
  const int32_t* const end = words + word_count;
  for (uint32_t i = 0; i < program->instructions; ++i) {
    if (code == end) {
      error << "program: expected " << program->instructions << " instructions, received " << i << ".";
      return false;
    }
    if (!check_words(*program, i, code, end, error)) return false;
    Instruction instruction;
    const Where where{i, kOps[code[0]]};
    code = decode(code, &instruction);
    if (!check_shapes(*program, instruction, where, error)) return false;
    if (!check_ranges(*program, instruction, where, error)) return false;
  }
  if (code != end) {
    error << "program: expected the words to end after instruction " << program->instructions << ", received "
          << static_cast<uint32_t>(end - code) << " more.";
    return false;
  }
  return true;
}

}  // namespace ff
