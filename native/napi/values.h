// Reading JavaScript values without trusting them. Types are asked of the engine, never of prototypes, so that arrays
// of other realms (vm, Jest) are as good as our own.
#ifndef FEEDFORWARD_NAPI_VALUES_H_
#define FEEDFORWARD_NAPI_VALUES_H_

#include <node_api.h>
#include <stdint.h>
#include <stdio.h>

#include "feedforward.h"

namespace ff {

inline const char* status_name(int32_t status) {
  switch (status) {
    case FF_OK:
      return "FF_OK";
    case FF_INVALID_ARGUMENT:
      return "FF_INVALID_ARGUMENT";
    case FF_INVALID_PROGRAM:
      return "FF_INVALID_PROGRAM";
    case FF_OUT_OF_MEMORY:
      return "FF_OUT_OF_MEMORY";
    case FF_UNSUPPORTED:
      return "FF_UNSUPPORTED";
    case FF_BUSY:
      return "FF_BUSY";
    case FF_CANCELLED:
      return "FF_CANCELLED";
    case FF_NOT_FINITE:
      return "FF_NOT_FINITE";
  }
  return "FF_UNKNOWN";
}

// Throws an Error whose `code` is the name of the status, unless JavaScript has thrown already. Always returns false.
inline bool fail(napi_env env, int32_t status, const char* message) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, status_name(status), message);
  return false;
}

inline bool fail_expected(napi_env env, const char* name, const char* expected) {
  char message[160];
  snprintf(message, sizeof message, "%s: expected %s.", name, expected);
  return fail(env, FF_INVALID_ARGUMENT, message);
}

inline bool read_number(napi_env env, napi_value value, const char* name, double* number) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_number &&
      napi_get_value_double(env, value, number) == napi_ok) {
    return true;
  }
  return fail_expected(env, name, "a number");
}

inline bool read_uint32(napi_env env, napi_value value, const char* name, uint32_t* number) {
  double d;
  if (!read_number(env, value, name, &d)) return false;
  if (!(d >= 0 && d <= 4294967295.0)) return fail_expected(env, name, "an integer in [0, 2^32)");
  *number = static_cast<uint32_t>(d);
  return *number == d || fail_expected(env, name, "an integer in [0, 2^32)");
}

inline bool read_property(napi_env env, napi_value object, const char* name, napi_value* value) {
  napi_valuetype type;
  if (napi_typeof(env, object, &type) != napi_ok || type != napi_object) {
    return fail_expected(env, name, "an object that has this property");
  }
  return napi_get_named_property(env, object, name, value) == napi_ok ||
         fail_expected(env, name, "a property that can be read");
}

inline bool is_nullish(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && (type == napi_undefined || type == napi_null);
}

inline bool read_uint32_property(napi_env env, napi_value object, const char* name, uint32_t* number) {
  napi_value value;
  return read_property(env, object, name, &value) && read_uint32(env, value, name, number);
}

// At most `maximum` elements; the number of elements of a list from outside decides how much is allocated.
inline bool read_list(napi_env env, napi_value list, const char* name, uint32_t maximum, uint32_t* length) {
  bool is_array = false;
  if (napi_is_array(env, list, &is_array) != napi_ok || !is_array) return fail_expected(env, name, "an array");
  if (napi_get_array_length(env, list, length) != napi_ok) return fail_expected(env, name, "an array");
  return *length <= maximum || fail_expected(env, name, "a shorter array");
}

// The memory of a typed array, as it is at this moment: JavaScript that runs later may detach or shrink it.
struct Elements {
  void* data;
  size_t length;
  napi_typedarray_type type;
};

inline bool read_elements(napi_env env, napi_value value, const char* name, Elements* elements) {
  bool is_typed = false;
  if (napi_is_typedarray(env, value, &is_typed) != napi_ok || !is_typed)
    return fail_expected(env, name, "a typed array");
  napi_value buffer;
  size_t offset;
  if (napi_get_typedarray_info(env, value, &elements->type, &elements->length, &elements->data, &buffer, &offset) !=
      napi_ok) {
    return fail_expected(env, name, "a typed array");
  }
  bool detached = false;
  napi_is_detached_arraybuffer(env, buffer, &detached);
  return !detached || fail_expected(env, name, "a typed array whose buffer is not detached");
}

inline bool read_elements(napi_env env, napi_value value, const char* name, napi_typedarray_type type,
                          Elements* elements) {
  if (!read_elements(env, value, name, elements)) return false;
  const char* const expected = type == napi_float32_array ? "a Float32Array" : "an Int32Array";
  return elements->type == type || fail_expected(env, name, expected);
}

// Refuses resizable buffers: their memory can go away while another thread reads it. May run JavaScript (a getter).
inline bool check_buffer(napi_env env, napi_value value, const char* name) {
  bool is_typed = false;
  if (napi_is_typedarray(env, value, &is_typed) != napi_ok || !is_typed)
    return fail_expected(env, name, "a typed array");
  napi_value buffer, resizable;
  bool is_buffer = false, flag = false;
  napi_valuetype type;
  if (napi_get_typedarray_info(env, value, nullptr, nullptr, nullptr, &buffer, nullptr) != napi_ok) {
    return fail_expected(env, name, "a typed array");
  }
  // Shared buffers never shrink.
  if (napi_is_arraybuffer(env, buffer, &is_buffer) != napi_ok || !is_buffer) return true;
  if (!read_property(env, buffer, "resizable", &resizable)) return false;
  if (napi_typeof(env, resizable, &type) == napi_ok && type == napi_boolean) napi_get_value_bool(env, resizable, &flag);
  return !flag || fail_expected(env, name, "a buffer of fixed length (copy it with slice())");
}

}  // namespace ff

#endif  // FEEDFORWARD_NAPI_VALUES_H_
