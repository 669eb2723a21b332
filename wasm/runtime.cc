// What a freestanding WebAssembly module lacks: the memory functions that compilers call by themselves, and ff_alloc
// and ff_free over memory.grow. A build with Emscripten has a C library, and only passes these two on to it.
#if defined(__wasm__)

#include <stddef.h>
#include <stdint.h>

#include "feedforward.h"

#if defined(__EMSCRIPTEN__)

#include <stdlib.h>

extern "C" {

void* ff_alloc(size_t bytes) { return aligned_alloc(64, (bytes + 64) / 64 * 64); }

void ff_free(void* memory) { free(memory); }

}  // extern "C"

#else

// The end of the module's static data, given by wasm-ld.
extern "C" unsigned char __heap_base;

namespace {

// WebAssembly has no alignment traps: words may lie anywhere.
typedef uint64_t Word __attribute__((aligned(1), may_alias));

constexpr size_t kPageBytes = 65536;
constexpr size_t kAlignment = 64;

// Lies before every block, used or free; its size keeps the memory behind it aligned. Free blocks form a list by
// address.
struct alignas(kAlignment) Block {
  size_t bytes;  // behind this header, a multiple of kAlignment
  Block* next;   // only of free blocks

  unsigned char* memory() { return reinterpret_cast<unsigned char*>(this + 1); }
  unsigned char* end() { return memory() + bytes; }
};

Block* free_blocks = nullptr;
unsigned char* heap_end = nullptr;  // everything before it belongs to a block

// Threads allocate their scratch memory themselves.
class Lock {
 public:
#if defined(__wasm_atomics__)
  Lock() {
    while (__atomic_exchange_n(&taken_, true, __ATOMIC_ACQUIRE)) {
    }
  }
  ~Lock() { __atomic_store_n(&taken_, false, __ATOMIC_RELEASE); }

 private:
  static inline bool taken_ = false;
#else
  ~Lock() {}
#endif
};

size_t memory_bytes() { return __builtin_wasm_memory_size(0) * kPageBytes; }

// Puts a block into the list and joins it with its neighbours.
void release(Block* block) {
  Block** link = &free_blocks;
  Block* previous = nullptr;
  while (*link != nullptr && *link < block) {
    previous = *link;
    link = &previous->next;
  }
  block->next = *link;
  *link = block;
  if (block->next != nullptr && block->end() == reinterpret_cast<unsigned char*>(block->next)) {
    block->bytes += sizeof(Block) + block->next->bytes;
    block->next = block->next->next;
  }
  if (previous != nullptr && previous->end() == reinterpret_cast<unsigned char*>(block)) {
    previous->bytes += sizeof(Block) + block->bytes;
    previous->next = block->next;
  }
}

// Takes the first free block that is large enough and returns what it does not need.
Block* take(size_t bytes) {
  for (Block** link = &free_blocks; *link != nullptr; link = &(*link)->next) {
    Block* block = *link;
    if (block->bytes < bytes) continue;
    if (block->bytes - bytes > sizeof(Block)) {
      Block* rest = reinterpret_cast<Block*>(block->memory() + bytes);
      rest->bytes = block->bytes - bytes - sizeof(Block);
      rest->next = block->next;
      *link = rest;
      block->bytes = bytes;
    } else {
      *link = block->next;
    }
    return block;
  }
  return nullptr;
}

// Adds at least `bytes` (and their header) to the list of free blocks; whole pages only.
bool grow(size_t bytes) {
  if (heap_end == nullptr) {
    const size_t base = reinterpret_cast<size_t>(&__heap_base);
    heap_end = reinterpret_cast<unsigned char*>((base + kAlignment - 1) / kAlignment * kAlignment);
  }
  const size_t begin = reinterpret_cast<size_t>(heap_end);
  const uint64_t wanted = uint64_t{begin} + sizeof(Block) + bytes;
  const uint64_t size = memory_bytes();
  if (wanted > size) {
    const uint64_t pages = (wanted - size + kPageBytes - 1) / kPageBytes;
    if (pages > 65536 || __builtin_wasm_memory_grow(0, static_cast<size_t>(pages)) == static_cast<size_t>(-1))
      return false;
  }
  // The last alignment unit of a memory of 4 GiB stays unused: its end would be address 0.
  uint64_t end = static_cast<uint64_t>(__builtin_wasm_memory_size(0)) * kPageBytes;
  if (end > 0xffffffffu) end -= kAlignment;
  if (end < wanted) return false;
  Block* block = reinterpret_cast<Block*>(heap_end);
  block->bytes = static_cast<size_t>(end - begin) - sizeof(Block);
  heap_end = reinterpret_cast<unsigned char*>(static_cast<size_t>(end));
  release(block);
  return true;
}

}  // namespace

extern "C" {

// no_builtin: the compiler must not recognize the loops as the very functions that they define.
__attribute__((no_builtin)) void* memcpy(void* __restrict to, const void* __restrict from, size_t bytes) {
  unsigned char* t = static_cast<unsigned char*>(to);
  const unsigned char* f = static_cast<const unsigned char*>(from);
  for (; bytes >= sizeof(Word); bytes -= sizeof(Word), t += sizeof(Word), f += sizeof(Word)) {
    *reinterpret_cast<Word*>(t) = *reinterpret_cast<const Word*>(f);
  }
  for (; bytes > 0; --bytes) *t++ = *f++;
  return to;
}

__attribute__((no_builtin)) void* memmove(void* to, const void* from, size_t bytes) {
  unsigned char* t = static_cast<unsigned char*>(to);
  const unsigned char* f = static_cast<const unsigned char*>(from);
  if (t <= f || t >= f + bytes) {
    for (; bytes > 0; --bytes) *t++ = *f++;
  } else {
    while (bytes-- > 0) t[bytes] = f[bytes];
  }
  return to;
}

__attribute__((no_builtin)) void* memset(void* to, int value, size_t bytes) {
  unsigned char* t = static_cast<unsigned char*>(to);
  const uint64_t pattern = static_cast<unsigned char>(value) * 0x0101010101010101u;
  for (; bytes >= sizeof(Word); bytes -= sizeof(Word), t += sizeof(Word)) *reinterpret_cast<Word*>(t) = pattern;
  for (; bytes > 0; --bytes) *t++ = static_cast<unsigned char>(value);
  return to;
}

__attribute__((no_builtin)) int memcmp(const void* a, const void* b, size_t bytes) {
  const unsigned char* p = static_cast<const unsigned char*>(a);
  const unsigned char* q = static_cast<const unsigned char*>(b);
  for (size_t i = 0; i < bytes; ++i) {
    if (p[i] != q[i]) return p[i] < q[i] ? -1 : 1;
  }
  return 0;
}

void* ff_alloc(size_t bytes) {
  if (bytes > 0xffff0000u) return nullptr;
  const size_t rounded = bytes == 0 ? kAlignment : (bytes + kAlignment - 1) / kAlignment * kAlignment;
  const Lock lock;
  Block* block = take(rounded);
  if (block == nullptr && grow(rounded)) block = take(rounded);
  return block == nullptr ? nullptr : block->memory();
}

void ff_free(void* memory) {
  const Lock lock;
  if (memory != nullptr) release(static_cast<Block*>(memory) - 1);
}

}  // extern "C"

#endif  // __EMSCRIPTEN__

#endif  // __wasm__
