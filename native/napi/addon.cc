// The N-API binding: exactly the functions of feedforward.h, plus the asynchronous forms of run and train.
// Every environment (main thread or worker) has its own state; nothing that belongs to JavaScript is static.
#include "core/memory.h"
#include "core/pool.h"
#include "napi/job.h"

namespace ff {
namespace {

constexpr napi_type_tag kHandleTag = {0x6665656466777264u, 0x9e1f3c5a7b2d4860u};

std::atomic<uint32_t> environments{0};

// --- Programs ---

void destroy(napi_env env, Handle* handle) {
  ff_destroy(handle->program);
  handle->program = nullptr;
  if (handle->arena != nullptr) napi_delete_reference(env, handle->arena);
  handle->arena = nullptr;
}

// Runs after garbage collection, and when the environment goes away; no job runs then: a job keeps the object of its
// handle.
void finalize_handle(napi_env env, void* data, void*) {
  Handle* const handle = static_cast<Handle*>(data);
  if (handle->program != nullptr) destroy(env, handle);
  destroy_object(handle);
}

bool read_handle(napi_env env, napi_value value, Handle** handle) {
  bool ours = false;
  if (napi_check_object_type_tag(env, value, &kHandleTag, &ours) != napi_ok || !ours ||
      napi_unwrap(env, value, reinterpret_cast<void**>(handle)) != napi_ok) {
    return fail_expected(env, "program", "what create() returned");
  }
  return true;
}

// A program that may execute now: not disposed, not executing, its arena still in place.
bool check_ready(napi_env env, Handle* handle) {
  if (handle->disposed)
    return fail(env, FF_INVALID_ARGUMENT, "program: expected one that is in use, received a disposed one.");
  if (handle->job != nullptr) {
    return fail(env, FF_BUSY, "program: executing already. Wait for its promise before the next call.");
  }
  napi_value arena;
  Elements elements;
  return napi_get_reference_value(env, handle->arena, &arena) == napi_ok && arena != nullptr &&
         read_elements(env, arena, "arena", napi_float32_array, &elements);
}

// --- Results ---

napi_value train_result(napi_env env, int32_t status, uint32_t steps) {
  napi_value result, text, number;
  const char* const name = status == FF_OK ? "done" : status == FF_CANCELLED ? "cancelled" : "notFinite";
  napi_create_object(env, &result);
  napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &text);
  napi_create_uint32(env, steps, &number);
  napi_set_named_property(env, result, "status", text);
  napi_set_named_property(env, result, "steps", number);
  return result;
}

bool is_result(const Request& request, int32_t status) {
  return status == FF_OK || (request.is_train && (status == FF_CANCELLED || status == FF_NOT_FINITE));
}

napi_value make_error(napi_env env, int32_t status, const char* message) {
  napi_value code, text, error = nullptr;
  napi_create_string_utf8(env, status_name(status), NAPI_AUTO_LENGTH, &code);
  napi_create_string_utf8(env, message, NAPI_AUTO_LENGTH, &text);
  napi_create_error(env, code, text, &error);
  return error;
}

// --- Asynchronous execution ---

// A buffer that was transferred to another thread meanwhile may have been freed under the hands of ours: tell it.
bool kept_buffers_are_detached(napi_env env, napi_value kept) {
  uint32_t length = 0;
  bool is_array = false, is_typed = false, detached = false;
  if (napi_is_array(env, kept, &is_array) == napi_ok && is_array) {
    napi_get_array_length(env, kept, &length);
    for (uint32_t i = 0; i < length; ++i) {
      napi_value element;
      if (napi_get_element(env, kept, i, &element) == napi_ok && kept_buffers_are_detached(env, element)) return true;
    }
  } else if (napi_is_typedarray(env, kept, &is_typed) == napi_ok && is_typed) {
    napi_value buffer;
    if (napi_get_typedarray_info(env, kept, nullptr, nullptr, nullptr, &buffer, nullptr) == napi_ok) {
      napi_is_detached_arraybuffer(env, buffer, &detached);
    }
  }
  return detached;
}

// On the JavaScript thread, after a job's thread has done its work. `env` is null when the environment goes away.
void finish_job(napi_env env, napi_value, void*, void* data) {
  if (env == nullptr) return;
  Job* const job = static_cast<Job*>(data);
  job->thread.join();
  job->unlink();
  if (job->environment->jobs == nullptr) napi_unref_threadsafe_function(env, job->environment->finished);
  napi_value kept = nullptr;
  napi_get_reference_value(env, job->kept, &kept);
  napi_value error = nullptr;
  if (kept != nullptr && kept_buffers_are_detached(env, kept)) {
    error =
        make_error(env, FF_INVALID_ARGUMENT, "train: a buffer was detached while it was in use. Its results are void.");
  } else if (!is_result(job->request, job->status)) {
    error = make_error(env, job->status, job->message);
  }
  if (error != nullptr) {
    napi_reject_deferred(env, job->deferred, error);
  } else if (job->request.is_train) {
    napi_resolve_deferred(env, job->deferred, train_result(env, job->status, job->steps_done));
  } else {
    napi_value undefined;
    napi_get_undefined(env, &undefined);
    napi_resolve_deferred(env, job->deferred, undefined);
  }
  if (job->handle->disposed) destroy(env, job->handle);
  napi_delete_reference(env, job->kept);
  destroy_object(job);
}

// Before anything of the environment is freed: at its end, or when worker.terminate() stopped it in the middle of a
// job.
void close_environment(void* data) {
  Environment* const environment = static_cast<Environment*>(data);
  for (Job* job = environment->jobs; job != nullptr; job = job->next) job->cancel();
  while (Job* const job = environment->jobs) {
    job->thread.join();
    job->unlink();
    destroy_object(job);  // its promise and its references go with the environment
  }
  // The library may be unloaded now: no thread of ours may remain in it.
  if (environments.fetch_sub(1) == 1) stop_pool();
}

void finalize_environment(napi_env, void* data, void*) { destroy_object(static_cast<Environment*>(data)); }

napi_value start_job(napi_env env, Job* job, Handle* handle, napi_value handle_object, napi_value kept) {
  void* environment = nullptr;
  napi_value promise = nullptr, list;
  napi_get_instance_data(env, &environment);
  job->environment = static_cast<Environment*>(environment);
  job->handle = handle;
  if (napi_create_array(env, &list) != napi_ok || napi_set_element(env, list, 0, handle_object) != napi_ok ||
      (kept != nullptr && napi_set_element(env, list, 1, kept) != napi_ok) ||
      napi_create_reference(env, list, 1, &job->kept) != napi_ok) {
    destroy_object(job);
    fail(env, FF_OUT_OF_MEMORY, "program: no memory for a reference.");
    return nullptr;
  }
  if (napi_create_promise(env, &job->deferred, &promise) != napi_ok) {
    napi_delete_reference(env, job->kept);
    destroy_object(job);
    fail(env, FF_OUT_OF_MEMORY, "program: no memory for a promise.");
    return nullptr;
  }
  if (job->environment->jobs == nullptr) napi_ref_threadsafe_function(env, job->environment->finished);
  job->link();
  if (job->start()) return promise;
  job->unlink();
  if (job->environment->jobs == nullptr) napi_unref_threadsafe_function(env, job->environment->finished);
  napi_reject_deferred(env, job->deferred,
                       make_error(env, FF_OUT_OF_MEMORY, "program: the system refuses another thread."));
  napi_delete_reference(env, job->kept);
  destroy_object(job);
  return promise;
}

// --- Functions that JavaScript calls ---

constexpr size_t kMaxArguments = 8;

bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value* arguments) {
  size_t received = kMaxArguments;
  if (napi_get_cb_info(env, info, &received, arguments, nullptr, nullptr) != napi_ok) return false;
  if (received == count) return true;
  char message[80];
  snprintf(message, sizeof message, "native: expected %zu arguments, received %zu.", count, received);
  return fail(env, FF_INVALID_ARGUMENT, message);
}

