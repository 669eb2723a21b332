// Allocation, and the few functions of the C library that compilers call on their own. A freestanding build has no
// libc: there the module itself defines them.
#ifndef FEEDFORWARD_CORE_MEMORY_H_
#define FEEDFORWARD_CORE_MEMORY_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__wasm__)
extern "C" {
void* memcpy(void* to, const void* from, size_t bytes);
void* memmove(void* to, const void* from, size_t bytes);
void* memset(void* to, int value, size_t bytes);
int memcmp(const void* a, const void* b, size_t bytes);
void* ff_alloc(size_t bytes);
void ff_free(void* memory);
}
#else
#include <stdlib.h>
#include <string.h>

#include <new>
#if defined(_WIN32)
#include <malloc.h>
#endif
#endif

namespace ff {

constexpr size_t kAlignment = 64;  // a cache line, and the widest vector

// Null when there is no memory, and for sizes that overflow.
inline void* allocate_aligned(size_t bytes) {
  if (bytes > SIZE_MAX - kAlignment) return nullptr;
#if defined(__wasm__)
  return ff_alloc(bytes);
#else
  const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
#if defined(_WIN32)
  return _aligned_malloc(rounded == 0 ? kAlignment : rounded, kAlignment);
#else
  void* memory = nullptr;
  return posix_memalign(&memory, kAlignment, rounded == 0 ? kAlignment : rounded) == 0 ? memory : nullptr;
#endif
#endif
}

inline void free_aligned(void* memory) {
#if defined(__wasm__)
  ff_free(memory);
#elif defined(_WIN32)
  _aligned_free(memory);
#else
  free(memory);
#endif
}

#if !defined(__wasm__)
// A new T, null when there is no memory; destroy_object ends and frees it. Without operator new there is no need for a
// C++ runtime.
template <typename T>
T* create_object() {
  void* const memory = allocate_aligned(sizeof(T));
  return memory == nullptr ? nullptr : new (memory) T;
}

template <typename T>
void destroy_object(T* object) {
  object->~T();
  free_aligned(object);
}
#endif

inline void copy_bytes(void* to, const void* from, size_t bytes) { memcpy(to, from, bytes); }
inline void zero_bytes(void* to, size_t bytes) { memset(to, 0, bytes); }

}  // namespace ff

#endif  // FEEDFORWARD_CORE_MEMORY_H_
