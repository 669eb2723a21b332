// A lock, a condition, a clock and a yield from the operating system itself. The library's compiled half of the C++
// standard library throws, and with its unwinder and message formatting it would be a third of the addon; what is used
// of that library elsewhere is headers only, so that the addon needs no C++ runtime at all.
#ifndef FEEDFORWARD_CORE_SYNC_H_
#define FEEDFORWARD_CORE_SYNC_H_

#include <stdint.h>

#if defined(_WIN32)
#include <windows.h>
#else
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>
#endif

namespace ff {

class Mutex {
 public:
#if defined(_WIN32)
  void lock() { AcquireSRWLockExclusive(&native); }
  void unlock() { ReleaseSRWLockExclusive(&native); }
  SRWLOCK native = SRWLOCK_INIT;
#else
  void lock() { pthread_mutex_lock(&native); }
  void unlock() { pthread_mutex_unlock(&native); }
  pthread_mutex_t native = PTHREAD_MUTEX_INITIALIZER;
#endif
};

// Holds a mutex until the end of its scope.
class Lock {
 public:
  explicit Lock(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

class Condition {
 public:
  // Sleeps until `ready()`; the caller holds the mutex, and holds it again afterwards.
  template <typename Ready>
  void wait(Mutex& mutex, Ready ready) {
#if defined(_WIN32)
    while (!ready()) SleepConditionVariableSRW(&native_, &mutex.native, INFINITE, 0);
#else
    while (!ready()) pthread_cond_wait(&native_, &mutex.native);
#endif
  }

#if defined(_WIN32)
  void notify_one() { WakeConditionVariable(&native_); }
  void notify_all() { WakeAllConditionVariable(&native_); }

 private:
  CONDITION_VARIABLE native_ = CONDITION_VARIABLE_INIT;
#else
  void notify_one() { pthread_cond_signal(&native_); }
  void notify_all() { pthread_cond_broadcast(&native_); }

 private:
  pthread_cond_t native_ = PTHREAD_COND_INITIALIZER;
#endif
};

// Lets another thread have the processor.
inline void yield() {
#if defined(_WIN32)
  SwitchToThread();
#else
  sched_yield();
#endif
}

// Nanoseconds of a clock that only goes forwards.
inline uint64_t now_nanoseconds() {
  constexpr uint64_t kSecond = 1000000000;
#if defined(_WIN32)
  LARGE_INTEGER ticks, frequency;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&frequency);
  const uint64_t count = static_cast<uint64_t>(ticks.QuadPart), rate = static_cast<uint64_t>(frequency.QuadPart);
  return count / rate * kSecond + count % rate * kSecond / rate;
#else
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * kSecond + static_cast<uint64_t>(time.tv_nsec);
#endif
}

// How many processors the machine has online; 0 when the system does not tell.
inline uint32_t online_processors() {
#if defined(_WIN32)
  return GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
#else
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? static_cast<uint32_t>(count) : 0;
#endif
}

}  // namespace ff

#endif  // FEEDFORWARD_CORE_SYNC_H_
