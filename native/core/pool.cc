// The pool over threads of the operating system; wasm/pool.cc has that of a WebAssembly module. Whoever is awake
// computes, so a loop never waits for a thread that the scheduler has not run. Every wait spins for a bounded time and
// then sleeps: a purely spinning join was measured to collapse when a third thread wants one of two cores.
#include "core/pool.h"

#if !defined(__wasm__)

#include <atomic>
#include <type_traits>

#include "core/host.h"
#include "core/loop.h"
#include "core/sync.h"
#include "core/thread.h"

namespace ff {
namespace {

using Task = Loop::Task;

// Longer than the serial parts between two loops of a training step, short enough not to be seen as load.
constexpr uint64_t kSpinNanoseconds = 60000;

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
    const uint32_t claims = loop_.open(tasks, task, context);
    if (sleepers_.load() != 0) wake_workers(claims - 1);
    work(0);
    join();
    release();
  }

 private:
  struct Worker;

  void take() {
    while (taken_.exchange(true, std::memory_order_acquire)) yield();
  }
  void release() { taken_.store(false, std::memory_order_release); }

  void work(uint32_t worker) {
    if (!loop_.work(worker) || !caller_sleeps_.load()) return;
    const Lock lock(mutex_);
    finished_.notify_one();
  }

  template <typename Condition>
  bool spin(Condition condition) {
    const uint64_t end = now_nanoseconds() + spin_nanoseconds_;
    do {
      for (int i = 0; i < 32; ++i) {
        if (condition()) return true;
        pause();
      }
    } while (now_nanoseconds() < end);
    return condition();
  }

  void join() {
    const auto finished = [this] { return loop_.finished(); };
    if (finished() || spin(finished)) return;
    const Lock lock(mutex_);
    caller_sleeps_.store(true);
    finished_.wait(mutex_, finished);
    caller_sleeps_.store(false);
  }

  void wait_for_work(Worker& worker) {
    const auto ready = [this] { return loop_.has_work() || stopping_.load(); };
    if (spin(ready)) return;
    const Lock lock(mutex_);
    sleepers_.fetch_add(1);
    worker.sleeps = true;
    wake_.wait(mutex_, ready);
    worker.sleeps = false;
    sleepers_.fetch_sub(1);
    worker.thread.restore_processors();
  }

  void wake_workers(uint32_t count) {
    // The lock orders this after a worker's last look at the ticket, so that no notification is lost. Under a
    // hypervisor Linux often wakes the worker on the caller's processor, where it waits its turn: 20 loops of 8 tasks
    // after a pause took 3.1 ms on two processors, and 1.5 ms now that it is told to go elsewhere.
    {
      const Lock lock(mutex_);
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
    spin_nanoseconds_ = threads() <= available_processors() ? kSpinNanoseconds : 0;
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
      const Lock lock(mutex_);
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

  Loop loop_;
  alignas(64) std::atomic<bool> taken_{false};  // guards everything below that is not atomic
  std::atomic<uint32_t> threads_{0};            // 0: not yet asked for
  std::atomic<uint32_t> sleepers_{0};
  std::atomic<bool> caller_sleeps_{false};
  std::atomic<bool> stopping_{false};
  Mutex mutex_;
  Condition wake_;
  Condition finished_;
  uint64_t spin_nanoseconds_ = 0;
  bool started_ = false;
  uint32_t workers_ = 0;
  Worker worker_[kMaxThreads];
};

// Never destroyed, since it has no destructor: workers may still look at it while the process exits.
Pool the_pool;
static_assert(std::is_trivially_destructible<Pool>::value, "static destructors run while threads do");

}  // namespace

void parallel_for(uint32_t tasks, Task task, void* context) { the_pool.run(tasks, task, context); }

uint32_t pool_threads() { return the_pool.threads(); }

bool set_pool_threads(uint32_t threads) {
  if (threads > kMaxThreads) return false;
  the_pool.set_threads(threads);
  return true;
}

void stop_pool() { the_pool.stop(); }

}  // namespace ff

#endif
