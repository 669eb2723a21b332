// Which shapes and parameters each operation accepts.
#ifndef FEEDFORWARD_CORE_SHAPES_H_
#define FEEDFORWARD_CORE_SHAPES_H_

#include "core/program.h"

namespace ff {

inline Text& put_name(Text& out, Name name) {
  for (uint32_t i = 0; i < name.length; ++i) out << name.text[i];
  return out;
}

// The beginning of every message about an instruction.
struct Where {
  uint32_t number;
  const OpInfo& info;

  Text& begin(Text& out) const { return out << "program: instruction " << number << " (" << info.name << "): "; }
  Text& operand(Text& out, uint32_t i) const {
    return put_name(begin(out) << "operand ", info.operand[i].name) << ": ";
  }
  Text& parameter(Text& out, uint32_t i) const {
    return put_name(begin(out) << "parameter ", info.parameter[i].name) << ": ";
  }
};

// The operands and function indices are known to exist. Rows of batch tensors are a symbol: they equal the rows of any
// other batch tensor, and no number.
bool check_shapes(const Program& program, const Instruction& instruction, const Where& where, Text& error);

}  // namespace ff

#endif  // FEEDFORWARD_CORE_SHAPES_H_