bool check_status(napi_env env, int32_t status) { return status == FF_OK || fail(env, status, ff_last_error()); }

napi_value describe(napi_env env, napi_callback_info) {
  const uint32_t length = ff_describe(nullptr, 0);
  char* const text = static_cast<char*>(malloc(length + 1));
  napi_value result = nullptr;
  if (text == nullptr) {
    fail(env, FF_OUT_OF_MEMORY, "describe: out of memory.");
    return nullptr;
  }
  // Another thread may choose an ISA with a longer name meanwhile; the text is cut then, never overrun.
  const uint32_t written = ff_describe(text, length + 1);
  napi_create_string_utf8(env, text, written < length ? written : length, &result);
  free(text);
  return result;
}

napi_value set_isa(napi_env env, napi_callback_info info) {
  napi_value arguments[kMaxArguments];
  char name[32];
  size_t length = 0;
  if (!read_arguments(env, info, 1, arguments)) return nullptr;
  if (napi_get_value_string_utf8(env, arguments[0], name, sizeof name, &length) != napi_ok) {
    fail_expected(env, "isa", "a string");
  } else {
    check_status(env, ff_set_isa(name));
  }
  return nullptr;
}

napi_value set_threads(napi_env env, napi_callback_info info) {
  napi_value arguments[kMaxArguments];
  uint32_t threads;
  if (read_arguments(env, info, 1, arguments) && read_uint32(env, arguments[0], "threads", &threads)) {
    check_status(env, ff_set_threads(threads));
  }
  return nullptr;
}

