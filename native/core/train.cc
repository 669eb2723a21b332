// Many steps in one call: gather the rows of a batch, compute, copy results out, update. Nothing here crosses to
// JavaScript.
#include "core/cpu.h"
#include "core/pool.h"
#include "core/runtime.h"

namespace ff {
namespace {

// Below this a gather costs less than waking another thread does.
constexpr uint32_t kParallelGather = 1u << 16;
constexpr uint32_t kGatherRows = 16;

int32_t invalid_column(const char* kind, uint32_t number, const char* expectation, uint32_t received) {
  error_text() << "train: " << kind << " " << number << ": expected " << expectation << ", received " << received
               << ".";
  return FF_INVALID_ARGUMENT;
}

int32_t check_column(const FFProgram& program, const FFColumn& column, const char* kind, uint32_t number) {
  if (column.tensor >= program.tensor_count)
    return invalid_column(kind, number, "a tensor of the program", column.tensor);
  const BoundTensor& tensor = program.tensors[column.tensor];
  if (!tensor.batch) return invalid_column(kind, number, "a batch tensor", column.tensor);
  if (column.width != tensor.columns) return invalid_column(kind, number, "the width of its tensor", column.width);
  if (column.type > FF_INT32) return invalid_column(kind, number, "a type from 0 to 2", column.type);
  if (column.rows > 0 && column.data == nullptr) return invalid_column(kind, number, "data", 0);
  const uint32_t alignment = column.type == FF_UINT8 ? 1 : 4;
  if (reinterpret_cast<uintptr_t>(column.data) % alignment != 0) return invalid_column(kind, number, "aligned data", 0);
  return FF_OK;
}

int32_t check_reports(const FFProgram& program, const FFTrain& train) {
  uint64_t width = 0;
  for (uint32_t i = 0; i < train.report_count; ++i) {
    const uint32_t index = train.reports[i];
    if (index >= program.tensor_count) return invalid_column("report", i, "a tensor of the program", index);
    const BoundTensor& tensor = program.tensors[index];
    if (tensor.batch || tensor.rows != 1) return invalid_column("report", i, "a fixed tensor of one row", index);
    width += tensor.columns;
  }
  // Neither list has more than 2^32 elements, and a row fewer than 2^31: divided, because the product may overflow.
  const uint64_t steps = (uint64_t{train.order_count} + train.batch_rows - 1) / train.batch_rows;
  if (steps == 0 || width <= train.report_value_count / steps) return FF_OK;
  error_text() << "train: expected room for the reports of " << static_cast<uint32_t>(steps) << " steps, received "
               << train.report_value_count << " floats.";
  return FF_INVALID_ARGUMENT;
}

int32_t check_order(const FFTrain& train) {
  uint32_t rows = 0x7fffffff;
  for (uint32_t i = 0; i < train.column_count; ++i) rows = train.columns[i].rows < rows ? train.columns[i].rows : rows;
  uint32_t largest = 0;
  for (uint32_t i = 0; i < train.order_count; ++i) {
    const uint32_t row = static_cast<uint32_t>(train.order[i]);  // a negative one becomes too large
    largest = row > largest ? row : largest;
  }
  if (train.order_count == 0 || largest < rows) return FF_OK;
  error_text() << "train: expected row numbers from 0 to below " << rows << ", received "
               << static_cast<int32_t>(largest) << ".";
  return FF_INVALID_ARGUMENT;
}

struct Gather {
  const Kernels& kernels;
  const FFColumn& column;
  const int32_t* order;
  float* to;
  uint32_t rows;

  void copy_rows(uint32_t begin, uint32_t end) const {
    kernels.gather(to + static_cast<size_t>(begin) * column.width, column.data, column.type, column.width,
                   order + begin, end - begin);
  }

