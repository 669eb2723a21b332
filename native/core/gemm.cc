#include "core/gemm.h"

#include "core/memory.h"

namespace ff {
namespace {

// Products up to this many multiplications never pay for packing; those below the second never pay for waking a thread.
constexpr uint64_t kDirectWork = 16 * 1024;
constexpr uint64_t kSerialWork = 128 * 1024;
// Up to this depth, or this many rows, packing costs more than it saves.
constexpr uint32_t kDirectDepth = 8;
constexpr uint32_t kDirectRows = 4;
constexpr uint32_t kFewRows = 4;
constexpr uint32_t kWideRow = 512;
// Floats of the stack that a small op(B) is transposed into.
constexpr uint32_t kSmallB = 4096;
// A row block of A stays packed for the next task of the same worker when k is at most this many times the table's kc.
constexpr uint32_t kKeptDepths = 4;
// Tasks of one product: enough of them for any pool, each large enough to be worth a handover.
constexpr uint32_t kTasks = 8;
constexpr uint64_t kTaskWork = 1024 * 1024;
constexpr uint32_t kTaskColumns = 512;
constexpr uint32_t kLeastTaskColumns = 32;
// Floats that one task of a matrix-vector product reads.
constexpr uint32_t kVectorTask = 128 * 1024;
// Columns of a task that streams rows of a matrix: shorter pieces defeat the hardware's prefetching (2048 x 2048 takes
// 0.85 ms in pieces of 512, 0.55 ms whole).
constexpr uint32_t kStreamedColumns = 1024;
// Rows of B that a few rows of C take in turn, while they are in L2.
constexpr uint32_t kStreamedRows = 64;
// Floats of the stack for a part of C^T when C has few columns.
constexpr uint32_t kNarrowFloats = 4096;
// Panels of B that are packed at a time. One alone stays in L1, but reads one cache line of each page: with four, 16 x
// 2048 x 2048 is 1.19 times as fast and nothing is slower.
constexpr uint32_t kPanels = 4;
constexpr uint32_t kLineFloats = 16;
constexpr uint32_t kSlack = 16;  // packing may write a vector past the end

uint32_t divide_up(uint32_t a, uint32_t b) { return a / b + (a % b != 0); }

uint32_t minimum(uint32_t a, uint32_t b) { return a < b ? a : b; }

uint32_t maximum(uint32_t a, uint32_t b) { return a > b ? a : b; }

// What a worker has packed: the row block `block` of the product number `generation`.
struct PackedTag {
  uint64_t generation;
  uint32_t block;
};

struct Job {
  const Kernels* kernels;
  const GemmArgs* args;
  GemmWorkspace* workspace;
  size_t a_row_stride, a_column_stride;
  size_t b_row_stride, b_column_stride;
  uint32_t block_rows;    // multiple of mr
  uint32_t depth;         // of a block of k
  uint32_t task_columns;  // multiple of nr
  uint32_t column_tasks;
  bool keeps_a;
};

Job make_job(const Kernels& kernels, const GemmArgs& args, GemmWorkspace& workspace) {
  Job job = {&kernels, &args, &workspace, 0, 0, 0, 0, 0, 0, 0, 0, false};
  job.a_row_stride = args.transpose_a ? 1 : args.a_stride;
  job.a_column_stride = args.transpose_a ? args.a_stride : 1;
  job.b_row_stride = args.transpose_b ? 1 : args.b_stride;
  job.b_column_stride = args.transpose_b ? args.b_stride : 1;
  return job;
}

void apply_epilogue(const Job& job, uint32_t row, uint32_t column, uint32_t rows, uint32_t columns) {
  const GemmArgs& args = *job.args;
  if (args.epilogue.empty()) return;
  job.kernels->epilogue(args.epilogue, args.c + row * args.c_stride + column, args.c_stride, row, column, rows,
                        columns);
}

// Without packing; op(B) is not transposed.
void direct(const Job& job, uint32_t row, uint32_t column, uint32_t rows, uint32_t columns) {
  const GemmArgs& args = *job.args;
  job.kernels->direct(rows, columns, args.k, args.a + row * job.a_row_stride, job.a_row_stride, job.a_column_stride,
                      args.b + column, job.b_row_stride, args.c + row * args.c_stride + column, args.c_stride);
  apply_epilogue(job, row, column, rows, columns);
}

void direct_transposed(const Job& job) {
  const GemmArgs& args = *job.args;
  float b[kSmallB];
  for (uint32_t j = 0; j < args.n; ++j) {
    for (uint32_t p = 0; p < args.k; ++p) b[p * args.n + j] = args.b[j * args.b_stride + p];
  }
  job.kernels->direct(args.m, args.n, args.k, args.a, job.a_row_stride, job.a_column_stride, b, args.n, args.c,
                      args.c_stride);
  apply_epilogue(job, 0, 0, args.m, args.n);
}

// The last resort when there is no memory for packing.
void unpacked(const Job& job, uint32_t row, uint32_t column, uint32_t rows, uint32_t columns) {
  const GemmArgs& args = *job.args;
  for (uint32_t i = row; i < row + rows; ++i) {
    for (uint32_t j = column; j < column + columns; ++j) {
      float sum = 0;
      for (uint32_t p = 0; p < args.k; ++p) {
        sum += args.a[i * job.a_row_stride + p * job.a_column_stride] *
               args.b[p * job.b_row_stride + j * job.b_column_stride];
      }
      args.c[i * args.c_stride + j] = sum;
    }
  }
  apply_epilogue(job, row, column, rows, columns);
}

size_t packed_a_floats(const Kernels& kernels) { return static_cast<size_t>(kernels.mc) * kernels.kc * kKeptDepths; }

// A slot: the tag in the first 64 bytes, then the packed blocks of A, then the packed panels of B.
float* slot_of(GemmWorkspace& workspace, const Kernels& kernels, uint32_t worker) {
  float*& slot = workspace.slot[worker];
  if (slot == nullptr) {
    const size_t floats =
        kSlack + packed_a_floats(kernels) + kSlack + static_cast<size_t>(kernels.kc) * kernels.nr * kPanels;
    slot = static_cast<float*>(allocate_aligned((floats + kSlack) * sizeof(float)));
    if (slot != nullptr) zero_bytes(slot, kSlack * sizeof(float));
  }
  return slot;
}

// What the tiles of one group of panels bring nearer for the next one: tile number i the cache line i of each stored
// row of B.
struct Ahead {
  const float* first = nullptr;
  size_t stride = 0;
  uint32_t lines = 0;

