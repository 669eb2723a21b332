// The functions of feedforward.h. They check what comes from outside, guard a program against two executions at once,
// and turn every failure into a status and a sentence; the work itself is in execute.cc and train.cc.
#include <stddef.h>

#include "core/cpu.h"
#include "core/execute.h"
#include "core/manifest.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/runtime.h"

namespace ff {
namespace {

#if defined(__wasm__)
char error_buffer[400];
#else
thread_local char error_buffer[400];
#endif

}  // namespace

Text error_text() { return Text(error_buffer, sizeof error_buffer); }

int32_t invalid(const char* message) {
  error_text() << message;
  return FF_INVALID_ARGUMENT;
}

}  // namespace ff

namespace {

using ff::Text;

// Makes the caller the only one that executes the program, for as long as this object lives.
class Guard {
 public:
  explicit Guard(FFProgram* program) : program_(program) {
    taken_ = __atomic_exchange_n(&program->busy, 1, __ATOMIC_ACQUIRE) == 0;
  }
  ~Guard() {
    if (taken_) __atomic_store_n(&program_->busy, 0, __ATOMIC_RELEASE);
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  bool taken() const { return taken_; }

 private:
  FFProgram* program_;
  bool taken_;
};

int32_t busy() {
  ff::error_text() << "program: executing already in another thread. Wait until it has finished.";
  return FF_BUSY;
}

bool parse(const int32_t* words, uint32_t count, ff::Program* program) {
  Text error = ff::error_text();
  return ff::parse_program(words, count, program, error);
}

uint64_t bytes_of_program(const ff::Program& program) {
  return sizeof(FFProgram) + uint64_t{program.tensors} * sizeof(ff::BoundTensor) +
         uint64_t{program.instructions} * (sizeof(ff::Prepared) + sizeof(uint8_t));
}

int32_t check_range(const FFProgram& program, uint32_t first, uint32_t last, uint32_t batch_rows) {
  Text error = ff::error_text();
  if (first > last || last > program.instructions) {
    error << "program: expected a range within " << program.instructions << " instructions, received " << first
          << " to " << last << ".";
    return FF_INVALID_ARGUMENT;
  }
  if (batch_rows < 1 || batch_rows > program.batch_rows) {
    error << "program: expected 1 to " << program.batch_rows << " batch rows, received " << batch_rows << ".";
    return FF_INVALID_ARGUMENT;
  }
  return FF_OK;
}

}  // namespace

extern "C" {

uint32_t ff_describe(char* text, uint32_t capacity) { return ff::write_manifest(text, capacity); }

const char* ff_last_error(void) { return ff::error_buffer; }

int32_t ff_set_isa(const char* name) {
  if (name == nullptr) return ff::invalid("isa: expected a name, received null.");
  if (ff::set_isa(name)) return FF_OK;
  Text error = ff::error_text();
  error << "isa: expected auto";
  for (uint32_t i = 0; i < ff::isa_count(); ++i) error << ", " << ff::isa_name(i);
  error << ", received \"" << name << "\". Others are not in this build, or this machine cannot execute them.";
  return FF_UNSUPPORTED;
}

int32_t ff_set_threads(uint32_t threads) {
  if (ff::set_pool_threads(threads)) return FF_OK;
  ff::error_text() << "threads: expected 0 to " << ff::kMaxThreads << ", received " << threads << ".";
  return FF_INVALID_ARGUMENT;
}

int32_t ff_arena_size(const int32_t* words, uint32_t word_count, uint32_t* arena_floats) {
  if (arena_floats == nullptr) return ff::invalid("arena size: expected a destination, received null.");
  ff::Program program;
  if (!parse(words, word_count, &program)) return FF_INVALID_PROGRAM;
  *arena_floats = program.arena_floats;
  return FF_OK;
}

int32_t ff_create(const int32_t* words, uint32_t word_count, float* arena, uint32_t arena_floats, FFProgram** result) {
  if (result == nullptr) return ff::invalid("create: expected a destination, received null.");
  *result = nullptr;
  ff::Program program;
  if (!parse(words, word_count, &program)) return FF_INVALID_PROGRAM;
  if (arena_floats < program.arena_floats || (arena == nullptr && program.arena_floats > 0)) {
    ff::error_text() << "create: expected an arena of at least " << program.arena_floats << " floats, received "
                     << (arena == nullptr ? 0 : arena_floats) << ".";
    return FF_INVALID_ARGUMENT;
  }
  if (reinterpret_cast<uintptr_t>(arena) % alignof(float) != 0) {
    return ff::invalid("create: expected an arena at an address that is a multiple of 4.");
  }
  const uint64_t bytes = bytes_of_program(program);
  FFProgram* const p = bytes > SIZE_MAX ? nullptr : static_cast<FFProgram*>(ff_alloc(static_cast<size_t>(bytes)));
  if (p == nullptr) {
    ff::error_text() << "create: out of memory for a program of " << program.instructions << " instructions.";
    return FF_OUT_OF_MEMORY;
  }
  p->busy = 0;
  p->training = 0;
  p->cancelled = 0;
  p->batch_rows = program.batch_rows;
  p->tensor_count = program.tensors;
  p->instructions = program.instructions;
  p->workspace = {};
  p->code = reinterpret_cast<ff::Prepared*>(p + 1);
  p->tensors = reinterpret_cast<ff::BoundTensor*>(p->code + program.instructions);
  const int32_t* code = program.code();
  for (uint32_t i = 0; i < program.instructions; ++i) {
    ff::Instruction instruction;
    code = ff::decode(code, &instruction);
    p->code[i] = ff::prepare(program, instruction, arena);
  }
  for (uint32_t i = 0; i < program.tensors; ++i) p->tensors[i] = ff::prepare(program.tensor(i), arena);
  p->chains = reinterpret_cast<uint8_t*>(p->tensors + program.tensors);
  ff::find_chains(p->code, program.instructions, p->chains);
  *result = p;
  return FF_OK;
}

int32_t ff_run(FFProgram* program, uint32_t first, uint32_t last, uint32_t batch_rows, const FFStep* step) {
  if (program == nullptr || step == nullptr) return ff::invalid("run: expected a program and a step, received null.");
  const int32_t status = check_range(*program, first, last, batch_rows);
  if (status != FF_OK) return status;
  const Guard guard(program);
  if (!guard.taken()) return busy();
  ff::execute_range(*program, first, last, {ff::active_kernels(), program->workspace, batch_rows, *step});
  return FF_OK;
}

int32_t ff_train(FFProgram* program, const FFTrain* train, uint32_t* steps_done) {
  uint32_t ignored;
  if (steps_done == nullptr) steps_done = &ignored;
  if (program == nullptr || train == nullptr)
    return ff::invalid("train: expected a program and a request, received null.");
  int32_t status = check_range(*program, train->first, train->last, train->batch_rows);
  if (status == FF_OK) status = ff::check_train(*program, *train);
  if (status != FF_OK) {
    *steps_done = 0;
    return status;
  }
  const Guard guard(program);
  if (!guard.taken()) {
    *steps_done = 0;
    return busy();
  }
  __atomic_store_n(&program->cancelled, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&program->training, 1, __ATOMIC_SEQ_CST);
  // Whoever sees this 0 from another thread knows that ff_cancel reaches this call.
  __atomic_store_n(steps_done, 0, __ATOMIC_RELEASE);
  uint32_t steps = 0;
  status = ff::train_steps(*program, *train, &steps);
  __atomic_store_n(&program->training, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(steps_done, steps, __ATOMIC_RELEASE);
  return status;
}

void ff_cancel(FFProgram* program) {
  if (program == nullptr || __atomic_load_n(&program->training, __ATOMIC_SEQ_CST) == 0) return;
  __atomic_store_n(&program->cancelled, 1, __ATOMIC_SEQ_CST);
}

int32_t ff_destroy(FFProgram* program) {
  if (program == nullptr) return FF_OK;
  if (__atomic_exchange_n(&program->busy, 1, __ATOMIC_ACQUIRE) != 0) return busy();
  ff::free_workspace(program->workspace);
  ff_free(program);
  return FF_OK;
}

#if !defined(__wasm__)  // a module without libc has its own allocator
void* ff_alloc(size_t bytes) { return ff::allocate_aligned(bytes); }

void ff_free(void* memory) { ff::free_aligned(memory); }
#endif

}  // extern "C"