bool read_words(napi_env env, napi_value value, Elements* words) {
  if (!read_elements(env, value, "words", napi_int32_array, words)) return false;
  return words->length <= 0x7fffffff || fail_expected(env, "words", "less than 2^31 words");
}

napi_value arena_size(napi_env env, napi_callback_info info) {
  napi_value arguments[kMaxArguments], result = nullptr;
  Elements words;
  uint32_t floats = 0;
  if (!read_arguments(env, info, 1, arguments) || !read_words(env, arguments[0], &words)) return nullptr;
  if (check_status(
          env, ff_arena_size(static_cast<const int32_t*>(words.data), static_cast<uint32_t>(words.length), &floats))) {
    napi_create_uint32(env, floats, &result);
  }
  return result;
}

// The one thing that JavaScript cannot see of its own memory: how many floats lie before the first cache line.
napi_value aligned_offset(napi_env env, napi_callback_info info) {
  napi_value arguments[kMaxArguments], result = nullptr;
  Elements memory;
  if (!read_arguments(env, info, 1, arguments) ||
      !read_elements(env, arguments[0], "memory", napi_float32_array, &memory)) {
    return nullptr;
  }
  const uintptr_t past = reinterpret_cast<uintptr_t>(memory.data) % kAlignment;
  napi_create_uint32(env, static_cast<uint32_t>((kAlignment - past) % kAlignment / sizeof(float)), &result);
  return result;
}

napi_value create(napi_env env, napi_callback_info info) {
  napi_value arguments[kMaxArguments], object = nullptr;
  Elements words, arena;
  if (!read_arguments(env, info, 2, arguments) || !check_buffer(env, arguments[1], "arena") ||
      !read_words(env, arguments[0], &words) ||
      !read_elements(env, arguments[1], "arena", napi_float32_array, &arena)) {
    return nullptr;
  }
  const uint32_t floats = arena.length > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(arena.length);
  Handle* const handle = create_object<Handle>();
  if (handle == nullptr) {
    fail(env, FF_OUT_OF_MEMORY, "create: out of memory.");
    return nullptr;
  }
  const int32_t status = ff_create(static_cast<const int32_t*>(words.data), static_cast<uint32_t>(words.length),
                                   static_cast<float*>(arena.data), floats, &handle->program);
  if (status != FF_OK) {
    destroy_object(handle);
    check_status(env, status);
    return nullptr;
  }
  if (napi_create_reference(env, arguments[1], 1, &handle->arena) != napi_ok ||
      napi_create_object(env, &object) != napi_ok ||
      napi_wrap(env, object, handle, finalize_handle, nullptr, nullptr) != napi_ok) {
    destroy(env, handle);
    destroy_object(handle);
    fail(env, FF_OUT_OF_MEMORY, "create: no memory for the object of a program.");
    return nullptr;
  }
  // From here on the wrapped object frees the handle.
  if (napi_type_tag_object(env, object, &kHandleTag) == napi_ok) return object;
  fail(env, FF_OUT_OF_MEMORY, "create: no memory for the object of a program.");
  return nullptr;
}

// Everything that run and runAsync, train and trainAsync have in common: the request, read and checked.
bool read_request(napi_env env, napi_callback_info info, bool is_train, Request* request, Handle** handle,
                  napi_value* handle_object, napi_value* kept) {
  napi_value arguments[kMaxArguments];
  if (!read_arguments(env, info, is_train ? 2 : 8, arguments) || !read_handle(env, arguments[0], handle)) return false;
  *handle_object = arguments[0];
  if (!is_train) return read_run(env, arguments + 1, request) && check_ready(env, *handle);
  TrainReader reader(env, request);
  return reader.collect(arguments[1], kept) && check_ready(env, *handle) && reader.resolve();
}

