// Workers claim tasks one at a time from a ticket; whoever is awake computes, so a loop never waits for a thread that
// the scheduler has not run. Every wait spins for a bounded time and then sleeps: a purely spinning join was measured
// to collapse when a third thread wants one of two cores.
#include "core/pool.h"

#if defined(__wasm__)

// The single-thread twin.
namespace ff {

void parallel_for(uint32_t tasks, void (*task)(void*, uint32_t, uint32_t), void* context) {
  for (uint32_t i = 0; i < tasks; ++i) task(context, i, 0);
}

uint32_t pool_threads() { return 1; }

bool set_pool_threads(uint32_t threads) { return threads <= kMaxThreads; }

void stop_pool() {}

}  // namespace ff

#else

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>

#include "core/host.h"
#include "core/thread.h"

namespace ff {
namespace {

using Task = void (*)(void* context, uint32_t index, uint32_t worker);
using Clock = std::chrono::steady_clock;

// Longer than the serial parts between two loops of a training step, short enough not to be seen as load.
constexpr auto kSpinTime = std::chrono::microseconds(60);

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) && !defined(_MSC_VER)
  __asm__ volatile("yield");
#endif
}

class Pool {
 public:
  uint32_t threads() {
    uint32_t threads = threads_.load(std::memory_order_relaxed);
    if (threads != 0) return threads;
    threads = default_threads();
    // Another thread may have set a number meanwhile: that one stays.
    uint32_t unset = 0;
    return threads_.compare_exchange_strong(unset, threads) ? threads : unset;
  }

  void set_threads(uint32_t threads) {
    take();
    stop_workers();
    threads_.store(threads == 0 ? default_threads() : threads);
    release();
  }

  void stop() {
    take();
    stop_workers();
    release();
  }

  void run(uint32_t tasks, Task task, void* context) {
    if (tasks < 2 || threads() < 2 || taken_.exchange(true, std::memory_order_acquire)) {
      for (uint32_t i = 0; i < tasks; ++i) task(context, i, 0);
      return;
    }
    if (!started_) start_workers();
    const uint32_t grain = (tasks - 1) / kMaxClaims + 1;
    const uint32_t claims = (tasks - 1) / grain + 1;
    task_.store(task, std::memory_order_relaxed);
    context_.store(context, std::memory_order_relaxed);
    tasks_.store(tasks, std::memory_order_relaxed);
    grain_.store(grain, std::memory_order_relaxed);
    unfinished_.store(claims, std::memory_order_relaxed);
    ++generation_;
    ticket_.store(static_cast<uint64_t>(generation_) << 32 | claims << 16);
    if (sleepers_.load() != 0) wake_workers(claims - 1);
    work(0);
    join();
    release();
  }

 private:
  static constexpr uint32_t kMaxClaims = 0xffff;
  struct Worker;

  static uint32_t first_of(uint64_t ticket) { return ticket & 0xffff; }
  static uint32_t end_of(uint64_t ticket) { return ticket >> 16 & 0xffff; }
  static bool has_work(uint64_t ticket) { return first_of(ticket) != end_of(ticket); }

  void take() {
    while (taken_.exchange(true, std::memory_order_acquire)) std::this_thread::yield();
  }
  void release() { taken_.store(false, std::memory_order_release); }

  // A ticket is (generation, end, first): nobody has claimed [first, end). The caller claims from the front and workers
  // from the back, so that two threads find in their caches what they wrote in the loop before. A successful exchange
  // proves that the loop was still open, and so that the fields read before it belong to it: they change only after the
  // last task of a loop has finished.
  void work(uint32_t worker) {
    uint64_t ticket = ticket_.load();
    while (has_work(ticket)) {
      const Task task = task_.load(std::memory_order_relaxed);
      void* const context = context_.load(std::memory_order_relaxed);
      const uint32_t tasks = tasks_.load(std::memory_order_relaxed);
      const uint32_t grain = grain_.load(std::memory_order_relaxed);
      const bool front = worker == 0;
      if (!ticket_.compare_exchange_weak(ticket, front ? ticket + 1 : ticket - (1u << 16))) continue;
      const uint32_t claim = front ? first_of(ticket) : end_of(ticket) - 1;
      for (uint32_t i = 0; i < grain && claim * grain + i < tasks; ++i) task(context, claim * grain + i, worker);
      if (unfinished_.fetch_sub(1) == 1 && caller_sleeps_.load()) {
        std::lock_guard<std::mutex> lock(mutex_);
        finished_.notify_one();
      }
      ticket = ticket_.load();
    }
  }

