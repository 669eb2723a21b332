// The C ABI of feedforward: every function that the core offers, and no other.
// The N-API addon wraps exactly these; the WebAssembly modules export exactly these.
// Nothing here throws, aborts, exits or prints. Functions that can fail return an FFStatus;
// ff_last_error then holds one sentence about the last failure on the calling thread.
//
// A program is a list of 32-bit words (layout: native/core/program.h and docs/architecture.md).
// It is input from outside: ff_create checks every word, and a malformed program is refused.
#ifndef FEEDFORWARD_H_
#define FEEDFORWARD_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__wasm__)
#define FF_API __attribute__((visibility("default"), used))
#elif defined(_WIN32)
#define FF_API
#else
#define FF_API __attribute__((visibility("hidden")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Rises with every incompatible change of this header or of the words of a program.
#define FF_ABI_VERSION 2

typedef enum FFStatus {
  FF_OK = 0,
  FF_INVALID_ARGUMENT = 1,  // an argument outside its range
  FF_INVALID_PROGRAM = 2,   // malformed words
  FF_OUT_OF_MEMORY = 3,
  FF_UNSUPPORTED = 4,  // an ISA that this machine or this build lacks
  FF_BUSY = 5,         // the program is executing in another thread
  FF_CANCELLED = 6,    // ff_cancel was called; the completed steps stay valid
  FF_NOT_FINITE = 7    // the watched value became NaN or infinite; the update of that step was not applied
} FFStatus;

typedef enum FFType { FF_FLOAT32 = 0, FF_UINT8 = 1, FF_INT32 = 2 } FFType;

typedef struct FFProgram FFProgram;

// One column of a data set, or one destination for results: a row-major (rows, width) matrix bound to a tensor of the
// program.
typedef struct FFColumn {
  void* data;       // rows * width elements of `type`
  uint32_t type;    // FFType; destinations are FF_FLOAT32
  uint32_t tensor;  // index into the program's tensor table; a batch tensor with `width` columns
  uint32_t rows;
  uint32_t width;
} FFColumn;

// The state that one step of execution needs besides the arena.
typedef struct FFStep {
  float learning_rate;
  uint32_t step;     // counts optimizer steps from 0: Adam's bias correction uses step + 1, random masks use step
  uint32_t seed_lo;  // key of the counter-based random generator
  uint32_t seed_hi;
} FFStep;

// Many steps in one call. Step s takes rows order[s * batch_rows ...], at most batch_rows of them (the last may be
// partial), gathers them from `columns`, executes [first, update_first), appends the values of each of `reports` to
// report_values, copies the rows of each output tensor into its destination (row number s * batch_rows + r), and then
// updates unless [update_first, last) is empty. When stop_if_not_finite is set and the first value of report 0 is not
// finite, it stops before the update with FF_NOT_FINITE.
//
// To update is to execute [update_first, apply_first), and [apply_first, last) only where the number of the step,
// step.step + s + 1, is a multiple of apply_every: gradients that are added up in the first range are applied in the
// second. Instructions that update see the step counter (step.step + s) / apply_every, the others step.step + s; where
// nothing is updated it stays step.step.
typedef struct FFTrain {
  uint32_t first;
  uint32_t update_first;
  uint32_t apply_first;  // from update_first to last
  uint32_t last;
  uint32_t apply_every;  // at least 1
  uint32_t batch_rows;
  const int32_t* order;  // row numbers, checked against the columns' rows
  uint32_t order_count;
  const float*
      learning_rates;  // one a step, ceil(order_count / batch_rows) of them; may be null when nothing is updated
  FFStep step;         // its learning_rate is not used
  const FFColumn* columns;
  uint32_t column_count;
  const FFColumn* outputs;
  uint32_t output_count;
  const uint32_t* reports;  // tensor indices, each a fixed tensor of one row
  uint32_t report_count;
  float* report_values;         // for each step the values of all reports, one behind the other
  uint32_t report_value_count;  // how many fit there; at least the steps times the columns of all reports
  uint32_t stop_if_not_finite;
} FFTrain;

// Writes the manifest (JSON, UTF-8, NUL-terminated) and returns its length without the NUL; writes nothing beyond
// `capacity`.
// {"abi":1,"hash":"16 hex digits of
// ops.def","isas":["scalar",...],"isa":"avx2","threads":2,"ops":[...],"unary":[...],...}
FF_API uint32_t ff_describe(char* text, uint32_t capacity);

// One sentence about the last failure on this thread; valid until the next call on this thread.
FF_API const char* ff_last_error(void);

// Chooses the instruction set of all programs: "scalar", "sse2", "avx2", "avx512", "neon", "simd128", or "auto".
FF_API int32_t ff_set_isa(const char* name);

// Number of threads, the caller included, 1..256; 0 restores the default (1 in WebAssembly). Results do not depend on
// it.
FF_API int32_t ff_set_threads(uint32_t threads);

// Validates a program without creating it and tells the number of floats that its arena needs.
FF_API int32_t ff_arena_size(const int32_t* words, uint32_t word_count, uint32_t* arena_floats);

// Creates a program over an arena that the caller owns and keeps alive. The words are copied.
FF_API int32_t ff_create(const int32_t* words, uint32_t word_count, float* arena, uint32_t arena_floats,
                         FFProgram** program);

// Executes the instructions [first, last) with batch_rows rows in every batch tensor.
FF_API int32_t ff_run(FFProgram* program, uint32_t first, uint32_t last, uint32_t batch_rows, const FFStep* step);

// Executes many steps; see FFTrain. *steps_done counts the completed ones, also after a failure.
FF_API int32_t ff_train(FFProgram* program, const FFTrain* train, uint32_t* steps_done);

// Asks a running ff_train to stop before its next step; callable from any thread. Forgotten when no ff_train is
// running.
FF_API void ff_cancel(FFProgram* program);

// Frees the program. Returns FF_BUSY, and frees nothing, while it executes.
FF_API int32_t ff_destroy(FFProgram* program);

// Memory for callers without their own (WebAssembly): 64-byte aligned, null when there is none.
FF_API void* ff_alloc(size_t bytes);
FF_API void ff_free(void* memory);

#if defined(__wasm_atomics__)
// WebAssembly cannot start threads: the host starts them, each with an instance of the module over the same memory, and
// lends them. They must have called ff_help before ff_set_threads asks for them.

// Computes for the others as thread `worker`, from 1 and below the number of threads that are asked for; sleeps else.
// Each thread has its own number, and its own stack in __stack_pointer. Does not return.
FF_API void ff_help(uint32_t worker);

// How threads wait: how often they look for work before they sleep, and whether the one that calls ff_run and ff_train
// may sleep at all (in the window of a browser it may not).
FF_API void ff_set_waiting(uint32_t spins, uint32_t caller_may_sleep);
#endif

#ifdef __cplusplus
}
#endif

#endif  // FEEDFORWARD_H_
