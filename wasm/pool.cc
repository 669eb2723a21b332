// The pool of a WebAssembly module. Without threads everything runs on the caller. With them, JavaScript starts workers
// that call ff_help: whoever is awake computes, and the caller finishes alone when nobody comes. A module has no clock,
// so that waiting threads count how often they look; then they sleep.
#if defined(__wasm__)

#include "core/pool.h"

#if defined(__wasm_atomics__)

#include "core/loop.h"
#include "feedforward.h"

namespace ff {
namespace {

constexpr int64_t kForever = -1;

// A word that threads sleep on until somebody changes it.
class Event {
 public:
  uint32_t value() const { return __atomic_load_n(&word_, __ATOMIC_SEQ_CST); }

  // Returns at once when the word has another value meanwhile.
  void sleep(uint32_t seen) { __builtin_wasm_memory_atomic_wait32(address(), static_cast<int>(seen), kForever); }

  void wake(uint32_t threads) {
    __atomic_fetch_add(&word_, 1, __ATOMIC_SEQ_CST);
    __builtin_wasm_memory_atomic_notify(address(), threads);
  }

 private:
  int* address() { return reinterpret_cast<int*>(&word_); }

  uint32_t word_ = 0;
};

class Pool {
 public:
  uint32_t threads() const { return __atomic_load_n(&threads_, __ATOMIC_SEQ_CST); }

  void set_threads(uint32_t threads) {
    __atomic_store_n(&threads_, threads == 0 ? 1 : threads, __ATOMIC_SEQ_CST);
    // Everybody looks whether they belong to the pool now.
    resized_.wake(kMaxThreads);
    opened_.wake(kMaxThreads);
  }

  void set_waiting(uint32_t spins, bool caller_may_sleep) {
    __atomic_store_n(&spins_, spins, __ATOMIC_SEQ_CST);
    caller_may_sleep_ = caller_may_sleep;
  }

  void run(uint32_t tasks, Loop::Task task, void* context) {
    if (tasks < 2 || threads() < 2 || __atomic_exchange_n(&taken_, true, __ATOMIC_ACQUIRE)) {
      for (uint32_t i = 0; i < tasks; ++i) task(context, i, 0);
      return;
    }
    const uint32_t claims = loop_.open(tasks, task, context);
    if (__atomic_load_n(&sleepers_, __ATOMIC_SEQ_CST) != 0) opened_.wake(claims - 1);
    loop_.work(0);
    join();
    __atomic_store_n(&taken_, false, __ATOMIC_RELEASE);
  }

  [[noreturn]] void help(uint32_t worker) {
    for (;;) {
      const uint32_t size = resized_.value();
      if (worker >= threads()) {
        resized_.sleep(size);
        continue;
      }
      if (loop_.work(worker) && __atomic_load_n(&caller_sleeps_, __ATOMIC_SEQ_CST)) finished_.wake(1);
      wait_for_work();
    }
  }

 private:
  // A caller that may not sleep waits for no more than the tasks that others have begun.
  void join() {
    const uint32_t spins = __atomic_load_n(&spins_, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < spins || !caller_may_sleep_; ++i) {
      if (loop_.finished()) return;
    }
    __atomic_store_n(&caller_sleeps_, true, __ATOMIC_SEQ_CST);
    for (;;) {
      const uint32_t seen = finished_.value();
      if (loop_.finished()) break;
      finished_.sleep(seen);
    }
    __atomic_store_n(&caller_sleeps_, false, __ATOMIC_SEQ_CST);
  }

  void wait_for_work() {
    const uint32_t spins = __atomic_load_n(&spins_, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < spins; ++i) {
      if (loop_.has_work()) return;
    }
    // Whoever opens a loop sees this sleeper, or this sees the loop: both write before they read.
    __atomic_fetch_add(&sleepers_, 1, __ATOMIC_SEQ_CST);
    const uint32_t seen = opened_.value();
    if (!loop_.has_work()) opened_.sleep(seen);
    __atomic_fetch_sub(&sleepers_, 1, __ATOMIC_SEQ_CST);
  }

  Loop loop_;
  alignas(64) bool taken_ = false;  // guards what is not atomic
  bool caller_may_sleep_ = false;
  bool caller_sleeps_ = false;
  uint32_t threads_ = 1;
  uint32_t spins_ = 0;
  uint32_t sleepers_ = 0;
  Event opened_;    // a loop was opened
  Event finished_;  // a loop has finished
  Event resized_;   // the number of threads has changed
};

Pool pool;

}  // namespace

void parallel_for(uint32_t tasks, Loop::Task task, void* context) { pool.run(tasks, task, context); }

uint32_t pool_threads() { return pool.threads(); }

bool set_pool_threads(uint32_t threads) {
  if (threads > kMaxThreads) return false;
  pool.set_threads(threads);
  return true;
}

void stop_pool() {}

}  // namespace ff

extern "C" {

void ff_help(uint32_t worker) { ff::pool.help(worker); }

void ff_set_waiting(uint32_t spins, uint32_t caller_may_sleep) { ff::pool.set_waiting(spins, caller_may_sleep != 0); }

}  // extern "C"

#else

namespace ff {

void parallel_for(uint32_t tasks, void (*task)(void*, uint32_t, uint32_t), void* context) {
  for (uint32_t i = 0; i < tasks; ++i) task(context, i, 0);
}

uint32_t pool_threads() { return 1; }

bool set_pool_threads(uint32_t threads) { return threads <= kMaxThreads; }

void stop_pool() {}

}  // namespace ff

#endif  // __wasm_atomics__

#endif  // __wasm__
