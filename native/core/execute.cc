// One case for each operation of ops.def. Large work is cut into ranges of elements, rows or columns by its shape
// alone, so that the bits of a result do not depend on the number of threads.
#include "core/execute.h"

#include "core/pool.h"

namespace ff {
namespace {

// Elements of one task. Half of it costs about as much as waking a worker that spins.
constexpr uint32_t kTaskElements = 1u << 14;

template <typename Body>
struct Loop {
  const Body& body;
  uint32_t count;
  uint32_t step;
};

// body(begin, end) for ranges of `step` items that cover [0, count): one call when there are not many.
template <typename Body>
void cut(uint32_t count, uint32_t step, const Body& body) {
  if (count <= step || count - step <= step) return body(0, count);
  Loop<Body> loop{body, count, step};
  const auto task = [](void* context, uint32_t index, uint32_t) {
    const Loop<Body>& l = *static_cast<Loop<Body>*>(context);
    const uint32_t begin = index * l.step;
    l.body(begin, l.count - begin > l.step ? begin + l.step : l.count);
  };
  parallel_for((count - 1) / step + 1, task, &loop);
}

uint32_t rows_per_task(uint32_t columns) { return columns >= kTaskElements ? 1 : kTaskElements / columns; }

// Whole cache lines, and the same cut for every number of rows that is large.
uint32_t columns_per_task(uint32_t rows) {
  const uint32_t step = (rows_per_task(rows) + 15) / 16 * 16;
  return step < 64 ? 64 : step;
}

float float_of(int32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

// An instruction at run time: the operands' addresses, and rows and elements of the operand that the work is counted
// by.
class Execution {
 public:
  Execution(const Prepared& instruction, const Context& context, const Part& part)
      : instruction_(instruction), context_(context), part_(part), kernels_(context.kernels) {}

  void run();

 private:
  const BoundTensor& tensor(uint32_t i) const { return instruction_.operand[i]; }
  float* data(uint32_t i) const { return instruction_.operand[i].data; }
  float* data_at(uint32_t i, size_t offset) const { return data(i) == nullptr ? nullptr : data(i) + offset; }
  uint32_t rows(uint32_t i) const { return tensor(i).run_rows(context_.batch_rows); }
  uint32_t columns(uint32_t i) const { return tensor(i).columns; }
  uint32_t elements(uint32_t i) const { return rows(i) * columns(i); }
  int32_t integer(uint32_t i) const { return instruction_.parameter[i]; }
  float number(uint32_t i) const { return float_of(instruction_.parameter[i]); }
  template <typename Function>
  Function function() const {
    return static_cast<Function>(instruction_.parameter[0]);
  }

  template <typename Body>
  void by_elements(const Body& body) const {
    cut(elements(0), kTaskElements, body);
  }
  template <typename Body>
  void by_rows(uint32_t i, const Body& body) const {
    cut(rows(i), rows_per_task(columns(i)), body);
  }

  Operand broadcast(uint32_t i) const {
    return {data(i), rows(i) == 1 ? 0 : size_t{columns(i)}, columns(i) == 1 ? size_t{0} : 1};
  }
  bool is_scalar(uint32_t i) const { return elements(i) == 1; }
  bool is_full(uint32_t i) const { return rows(i) == rows(0) && columns(i) == columns(0); }
  template <uint32_t inputs, typename Kernel>
  void broadcasting(const Kernel& kernel) const;

  void copy() const;
  void copy_columns(uint32_t to, uint32_t to_column, uint32_t from, uint32_t from_column, uint32_t begin,
                    uint32_t end) const;
  void pad() const;
  void concatenate() const;
  void gather() const;
  void gather_grad() const;
  void unary_grad() const;
  void reduce() const;
  void expand() const;
  void matmul() const;
  void dense() const;
  void dense_input_grad() const;
  void dense_weight_grad() const;
  RandomArgs random_args(uint32_t stream) const;
  void dropout() const;
  void random() const;
  void update() const;

  // The place of an element among those of the whole instruction.
  uint32_t place(uint32_t element) const { return part_.first_row * columns(0) + part_.first_column + element; }

  const Prepared& instruction_;
  const Context& context_;
  const Part& part_;
  const Kernels& kernels_;
};

// kernel(z, operands, rows, columns) over ranges. When every operand is a scalar or has the result's shape, the whole
// result is one long row.
template <uint32_t inputs, typename Kernel>
void Execution::broadcasting(const Kernel& kernel) const {
  Operand operand[inputs];
  bool flat = true;
  for (uint32_t i = 0; i < inputs; ++i) {
    operand[i] = broadcast(1 + i);
    flat = flat && (is_scalar(1 + i) || is_full(1 + i));
  }
  if (flat) {
    for (uint32_t i = 0; i < inputs; ++i) operand[i].column_stride = is_full(1 + i) ? 1 : 0;
    by_elements([&](uint32_t begin, uint32_t end) {
      Operand part[inputs];
      for (uint32_t i = 0; i < inputs; ++i) {
        part[i] = {operand[i].data + begin * operand[i].column_stride, 0, operand[i].column_stride};
      }
      kernel(data(0) + begin, part, 1u, end - begin);
    });
    return;
  }
  by_rows(0, [&](uint32_t begin, uint32_t end) {
    Operand part[inputs];
    for (uint32_t i = 0; i < inputs; ++i) {
      part[i] = operand[i];
      part[i].data += begin * operand[i].row_stride;
    }
    kernel(data(0) + static_cast<size_t>(begin) * columns(0), part, end - begin, columns(0));
  });
}

void Execution::copy() const {
  if (data(0) == data(1)) return;
  by_elements([&](uint32_t begin, uint32_t end) { kernels_.copy(data(0) + begin, data(1) + begin, end - begin); });
}

// The columns that the narrower of two tensors has, for the rows [begin, end).
void Execution::copy_columns(uint32_t to, uint32_t to_column, uint32_t from, uint32_t from_column, uint32_t begin,
                             uint32_t end) const {
  const uint32_t width = columns(to) < columns(from) ? columns(to) : columns(from);
  kernels_.copy_columns(data(to) + static_cast<size_t>(begin) * columns(to) + to_column, columns(to),
                        data(from) + static_cast<size_t>(begin) * columns(from) + from_column, columns(from),
                        end - begin, width);
}

void Execution::pad() const {
  by_rows(0, [&](uint32_t begin, uint32_t end) {
    const size_t n = columns(0);
    kernels_.fill(data(0) + begin * n, (end - begin) * n, 0);
    copy_columns(0, static_cast<uint32_t>(integer(0)), 1, 0, begin, end);
  });
}

void Execution::concatenate() const {
  by_rows(0, [&](uint32_t begin, uint32_t end) {
    copy_columns(0, 0, 1, 0, begin, end);
    copy_columns(0, columns(1), 2, 0, begin, end);
  });
}

void Execution::gather() const {
  by_rows(0, [&](uint32_t begin, uint32_t end) {
    const size_t k = columns(2);
    kernels_.take_rows(data(0) + static_cast<size_t>(begin) * columns(0), data(1), rows(1), columns(1),
                       data(2) + begin * k, static_cast<uint32_t>((end - begin) * k));
  });
}

// Cut by columns: whatever rows are added to is one task's, which goes through them in order.
void Execution::gather_grad() const {
  const uint32_t count = elements(1), n = columns(0);
  by_elements([&](uint32_t begin, uint32_t end) { kernels_.fill(data(0) + begin, end - begin, 0); });
  cut(n, columns_per_task(count), [&](uint32_t begin, uint32_t end) {
    kernels_.add_rows(data(0) + begin, rows(0), data(1), data(2) + begin, n, count, end - begin);
  });
}

void Execution::unary_grad() const {
  by_elements([&](uint32_t begin, uint32_t end) {
    kernels_.unary_grad(function<Unary>(), data(0) + begin, data_at(1, begin), data_at(2, begin), data(3) + begin,
                        end - begin, number(1));
  });
}

void Execution::reduce() const {
  const uint32_t m = rows(1), n = columns(1);
  const Reduction f = function<Reduction>();
  switch (integer(1)) {
    case 0: {
      cut(n, columns_per_task(m), [&](uint32_t begin, uint32_t end) {
        kernels_.reduce_rows(f, data(0) + begin, data(1) + begin, n, m, end - begin);
      });
      return;
    }
    case 1: {
      // A group of columns lies as a row of its own would.
      const uint32_t groups = columns(0), width = n / groups;
      cut(m * groups, rows_per_task(width), [&](uint32_t begin, uint32_t end) {
        kernels_.reduce_columns(f, data(0) + begin, data(1) + static_cast<size_t>(begin) * width, end - begin, width);
      });
      return;
    }
    default:
      kernels_.reduce_all(f, data(0), data(1), elements(1));
  }
}

void Execution::expand() const {
  const int32_t axis = integer(0);
  const uint32_t groups = axis == 1 ? columns(1) : 1;
  const uint32_t m = rows(0) * groups, n = columns(0) / groups;
  const uint32_t all = part_.all_rows == 0 ? m : part_.all_rows;
  const uint32_t repeats = axis == 0 ? all : axis == 1 ? n : all * n;
  const float divisor = integer(1) == 1 ? static_cast<float>(repeats) : 1.0f;
  const size_t row_stride = axis == 1 ? 1 : 0, column_stride = axis == 0 ? 1 : 0;
  cut(m, rows_per_task(n), [&](uint32_t begin, uint32_t end) {
    const Operand x{data(1) + begin * row_stride, row_stride, column_stride};
    kernels_.expand(data(0) + static_cast<size_t>(begin) * n, x, end - begin, n, divisor);
  });
}

void Execution::matmul() const {
  GemmArgs args;
  args.transpose_a = integer(0) == 1;
  args.transpose_b = integer(1) == 1;
  args.m = rows(0);
  args.n = columns(0);
  args.k = args.transpose_a ? rows(1) : columns(1);
  args.a = data(1);
  args.a_stride = columns(1);
  args.b = data(2);
  args.b_stride = columns(2);
  args.c = data(0);
  args.c_stride = columns(0);
  gemm(kernels_, args, context_.workspace);
}

void Execution::dense() const {
  GemmArgs args;
  args.m = rows(0);
  args.n = columns(0);
  args.k = columns(2);
  args.a = data(2);
  args.a_stride = columns(2);
  args.b = data(3);
  args.b_stride = columns(3);
  args.c = data(0);
  args.c_stride = columns(0);
  args.epilogue.bias = data(4);
  args.epilogue.z = data(1);
  args.epilogue.function = function<Unary>();
  args.epilogue.alpha = number(1);
  gemm(kernels_, args, context_.workspace);
}

void Execution::dense_input_grad() const {
  GemmArgs args;
  args.m = rows(0);
  args.n = columns(0);
  args.k = columns(1);
  args.a = data(1);
  args.a_stride = columns(1);
  args.b = data(2);
  args.b_stride = columns(2);
  args.transpose_b = true;
  args.c = data(0);
  args.c_stride = columns(0);
  args.epilogue.derivative = true;
  args.epilogue.function = function<Unary>();
  args.epilogue.alpha = number(1);
  args.epilogue.input = data(4);
  args.epilogue.output = data(3);
  gemm(kernels_, args, context_.workspace);
}

void Execution::dense_weight_grad() const {
  GemmArgs args;
  args.m = rows(0);
  args.n = columns(0);
  args.k = rows(2);
  args.a = data(2);
  args.a_stride = columns(2);
  args.transpose_a = true;
  args.b = data(3);
  args.b_stride = columns(3);
  args.c = data(0);
  args.c_stride = columns(0);
  args.b_column_sums = data(1);
  gemm(kernels_, args, context_.workspace);
}

// `stream` is the number of the parameter.
RandomArgs Execution::random_args(uint32_t stream) const {
  const FFStep& step = context_.step;
  return {static_cast<uint32_t>(integer(stream)), step.step, step.seed_lo, step.seed_hi};
}

void Execution::random() const {
  const auto kernel = integer(0) == 1 ? kernels_.normal : kernels_.uniform;
  const RandomArgs args = random_args(1);
  by_elements([&](uint32_t begin, uint32_t end) { kernel(data(0) + begin, place(begin), end - begin, args); });
}

void Execution::dropout() const {
  const DropoutArgs args{number(0), random_args(1)};
  by_elements([&](uint32_t begin, uint32_t end) {
    kernels_.dropout(data(0) + begin, data(1) + begin, place(begin), end - begin, args);
  });
}

void Execution::update() const {
  by_elements([&](uint32_t begin, uint32_t end) {
    UpdateArgs args;
    args.p = data(0) + begin;
    for (uint32_t slot = 0; slot < kMaxSlots; ++slot) args.slot[slot] = data_at(1 + slot, begin);
    args.g = data(4) + begin;
    args.n = end - begin;
    args.learning_rate = context_.step.learning_rate * number(1);
    args.step = context_.step.step;
    for (uint32_t i = 0; i < 6; ++i) args.option[i] = number(2 + i);
    kernels_.update(function<Optimizer>(), args);
  });
}

void Execution::run() {
  const uint32_t n = columns(0);
  switch (instruction_.op) {
    case Op::fill:
      return by_elements([&](uint32_t begin, uint32_t end) { kernels_.fill(data(0) + begin, end - begin, number(0)); });
    case Op::copy:
      return copy();
    case Op::slice:
      return by_rows(0, [&](uint32_t begin, uint32_t end) {
        copy_columns(0, 0, 1, static_cast<uint32_t>(integer(0)), begin, end);
      });
    case Op::pad:
      return pad();
    case Op::concatenate:
      return concatenate();
    case Op::gather:
      return gather();
    case Op::gatherGrad:
      return gather_grad();
    case Op::transpose:
      return kernels_.transpose(data(0), data(1), rows(1), columns(1));
    case Op::unary:
      return by_elements([&](uint32_t begin, uint32_t end) {
        kernels_.unary(function<Unary>(), data(0) + begin, data(1) + begin, end - begin, number(1));
      });
    case Op::unaryGrad:
      return unary_grad();
    case Op::binary:
      return broadcasting<2>([&](float* z, const Operand* operand, uint32_t rows, uint32_t columns) {
        kernels_.binary(function<Binary>(), z, operand[0], operand[1], rows, columns);
      });
    case Op::select:
      return broadcasting<3>([&](float* z, const Operand* operand, uint32_t rows, uint32_t columns) {
        kernels_.select(z, operand[0], operand[1], operand[2], rows, columns);
      });
    case Op::reduce:
      return reduce();
    case Op::expand:
      return expand();
    case Op::matmul:
      return matmul();
    case Op::dense:
      return dense();
    case Op::denseInputGrad:
      return dense_input_grad();
    case Op::denseWeightGrad:
      return dense_weight_grad();
    case Op::softmax:
    case Op::logSoftmax: {
      const auto kernel = instruction_.op == Op::softmax ? kernels_.softmax : kernels_.log_softmax;
      return by_rows(0, [&](uint32_t begin, uint32_t end) {
        const size_t first = static_cast<size_t>(begin) * n;
        kernel(data(0) + first, data(1) + first, end - begin, n);
      });
    }
    case Op::softmaxGrad:
    case Op::logSoftmaxGrad: {
      const auto kernel = instruction_.op == Op::softmaxGrad ? kernels_.softmax_grad : kernels_.log_softmax_grad;
      return by_rows(0, [&](uint32_t begin, uint32_t end) {
        const size_t first = static_cast<size_t>(begin) * n;
        kernel(data(0) + first, data(1) + first, data(2) + first, end - begin, n);
      });
    }
    case Op::loss:
      return by_rows(1, [&](uint32_t begin, uint32_t end) {
        kernels_.loss(function<Loss>(), data(0) + begin, data(1) + static_cast<size_t>(begin) * columns(1),
                      data(2) + static_cast<size_t>(begin) * columns(2), end - begin, columns(1), number(1));
      });
    case Op::lossGrad:
      return by_rows(0, [&](uint32_t begin, uint32_t end) {
        const size_t first = static_cast<size_t>(begin) * n;
        kernels_.loss_grad(function<Loss>(), data(0) + first, data(1) + first,
                           data(2) + static_cast<size_t>(begin) * columns(2), data(3) + begin, end - begin, n,
                           number(1));
      });
    case Op::dropout:
      return dropout();
    case Op::random:
      return random();
    case Op::stepValue:
      *data(0) = integer(0) == 0 ? context_.step.learning_rate : static_cast<float>(uint64_t{context_.step.step} + 1);
      return;
    case Op::update:
      return update();
  }
}

}  // namespace

BoundTensor prepare(const Tensor& tensor, float* arena) {
  return {arena + tensor.offset, tensor.rows, tensor.columns, tensor.batch};
}

Prepared prepare(const Program& program, const Instruction& instruction, float* arena) {
  Prepared prepared;
  prepared.op = instruction.op;
  for (uint32_t i = 0; i < kMaxOperands; ++i) {
    const uint32_t tensor = instruction.operand[i];
    prepared.operand[i] = tensor == kAbsent ? BoundTensor{} : prepare(program.tensor(tensor), arena);
  }
  for (uint32_t i = 0; i < kMaxParameters; ++i) prepared.parameter[i] = instruction.parameter[i];
  return prepared;
}

void execute(const Prepared& instruction, const Context& context, const Part& part) {
  Execution(instruction, context, part).run();
}

}  // namespace ff
