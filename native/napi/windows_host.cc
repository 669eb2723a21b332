// Node-API for a build without node.lib, as zig and MinGW make it. An import of "node.exe" would bind the addon to that
// file name, and Electron and renamed or bundled hosts have another; so it asks the process that loads it. (The builds
// of MSVC and ClangCL by node-gyp do the same with a delay-loaded import and a hook.)
#if defined(__MINGW32__)

#include <node_api.h>
#include <windows.h>

// Every function that the addon calls: the linker names the one that is missing here.
#define FF_HOST_FUNCTIONS(X)         \
  X(napi_add_env_cleanup_hook)       \
  X(napi_call_threadsafe_function)   \
  X(napi_check_object_type_tag)      \
  X(napi_create_array)               \
  X(napi_create_error)               \
  X(napi_create_function)            \
  X(napi_create_object)              \
  X(napi_create_promise)             \
  X(napi_create_reference)           \
  X(napi_create_string_utf8)         \
  X(napi_create_threadsafe_function) \
  X(napi_create_uint32)              \
  X(napi_delete_reference)           \
  X(napi_get_array_length)           \
  X(napi_get_cb_info)                \
  X(napi_get_element)                \
  X(napi_get_instance_data)          \
  X(napi_get_named_property)         \
  X(napi_get_reference_value)        \
  X(napi_get_typedarray_info)        \
  X(napi_get_undefined)              \
  X(napi_get_value_bool)             \
  X(napi_get_value_double)           \
  X(napi_get_value_string_utf8)      \
  X(napi_is_array)                   \
  X(napi_is_arraybuffer)             \
  X(napi_is_detached_arraybuffer)    \
  X(napi_is_exception_pending)       \
  X(napi_is_typedarray)              \
  X(napi_ref_threadsafe_function)    \
  X(napi_reject_deferred)            \
  X(napi_resolve_deferred)           \
  X(napi_set_element)                \
  X(napi_set_instance_data)          \
  X(napi_set_named_property)         \
  X(napi_throw_error)                \
  X(napi_type_tag_object)            \
  X(napi_typeof)                     \
  X(napi_unref_threadsafe_function)  \
  X(napi_unwrap)                     \
  X(napi_wrap)

extern "C" {
// The compiler calls a function of another library through the pointer of this name.
#define FF_POINTER(name) void* host_##name __asm__("__imp_" #name) = nullptr;
FF_HOST_FUNCTIONS(FF_POINTER)
#undef FF_POINTER
}

namespace ff {
namespace {

napi_status unavailable() { return napi_generic_failure; }

// In the program itself, or in the library of hosts that keep Node in one.
void* find(const char* name) {
  FARPROC function = GetProcAddress(GetModuleHandleW(nullptr), name);
  if (function == nullptr) {
    if (HMODULE library = GetModuleHandleW(L"libnode.dll")) function = GetProcAddress(library, name);
  }
  return function != nullptr ? reinterpret_cast<void*>(function) : reinterpret_cast<void*>(&unavailable);
}

// While the library is loaded, before the host calls its entry.
__attribute__((constructor)) void find_all() {
#define FF_FIND(name) host_##name = find(#name);
  FF_HOST_FUNCTIONS(FF_FIND)
#undef FF_FIND
}

}  // namespace
}  // namespace ff

#endif