  void run() const {
    if (static_cast<uint64_t>(rows) * column.width < kParallelGather) return copy_rows(0, rows);
    const auto task = [](void* context, uint32_t index, uint32_t) {
      const Gather& self = *static_cast<const Gather*>(context);
      const uint32_t begin = index * kGatherRows, end = begin + kGatherRows;
      self.copy_rows(begin, end < self.rows ? end : self.rows);
    };
    parallel_for((rows + kGatherRows - 1) / kGatherRows, task, const_cast<Gather*>(this));
  }
};

bool is_finite(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return (bits & 0x7f800000u) != 0x7f800000u;
}

// `begin` is the number of the step's first row among all rows of the request.
void gather(const FFProgram& program, const Kernels& kernels, const FFTrain& train, uint32_t begin, uint32_t rows) {
  for (uint32_t i = 0; i < train.column_count; ++i) {
    const FFColumn& column = train.columns[i];
    Gather{kernels, column, train.order + begin, program.tensors[column.tensor].data, rows}.run();
  }
}

// Returns where the values of the next step go.
float* copy_reports(const FFProgram& program, const FFTrain& train, float* to) {
  for (uint32_t i = 0; i < train.report_count; ++i) {
    const BoundTensor& report = program.tensors[train.reports[i]];
    __builtin_memcpy(to, report.data, report.columns * sizeof(float));
    to += report.columns;
  }
  return to;
}

void copy_outputs(const FFProgram& program, const FFTrain& train, uint32_t begin, uint32_t rows) {
  for (uint32_t i = 0; i < train.output_count; ++i) {
    const FFColumn& output = train.outputs[i];
    const size_t width = output.width;
    float* const to = static_cast<float*>(output.data) + begin * width;
    __builtin_memcpy(to, program.tensors[output.tensor].data, rows * width * sizeof(float));
  }
}

}  // namespace

int32_t check_train(const FFProgram& program, const FFTrain& train) {
  if (train.update_first < train.first || train.update_first > train.last) {
    return invalid("train: expected first <= update_first <= last.");
  }
  if (train.apply_first < train.update_first || train.apply_first > train.last) {
    return invalid("train: expected update_first <= apply_first <= last.");
  }
  if (train.apply_every == 0) return invalid("train: expected apply_every of at least 1, received 0.");
  if ((train.order_count > 0 && train.order == nullptr) || (train.column_count > 0 && train.columns == nullptr) ||
      (train.output_count > 0 && train.outputs == nullptr) || (train.report_count > 0 && train.reports == nullptr) ||
      (train.report_count > 0 && train.order_count > 0 && train.report_values == nullptr)) {
    return invalid("train: expected an address for every list that is not empty, received null.");
  }
  if (train.update_first < train.last && train.order_count > 0 && train.learning_rates == nullptr) {
    return invalid("train: expected a learning rate for each step, because it updates, received null.");
  }
  for (uint32_t i = 0; i < train.column_count; ++i) {
    const int32_t status = check_column(program, train.columns[i], "column", i);
    if (status != FF_OK) return status;
  }
  for (uint32_t i = 0; i < train.output_count; ++i) {
    const FFColumn& output = train.outputs[i];
    const int32_t status = check_column(program, output, "output", i);
    if (status != FF_OK) return status;
    if (output.type != FF_FLOAT32) return invalid_column("output", i, "float32 data (type 0)", output.type);
    if (output.rows < train.order_count)
      return invalid_column("output", i, "a row for each row of the order", output.rows);
  }
  const int32_t status = check_reports(program, train);
  return status != FF_OK ? status : check_order(train);
}

int32_t train_steps(FFProgram& program, const FFTrain& train, uint32_t* steps_done) {
  const bool updates = train.update_first < train.last;
  Context context{active_kernels(), program.workspace, train.batch_rows, train.step};
  context.step.learning_rate = 0;
  float* report_values = train.report_values;
  uint32_t left = train.order_count;
  for (uint32_t s = 0; left > 0; ++s) {
    if (__atomic_load_n(&program.cancelled, __ATOMIC_RELAXED) != 0) {
      error_text() << "train: cancelled after " << s << " steps.";
      return FF_CANCELLED;
    }
    const uint32_t begin = train.order_count - left;
    const uint32_t rows = left < train.batch_rows ? left : train.batch_rows;
    context.batch_rows = rows;
    const uint32_t number = train.step.step + s;
    if (updates) {
      context.step.step = number;
      context.step.learning_rate = train.learning_rates[s];
    }
    gather(program, context.kernels, train, begin, rows);
    execute_range(program, train.first, train.update_first, context);
    report_values = copy_reports(program, train, report_values);
    copy_outputs(program, train, begin, rows);
    if (train.stop_if_not_finite != 0 && train.report_count > 0 &&
        !is_finite(*program.tensors[train.reports[0]].data)) {
      error_text() << "train: report 0 is not finite in step " << s << " of this call.";
      return FF_NOT_FINITE;
    }
    if (updates) {
      const bool applies = (number + 1) % train.apply_every == 0;
      context.step.step = number / train.apply_every;
      execute_range(program, train.update_first, applies ? train.last : train.apply_first, context);
    }
    *steps_done = s + 1;
    left -= rows;
  }
  return FF_OK;
}

}  // namespace ff