napi_value execute(napi_env env, napi_callback_info info, bool is_train) {
  Request request;
  Handle* handle;
  napi_value object, kept = nullptr;
  if (!read_request(env, info, is_train, &request, &handle, &object, &kept)) return nullptr;
  uint32_t steps = 0;
  const int32_t status = request.execute(handle->program, &steps);
  if (!is_result(request, status)) {
    check_status(env, status);
    return nullptr;
  }
  return is_train ? train_result(env, status, steps) : nullptr;
}

napi_value execute_async(napi_env env, napi_callback_info info, bool is_train) {
  Handle* handle;
  napi_value object, kept = nullptr;
  Job* const job = create_object<Job>();
  if (job == nullptr) {
    fail(env, FF_OUT_OF_MEMORY, "program: out of memory.");
    return nullptr;
  }
  if (!read_request(env, info, is_train, &job->request, &handle, &object, &kept)) {
    destroy_object(job);
    return nullptr;
  }
  return start_job(env, job, handle, object, kept);
}

napi_value run(napi_env env, napi_callback_info info) { return execute(env, info, false); }
napi_value train(napi_env env, napi_callback_info info) { return execute(env, info, true); }
napi_value run_async(napi_env env, napi_callback_info info) { return execute_async(env, info, false); }
napi_value train_async(napi_env env, napi_callback_info info) { return execute_async(env, info, true); }

napi_value cancel(napi_env env, napi_callback_info info) {
  napi_value arguments[kMaxArguments];
  Handle* handle;
  if (read_arguments(env, info, 1, arguments) && read_handle(env, arguments[0], &handle) && handle->job != nullptr) {
    handle->job->cancel();
  }
  return nullptr;
}

// Idempotent. While a job runs it is cancelled, and the program is freed when it has ended.
napi_value destroy_program(napi_env env, napi_callback_info info) {
  napi_value arguments[kMaxArguments];
  Handle* handle;
  if (!read_arguments(env, info, 1, arguments) || !read_handle(env, arguments[0], &handle) || handle->disposed)
    return nullptr;
  handle->disposed = true;
  if (handle->job != nullptr) {
    handle->job->cancel();
  } else {
    destroy(env, handle);
  }
  return nullptr;
}

bool open_environment(napi_env env) {
  Environment* const environment = create_object<Environment>();
  if (environment == nullptr) return fail(env, FF_OUT_OF_MEMORY, "native: out of memory.");
  napi_value name;
  if (napi_set_instance_data(env, environment, finalize_environment, nullptr) != napi_ok) {
    destroy_object(environment);
    return fail(env, FF_OUT_OF_MEMORY, "native: no instance data.");
  }
  // Hooks run in reverse order: ours, registered last, joins the threads that use the function before the function
  // goes.
  if (napi_create_string_utf8(env, "feedforward", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, finish_job,
                                      &environment->finished) != napi_ok ||
      napi_unref_threadsafe_function(env, environment->finished) != napi_ok ||
      napi_add_env_cleanup_hook(env, close_environment, environment) != napi_ok) {
    return fail(env, FF_OUT_OF_MEMORY, "native: no thread-safe function.");
  }
  environments.fetch_add(1);
  return true;
}

}  // namespace
}  // namespace ff

NAPI_MODULE_INIT() {
  if (!ff::open_environment(env)) return nullptr;
  const struct {
    const char* name;
    napi_callback function;
  } functions[] = {
      {"describe", ff::describe},
      {"setIsa", ff::set_isa},
      {"setThreads", ff::set_threads},
      {"arenaSize", ff::arena_size},
      {"alignedOffset", ff::aligned_offset},
      {"create", ff::create},
      {"run", ff::run},
      {"runAsync", ff::run_async},
      {"train", ff::train},
      {"trainAsync", ff::train_async},
      {"cancel", ff::cancel},
      {"destroy", ff::destroy_program},
  };
  for (const auto& entry : functions) {
    napi_value function;
    if (napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, entry.function, nullptr, &function) != napi_ok ||
        napi_set_named_property(env, exports, entry.name, function) != napi_ok) {
      return nullptr;
    }
  }
  return exports;
}
