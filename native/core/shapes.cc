// One case for each operation of ops.def: its operands by their order there.
#include "core/shapes.h"

namespace ff {
namespace {

// A number of rows or columns; all batch dimensions are the same unknown.
struct Dimension {
  uint32_t size;
  bool batch;

  bool operator==(const Dimension& other) const { return batch == other.batch && (batch || size == other.size); }
};

constexpr Dimension kOne{1, false};

struct Shape {
  Dimension rows;
  Dimension columns;

  bool operator==(const Shape& other) const { return rows == other.rows && columns == other.columns; }
};

Text& operator<<(Text& out, const Dimension& dimension) {
  return dimension.batch ? out << "batch" : out << dimension.size;
}

Text& operator<<(Text& out, const Shape& shape) { return out << "(" << shape.rows << ", " << shape.columns << ")"; }

float float_of(int32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

class Checker {
 public:
  Checker(const Program& program, const Instruction& instruction, const Where& where, Text& error)
      : program_(program), instruction_(instruction), where_(where), error_(error) {}

  bool check();

 private:
  bool present(uint32_t i) const { return instruction_.operand[i] != kAbsent; }
  Tensor tensor(uint32_t i) const { return program_.tensor(instruction_.operand[i]); }
  Dimension rows(uint32_t i) const { return {tensor(i).rows, tensor(i).batch}; }
  Dimension columns(uint32_t i) const { return {tensor(i).columns, false}; }
  Shape shape(uint32_t i) const { return {rows(i), columns(i)}; }
  int32_t parameter(uint32_t i) const { return instruction_.parameter[i]; }

  // Absent operands have every shape.
  bool has_shape(uint32_t i, Shape expected) {
    if (!present(i) || shape(i) == expected) return true;
    where_.operand(error_, i) << "expected shape " << expected << ", received " << shape(i) << ".";
    return false;
  }

  bool all_have_shape_of_output() {
    for (uint32_t i = 1; i < where_.info.operands; ++i) {
      if (!has_shape(i, shape(0))) return false;
    }
    return true;
  }

  bool broadcasts(uint32_t i) {
    const Shape result = shape(0), own = shape(i);
    if ((own.rows == result.rows || own.rows == kOne) && (own.columns == result.columns || own.columns == kOne))
      return true;
    where_.operand(error_, i) << "expected a shape that broadcasts to " << result << ", received " << own << ".";
    return false;
  }

  bool is_fixed(uint32_t i) {
    if (!present(i) || !tensor(i).batch) return true;
    where_.operand(error_, i) << "expected a tensor of fixed rows, received a batch tensor.";
    return false;
  }

  bool is_present(uint32_t i) {
    if (present(i)) return true;
    where_.operand(error_, i) << "expected a tensor, because the function reads it, received -1.";
    return false;
  }

  bool in_range(uint32_t i, int32_t maximum) {
    if (parameter(i) >= 0 && parameter(i) <= maximum) return true;
    where_.parameter(error_, i) << "expected 0 to " << maximum << ", received " << parameter(i) << ".";
    return false;
  }

  const UnaryInfo& unary() const { return kUnary[parameter(0)]; }

  bool check_copy();
  bool check_columns(uint32_t whole, uint32_t part);
  bool check_concatenate();
  bool check_gather(uint32_t table, uint32_t index, uint32_t out);
  bool check_axis(uint32_t full, uint32_t reduced, uint32_t axis);
  bool check_matmul();
  bool check_dense_input_grad();
  bool check_loss(uint32_t per_row);
  bool check_dropout();
  bool check_update();

  const Program& program_;
  const Instruction& instruction_;
  const Where& where_;
  Text& error_;
};

bool Checker::check_copy() {
  const Tensor y = tensor(0), x = tensor(1);
  if (y.batch == x.batch && (y.batch ? y.columns == x.columns : y.size() == x.size())) return true;
  where_.operand(error_, 1) << "expected as many elements as " << shape(0) << ", received " << shape(1) << ".";
  return false;
}

// `part` has the rows of `whole`, and its columns from parameter 0 on.
bool Checker::check_columns(uint32_t whole, uint32_t part) {
  if (!has_shape(part, {rows(whole), columns(part)})) return false;
  const int64_t room = int64_t{tensor(whole).columns} - tensor(part).columns;
  if (parameter(0) >= 0 && parameter(0) <= room) return true;
  where_.parameter(error_, 0) << "expected " << tensor(part).columns << " of " << tensor(whole).columns
                              << " columns, received those from " << parameter(0) << " on.";
  return false;
}

bool Checker::check_concatenate() {
  const Tensor z = tensor(0), x = tensor(1), y = tensor(2);
  if (!has_shape(1, {rows(0), columns(1)}) || !has_shape(2, {rows(0), columns(2)})) return false;
  if (uint64_t{x.columns} + y.columns == z.columns) return true;
  where_.operand(error_, 0) << "expected the columns of x and y, " << x.columns << " and " << y.columns << ", received "
                            << z.columns << ".";
  return false;
}

// `out` has a row of the table for each column of `index`.
bool Checker::check_gather(uint32_t table, uint32_t index, uint32_t out) {
  if (!is_fixed(table) || !has_shape(out, {rows(index), columns(out)})) return false;
  const uint64_t expected = uint64_t{tensor(index).columns} * tensor(table).columns;
  if (expected == tensor(out).columns) return true;
  where_.operand(error_, out) << "expected " << tensor(index).columns << " rows of " << tensor(table).columns
                              << " columns side by side, received " << tensor(out).columns << " columns.";
  return false;
}

// `reduced` has one row, one column (or one for each group of columns), or one element where `full` has many.
bool Checker::check_axis(uint32_t full, uint32_t reduced, uint32_t axis) {
  if (!in_range(axis, 2)) return false;
  if (parameter(axis) == 0) return has_shape(reduced, {kOne, columns(full)});
  if (parameter(axis) == 2) return has_shape(reduced, {kOne, kOne});
  if (!has_shape(reduced, {rows(full), columns(reduced)})) return false;
  if (tensor(full).columns % tensor(reduced).columns == 0) return true;
  where_.operand(error_, reduced) << "expected a number of columns that divides " << columns(full) << ", received "
                                  << columns(reduced) << ".";
  return false;
}

bool Checker::check_matmul() {
  if (!in_range(0, 1) || !in_range(1, 1)) return false;
  const bool transpose_a = parameter(0) == 1, transpose_b = parameter(1) == 1;
  const Shape a = shape(1), b = shape(2);
  const Dimension m = transpose_a ? a.columns : a.rows, k = transpose_a ? a.rows : a.columns;
  const Dimension n = transpose_b ? b.rows : b.columns, inner = transpose_b ? b.columns : b.rows;
  if (!(k == inner)) {
    where_.operand(error_, 2) << "expected an inner dimension of " << k << ", received " << inner << ".";
    return false;
  }
  return has_shape(0, {m, n});
}

bool Checker::check_dense_input_grad() {
  // The activation belongs to the layer before: x is its output, z its input.
  if ((unary().reads_y && !is_present(3)) || (unary().reads_x && !is_present(4))) return false;
  return has_shape(1, {rows(0), columns(2)}) && has_shape(2, {columns(0), columns(1)}) && has_shape(3, shape(0)) &&
         has_shape(4, shape(0));
}

bool Checker::check_loss(uint32_t per_row) {
  const uint32_t prediction = 1, target = 2;
  const bool sparse = kLosses[parameter(0)].sparse;
  return has_shape(target, sparse ? Shape{rows(prediction), kOne} : shape(prediction)) &&
         has_shape(per_row, {rows(prediction), kOne});
}

bool Checker::check_dropout() {
  const float rate = float_of(parameter(0));
  if (rate >= 0 && rate < 1) return all_have_shape_of_output();
  where_.parameter(error_, 0) << "expected a rate in [0, 1), received the bits " << parameter(0) << ".";
  return false;
}

bool Checker::check_update() {
  const OptimizerInfo& optimizer = kOptimizers[parameter(0)];
  for (uint32_t slot = 0; slot < kMaxSlots; ++slot) {
    const bool wanted = slot < optimizer.slots, optional = wanted && optimizer.slot[slot].optional;
    if (optional || present(1 + slot) == wanted) continue;
    where_.operand(error_, 1 + slot) << (wanted ? "expected the slot \"" : "expected no slot, because ");
    if (wanted) put_name(error_, optimizer.slot[slot].name) << "\" of ";
    error_ << optimizer.name << (wanted ? ", received -1." : " has fewer, received a tensor.");
    return false;
  }
  return is_fixed(0) && all_have_shape_of_output();
}

bool Checker::check() {
  switch (instruction_.op) {
    case Op::fill:
      return true;
    case Op::copy:
      return check_copy();
    case Op::transpose:
      return is_fixed(0) && is_fixed(1) && has_shape(1, {columns(0), rows(0)});
    case Op::slice:
      return check_columns(1, 0);
    case Op::pad:
      return check_columns(0, 1);
    case Op::concatenate:
      return check_concatenate();
    case Op::gather:
      return check_gather(1, 2, 0);
    case Op::gatherGrad:
      return check_gather(0, 1, 2);
    case Op::unary:
    case Op::softmax:
    case Op::softmaxGrad:
    case Op::logSoftmax:
    case Op::logSoftmaxGrad:
      return all_have_shape_of_output();
    case Op::unaryGrad:
      if ((unary().reads_x && !is_present(1)) || (unary().reads_y && !is_present(2))) return false;
      return all_have_shape_of_output();
    case Op::binary:
      return broadcasts(1) && broadcasts(2);
    case Op::select:
      return broadcasts(1) && broadcasts(2) && broadcasts(3);
    case Op::reduce:
      return check_axis(1, 0, 1);
    case Op::expand:
      return check_axis(0, 1, 0) && in_range(1, 1);
    case Op::matmul:
      return check_matmul();
    case Op::dense:
      return has_shape(3, {columns(2), columns(0)}) && has_shape(2, {rows(0), columns(2)}) && has_shape(1, shape(0)) &&
             has_shape(4, {kOne, columns(0)});
    case Op::denseInputGrad:
      return check_dense_input_grad();
    case Op::denseWeightGrad:
      return has_shape(3, {rows(2), columns(3)}) && has_shape(0, {columns(2), columns(3)}) &&
             has_shape(1, {kOne, columns(3)});
    case Op::loss:
      return check_loss(0);
    case Op::lossGrad:
      return has_shape(0, shape(1)) && check_loss(3);
    case Op::dropout:
      return check_dropout();
    case Op::random:
      return in_range(0, 1);
    case Op::stepValue:
      return in_range(0, 1) && has_shape(0, {kOne, kOne});
    case Op::update:
      return check_update();
  }
  return true;
}

}  // namespace

bool check_shapes(const Program& program, const Instruction& instruction, const Where& where, Text& error) {
  return Checker(program, instruction, where, error).check();
}

}  // namespace ff