  void give(TileArgs& tile, uint32_t number) const {
    const bool wanted = number < lines;
    tile.ahead = wanted ? first + size_t{number} * kLineFloats : tile.a;
    tile.ahead_stride = wanted ? stride : 0;
  }
};

Ahead ahead_of(const Job& job, uint32_t first_k, uint32_t k, uint32_t column, uint32_t columns) {
  if (k == 0) return {};
  const GemmArgs& args = *job.args;
  const float* const first = args.b + first_k * job.b_row_stride + column * job.b_column_stride;
  return {first, args.b_stride, divide_up(args.transpose_b ? k : columns, kLineFloats)};
}

// A few panels of B are packed at a time, just before the tiles that read them: they are still in L1 or L2 then.
void panel_columns(const Job& job, const float* packed_a, float* packed_b, uint32_t row, uint32_t rows,
                   uint32_t first_k, uint32_t k, uint32_t column, uint32_t columns) {
  const Kernels& kernels = *job.kernels;
  const GemmArgs& args = *job.args;
  const uint32_t group = kPanels * kernels.nr;
  TileArgs tile = {};
  tile.k = k;
  tile.c_stride = args.c_stride;
  tile.accumulate = first_k != 0;
  for (uint32_t start = 0; start < columns; start += group) {
    const uint32_t width = minimum(group, columns - start);
    kernels.pack_b(packed_b, args.b + first_k * job.b_row_stride + (column + start) * job.b_column_stride,
                   job.b_row_stride, job.b_column_stride, k, width);
    const uint32_t next = start + width, next_k = first_k + k;
    const Ahead ahead = next < columns
                            ? ahead_of(job, first_k, k, column + next, minimum(group, columns - next))
                            : ahead_of(job, next_k, minimum(k, args.k - next_k), column, minimum(group, columns));
    uint32_t number = 0;
    for (uint32_t j = 0; j < width; j += kernels.nr) {
      tile.b = packed_b + static_cast<size_t>(j) * k;
      tile.columns = minimum(kernels.nr, width - j);
      for (uint32_t i = 0; i < rows; i += kernels.mr) {
        tile.a = packed_a + static_cast<size_t>(i) * k;
        tile.c = args.c + (row + i) * args.c_stride + column + start + j;
        tile.rows = minimum(kernels.mr, rows - i);
        ahead.give(tile, number++);
        kernels.tile(tile);
      }
      if (first_k + k == args.k) apply_epilogue(job, row, column + start + j, rows, tile.columns);
    }
  }
}

void packed_task(void* context, uint32_t index, uint32_t worker) {
  const Job& job = *static_cast<const Job*>(context);
  const Kernels& kernels = *job.kernels;
  const GemmArgs& args = *job.args;
  const uint32_t block = index / job.column_tasks;
  const uint32_t row = block * job.block_rows, rows = minimum(job.block_rows, args.m - row);
  const uint32_t column = index % job.column_tasks * job.task_columns;
  const uint32_t columns = minimum(job.task_columns, args.n - column);
  float* slot = slot_of(*job.workspace, kernels, worker);
  if (slot == nullptr) return unpacked(job, row, column, rows, columns);

  PackedTag* tag = reinterpret_cast<PackedTag*>(slot);
  float* packed_a = slot + kSlack;
  float* packed_b = packed_a + packed_a_floats(kernels) + kSlack;
  const bool packed = job.keeps_a && tag->generation == job.workspace->generation && tag->block == block;
  const uint32_t panel_rows = divide_up(rows, kernels.mr) * kernels.mr;
  for (uint32_t first_k = 0; first_k < args.k; first_k += job.depth) {
    const uint32_t k = minimum(job.depth, args.k - first_k);
    float* block_a = job.keeps_a ? packed_a + static_cast<size_t>(panel_rows) * first_k : packed_a;
    if (!packed) {
      kernels.pack_a(block_a, args.a + row * job.a_row_stride + first_k * job.a_column_stride, job.a_row_stride,
                     job.a_column_stride, rows, k);
    }
    panel_columns(job, block_a, packed_b, row, rows, first_k, k, column, columns);
  }
  tag->generation = job.keeps_a ? job.workspace->generation : 0;
  tag->block = block;
}

void packed(Job& job) {
  const Kernels& kernels = *job.kernels;
  const GemmArgs& args = *job.args;
  ++job.workspace->generation;
  // Blocks of equal size, so that the last one is no sliver.
  const uint32_t row_blocks = divide_up(args.m, kernels.mc);
  job.block_rows = divide_up(divide_up(args.m, row_blocks), kernels.mr) * kernels.mr;
  job.depth = divide_up(args.k, divide_up(args.k, kernels.kc));
  job.keeps_a = static_cast<size_t>(job.block_rows) * args.k <= packed_a_floats(kernels);
  const uint64_t row_work = static_cast<uint64_t>(minimum(job.block_rows, args.m)) * args.k;
  uint32_t columns = kTaskColumns;
  while (columns > kLeastTaskColumns && row_work * columns > 2 * kTaskWork &&
         divide_up(args.m, job.block_rows) * divide_up(args.n, columns) < kTasks) {
    columns /= 2;
  }
  const uint32_t panels = divide_up(args.n, kernels.nr);
  job.task_columns = divide_up(panels, divide_up(args.n, columns)) * kernels.nr;
  job.column_tasks = divide_up(args.n, job.task_columns);
  const uint32_t tasks = divide_up(args.m, job.block_rows) * job.column_tasks;
  parallel_for(tasks, &packed_task, &job);
}

// Columns [column, column + columns) of a product with one row of C, or rows of one with one column.
void vector_task(void* context, uint32_t index, uint32_t) {
  const Job& job = *static_cast<const Job*>(context);
  const GemmArgs& args = *job.args;
  const bool row_of_c = args.m == 1;
  const uint32_t length = row_of_c ? args.n : args.m;
  const uint32_t first = index * job.task_columns, count = minimum(job.task_columns, length - first);
  const float* matrix = row_of_c ? args.b : args.a;
  const size_t stride = row_of_c ? args.b_stride : args.a_stride;
  const float* x = row_of_c ? args.a : args.b;
  const size_t x_stride = row_of_c ? job.a_column_stride : job.b_row_stride;
  float* y = args.c + (row_of_c ? first : first * args.c_stride);
  const bool by_rows = row_of_c ? args.transpose_b : !args.transpose_a;
  if (by_rows) {
    job.kernels->gemv_rows(count, args.k, matrix + first * stride, stride, x, y, row_of_c ? 1 : args.c_stride);
  } else {
    job.kernels->gemv_columns(args.k, count, matrix + first, stride, x, x_stride, y, false);
  }
  if (row_of_c) {
    apply_epilogue(job, 0, first, 1, count);
  } else {
    apply_epilogue(job, first, 0, count, 1);
  }
}

// Whether one of the operands is a vector that the matrix-vector kernels can read and write.
bool is_vector_product(const Job& job) {
  const GemmArgs& args = *job.args;
  if (args.m == 1) return !args.transpose_b || job.a_column_stride == 1;
  if (args.n == 1) return args.transpose_a ? args.c_stride == 1 : job.b_row_stride == 1;
  return false;
}

void vector_product(Job& job) {
  const GemmArgs& args = *job.args;
  const uint32_t length = args.m == 1 ? args.n : args.m;
  const bool by_rows = args.m == 1 ? args.transpose_b : !args.transpose_a;
  job.task_columns = maximum(kVectorTask / args.k / 64 * 64, by_rows ? 64 : kStreamedColumns);
  parallel_for(divide_up(length, job.task_columns), &vector_task, &job);
}

// A few rows of C and a wide B: tiles would walk down columns of 64 bytes, a cache miss each.
void few_rows_task(void* context, uint32_t index, uint32_t) {
  const Job& job = *static_cast<const Job*>(context);
  const GemmArgs& args = *job.args;
  const uint32_t column = index * job.task_columns, columns = minimum(job.task_columns, args.n - column);
  for (uint32_t p = 0; p < args.k; p += kStreamedRows) {
    for (uint32_t i = 0; i < args.m; ++i) {
      job.kernels->gemv_columns(minimum(kStreamedRows, args.k - p), columns, args.b + p * args.b_stride + column,
                                args.b_stride, args.a + i * job.a_row_stride + p * job.a_column_stride,
                                job.a_column_stride, args.c + i * args.c_stride + column, p != 0);
    }
  }
  apply_epilogue(job, 0, column, args.m, columns);
}

void few_rows(Job& job) {
  job.task_columns = kStreamedColumns;
  parallel_for(divide_up(job.args->n, job.task_columns), &few_rows_task, &job);
}

void direct_task(void* context, uint32_t index, uint32_t) {
  const Job& job = *static_cast<const Job*>(context);
  const uint32_t row = index * job.block_rows;
  direct(job, row, 0, minimum(job.block_rows, job.args->m - row), job.args->n);
}

// An outer product is a binary operation with broadcasting, and writes whole rows.
void outer_task(void* context, uint32_t index, uint32_t) {
  const Job& job = *static_cast<const Job*>(context);
  const GemmArgs& args = *job.args;
  const uint32_t row = index * job.block_rows, rows = minimum(job.block_rows, args.m - row);
  const Operand x = {args.a + row * job.a_row_stride, job.a_row_stride, args.n == 1 ? 1u : 0u};
  job.kernels->binary(Binary::multiply, args.c + row * args.c_stride, x, {args.b, 0, job.b_column_stride}, rows,
                      args.n);
  apply_epilogue(job, row, 0, rows, args.n);
}

// With few columns a transposed A is best read along its own rows, as the right operand: C^T = op(B)^T A.
void narrow_task(void* context, uint32_t index, uint32_t) {
  const Job& job = *static_cast<const Job*>(context);
  const GemmArgs& args = *job.args;
  float transposed[kNarrowFloats];
  const uint32_t step = kNarrowFloats / args.n / 16 * 16;
  const uint32_t end = minimum((index + 1) * job.block_rows, args.m);
  for (uint32_t row = index * job.block_rows; row < end; row += step) {
    const uint32_t rows = minimum(step, end - row);
    job.kernels->direct(args.n, rows, args.k, args.b, job.b_column_stride, job.b_row_stride, args.a + row,
                        args.a_stride, transposed, rows);
    job.kernels->transpose(args.c + row * args.c_stride, transposed, args.n, rows);
    apply_epilogue(job, row, 0, rows, args.n);
  }
}

// Cuts the rows of C into tasks of about kSerialWork multiplications.
void run_by_rows(Job& job, void (*task)(void* context, uint32_t index, uint32_t worker)) {
  const GemmArgs& args = *job.args;
  const uint64_t rows = kSerialWork / (static_cast<uint64_t>(args.n) * args.k);
  const uint32_t step = job.kernels->mr * 16;
  job.block_rows = rows >= args.m ? args.m : maximum(static_cast<uint32_t>(rows) / step, 1) * step;
  parallel_for(divide_up(args.m, job.block_rows), task, &job);
}

void sum_columns_task(void* context, uint32_t index, uint32_t) {
  const Job& job = *static_cast<const Job*>(context);
  const GemmArgs& args = *job.args;
  const uint32_t column = index * job.task_columns;
  job.kernels->reduce_rows(Reduction::sum, args.b_column_sums + column, args.b + column, args.b_stride, args.k,
                           minimum(job.task_columns, args.n - column));
}

void sum_columns(Job job) {
  const GemmArgs& args = *job.args;
  job.task_columns = args.k == 0 ? args.n : maximum(kVectorTask / args.k / 64 * 64, 64);
  parallel_for(divide_up(args.n, job.task_columns), &sum_columns_task, &job);
}

}  // namespace

void free_workspace(GemmWorkspace& workspace) {
  for (float*& slot : workspace.slot) {
    if (slot != nullptr) free_aligned(slot);
    slot = nullptr;
  }
}

void gemm(const Kernels& kernels, const GemmArgs& args, GemmWorkspace& workspace) {
  if (args.n == 0) return;
  Job job = make_job(kernels, args, workspace);
  if (args.b_column_sums != nullptr) sum_columns(job);
  if (args.m == 0) return;
  if (args.k == 0) {
    for (uint32_t i = 0; i < args.m; ++i) kernels.fill(args.c + i * args.c_stride, args.n, 0.0f);
    return apply_epilogue(job, 0, 0, args.m, args.n);
  }
  if (is_vector_product(job)) return vector_product(job);
  if (args.k == 1 && args.c_stride == args.n && (!args.transpose_b || args.b_stride == 1))
    return run_by_rows(job, &outer_task);
  const uint64_t work = static_cast<uint64_t>(args.m) * args.n * args.k;
  if (args.transpose_b) {
    const uint64_t size = static_cast<uint64_t>(args.n) * args.k;
    if (work <= kDirectWork && size <= kSmallB) return direct_transposed(job);
    return packed(job);
  }
  if (work <= kDirectWork) return direct(job, 0, 0, args.m, args.n);
  if (args.transpose_a && args.n <= kernels.nr && args.c_stride == args.n) return run_by_rows(job, &narrow_task);
  if (args.m <= kFewRows && args.n >= kWideRow) return few_rows(job);
  if (args.k <= kDirectDepth || args.m <= kDirectRows || args.n <= kernels.nr) return run_by_rows(job, &direct_task);
  packed(job);
}

}  // namespace ff
