// Executions that run while JavaScript goes on. Each has a thread of its own rather than one of libuv's four: training
// takes minutes, and files and names must stay readable meanwhile.
#ifndef FEEDFORWARD_NAPI_JOB_H_
#define FEEDFORWARD_NAPI_JOB_H_

#include <string.h>

#include <atomic>

#include "core/sync.h"
#include "core/thread.h"
#include "napi/request.h"

namespace ff {

struct Job;

// A program as JavaScript holds it.
struct Handle {
  FFProgram* program = nullptr;
  napi_ref arena = nullptr;  // the Float32Array: the memory that the program computes in
  Job* job = nullptr;        // at most one
  bool disposed = false;
};

// What belongs to one napi_env: the main thread has one, every worker has another.
struct Environment {
  napi_threadsafe_function finished = nullptr;
  Job* jobs = nullptr;
};

struct Job {
  enum Phase : uint32_t { kQueued, kEntered, kFinished };
  static constexpr uint32_t kNotStarted = 0xffffffffu;

  Request request;
  Handle* handle = nullptr;
  Environment* environment = nullptr;
  napi_deferred deferred = nullptr;
  napi_ref kept = nullptr;  // everything that the thread reads or writes
  Thread thread;
  std::atomic<uint32_t> phase{kQueued};
  std::atomic<bool> cancelled{false};
  uint32_t steps_done = kNotStarted;  // ff_train stores 0 as soon as ff_cancel reaches it
  int32_t status = FF_OK;
  char message[400] = "";
  Job* previous = nullptr;
  Job* next = nullptr;

  bool start() {
    return thread.start([](void* job) { static_cast<Job*>(job)->main(); }, this);
  }

  // Stops a train before its next step, no matter how far it is; a run is left to finish. Any thread but the job's may
  // call it.
  void cancel() {
    if (!request.is_train) return;
    cancelled.store(true);
    if (phase.load() == kQueued) return;  // main() looks at `cancelled` after it has left this phase
    while (phase.load() == kEntered && __atomic_load_n(&steps_done, __ATOMIC_ACQUIRE) == kNotStarted) yield();
    ff_cancel(handle->program);
  }

  void link() {
    next = environment->jobs;
    if (next != nullptr) next->previous = this;
    environment->jobs = this;
    handle->job = this;
  }

  void unlink() {
    (previous != nullptr ? previous->next : environment->jobs) = next;
    if (next != nullptr) next->previous = previous;
    handle->job = nullptr;
  }

 private:
  void main() {
    phase.store(kEntered);
    if (cancelled.load()) {
      status = FF_CANCELLED;
      steps_done = 0;
    } else {
      status = request.execute(handle->program, &steps_done);
      if (status != FF_OK) strncpy(message, ff_last_error(), sizeof message - 1);
    }
    phase.store(kFinished);
    // Fails only when the environment is going away, and then somebody is waiting in join().
    napi_call_threadsafe_function(environment->finished, this, napi_tsfn_nonblocking);
  }
};

}  // namespace ff

#endif  // FEEDFORWARD_NAPI_JOB_H_
