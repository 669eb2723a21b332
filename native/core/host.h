// How many processors this process may use.
#ifndef FEEDFORWARD_CORE_HOST_H_
#define FEEDFORWARD_CORE_HOST_H_

#include <stdint.h>

namespace ff {

// Processors that the affinity mask and the container's quota leave us; at least 1.
uint32_t available_processors();

// The number of threads that the pool has unless somebody sets it.
uint32_t default_threads();

}  // namespace ff

#endif  // FEEDFORWARD_CORE_HOST_H_
