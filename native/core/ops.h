// The enums and descriptions that the preprocessor and constexpr functions spell from ops.def. No list is written here.
#ifndef FEEDFORWARD_CORE_OPS_H_
#define FEEDFORWARD_CORE_OPS_H_

#include <stdint.h>

namespace ff {

enum class Op : uint8_t {
#define FF_OP(name, outputs, inputs, parameters) name,
#include "ops.def"
};

enum class Unary : uint8_t {
#define FF_UNARY(name, reads) name,
#include "ops.def"
};

enum class Binary : uint8_t {
#define FF_BINARY(name) name,
#include "ops.def"
};

enum class Reduction : uint8_t {
#define FF_REDUCTION(name) name,
#include "ops.def"
};

enum class Loss : uint8_t {
#define FF_LOSS(name, sparse, p0) name,
#include "ops.def"
};

enum class Optimizer : uint8_t {
#define FF_OPTIMIZER(name, slots, parameters) name,
#include "ops.def"
};

// A constexpr view of a word inside one of the table's strings.
struct Name {
  const char* text;
  uint32_t length;

  constexpr bool equals(const char* other) const {
    for (uint32_t i = 0; i < length; ++i) {
      if (other[i] != text[i]) return false;
    }
    return other[length] == 0;
  }
};

enum class Kind : uint8_t { integer, number, unary, binary, reduction, loss, optimizer };

constexpr Kind kind_of(Name name) {
  return name.equals("int")         ? Kind::integer
         : name.equals("float")     ? Kind::number
         : name.equals("unary")     ? Kind::unary
         : name.equals("binary")    ? Kind::binary
         : name.equals("reduction") ? Kind::reduction
         : name.equals("loss")      ? Kind::loss
                                    : Kind::optimizer;
}

constexpr uint32_t kMaxOperands = 5;
constexpr uint32_t kMaxParameters = 8;
constexpr uint32_t kMaxSlots = 3;

struct OperandInfo {
  Name name{"", 0};
  bool optional = false;
};

struct ParameterInfo {
  Name name{"", 0};
  Kind kind = Kind::integer;
};

// The operands are numbered outputs first, as their words are.
struct OpInfo {
  const char* name;
  uint32_t outputs = 0;
  uint32_t operands = 0;
  uint32_t parameters = 0;
  OperandInfo operand[kMaxOperands] = {};
  ParameterInfo parameter[kMaxParameters] = {};

  constexpr uint32_t words() const { return 1 + operands + parameters; }
};

constexpr void append_operands(OpInfo& info, const char* text) {
  for (const char* p = text; *p != 0;) {
    const char* begin = p;
    while (*p != 0 && *p != ' ' && *p != '?') ++p;
    OperandInfo& operand = info.operand[info.operands++];
    operand.name = {begin, static_cast<uint32_t>(p - begin)};
    operand.optional = *p == '?';
    while (*p == '?' || *p == ' ') ++p;
  }
}

constexpr OpInfo describe_op(const char* name, const char* outputs, const char* inputs, const char* parameters) {
  OpInfo info{name};
  append_operands(info, outputs);
  info.outputs = info.operands;
  append_operands(info, inputs);
  for (const char* p = parameters; *p != 0;) {
    ParameterInfo& parameter = info.parameter[info.parameters++];
    const char* begin = p;
    while (*p != ':') ++p;
    parameter.name = {begin, static_cast<uint32_t>(p - begin)};
    begin = ++p;
    while (*p != 0 && *p != ' ') ++p;
    parameter.kind = kind_of({begin, static_cast<uint32_t>(p - begin)});
    while (*p == ' ') ++p;
  }
  return info;
}

struct UnaryInfo {
  const char* name;
  bool reads_x;
  bool reads_y;
};

constexpr bool contains(const char* text, char c) {
  for (; *text != 0; ++text) {
    if (*text == c) return true;
  }
  return false;
}

struct LossInfo {
  const char* name;
  bool sparse;
};

struct OptimizerInfo {
  const char* name;
  uint32_t slots = 0;
  OperandInfo slot[kMaxSlots] = {};
};

constexpr OptimizerInfo describe_optimizer(const char* name, const char* slots) {
  OpInfo list{name};
  append_operands(list, slots);
  OptimizerInfo info{name};
  info.slots = list.operands;
  for (uint32_t i = 0; i < list.operands; ++i) info.slot[i] = list.operand[i];
  return info;
}

inline constexpr OpInfo kOps[] = {
#define FF_OP(name, outputs, inputs, parameters) describe_op(#name, outputs, inputs, parameters),
#include "ops.def"
};

inline constexpr UnaryInfo kUnary[] = {
#define FF_UNARY(name, reads) {#name, contains(reads, 'x'), contains(reads, 'y')},
#include "ops.def"
};

constexpr const char* kBinary[] = {
#define FF_BINARY(name) #name,
#include "ops.def"
};

constexpr const char* kReduction[] = {
#define FF_REDUCTION(name) #name,
#include "ops.def"
};

inline constexpr LossInfo kLosses[] = {
#define FF_LOSS(name, sparse, p0) {#name, sparse != 0},
#include "ops.def"
};

inline constexpr OptimizerInfo kOptimizers[] = {
#define FF_OPTIMIZER(name, slots, parameters) describe_optimizer(#name, slots),
#include "ops.def"
};

template <typename T, uint32_t n>
constexpr uint32_t count_of(const T (&)[n]) {
  return n;
}

}  // namespace ff

#endif  // FEEDFORWARD_CORE_OPS_H_
