// The fork-join pool: the calling thread and a few persistent workers take the tasks of one loop.
// It decides who computes a task, never how work is cut: results are the same bits for any number of threads.
#ifndef FEEDFORWARD_CORE_POOL_H_
#define FEEDFORWARD_CORE_POOL_H_

#include <stdint.h>

namespace ff {

constexpr uint32_t kMaxThreads = 256;

// Runs task(context, index, worker) for every index in [0, tasks), in any order, and returns when all have finished.
// No two tasks of one loop that run at the same time share `worker`; it is below kMaxThreads, and below pool_threads()
// unless another thread changes that number meanwhile. Loops of different threads do share it: scratch memory that it
// indexes belongs to one loop or one thread, never to the process. Everything runs on the calling thread (worker 0)
// when there is one task, one thread, or when the pool is taken, be it by another thread or by an outer loop.
void parallel_for(uint32_t tasks, void (*task)(void* context, uint32_t index, uint32_t worker), void* context);

// Number of threads, the caller included.
uint32_t pool_threads();

// 1..kMaxThreads; 0 restores the default. Takes effect with the next loop; returns false for a number out of range.
bool set_pool_threads(uint32_t threads);

// Ends and joins the workers; the next loop starts them again. Called when the last environment that uses the pool goes
// away.
void stop_pool();

}  // namespace ff

#endif  // FEEDFORWARD_CORE_POOL_H_
