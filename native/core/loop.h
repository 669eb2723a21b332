// The tasks of one parallel loop and who may claim them: what the pools of threads have in common. They add the threads
// and the waiting. Compiler builtins instead of <atomic>: a freestanding WebAssembly module has no C++ library.
#ifndef FEEDFORWARD_CORE_LOOP_H_
#define FEEDFORWARD_CORE_LOOP_H_

#include <stdint.h>

namespace ff {

class Loop {
 public:
  using Task = void (*)(void* context, uint32_t index, uint32_t worker);

  // Offers at least one task to whoever calls work(); the loop before must have finished. Returns into how many claims
  // the tasks are divided.
  uint32_t open(uint32_t tasks, Task task, void* context) {
    const uint32_t grain = (tasks - 1) / kMaxClaims + 1;
    const uint32_t claims = (tasks - 1) / grain + 1;
    __atomic_store_n(&task_, task, __ATOMIC_RELAXED);
    __atomic_store_n(&context_, context, __ATOMIC_RELAXED);
    __atomic_store_n(&tasks_, tasks, __ATOMIC_RELAXED);
    __atomic_store_n(&grain_, grain, __ATOMIC_RELAXED);
    __atomic_store_n(&unfinished_, claims, __ATOMIC_RELAXED);
    ++generation_;
    __atomic_store_n(&ticket_, static_cast<uint64_t>(generation_) << 32 | claims << 16, __ATOMIC_SEQ_CST);
    return claims;
  }

  // True while there are tasks that nobody has claimed.
  bool has_work() const { return has_work(ticket()); }

  // True when all tasks have been executed.
  bool finished() const { return __atomic_load_n(&unfinished_, __ATOMIC_SEQ_CST) == 0; }

  // Claims and executes tasks until there is none, and tells whether the last one to finish was among them.
  //
  // A ticket is (generation, end, first): nobody has claimed [first, end). The caller claims from the front and workers
  // from the back, so that two threads find in their caches what they wrote in the loop before. A successful exchange
  // proves that the loop was still open, and so that the fields read before it belong to it: they change only after the
  // last task of a loop has finished.
  bool work(uint32_t worker) {
    bool last = false;
    uint64_t ticket = this->ticket();
    while (has_work(ticket)) {
      const Task task = __atomic_load_n(&task_, __ATOMIC_RELAXED);
      void* const context = __atomic_load_n(&context_, __ATOMIC_RELAXED);
      const uint32_t tasks = __atomic_load_n(&tasks_, __ATOMIC_RELAXED);
      const uint32_t grain = __atomic_load_n(&grain_, __ATOMIC_RELAXED);
      const bool front = worker == 0;
      const uint64_t claimed = front ? ticket + 1 : ticket - (1u << 16);
      if (!__atomic_compare_exchange_n(&ticket_, &ticket, claimed, true, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) continue;
      const uint32_t claim = front ? first_of(ticket) : end_of(ticket) - 1;
      for (uint32_t i = 0; i < grain && claim * grain + i < tasks; ++i) task(context, claim * grain + i, worker);
      last = __atomic_fetch_sub(&unfinished_, 1, __ATOMIC_SEQ_CST) == 1;
      ticket = this->ticket();
    }
    return last;
  }

 private:
  static constexpr uint32_t kMaxClaims = 0xffff;

  static uint32_t first_of(uint64_t ticket) { return ticket & 0xffff; }
  static uint32_t end_of(uint64_t ticket) { return ticket >> 16 & 0xffff; }
  static bool has_work(uint64_t ticket) { return first_of(ticket) != end_of(ticket); }

  uint64_t ticket() const { return __atomic_load_n(&ticket_, __ATOMIC_SEQ_CST); }

  Task task_ = nullptr;
  void* context_ = nullptr;
  uint32_t tasks_ = 0;
  uint32_t grain_ = 1;  // tasks that are claimed together
  uint32_t generation_ = 0;
  // On their own cache lines: all threads write them.
  alignas(64) uint64_t ticket_ = 0;
  alignas(64) uint32_t unfinished_ = 0;
};

}  // namespace ff

#endif  // FEEDFORWARD_CORE_LOOP_H_