  template <typename Condition>
  bool spin(Condition condition) {
    const auto end = Clock::now() + spin_time_;
    do {
      for (int i = 0; i < 32; ++i) {
        if (condition()) return true;
        pause();
      }
    } while (Clock::now() < end);
    return condition();
  }

  void join() {
    const auto finished = [this] { return unfinished_.load() == 0; };
    if (finished() || spin(finished)) return;
    std::unique_lock<std::mutex> lock(mutex_);
    caller_sleeps_.store(true);
    finished_.wait(lock, finished);
    caller_sleeps_.store(false);
  }

  void wait_for_work(Worker& worker) {
    const auto ready = [this] { return has_work(ticket_.load()) || stopping_.load(); };
    if (spin(ready)) return;
    std::unique_lock<std::mutex> lock(mutex_);
    sleepers_.fetch_add(1);
    worker.sleeps = true;
    wake_.wait(lock, ready);
    worker.sleeps = false;
    sleepers_.fetch_sub(1);
    worker.thread.restore_processors();
  }

  void wake_workers(uint32_t count) {
    // The lock orders this after a worker's last look at the ticket, so that no notification is lost. Under a
    // hypervisor Linux often wakes the worker on the caller's processor, where it waits its turn: 20 loops of 8 tasks
    // after a pause took 3.1 ms on two processors, and 1.5 ms now that it is told to go elsewhere.
    {
      std::lock_guard<std::mutex> lock(mutex_);
      for (uint32_t i = 0; i < workers_; ++i) {
        if (worker_[i].sleeps) worker_[i].thread.avoid_this_processor();
      }
    }
    if (count >= workers_) {
      wake_.notify_all();
    } else {
      for (uint32_t i = 0; i < count; ++i) wake_.notify_one();
    }
  }

  void start_workers() {
    started_ = true;
    // More threads than processors: whoever spins keeps another from working.
    spin_time_ = threads() <= available_processors() ? kSpinTime : Clock::duration::zero();
    stopping_.store(false);
    while (workers_ + 1 < threads()) {
      Worker& worker = worker_[workers_];
      worker.pool = this;
      worker.number = workers_ + 1;
      if (!worker.thread.start(&Pool::worker_main, &worker)) return;  // fewer threads compute the same results
      ++workers_;
    }
  }

  void stop_workers() {
    if (!started_) return;
    stopping_.store(true);
    {
      std::lock_guard<std::mutex> lock(mutex_);
    }
    wake_.notify_all();
    for (uint32_t i = 0; i < workers_; ++i) worker_[i].thread.join();
    workers_ = 0;
    started_ = false;
  }

  struct Worker {
    Thread thread;
    Pool* pool = nullptr;
    uint32_t number = 0;
    bool sleeps = false;  // guarded by mutex_
  };

  static void worker_main(void* argument) {
    Worker& worker = *static_cast<Worker*>(argument);
    Pool& pool = *worker.pool;
    while (!pool.stopping_.load()) {
      pool.work(worker.number);
      pool.wait_for_work(worker);
    }
  }

  // The loop that runs.
  std::atomic<Task> task_{nullptr};
  std::atomic<void*> context_{nullptr};
  std::atomic<uint32_t> tasks_{0};
  std::atomic<uint32_t> grain_{1};  // tasks that are claimed together
  // On their own cache lines: all threads write them.
  alignas(64) std::atomic<uint64_t> ticket_{0};
  alignas(64) std::atomic<uint32_t> unfinished_{0};

  alignas(64) std::atomic<bool> taken_{false};  // guards everything below that is not atomic
  std::atomic<uint32_t> threads_{0};            // 0: not yet asked for
  std::atomic<uint32_t> sleepers_{0};
  std::atomic<bool> caller_sleeps_{false};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable finished_;
  Clock::duration spin_time_ = kSpinTime;
  bool started_ = false;
  uint32_t generation_ = 0;
  uint32_t workers_ = 0;
  Worker worker_[kMaxThreads];
};

// Never destroyed: workers may still look at it while the process exits.
Pool& pool() {
  alignas(Pool) static unsigned char memory[sizeof(Pool)];
  static Pool* const instance = new (memory) Pool;
  return *instance;
}

}  // namespace

void parallel_for(uint32_t tasks, Task task, void* context) { pool().run(tasks, task, context); }

uint32_t pool_threads() { return pool().threads(); }

bool set_pool_threads(uint32_t threads) {
  if (threads > kMaxThreads) return false;
  pool().set_threads(threads);
  return true;
}

void stop_pool() { pool().stop(); }

}  // namespace ff

#endif
