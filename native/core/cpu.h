// What this machine can execute, and the instruction set that all programs of this process use.
#ifndef FEEDFORWARD_CORE_CPU_H_
#define FEEDFORWARD_CORE_CPU_H_

#include <stdint.h>

namespace ff {

struct Kernels;  // native/kernels/kernels.h

// The instruction sets that both this build and this machine have, slowest first; "scalar" is number 0.
uint32_t isa_count();
const char* isa_name(uint32_t index);

// The chosen one: the fastest, until set_isa chooses another.
const char* active_isa();
const Kernels& active_kernels();

// Chooses by name; "auto" is the fastest. Returns false, and changes nothing, when this machine or this build lacks it.
bool set_isa(const char* name);

}  // namespace ff

#endif  // FEEDFORWARD_CORE_CPU_H_
