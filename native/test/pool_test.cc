// The fork-join pool under contention: every task once, whoever else uses the pool, stops it or changes its size.
#include "core/pool.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "core/host.h"
#include "core/thread.h"
#include "test/test.h"

namespace {

struct Tasks {
  std::atomic<uint32_t> seen[64] = {};
  std::atomic<uint32_t> active[ff::kMaxThreads] = {};
  std::atomic<uint32_t> shared{0};  // times that two running tasks had the same worker number

  static void run(void* context, uint32_t index, uint32_t worker) {
    Tasks& self = *static_cast<Tasks*>(context);
    if (self.active[worker].fetch_add(1) != 0) ++self.shared;
    self.seen[index].fetch_add(1);
    volatile uint32_t work = 0;
    for (int i = 0; i < 50; ++i) work = work + 1;
    self.active[worker].fetch_sub(1);
  }
};

void run_loops(uint32_t seed, uint32_t loops) {
  for (uint32_t i = 0; i < loops; ++i) {
    const uint32_t count = (seed + 7 * i) % 64;
    Tasks tasks;
    ff::parallel_for(count, &Tasks::run, &tasks);
    for (uint32_t j = 0; j < 64; ++j) CHECK_EQUAL(tasks.seen[j].load(), j < count ? 1 : 0);
    CHECK_EQUAL(tasks.shared.load(), 0);
  }
}

}  // namespace

TEST(every_task_runs_once) {
  for (uint32_t threads : {1u, 2u, 3u, 8u}) {
    CHECK(ff::set_pool_threads(threads));
    CHECK_EQUAL(ff::pool_threads(), threads);
    run_loops(threads, 500);
  }
}

TEST(loops_of_many_threads_while_the_pool_changes) {
  std::vector<std::thread> users;
  for (uint32_t i = 0; i < 3; ++i) users.emplace_back(run_loops, i, 500);
  for (uint32_t i = 0; i < 40; ++i) {
    CHECK(ff::set_pool_threads(1 + i % 4));
    if (i % 8 == 0) ff::stop_pool();
  }
  for (std::thread& user : users) user.join();
}

TEST(nested_loops_run_on_the_calling_thread) {
  ff::set_pool_threads(2);
  std::atomic<uint32_t> sum{0};
  const auto inner = [](void* context, uint32_t, uint32_t worker) {
    static_cast<std::atomic<uint32_t>*>(context)->fetch_add(worker == 0 ? 1 : 1000000);
  };
  struct Outer {
    void (*inner)(void*, uint32_t, uint32_t);
    std::atomic<uint32_t>* sum;
  } outer{inner, &sum};
  ff::parallel_for(
      8,
      [](void* context, uint32_t, uint32_t) {
        const Outer& o = *static_cast<Outer*>(context);
        ff::parallel_for(10, o.inner, o.sum);
      },
      &outer);
  CHECK_EQUAL(sum.load(), 80);
}

TEST(a_stopped_pool_starts_again) {
  for (int i = 0; i < 20; ++i) {
    ff::stop_pool();
    run_loops(1, 3);
  }
  ff::stop_pool();
  ff::stop_pool();
}

#if defined(FF_HAVE_AFFINITY)
TEST(a_worker_that_has_slept_keeps_its_processors) {
  struct Seen {
    cpu_set_t allowed;
    std::atomic<uint32_t> others{0};
    std::atomic<uint32_t> workers{0};
  } seen;
  sched_getaffinity(0, sizeof seen.allowed, &seen.allowed);
  const auto task = [](void* context, uint32_t, uint32_t worker) {
    Seen& self = *static_cast<Seen*>(context);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    cpu_set_t now;
    if (worker == 0) return;
    ++self.workers;
    if (sched_getaffinity(0, sizeof now, &now) != 0 || !CPU_EQUAL(&now, &self.allowed)) ++self.others;
  };
  ff::set_pool_threads(3);
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ff::parallel_for(30, task, &seen);
  }
  CHECK(seen.workers.load() > 0);
  CHECK_EQUAL(seen.others.load(), 0);
  ff::set_pool_threads(0);
}
#endif

TEST(the_number_of_threads_is_checked) {
  CHECK(!ff::set_pool_threads(ff::kMaxThreads + 1));
  CHECK(ff::set_pool_threads(ff::kMaxThreads));
  CHECK(ff::set_pool_threads(0));
  CHECK_EQUAL(ff::pool_threads(), ff::default_threads());
  CHECK(ff::default_threads() >= 1);
  CHECK(ff::default_threads() <= ff::available_processors());
}

TEST_MAIN()
