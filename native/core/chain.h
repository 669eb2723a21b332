// Chains: instructions one behind the other that go through the same rows (or, for single rows, the same columns)
// element by element or row by row. They are executed together, a tile at a time that stays in cache, instead of one
// pass over memory for each. Bits do not change: no such instruction looks at another row.
#ifndef FEEDFORWARD_CORE_CHAIN_H_
#define FEEDFORWARD_CORE_CHAIN_H_

#include "core/execute.h"

namespace ff {

// For each of the `count` instructions at `code`: how many can be executed as one chain from it on, at least 1.
void find_chains(const Prepared* code, uint32_t count, uint8_t* lengths);

// Executes a chain of two or more instructions, or the first ones of it.
void execute_chain(const Prepared* code, uint32_t length, const Context& context);

}  // namespace ff

#endif  // FEEDFORWARD_CORE_CHAIN_H_
