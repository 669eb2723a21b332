// A thread of the operating system whose creation may fail. std::thread throws then, and a library without exceptions
// would take the host process down with it.
#ifndef FEEDFORWARD_CORE_THREAD_H_
#define FEEDFORWARD_CORE_THREAD_H_

#include <stddef.h>

#if defined(_WIN32)
#include <process.h>
#include <windows.h>
#else
#include <pthread.h>
#include <signal.h>
#endif
#if defined(__linux__) && !defined(__ANDROID__)
#define FF_HAVE_AFFINITY 1
#include <sched.h>
#endif

namespace ff {

class Thread {
 public:
  // Starts `entry(context)`; false when the system refuses another thread. The caller keeps this object until join().
  bool start(void (*entry)(void* context), void* context) {
    entry_ = entry;
    context_ = context;
#if defined(_WIN32)
    handle_ = reinterpret_cast<HANDLE>(_beginthreadex(nullptr, kStackBytes, &Thread::main, this, 0, nullptr));
    return handle_ != nullptr;
#else
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, kStackBytes);  // musl's default of 128 KB is too close to what kernels use
    // Signals belong to the host's own threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int error = pthread_create(&handle_, &attributes, &Thread::main, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    return error == 0;
#endif
  }

  void join() {
#if defined(_WIN32)
    WaitForSingleObject(handle_, INFINITE);
    CloseHandle(handle_);
#else
    pthread_join(handle_, nullptr);
#endif
  }

  // A sleeping thread shall wake on another processor than the caller's, if it may; until restore_processors.
  void avoid_this_processor() {
#if defined(FF_HAVE_AFFINITY)
    if (!restricted_ && pthread_getaffinity_np(handle_, sizeof allowed_, &allowed_) != 0) return;
    const int here = sched_getcpu();
    if (here < 0 || here >= CPU_SETSIZE) return;
    cpu_set_t others = allowed_;
    CPU_CLR(here, &others);
    if (CPU_COUNT(&others) == 0) return;
    if (pthread_setaffinity_np(handle_, sizeof others, &others) == 0) restricted_ = true;
#endif
  }

  void restore_processors() {
#if defined(FF_HAVE_AFFINITY)
    if (restricted_) pthread_setaffinity_np(handle_, sizeof allowed_, &allowed_);
    restricted_ = false;
#endif
  }

 private:
  static constexpr size_t kStackBytes = 1 << 20;

#if defined(_WIN32)
  static unsigned __stdcall main(void* self) {
    static_cast<Thread*>(self)->entry_(static_cast<Thread*>(self)->context_);
    return 0;
  }
  HANDLE handle_ = nullptr;
#else
  static void* main(void* self) {
    static_cast<Thread*>(self)->entry_(static_cast<Thread*>(self)->context_);
    return nullptr;
  }
  pthread_t handle_{};
#endif
#if defined(FF_HAVE_AFFINITY)
  cpu_set_t allowed_{};
  bool restricted_ = false;
#endif
  void (*entry_)(void*) = nullptr;
  void* context_ = nullptr;
};

}  // namespace ff

#endif  // FEEDFORWARD_CORE_THREAD_H_
